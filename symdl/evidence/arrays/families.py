r"""Families of square matrices that a condition names: symmetric, skew, diagonal, definite.

Each family is the image of all square matrices B under a map: (B + B^T)/2, (B - B^T)/2, B with
zeros beside the diagonal, B^T B. So a claim about all matrices of the family is the claim about
that image of any B, and a counterexample B gives one in the family, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.evidence.arrays.slopes_put_in import with_slopes_put_in
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.named import with_arguments
from symdl.evidence.verdict import Verdict
from symdl.expression.fitting import fitted_scope
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replaced

Rows = list[list[Fraction]]


@dataclass(frozen=True, slots=True)
class Family:
    """A row: its name in words, what condition says that a matrix A is of it (its sides and the
    relation between them, given A), the member that a matrix B has, as a Term and in numbers.
    regular: only those B that are invertible have a member."""

    words: str
    said: Callable[[Term], tuple[str, Term]]
    member: Callable[[Term], Term]
    entries: Callable[[Rows], Rows]
    regular: bool = False


_HALF = Fraction(1, 2)


def _turned(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def _combined(rows: Rows, sign: int) -> Rows:
    turned = _turned(rows)
    return [
        [(a + sign * b) * _HALF for a, b in zip(*both, strict=True)]
        for both in zip(rows, turned, strict=True)
    ]


def _diagonal(rows: Rows) -> Rows:
    return [[v if i == j else Fraction(0) for j, v in enumerate(r)] for i, r in enumerate(rows)]


def _gram(rows: Rows) -> Rows:
    turned = _turned(rows)
    return [[sum((a * b for a, b in zip(r, s, strict=True)), Fraction(0)) for s in turned]
            for r in turned]  # fmt: skip


def _transposed(name: Term) -> Term:
    return make("transpose", name)


def _on_diagonal(name: Term) -> Term:
    return make("hadamard", name, make("identity", as_term((name.shape or ())[0])))


def _half(term: Term) -> Term:
    return make("mul", number(_HALF), term)


def _square_of(name: Term) -> Term:
    return make("matmul", _transposed(name), name)


FAMILIES: tuple[Family, ...] = (
    Family(
        "positive definite",
        lambda a: ("succ", number(0)),
        _square_of,
        _gram,
        regular=True,
    ),
    Family("positive semidefinite", lambda a: ("succeq", number(0)), _square_of, _gram),
    Family("diagonal", lambda a: ("=", _on_diagonal(a)), _on_diagonal, _diagonal),
    Family(
        "symmetric",
        lambda a: ("=", _transposed(a)),
        lambda a: _half(make("add", a, _transposed(a))),
        lambda rows: _combined(rows, 1),
    ),
    Family(
        "skew-symmetric",
        lambda a: ("=", make("neg", _transposed(a))),
        lambda a: _half(make("add", a, make("neg", _transposed(a)))),
        lambda rows: _combined(rows, -1),
    ),
)
"""The families, each before those that it lies in."""
SYMMETRIC = next(f for f in FAMILIES if f.words == "symmetric")
_MIRRORED = {"prec": "succ", "preceq": "succeq", "=": "="}


def under_families(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim that is stated for matrices of families; None where it is stated for
    none. A counterexample is told with the members of the families."""
    said = [(c, found) for c in claim.conditions if (found := _said(c)) is not None]
    names = _of_each([found for _, found in said])
    if names:
        claim = with_slopes_put_in(with_arguments(claim), names)
    if not names or not names.keys() <= square_matrices(claim):
        return None
    kept = tuple(c for c in claim.conditions if c not in {c for c, _ in said})
    bare = replace(claim, conditions=kept, scope=_without(claim.scope, names))
    if any(not names.keys().isdisjoint(free_symbols(c)) for c in kept):
        verdict = judge(bare)  # `P P = P` is used as it stands where P need not be symmetric
        if verdict.kind == "proved":
            return verdict
    general = of_members(bare, names)
    verdict = judge(general)
    if verdict.kind != "refuted":
        return verdict
    told = _told(verdict, names)
    if told is not None:
        return told
    regular = tuple(_is_regular(f.member(n)) for n, f in names.items() if f.regular)
    return _told(judge(replace(general, conditions=(*general.conditions, *regular))), names)


def _of_each(said: Iterable[tuple[Term, Family]]) -> dict[Term, Family] | None:
    """The family that each matrix lies in; None where two are said of one that are no family."""
    every: dict[Term, list[Family]] = {}
    for name, family in said:
        every.setdefault(name, []).append(family)
    found = {}
    for name, families in every.items():
        words = {family.words for family in families}
        said_of_it = (f for f in FAMILIES if f.words in words)
        least = [f for f in said_of_it if not words & _INSIDE.get(f.words, _NONE)]
        if len(least) > 1:
            if least[1].words != "diagonal":
                return None
            least = [_of_diagonal(least[0])]
        found[name] = least[0]
    return found


_NONE: frozenset[str] = frozenset()
_INSIDE = {
    "positive semidefinite": frozenset({"positive definite"}),
    "symmetric": frozenset({"positive definite", "positive semidefinite", "diagonal"}),
}
"""The families that lie in another one."""


def _of_diagonal(definite: Family) -> Family:
    """Definite matrices that are diagonal: squares of diagonal ones."""
    return replace(
        definite,
        words=f"diagonal and {definite.words}",
        member=lambda a: definite.member(_on_diagonal(a)),
        entries=lambda rows: _gram(_diagonal(rows)),
    )


def _is_regular(member: Term) -> Term:
    return make("relation", make("det", member), number(0), data=("!=",))


def _said(condition: Term) -> tuple[Term, Family] | None:
    """The matrix and the family of which a condition says that it lies in it."""
    if condition.op != "relation" or len(condition.args) != 2:
        return None
    relation = condition.data[0]
    for sides, spelled in (
        (condition.args, relation),
        (condition.args[::-1], _MIRRORED.get(relation)),
    ):
        one, other = _without_sign(*sides) if relation == "=" else sides
        square = len(one.shape or ()) == 2 and (one.shape or ())[0] == (one.shape or ())[1]
        if one.op != "symbol" or not square or spelled is None:
            continue
        for family in FAMILIES:
            if any(_says(family, one, (spelled, side)) for side in _spellings(one, other)):
                return one, family
    return None


def _without_sign(one: Term, other: Term) -> tuple[Term, Term]:
    """`A = -A^T` of `-A = A^T`."""
    return (one.args[0], make("neg", other)) if one.op == "neg" else (one, other)


def _says(family: Family, name: Term, stated: tuple[str, Term]) -> bool:
    relation, side = family.said(name)
    zero = value_of(side) == 0 and value_of(stated[1]) == 0
    return relation == stated[0] and (zero or side is stated[1])


def _spellings(name: Term, side: Term) -> tuple[Term, ...]:
    """`I \\odot A` beside `A \\odot I`."""
    if side.op == "hadamard" and side.args[-1] is name:
        return side, make("hadamard", *side.args[::-1])
    return (side,)


def square_matrices(claim: Claim) -> set[Term]:
    """The square matrices of a claim in which nothing is differentiated."""
    sides = claim.sides
    names = {name for side in sides for name in free_symbols(side)}
    nodes = {node for side in sides for node in postorder(side)}
    names -= {v for n in nodes if n.op in ("gradient", "derivative") for v in n.args[1:]}
    return {n for n in names if n.shape and len(n.shape) == 2 and n.shape[0] == n.shape[1]}


def of_members(claim: Claim, names: Mapping[Term, Family]) -> Claim:
    """The claim about the members that matrices have, in the place of these."""
    table = {name: family.member(name) for name, family in names.items()}
    scope = fitted_scope(_without(claim.scope, names), table)
    return replace(claim.mapped(lambda term: replaced(term, table)), scope=scope)


def _without(scope: Scope, names: Iterable[Term]) -> Scope:
    """The scope without what it says of the families of matrices."""
    return replace(scope, hypotheses=tuple(h for h in scope.hypotheses if not _is_of(h, names)))


def _is_of(hypothesis: Term, names: Iterable[Term]) -> bool:
    found = _said(hypothesis)
    return found is not None and found[0] in names


# --- telling --------------------------------------------------------------------------------------

_ENTRY = re.compile(r"(.*)_\((\d+),(\d+)\)")


def _told(verdict: Verdict, names: Mapping[Term, Family]) -> Verdict | None:
    """A refutation by matrices B, with the members that they have; None where a B has none."""
    for name, family in names.items():
        found = _with_member(verdict, name, family)
        if found is None:
            return None
        verdict = found
    return verdict


def _with_member(verdict: Verdict, matrix: Term, family: Family) -> Verdict | None:
    shown, name = verdict.counterexample, plain(matrix)
    if shown is None:
        return verdict
    named = [(m, v) for k, v in shown.at.items() if (m := _ENTRY.fullmatch(k)) and m[1] == name]
    if not named:
        return verdict
    found = {(int(m[2]), int(m[3])): Fraction(v) for m, v in named}
    told = shown.at.get(str((matrix.shape or ("",))[0]), "")
    upto = range(1, 1 + (int(told) if told.isdigit() else max(map(max, found))))
    rows = [[found.get((i, j), Fraction(0)) for j in upto] for i in upto]
    if family.regular and not _determinant(family.entries(rows)):
        return None
    member = family.entries(rows)
    kept = {k: v for k, v in shown.at.items() if k not in {m[0] for m, _ in named}}
    entries = {f"{name}_({i},{j})": str(member[i - 1][j - 1]) for i in upto for j in upto}
    arrays = dict(verdict.evidence.get("arrays", {}))
    message = verdict.message
    if name in arrays:
        text = "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in member) + "]"
        message = message.replace(f"{name} = {arrays[name]}", f"{name} = {text}")
        arrays[name] = text
    evidence = {**verdict.evidence, **({"arrays": arrays} if arrays else {})}
    at = replace(shown, at={**kept, **entries})
    return replace(verdict, message=message, counterexample=at, evidence=evidence)


def _determinant(rows: Rows) -> Fraction:
    """By elimination, exactly."""
    rows = [list(row) for row in rows]
    value = Fraction(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], value = rows[pivot], rows[k], -value
        value *= rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return value
