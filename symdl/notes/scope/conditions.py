"""Conditions that a document puts on its names somewhere near: `assuming $0 < \\theta < \\pi/2$`.

A person reads a claim with what was said around it in mind. A claim that fails is asked once more
under the conditions of its section, and under equations of the document that are no identities
(`\\epsilon^2 = 0`, `H^{-1} = H^T`); what does not fail then was not refuted. It is proved only
under what is assumed from there on: `if $x > 0$` is no condition of another sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symdl.document.errors import Error
from symdl.document.source import Source, Span
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.relations import links
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.findings import reading_of
from symdl.notes.claim_parts import is_simple, under

MOST_ASKED = 12
VARIABLES = "xyzuvwt"
"""Letters that every formula uses anew: an equation of one alone is no property of it."""
_RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "in"})
_FORMS = frozenset(
    {"add", "mul", "neg", "div", "pow", "abs", "matmul", "symbol", "number", "constant", "entry"}
    | {"transpose", "inverse", "identity", "prime", "label", "norm", "dot", "sum", "interval"}
    | {"number_set", "exp", "sqrt", "trace", "det", "relation"}
)


@dataclass(frozen=True, slots=True)
class Said:
    """A formula of a document that may be a condition: where it stands, and whether the words
    before it say so (`if`, `assuming`); lasting: these words may speak of more than their sentence,
    and what they say is no hypothesis that ends (`Suppose`); alone: it is all of its sentence."""

    source: Source
    path: tuple[int, ...]
    worded: bool
    lasting: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A relation, the line on which it is said, and whether it is said for what follows."""

    term: Term
    line: int
    lasting: bool


def unless_said(
    claim: Claim,
    verdict: Verdict,
    around: tuple[tuple[Said, ...], tuple[int, ...]],
    judge: Judge,
    restricts: Callable[[Term], bool],
) -> Verdict:
    """A refutation, unless the claim does not fail under what is said around it.

    around: what is said, and the sections that are open; restricts: whether a relation can be a
    condition where the claim stands, for a name in it is free.
    """
    said, path = around
    if verdict.kind != "refuted" or not said:
        return verdict
    near = _relevant(claim, [s for s in said if s.worded and s.path == path], path, True)
    far = _relevant(claim, [s for s in said if not (s.worded and s.path == path)], path, False)
    for condition in (*near, *far)[:MOST_ASKED]:
        if not restricts(condition.term):
            continue
        asked = under(claim, (condition.term,))
        try:
            again = judge(asked)
        except Error:
            continue  # a condition that makes no sense beside the claim
        if again.kind.startswith("refuted"):
            continue
        where = f"{plain(condition.term)} (line {condition.line})"
        before = claim.span is None or condition.line <= claim.span.origin.line
        if again.kind in HOLDING and condition.lasting and before:
            return replace(
                again, message=f"{again.message}: for {where}", reading=reading_of(asked)
            )
        told = f"it may be meant for {where} only: {verdict.message}"
        return may_be_meant(told, verdict.counterexample)
    return verdict


def _relevant(
    claim: Claim, said: list[Said], path: tuple[int, ...], near: bool
) -> Iterator[Condition]:
    """The conditions that speak of names of a claim and of nothing else, each once. near: they
    stand in its section, and their words say that they are conditions. What its section says of
    an array (`$P^2 = P$`) is read of one."""
    sides = claim.sides
    names = {s.data.name for side in sides for s in free_symbols(side)}
    names -= {s.data.name for condition in claim.conditions for s in free_symbols(condition)}
    in_force = (*claim.conditions, *claim.scope.hypotheses)
    own = {repr(term) for term in (*in_force, *_as_relations(claim))}
    arrays = {s.data.name: s.data for side in sides for s in free_symbols(side) if s.shape != ()}
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **arrays})
    for one in said:
        if not any(name in one.source.text for name in names):
            continue
        for term in _read(one.source, scope if one.path == path else claim.scope):
            free = {s.data.name for s in free_symbols(term)}
            if all(repr(link) in own for link in _links(term)):
                continue
            if free and free <= names and repr(term) not in own and _restricts(term, near):
                own.add(repr(term))
                yield Condition(term, Span(one.source, 0, 0).origin.line, near and one.lasting)


def _links(term: Term) -> Iterator[Term]:
    """The relations of a chain: `a = b = 1` says `a = 1` and `b = 1`."""
    last = term.args[-1]
    for relation, left in zip(term.data, term.args[:-1], strict=True):
        yield make("relation", left, last, data=(relation,))


def _as_relations(claim: Claim) -> Iterator[Term]:
    """The claim itself as a condition: it is no excuse for itself."""
    if claim.right is not None:
        yield make("relation", claim.left, claim.right, data=(claim.relation,))


def _read(source: Source, scope: Scope) -> tuple[Term, ...]:
    try:
        term = read(source, scope).term
    except Error:
        return ()  # told where the formula is read as a statement
    parts = term.args if term.op in ("statements", "and") else (term,)
    return tuple(p for p in parts if p.op == "relation" and _RELATIONS.issuperset(p.data))


def _claims_for_all(left: Term, right: Term) -> bool:
    """Whether an equation has the form of an identity: a sum, and the same name on both sides. A
    false identity must not excuse another; `H^2 = H` and `\\epsilon^2 = 0` are properties."""
    sums = any(node.op == "add" for side in (left, right) for node in postorder(side))
    return sums and bool(free_symbols(left) & free_symbols(right))


def _restricts(term: Term, near: bool) -> bool:
    """Whether a relation may restrict its names: it gives no number for an example, and away
    from the claim it is an equation in plain arithmetic about one name."""
    plainly = all(node.op in _FORMS for node in postorder(term))
    for relation, left, right in links((term,)):
        alone = left.op in ("symbol", "entry")
        given = relation == "=" and alone and not free_symbols(right)
        defines = relation == "=" and alone and left not in free_symbols(right)
        if given or (defines and not near):
            return False
        if not near and (relation != "=" or _claims_for_all(left, right)):
            return False
        if not near and not (is_simple(left) or is_simple(right)):
            return False  # `\\det(A^{-1}) = -\\det(A)`, right or wrong, says what no matrix is
    names = {s.data.name for s in free_symbols(term)}
    tied = all(map(_ties_to_number, links((term,))))
    most = 2 if tied else 1
    return near or (plainly and len(names) <= most and not names & set(VARIABLES))


def _ties_to_number(link: tuple[str, Term, Term]) -> bool:
    """Whether a link ties names by a number: `1/p + 1/q = 1`."""
    _, left, right = link
    return not free_symbols(right) and left.op == "add"
