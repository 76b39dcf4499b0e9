"""Verdicts where nobody declared the arrays: less is refuted, and the sizes are said.

A refutation stands only if no usual reading saves the claim: numbers in capitals, a condition on
some values, denominator layout, symmetric or square matrices, a letter that is the size.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.derivation.recurrences import builds_on_itself
from symdl.derivation.written_out import function_named
from symdl.document.errors import Error
from symdl.evidence.arrays.entry_domains import with_positive_shares
from symdl.evidence.arrays.fitted import (
    COUNTS,
    Fitted,
    as_numbers,
    has_undeclared_arrays,
    letters,
    letters_deep,
    may_be_condition,
    with_counted_steps,
    with_fitting_sizes,
    with_lettered_sizes,
    with_square_matrices,
)
from symdl.evidence.arrays.layout import in_other_layout
from symdl.evidence.arrays.shape_claims import guessed
from symdl.evidence.arrays.symmetric import unless_symmetric
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.claims_read import claims
from symdl.evidence.conditions.naturals import unless_from_one
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.reached import free_in_definitions, reachable
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.conventions import MATRIX_LETTERS
from symdl.expression.defining import define
from symdl.expression.dimensions import names_in
from symdl.expression.domain import REAL
from symdl.expression.printer import latex, plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Dim, Symbol, Term, constant, free_symbols, postorder
from symdl.expression.vocabulary import OVER_INDEX


def judge_with_fitting_sizes(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict for the most general sizes that fit; None where every size is known."""
    fitted = with_fitting_sizes(claim)
    if fitted is None:
        return None
    if _says_size(fitted.claim):
        return _told(Verdict("definition", "shape", "this says what size it has"), fitted)
    verdict = judge(fitted.claim)
    if not verdict.holds:
        others = [(judge(lettered.claim), lettered) for lettered in with_lettered_sizes(fitted)]
        for found, lettered in others:
            if found.kind == "proved":
                return _told(found, lettered)
            if verdict.kind == "refuted" and found.kind != "refuted":
                why = f"it fails, unless the arrays are of the size named: {verdict.message}"
                verdict = undecided(f"{why}; declare them ({', '.join(lettered.sizes)})")
        if UNLESS_COUNT in verdict.evidence and all(f.kind == "refuted" for f, _ in others):
            for found, lettered in others:  # it fails in this reading too, the likelier one
                return _told(found, lettered)
    if verdict.kind == "refuted":
        verdict = _unless_numbers(claim, verdict, fitted, judge)
    return _unless_square(_told(verdict, fitted), fitted, judge)


def _told(verdict: Verdict, fitted: Fitted) -> Verdict:
    evidence = {**verdict.evidence, "fitting_sizes": list(fitted.sizes)}
    sizes = ", ".join(fitted.sizes)
    return replace(verdict, message=f"{verdict.message} ({sizes})", evidence=evidence)


def _unless_numbers(claim: Claim, verdict: Verdict, fitted: Fitted, judge: Judge) -> Verdict:
    """A refutation, unless the shapes alone fail, or it holds for numbers in capitals."""
    if verdict.method == "shape" and has_undeclared_arrays(fitted.claim, deep=True):
        return undecided(f"the shapes differ: declare the arrays to say more ({verdict.message})")
    numbers = as_numbers(claim)
    if numbers is not None and judge(numbers).kind != "refuted":
        why = f"it fails for arrays, as letters in capitals are read: {verdict.message}"
        return undecided(f"{why}; declare them if they are numbers")
    return verdict


def _says_size(claim: Claim) -> bool:
    r"""Whether `Wx + b \in \mathbb{R}^h` gives names to sizes of which nothing is declared."""
    shape, right = claim.left.shape, claim.right
    if claim.relation != "in" or shape is None or right is None or right.op != "space":
        return False
    said = {size for s in claim.scope.symbols.values() if s.declared for size in s.shape or ()}
    free = all(isinstance(size, str) and size not in said for size in shape)
    names = all(size.op == "symbol" for size in right.args)
    return free and names and len(shape) == len(right.args) == len(set(shape))


def _unless_square(verdict: Verdict, fitted: Fitted, judge: Judge) -> Verdict:
    square = with_square_matrices(fitted) if verdict.kind == "refuted" else None
    if square is None or judge(square.claim).kind != "proved":
        return verdict
    why = f"not for all matrices ({verdict.message}), but it holds for {', '.join(square.sizes)}"
    return replace(verdict, kind="refuted-as-stated", message=why, code="")


def as_meant(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    """The verdict on a claim whose sizes are known, unless its author may mean something else."""
    if verdict.kind == "refuted" and has_undeclared_arrays(claim):
        verdict = in_other_layout(claim, verdict, decide)
    verdict = unless_symmetric(claim, unless_from_one(claim, verdict, decide), decide)
    fails = verdict.kind in ("refuted", "refuted-as-stated")
    if verdict.kind == "refuted":
        verdict = _unless_shares(claim, verdict, decide)
    if claim.doubt and fails and not _is_no_condition(claim, decide):
        return undecided(claim.doubt)
    if verdict.kind == "refuted":
        return _unless_doubtful(claim, verdict, decide)
    return _unless_matrices(claim, verdict, decide) if verdict.kind == "proved" else verdict


def _unless_doubtful(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    """A refutation, unless a name in the claim may stand for something else."""
    of_shape = verdict.method == "shape" and claim.kind != "shape"
    letter = guessed(claim) if of_shape else None
    if letter is not None:
        why = f"{verdict.message}, where {plain(letter)} is read as a number: declare it"
        return undecided(why)
    operations = {node.op for node in reachable(claim)}
    if "entry" in operations:
        verdict = _unless_of_steps(claim, verdict, decide)
        if verdict.kind != "refuted":
            return verdict
    if name := _of_two_kinds(claim):
        return undecided(f"{name} is read as two things here: {verdict.message}")
    if "call" in operations and (why := _assumed(claim)):
        return undecided(f"{why}: {verdict.message}")
    if why := _lookalike(claim):
        return undecided(f"{why} ({verdict.message})")
    if not operations.isdisjoint(OVER_INDEX) and (count := _count_of_summands(claim)):
        why = f"{count} may be the number of summands: write the limits of the sum"
        return replace(undecided(f"{why} ({verdict.message})"), evidence={UNLESS_COUNT: count})
    if may_be_condition(claim):
        why = "it holds for some values of the undeclared arrays only"
        return undecided(f"{why} ({verdict.message}): declare them to have it judged for all")
    return verdict


def _unless_of_steps(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    """A refutation of a claim about entries, unless they are steps of which it says too little."""
    if (counted := with_counted_steps(claim)) is not None:
        found = decide(counted)
        why = "it fails only where what counts the steps is no positive integer"
        verdict = found if found.kind == "refuted" else undecided(f"{why} ({verdict.message})")
    if verdict.kind != "refuted":
        return verdict
    if (entry := _end_given(claim)) is not None:
        return undecided(f"what {plain(entry)} says of the steps before it is not followed")
    if (entry := _said_of_steps(claim)) is not None:
        return _at_every_step(claim, entry, decide)
    if (entry := _endless(claim)) is not None:
        return undecided(f"{plain(entry)} is the limit of a sequence, which is not followed")
    return verdict


def _unless_shares(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    """A refutation, told as one of what was stated where it holds for positive shares."""
    positive = with_positive_shares(claim)
    if positive is None or decide(positive[0]).kind != "proved":
        return verdict
    why = f"not for all values ({verdict.message}), but it holds if {positive[1]}"
    evidence = {**verdict.evidence, "hypotheses": positive[1]}
    return replace(verdict, kind="refuted-as-stated", message=why, evidence=evidence)


def _is_no_condition(claim: Claim, decide: Judge) -> bool:
    """Whether an equation of long sides is a claim of its own in a list: all equations before it
    hold without it."""
    if claim.relation != "=" or not claim.before:
        return False
    return all(_holds(claim, term, decide) for term in claim.before)


def _holds(claim: Claim, term: Term, decide: Judge) -> bool:
    if term.op != "relation" or term.data != ("=",):
        return False
    left, right = term.args
    kind = classify(left, "=", right, claim.scope, False, NOTHING)
    alone = Claim(kind, "=", left, right, claim.scope)
    return decide(alone).kind == "proved"


def _end_given(claim: Claim) -> Term | None:
    """An entry given at the end of a sequence that builds on itself (`\\delta_L = c`): the other
    entries are not free."""
    used = {n.args[0] for n in reachable(claim) if n.op == "entry"}
    for key in claim.scope.values:
        ends = key.op == "entry" and key.args[-1].op != "number" and key.args[0] in used
        named = ends and key.args[0].op == "symbol"
        known = named and key.args[0].data.name in claim.scope.recurrences
        if known and builds_on_itself(key.args[0], claim.scope):
            return key
    return None


def _endless(claim: Claim) -> Term | None:
    """An entry of a sequence at infinity, which is its limit and no free value: `v_\\infty`."""
    return next(
        (n for n in reachable(claim) if n.op == "entry" and n.args[-1] is constant("infinity")),
        None,
    )


def _said_of_steps(claim: Claim) -> Term | None:
    """An entry at a step t of which a condition gives the value (`if g_t = g`), where the claim is
    about a sequence that is built on earlier ones."""
    built = claim.scope.recurrences.keys() & {
        n.args[0].data.name
        for n in reachable(claim)
        if n.op == "entry" and n.args[0].op == "symbol"
    }
    equations = (c for c in claim.conditions if c.op == "relation" and set(c.data) == {"="})
    said = (side for c in equations for side in c.args if side.op == "entry")
    return next((e for e in said if built and e.args[1].op == "symbol"), None)


def _at_every_step(claim: Claim, entry: Term, decide: Judge) -> Verdict:
    """The verdict where the value that a condition gives at a step is that at every step, of a
    claim that fails where it is the value at that step only."""
    said = list({c for c in claim.conditions if c.op == "relation" and c.args[0] is entry})
    if len(said) == 1 and said[0].data == ("=",) and entry not in postorder(said[0].args[1]):
        rest = tuple(c for c in claim.conditions if c is not said[0])
        again = decide(replace(claim, conditions=rest, scope=define(claim.scope, said[0])))
        shown = again.counterexample  # with a state that is free it may never be reached
        reached = shown is not None and all(name.isalpha() for name in shown.at)
        if again.kind == "proved" or (again.kind == "refuted" and reached):
            message = f"{again.message}, where {plain(said[0])} at every step"
            return replace(again, message=message)
    return undecided(f"what is said of {plain(entry)} at every step is not followed")


def _of_two_kinds(claim: Claim) -> str:
    """A name that stands for two letters, one in the claim and one in a definition it uses. The
    size of a declared array is one thing wherever it stands."""
    if not claim.scope.defines:
        return ""
    shapes = (s.shape or () for s in claim.scope.symbols.values() if s.declared)
    sizes = {name for shape in shapes for name in names_in(shape)}
    letters_ = (s for t in claim.terms for s in free_symbols(t) if s.shape == ())
    own = {s.data.name: s for s in letters_ if s.data.name not in sizes}
    others = (s for s in free_in_definitions(claim) if s.shape == () and s.data.name in own)
    return next((plain(s) for s in others if own[s.data.name] is not s), "")


def _assumed(claim: Claim) -> str:
    """Which functions of the library a claim calls whose settings an author may have chosen."""
    names = {n.data.function.name for n in reachable(claim) if n.op == "call"}
    found = (function_named(name, claim.scope) for name in sorted(names))
    told = [f"{d.name} with {d.assumed}" for d in found if d is not None and d.assumed]
    return f"it fails for {', '.join(told)}, as the library has it; define it" if told else ""


def _lookalike(claim: Claim) -> str:
    """Why a refutation may have taken an undeclared letter for a number that is none, or for a
    vector."""
    found = letters(claim)
    if not found:
        return ""
    nodes = set(reachable(claim))
    if "I" in {name.data.name for name in found if not name.shape} - _sizes(claim, nodes):
        return "I may be the identity matrix: declare the arrays, or I"
    own = {n for n in found if len(n.shape or ()) == 1 and len(n.data.name) == 1}
    sized = {node.args[0] for node in nodes if node.op in ("abs", "norm")} & own
    if factors := {node.args[0] for node in nodes if node.op == "matmul"} & sized:
        return f"{min(map(plain, factors))} before a matrix may be a number: declare it"
    return ""


def _count_of_summands(claim: Claim) -> str:
    """The undeclared letter that may be the number of summands of a sum without limits."""
    nodes = set(reachable(claim))
    if not any(node.op in OVER_INDEX and node.data == "all" for node in nodes):
        return ""
    free = letters_deep(claim)
    names = {name.data.name for name in free if not name.shape} - _sizes(claim, nodes)
    indices = {
        i.data.name for n in nodes if n.op == "entry" for i in n.args[1:] if i.op == "symbol"
    }
    return next((name for name in sorted(names - indices) if name in COUNTS), "")


def _sizes(claim: Claim, nodes: set[Term]) -> set[Dim]:
    """The sizes of all arrays that a claim speaks of or may use."""
    sizes = {size for node in nodes if node.op == "symbol" for size in node.shape or ()}
    return sizes | {size for known in claim.scope.symbols.values() for size in known.shape or ()}


UNLESS_COUNT = "unless_count"


def _unless_matrices(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    """A proof for numbers, unless it uses that undeclared capitals commute and fails for matrices:
    `(A + B)^2 = A^2 + 2AB + B^2`."""
    if not claim.latex or not _may_have_capitals(claim):
        return verdict
    capitals = [n for n in letters(claim) if not n.shape and n.data.name in MATRIX_LETTERS]
    if len(capitals) < 2:
        return verdict
    square = {n.data.name: Symbol(n.data.name, "matrix", ("n", "n"), REAL, True) for n in capitals}
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **square})
    try:
        reading = read(claim.latex, scope)
    except Error:
        return verdict
    told = ", ".join(sorted(square))
    conditions = tuple(_read_anew(c, scope) for c in claim.conditions)
    for other in claims(reading, scope, NOTHING):
        other = replace(other, conditions=(*other.conditions, *conditions))
        if other.left.shape and (found := decide(other)).kind == "refuted":
            why = f"true for numbers, but not for matrices {told} ({found.message})"
            return undecided(f"{why}: declare them")
    return verdict


def _may_have_capitals(claim: Claim) -> bool:
    """Whether a claim may speak of two capitals."""
    if claim.scope.defines or claim.conditions or not claim.latex.isascii():
        return True
    return sum(map(claim.latex.__contains__, MATRIX_LETTERS)) > 1


def _read_anew(condition: Term, scope: Scope) -> Term:
    """A condition with its letters as a scope declares them, where it can be read so."""
    try:
        return read(latex(condition), scope).term
    except Error:
        return condition
