"""What is compared of two arrays of known sizes: entries, or how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from symdl.derivation.components import Components, components
from symdl.document.errors import DeriveError
from symdl.evidence.arrays.settings import Setting
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import EQUAL
from symdl.evidence.points import atoms
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.broadcasting import broadcast
from symdl.expression.dimensions import value_at
from symdl.expression.misfits import show
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, number

Judge = Callable[[Term, Term, Sequence[Term]], Verdict]


def entrywise(
    condition: Term, indices: Mapping[Term, Term], claim: Claim, setting: Setting
) -> Iterator[Term]:
    """A relation of arrays as relations of their entries. Raises DeriveError, ShapeError."""
    sides = [
        components(substitute(side, indices), claim.scope, setting.sizes) for side in condition.args
    ]
    count = max(len(side.entries) for side in sides)
    if condition.data == ("!=",) and count > 1:
        yield make("relation", distance(*sides), number(0), data=("!=",))
        return
    if any(len(side.entries) not in (1, count) for side in sides):
        raise DeriveError("a relation of arrays of unlike sizes")
    columns = [side.entries * (count if len(side.entries) == 1 else 1) for side in sides]
    for row in zip(*columns, strict=True):
        yield make("relation", *row, data=condition.data)


def distance(left: Components, right: Components) -> Term:
    """The squared distance of two arrays, one of which may be a number: they differ where some
    entry does, which is where it is not 0."""
    count = max(len(left.entries), len(right.entries))
    a, b = (side.entries * (count // len(side.entries)) for side in (left, right))
    return make("add", *(make("pow", x - y, number(2)) for x, y in zip(a, b, strict=True)))


def is_mixed(sides: tuple[Term, ...]) -> bool:
    """Whether x_i stands beside x_1 and x_2: it may be one of them, and is no free number."""
    fixed: dict[Term, set[bool]] = {}
    for atom in atoms(sides):
        if atom.op == "entry":
            numbered = all(value_of(index) is not None for index in atom.args[1:])
            fixed.setdefault(atom.args[0], set()).add(numbered)
    return any(len(kinds) == 2 for kinds in fixed.values())


def is_outside(atom: Term, sizes: Mapping[str, int]) -> bool:
    """Whether an entry has an index beyond a size that is a number, or known by its name."""
    if atom.op != "entry":
        return False
    for index, dim in zip(atom.args[1:], atom.args[0].shape or (), strict=False):
        size = value_at(dim, sizes)
        if isinstance(size, int) and index.op == "number" and not 1 <= index.data.value <= size:
            return True
    return False


def filled(claim: Claim, side: Components, other: Components) -> Components:
    """A number beside an array as an array: each entry of x is 0 in `x = 0`, at most c in `x <= c`.
    What only equals an array if it is broadcast is left as it is."""
    if side.shape or not other.shape:
        return side
    value = value_of(side.entries[0])
    if value is None and claim.relation in (*EQUAL, "!=", "approx"):
        return side
    if value and claim.relation == "!=":
        return side
    return Components(other.shape, side.entries * len(other.entries))


def may_be_identity(claim: Claim, left: Components, right: Components, judge: Judge) -> bool:
    """Whether `A^{-1} A = 1` holds of the identity."""
    rows, columns = left.shape if len(left.shape) == 2 else (0, 1)
    ones = [value_of(side) == 1 for side in claim.sides]
    if claim.relation not in EQUAL or rows != columns or rows == 1 or not any(ones):
        return False
    entries = right.entries if ones[0] else left.entries
    wanted = (number(int(i % (rows + 1) == 0)) for i in range(len(entries)))
    pairs = zip(entries, wanted, strict=True)
    return all(judge(a, b, claim.conditions).kind == "proved" for a, b in pairs)


def is_unclear(node: Term) -> bool:
    """Whether a node may have another shape than that it is read with: a list, and the `x^2` of a
    vector, which may be `x^T x`."""
    return node.op == "tuple" or (node.op == "pow" and len(node.args[0].shape or ()) == 1)


def unlike_shapes(left: Components, right: Components) -> Verdict:
    joined = broadcast(left.shape, right.shape)
    shown = Counterexample({}, f"shape {show(left.shape)}", f"shape {show(right.shape)}")
    message = f"the left side has shape {show(left.shape)}, the right side {show(right.shape)}"
    if joined.result is not None and joined.result in (left.shape, right.shape):
        message += " (equal only if one is broadcast)"
    return Verdict("refuted", "shape", message, counterexample=shown)


def at_entry(verdict: Verdict, left: Components, i: int) -> Verdict:
    if not left.shape:
        return verdict
    place = []
    for size in reversed(left.shape):
        i, rest = divmod(i, size)
        place.append(rest + 1)
    where = ", ".join(map(str, reversed(place)))
    return replace(verdict, message=f"entry ({where}): {verdict.message}")
