"""Symmetric matrices: stated (`A = A^T`), or the hypothesis that is missing.

Every symmetric matrix is the symmetric part of some matrix, and every such part is symmetric. So a
claim about all symmetric A is the claim about (B + B^T)/2 for all square B.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.arrays.fitted import has_undeclared_arrays
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.fitting import fitted_scope
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replaced

MOST_TRIED = 3


def under_symmetry(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim that is stated for symmetric matrices; None where none is stated to
    be symmetric. A counterexample is told with the symmetric part that is meant."""
    named = {_symmetric(c) for c in claim.conditions} - {None}
    if not named or not named <= _square(claim):
        return None
    rest = tuple(c for c in claim.conditions if _symmetric(c) is None)
    names = [name for name in named if name is not None]
    verdict = judge(_of_parts(replace(claim, conditions=rest), names))
    if verdict.kind != "refuted" or verdict.counterexample is None:
        return verdict
    for name in names:
        verdict = _with_symmetric_part(verdict, plain(name))
    return verdict


_ENTRY = re.compile(r"(.*)_\((\d+),(\d+)\)")


def _with_symmetric_part(verdict: Verdict, name: str) -> Verdict:
    """A counterexample B of the claim about (B + B^T)/2 as one of the claim about that matrix."""
    shown = verdict.counterexample
    assert shown is not None
    named = [(m, v) for k, v in shown.at.items() if (m := _ENTRY.fullmatch(k)) and m[1] == name]
    found = {m.group(2, 3): Fraction(v) for m, v in named}
    parts = {(i, j): (v + found.get((j, i), Fraction(0))) / 2 for (i, j), v in found.items()}
    parts |= {(j, i): v for (i, j), v in parts.items()}
    kept = {k: v for k, v in shown.at.items() if k not in {m[0] for m, _ in named}}
    entries = {f"{name}_({i},{j})": str(v) for (i, j), v in sorted(parts.items())}
    arrays = dict(verdict.evidence.get("arrays", {}))
    message = verdict.message
    if name in arrays:
        size = max((int(i) for i, _ in parts), default=1)
        rows = [[parts.get((str(i), str(j)), 0) for j in _upto(size)] for i in _upto(size)]
        text = "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"
        message = message.replace(f"{name} = {arrays[name]}", f"{name} = {text}")
        arrays[name] = text
    evidence = {**verdict.evidence, **({"arrays": arrays} if arrays else {})}
    at = replace(shown, at={**kept, **entries})
    return replace(verdict, message=message, counterexample=at, evidence=evidence)


def _upto(size: int) -> range:
    return range(1, size + 1)


def unless_symmetric(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refutation, with the symmetry of one matrix under which the claim is proved, if any."""
    if verdict.kind != "refuted":
        return verdict
    for name in sorted(_square(claim), key=lambda n: str(n.data.name))[:MOST_TRIED]:
        if judge(_of_parts(claim, [name])).kind == "proved":
            words = f"{name.data.name} is symmetric"
            evidence = {**verdict.evidence, "hypotheses": words}
            told = f"{verdict.message}; it holds if {words}"
            if has_undeclared_arrays(claim):
                told = f"not for all matrices ({verdict.message}), but it holds if {words}"
                verdict = replace(verdict, kind="refuted-as-stated")
            return replace(verdict, message=told, evidence=evidence)
    return verdict


def _symmetric(condition: Term) -> Term | None:
    """A of `A = A^T` or `A^T = A`."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    for one, other in (condition.args, condition.args[::-1]):
        if one.op == "symbol" and other.op == "transpose" and other.args[0] is one:
            return one
    return None


def _square(claim: Claim) -> set[Term]:
    """The square matrices of a claim in which nothing is differentiated."""
    sides = claim.sides
    names = {name for side in sides for name in free_symbols(side)}
    nodes = {node for side in sides for node in postorder(side)}
    names -= {v for n in nodes if n.op in ("gradient", "derivative") for v in n.args[1:]}
    return {n for n in names if n.shape and len(n.shape) == 2 and n.shape[0] == n.shape[1]}


def _of_parts(claim: Claim, names: Iterable[Term]) -> Claim:
    """The claim about the symmetric parts of the named matrices."""
    half = number(Fraction(1, 2))
    table = {n: make("mul", half, make("add", n, make("transpose", n))) for n in names}
    hypotheses = tuple(h for h in claim.scope.hypotheses if _symmetric(h) not in table)
    scope = fitted_scope(replace(claim.scope, hypotheses=hypotheses), table)
    return replace(claim.mapped(lambda term: replaced(term, table)), scope=scope)
