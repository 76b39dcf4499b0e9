"""What a document says a second time: the same, the same under other names, or another thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

from symdl.checking import Judge
from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.evidence.ladder import written_out
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.scope import Scope, substitute
from symdl.expression.term import Term, free_symbols
from symdl.library import base_scope
from symdl.notes.judging import HOLDS
from symdl.notes.known import Key, Known, Origin, is_literal, keys_of

MOST_RENAMED = 3


def stated_again(claim: Claim, known: Known) -> Callable[[Judge], Verdict] | None:
    """The way to the verdict on an equation about what the document has defined already, which
    it replaces from here on. None: it is a claim like any other."""
    found = _earlier(claim, known)
    if found is None or claim.right is None or claim.relation not in ("=", ":=", "equiv"):
        return None
    body, parameters, origin = found
    line = f"line {origin.span.line}" if origin is not None else "an earlier line"
    right = claim.right
    if is_literal(right):
        if is_literal(body):
            return lambda judge: _given_again(claim, body, line, judge)
        elsewhere = origin is not None and known.path[: len(origin.path)] != origin.path
        if right.op in ("number", "neg") and (elsewhere or not _is_known(claim)):
            text = f"{plain(claim.left)} is given from here on"
            verdict = Verdict("definition", "definition", text)
            return lambda _: verdict
        return None
    if claim.left.op == "entry" and not free_symbols(claim.left.args[-1]):
        return None
    asked = replace(claim, left=_with_parameters(body, parameters, claim), scope=_alone(known))
    return lambda judge: _defined_again(asked, line, judge)


def _is_known(claim: Claim) -> bool:
    """Whether the left side has a value that follows from what is known."""
    try:
        return not free_symbols(written_out(claim).left)
    except Error:
        return False


def _alone(known: Known) -> Scope:
    """The scope in which two definitions are compared: other definitions are not written out."""
    return replace(base_scope(), symbols=known.scope.symbols)


def _with_parameters(body: Term, parameters: tuple[Term, ...], claim: Claim) -> Term:
    """An earlier body in the parameters of a later definition."""
    left = claim.left
    own = left.args if left.op == "call" else left.args[1:] if left.op == "entry" else ()
    table = dict(zip(parameters, own, strict=False))
    return substitute(body, {k: v for k, v in table.items() if k is not v})


def _given_again(claim: Claim, body: Term, line: str, judge: Judge) -> Verdict:
    if judge(replace(claim, left=body, kind="number")).kind == "proved":
        return Verdict("definition", "definition", f"given again, as on {line}")
    text = f"given anew: on {line} it is {plain(body)}"
    return Verdict("definition", "definition", text, code="given-anew")


def _defined_again(asked: Claim, line: str, judge: Judge) -> Verdict:
    verdict = judge(asked)
    if verdict.kind in HOLDS:
        return replace(verdict, message=f"{verdict.message}: the same as on {line}")
    if verdict.kind != "refuted":
        text = f"defined anew: it replaces {line} from here on"
        return Verdict("definition", "definition", text, code="defined-anew")
    renamed = _renamed(asked, judge)
    if renamed:
        text = f"the same as on {line} with {renamed}"
        return Verdict("proved", "normal-form", text)
    text = f"defined anew: it differs from {line}, and replaces it from here on"
    return Verdict(
        "undecided",
        "definition",
        text,
        code="inconsistent-definition",
        counterexample=verdict.counterexample,
    )


def _renamed(asked: Claim, judge: Judge) -> str:
    """The renaming of symbols under which two definitions are the same, in words."""
    assert asked.right is not None
    before, after = free_symbols(asked.left), free_symbols(asked.right)
    old = sorted(before - after, key=repr)
    new = sorted(after - before, key=repr)
    if len(old) != len(new) or not 0 < len(old) <= MOST_RENAMED:
        return ""
    for order in permutations(new):
        pairs = dict(zip(old, order, strict=True))
        if any(a.shape != b.shape for a, b in pairs.items()):
            continue
        if judge(replace(asked, left=substitute(asked.left, pairs))).kind == "proved":
            return ", ".join(f"{plain(b)} for {plain(a)}" for a, b in pairs.items())
    return ""


def _earlier(claim: Claim, known: Known) -> tuple[Term, tuple[Term, ...], Origin | None] | None:
    """The document's own definition of what an equation has on its left side: its body, its
    parameters and where it stands."""
    left, scope = claim.left, known.scope
    keys: list[Key] = []
    if left.op in ("symbol", "entry", "label", "prime"):
        keys.append(("value", left))
    if left.op == "entry" and left.args[0].op == "symbol":
        name = left.args[0].data.name
        keys += [("recurrence", name), ("entries", name)]
    if left.op == "call" and not left.data.primes and all(a.op == "symbol" for a in left.args):
        keys.append(("function", left.data.function.name))
    bodies = keys_of(scope)
    for key in keys:
        body = bodies.get(key)
        if isinstance(body, Term):
            return body, _parameters(key, scope), known.origins.get(key)
    return None


def _parameters(key: Key, scope: Scope) -> tuple[Term, ...]:
    what, name = key
    tables = {
        "function": scope.functions,
        "recurrence": scope.recurrences,
        "entries": scope.entries,
    }
    table = tables.get(what)
    return table[str(name)].parameters if table is not None else ()
