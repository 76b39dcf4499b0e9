r"""Claims about shapes: `y \in \mathbb{R}^{B \times m}`, `x \to (16, 64)`, `(3,) + (2, 3) = ...`.

A shape is compared axis by axis. Where operands were broadcast the evidence shows how: aligned
at the right, padded on the left with 1, the failing axis named. A claim is about all sizes that its
names may stand for (`sizes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from symdl.document.errors import ShapeError
from symdl.evidence.arrays.sizes import Sizes, always_differ, unlike, where
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import is_declared
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.broadcasting import Broadcast, Operands, as_data, broadcast
from symdl.expression.dimensions import names_in
from symdl.expression.misfits import name, show
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Dim, Shape, Term, free_symbols, postorder

METHOD = "shape"
MOST_ROUNDS = 20
APART = "the sizes are not known to differ"
WRITTEN_SHAPES = frozenset({"space", "tuple", "times"})


@dataclass(frozen=True, slots=True)
class Sized:
    """One side of a shape claim: its shape (None: not known) and how it came about; problem: why
    it has none, at some sizes at least, and always: at all of them."""

    shape: Shape
    trace: tuple[Operands, ...] = ()
    problem: str = ""
    always: bool = False


def judge_shape(claim: Claim) -> Verdict | None:
    """The verdict on a claim about a shape, from the claim as written; None for other claims."""
    left, right, relation = claim.left, claim.right, claim.relation
    if right is None or not is_shape_claim(claim):
        return None
    sizes = Sizes(claim.scope, claim.conditions)
    if relation in ("=", "equiv", "!="):
        return _compared(claim, sizes, relation == "!=")
    if right.op not in WRITTEN_SHAPES or relation not in ("in", ":=", "notin", "->"):
        return None
    if relation == "->" and left.op == "tuple":
        return _stretched(claim, sizes)
    verdict = _compared(claim, sizes, relation == "notin")
    told = right.op == "space" and right.data != "R"  # `\\in \\mathbb{Z}^n` says more than a shape
    if told and verdict is not None and verdict.kind == ("proved", "refuted")[relation == "notin"]:
        return undecided("the shape is right; whether the entries lie there is not judged", METHOD)
    return verdict


def is_shape_claim(claim: Claim) -> bool:
    """Whether one side is a written shape, or the shape of something."""
    sides = claim.sides
    return any(
        side.op in WRITTEN_SHAPES | {"shape_of"} or of_tuples(side) is not None for side in sides
    )


# --- the shape of a side --------------------------------------------------------------------


def _sized(term: Term, sizes: Sizes) -> Sized:
    if term.op in WRITTEN_SHAPES:
        if any(a.shape for a in term.args):
            return Sized(None)  # arrays are no sizes
        dims = [sizes.of_term(a) for a in term.args]
        known = tuple(d for d in dims if d is not None)
        return Sized(known if len(known) == len(dims) else None)
    if term.op == "shape_of":
        return value_shape(term.args[0], sizes)
    operands = of_tuples(term)
    if operands is not None:
        return _broadcast_of([_sized(o, sizes).shape for o in operands], sizes)
    return value_shape(term, sizes)


def of_tuples(term: Term) -> list[Term] | None:
    """The operands of `(3,) + (2, 3)`: sums and products of written shapes."""
    if term.op not in ("add", "mul", "hadamard"):
        return None
    return list(term.args) if all(a.op == "tuple" for a in term.args) else None


def _broadcast_of(shapes: list[Shape], sizes: Sizes) -> Sized:
    known = [s for s in shapes if s is not None]
    joined = broadcast(*known)
    failed = joined.result is None
    if len(known) < len(shapes) or (failed and where(sizes, known, _never_fit) is None):
        return Sized(None)
    always = all(isinstance(d, int) for s in known for d in s)
    written = tuple((show(shape), shape) for shape in known)
    return Sized(joined.result, (written,), _failure(joined), failed and always)


def _never_fit(shapes: Sequence[tuple[Dim, ...]]) -> bool:
    return broadcast(*shapes).result is None


def _of_matrices(claim: Claim, sizes: Sizes) -> Verdict | None:
    r"""Nothing is decided of `(32, 10) \cdot (10, 5) = (32, 5)`, which is right of a product of
    matrices and wrong of one entry by entry; None for another claim."""
    left, right = claim.sides[0], claim.sides[-1]
    factors = of_tuples(left) if left.op == "mul" else None
    if factors is None or len(factors) != 2 or right.op != "tuple":
        return None
    shapes = [_sized(term, sizes).shape or () for term in (*factors, right)]
    a, b, whole = shapes
    if any(len(shape) != 2 for shape in shapes) or a[1] != b[0] or whole != (a[0], b[1]):
        return None
    if broadcast(a, b).result == whole:
        return None
    return undecided("right of a product of matrices, and not of one entry by entry", METHOD)


def _failure(joined: Broadcast) -> str:
    if joined.failing_axis is None:
        return ""
    sizes = [p[joined.failing_axis] for p in joined.padded]
    unlike = " and ".join(str(s) for s in dict.fromkeys(sizes) if s != 1)
    return f"axis {joined.failing_axis} has the sizes {unlike}, and neither is 1"


def trace(operands: Operands) -> Iterable[str]:
    """How shapes were broadcast, one line a step."""
    joined = broadcast(*(shape for _, shape in operands))
    for (_, shape), padded in zip(operands, joined.padded, strict=True):
        if shape != padded:
            yield f"{show(shape)} is padded on the left to {show(padded)}"
    if joined.result is None:
        yield f"aligned right, {_failure(joined)}"
        return
    yield f"aligned right, {' and '.join(map(show, joined.padded))} give {show(joined.result)}"


def shown_as(told: Sequence[Operands]) -> dict[str, Any]:
    """Broadcasts as evidence: in words, and as tables."""
    told = list(dict.fromkeys(tuple(operands) for operands in told))
    words = [line for operands in told for line in trace(operands)]
    return {"trace": words, "broadcasts": [as_data(operands) for operands in told]}


def value_shape(term: Term, sizes: Sizes) -> Sized:
    """The shape of a value, definitions put in until it is known."""
    scope = sizes.scope
    if term.op == "symbol" and not scope.declares(term.data.name):
        term = _by_name(term, scope)
    listed = {n: v for n in free_symbols(term) if (v := scope.values.get(n)) and v.op == "vector"}
    term = substitute(term, {n: v for n, v in listed.items() if n.shape == ()})
    problem = _against_definition(term, sizes)
    for _ in range(MOST_ROUNDS):
        if term.shape is not None and not problem:
            return Sized(_renamed(term.shape, sizes), tuple(_traces(scope.values.get(term, term))))
        table = {} if problem else _definitions(term, scope)
        if not table:
            break
        try:
            term = substitute(term, table)
        except ShapeError as found:
            problem = found.message
            break
    return Sized(None, (), problem)


def _by_name(symbol: Term, scope: Scope) -> Term:
    """What defines a symbol of which nothing is declared (its shape is only a guess)."""
    for known, value in scope.values.items():
        if known.op == "symbol" and known.data.name == symbol.data.name:
            return value
    return symbol


def _against_definition(term: Term, sizes: Sizes) -> str:
    """Why the declared shape of a defined symbol is not that of its definition, if so."""
    value = sizes.scope.values.get(term)
    if term.op != "symbol" or value is None or term.shape is None or value.shape is None:
        return ""
    if _guessed(value, sizes.scope) is not None:
        return ""
    a, b = _renamed(term.shape, sizes), _renamed(value.shape, sizes)
    if where(sizes, (a, b), unlike) is None:
        return ""
    return f"{plain(term)} is declared as {show(a)}, but what defines it has the shape {show(b)}"


def _definitions(term: Term, scope: Scope) -> Mapping[Term, Term]:
    return {s: scope.values[s] for s in free_symbols(term) if s in scope.values}


def _renamed(shape: tuple[Dim, ...], sizes: Sizes) -> tuple[Dim, ...]:
    """A shape with what the scope says of its names."""
    return tuple(map(sizes.of_axis, shape))


BROADCASTING = frozenset({"add", "mul", "div", "hadamard", "max", "min", "pow"})


def _traces(term: Term) -> Iterator[Operands]:
    """The broadcasts inside a term in which shapes were not all the same."""
    for node in postorder(term):
        arrays = [a for a in node.args if a.shape]
        if node.op in BROADCASTING and len({a.shape for a in arrays}) > 1:
            yield tuple((name(a, "long"), a.shape or ()) for a in arrays)


# --- verdicts -------------------------------------------------------------------------------


def _compared(claim: Claim, sizes: Sizes, negated: bool) -> Verdict:
    assert claim.right is not None
    sides = [_sized(side, sizes) for side in (claim.left, claim.right)]
    if not negated and (product := _of_matrices(claim, sizes)) is not None:
        return product
    told = [operands for side in sides for operands in side.trace]
    for side in sides:
        if side.problem:
            return _without_shape(sides, side, negated, told)
    a, b = sides[0].shape, sides[1].shape
    if a is None or b is None:
        unknown = claim.left if a is None else claim.right
        return undecided(f"the shape of {plain(unknown)} is not known: declare it", METHOD)
    difference = _difference(a, b)
    if not difference:
        return _equal(a, negated, told)
    letter = guessed(claim)
    if letter is not None:
        return undecided(f"the shape of {plain(letter)} is not known: declare it", METHOD)
    if negated:
        if not always_differ(sizes, a, b):
            return undecided(f"{APART}: {show(a)} and {show(b)}", METHOD)
        return proved(METHOD, f"the shape is {show(a)}: {difference}", **shown_as(told))
    shown = _unlike(sizes, a, b)
    if shown is None:
        return undecided(f"{APART}: {show(a)} and {show(b)}", METHOD)
    message = f"the shape is {show(a)}: {difference}"
    return refuted(METHOD, message, shown, shape=show(a), **shown_as(told))


def guessed(claim: Claim) -> Term | None:
    """A letter of a claim that is read as a number because nothing is said of it, or that is one
    beside an array and is given as an array."""
    sides = claim.sides
    found = next(filter(None, (_guessed(side, claim.scope) for side in sides)), None)
    return found or next(given_arrays(claim), None)


def given_arrays(claim: Claim) -> Iterator[Term]:
    """Letters that are read as numbers before arrays, `A e`, and are given as arrays: such a
    product may be one of matrices."""
    arrays = {s for s, v in claim.scope.values.items() if v.shape and s.shape == ()}
    for node in chain.from_iterable(map(postorder, claim.sides if arrays else ())):
        if node.op == "mul" and any(a.shape for a in node.args):
            yield from (a for a in node.args if a in arrays)


def _guessed(side: Term, scope: Scope) -> Term | None:
    if side.op in WRITTEN_SHAPES:
        return None
    letters = sorted(free_symbols(side), key=repr)
    return next((s for s in letters if s.shape == () and not _is_known(s, scope)), None)


def _is_known(symbol: Term, scope: Scope) -> bool:
    named = symbol.data.role in ("function", "index") or symbol.data.domain.integer
    named = named or symbol.data.name in _sizes_said(scope)
    value = scope.values.get(symbol)
    if value is not None and value.op == "tuple":
        return False  # of `x = (m, n)` nobody says whether these are sizes or entries
    return named or value is not None or is_declared(symbol, scope)


def _sizes_said(scope: Scope) -> set[str]:
    """The names of sizes of declared arrays: `d_k` after `K \\in \\mathbb{R}^{m \\times d_k}`."""
    shapes = (s.shape for s in scope.symbols.values() if s.declared)
    return {name for shape in shapes for name in names_in(shape or ())}


def _without_shape(sides: list[Sized], side: Sized, negated: bool, told: list[Operands]) -> Verdict:
    """The verdict where the operands of a side do not fit."""
    if negated and not side.always:
        return undecided(f"{APART}: {side.problem}", METHOD)
    if negated:
        return proved(METHOD, f"there is no such shape: {side.problem}", **shown_as(told))
    other = sides[1] if side is sides[0] else sides[0]
    shown = Counterexample({}, side.problem, show(other.shape))
    return refuted(METHOD, f"the shapes do not fit: {side.problem}", shown, **shown_as(told))


def _equal(shape: tuple[Dim, ...], negated: bool, told: list[Operands]) -> Verdict:
    if negated:
        shown = Counterexample({}, show(shape), show(shape))
        return refuted(METHOD, f"both have the shape {show(shape)}", shown, **shown_as(told))
    message = f"the shape is {show(shape)}"
    if told:
        words = (line for operands in told for line in trace(operands))
        message += "; " + "; ".join(dict.fromkeys(words))
    return proved(METHOD, message, shape=show(shape), **shown_as(told))


def _difference(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> str:
    """Where two shapes differ, in words; empty if they do not."""
    if len(a) != len(b):
        return f"it has {len(a)} axes, {show(b)} has {len(b)}"
    for axis, (x, y) in enumerate(zip(a, b, strict=True)):
        if x != y:
            return f"axis {axis - len(a)} is {x}, in {show(b)} it is {y}"
    return ""


def _unlike(sizes: Sizes, a: tuple[Dim, ...], b: tuple[Dim, ...]) -> Counterexample | None:
    """Sizes at which the shapes differ."""
    found = where(sizes, (a, b), unlike)
    return None if found is None else Counterexample(found[0], *map(show, found[1]))


def _stretched(claim: Claim, sizes: Sizes) -> Verdict:
    """`(3,) \\to (1, 3)`: the first shape broadcasts to the second."""
    assert claim.right is not None
    a, b = (_sized(side, sizes).shape for side in (claim.left, claim.right))
    if a is None or b is None:
        return undecided("a size in the shape is not understood", METHOD)
    joined = broadcast(a, b)
    told = [((show(a), a), (show(b), b))]
    if joined.result == b:
        return proved(METHOD, f"{show(a)} broadcasts to {show(b)}", **shown_as(told))
    found = where(sizes, (a, b), lambda shapes: broadcast(*shapes).result != shapes[1])
    if found is None:
        return undecided(f"{APART}: {show(a)} and {show(b)}", METHOD)
    reason = _failure(joined) or f"together they give {show(joined.result)}"
    message = f"{show(a)} does not broadcast to {show(b)}: {reason}"
    return refuted(
        METHOD, message, Counterexample(found[0], *map(show, found[1])), **shown_as(told)
    )
