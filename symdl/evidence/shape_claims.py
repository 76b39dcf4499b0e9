r"""Claims about shapes: `y \in \mathbb{R}^{B \times m}`, `x \to (16, 64)`, `(3,) + (2, 3) = ...`.

A shape is compared axis by axis. Where operands were broadcast the evidence shows how: aligned
at the right, padded on the left with 1, the failing axis named. Named dimensions are for all
sizes, so two different names are two different sizes unless the scope says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symdl.document.errors import ShapeError
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted, undecided
from symdl.expression.misfits import show
from symdl.expression.printer import plain
from symdl.expression.scope import Scope, substitute
from symdl.expression.shapes import Broadcast, broadcast
from symdl.expression.term import Dim, Shape, Term, free_symbols, postorder

METHOD = "shape"
MOST_ROUNDS = 20
WRITTEN_SHAPES = frozenset({"space", "tuple", "times"})


@dataclass(frozen=True, slots=True)
class Sized:
    """One side of a shape claim: its shape (None: not known) and how it came about."""

    shape: Shape
    trace: tuple[str, ...] = ()
    problem: str = ""


def judge_shape(claim: Claim) -> Verdict | None:
    """The verdict on a claim about a shape, from the claim as written; None for other claims."""
    left, right, relation = claim.left, claim.right, claim.relation
    if right is None or not is_shape_claim(claim):
        return None
    if relation in ("=", "equiv", "!="):
        return _compared(claim, relation == "!=")
    if relation in ("in", ":=") and right.op in WRITTEN_SHAPES:
        return _compared(claim, False)
    if relation == "notin" and right.op in WRITTEN_SHAPES:
        return _compared(claim, True)
    if relation == "->" and right.op in WRITTEN_SHAPES:
        if left.op == "tuple":
            return _stretched(claim)
        return _compared(claim, False)
    if relation in ("sim", "equiv") and left.op == right.op == "tuple":
        return _compatible(claim)
    return None


def is_shape_claim(claim: Claim) -> bool:
    """Whether one side is a written shape, or the shape of something."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    return any(
        side.op in WRITTEN_SHAPES | {"shape_of"} or _of_tuples(side) is not None for side in sides
    )


# --- the shape of a side --------------------------------------------------------------------


def _sized(term: Term, scope: Scope) -> Sized:
    if term.op in WRITTEN_SHAPES:
        dims = [_dimension(a, scope) for a in term.args]
        known = tuple(d for d in dims if d is not None)
        return Sized(known if len(known) == len(dims) else None)
    if term.op == "shape_of":
        return _value_shape(term.args[0], scope)
    operands = _of_tuples(term)
    if operands is not None:
        return _broadcast_of([_sized(o, scope).shape for o in operands])
    return _value_shape(term, scope)


def _of_tuples(term: Term) -> list[Term] | None:
    """The operands of `(3,) + (2, 3)`: sums and products of written shapes."""
    if term.op not in ("add", "mul", "hadamard"):
        return None
    return list(term.args) if all(a.op == "tuple" for a in term.args) else None


def _broadcast_of(shapes: Iterable[Shape]) -> Sized:
    known = [s for s in shapes if s is not None]
    joined = broadcast(*known)
    return Sized(joined.result, tuple(trace(known, joined)), _failure(joined))


def _failure(joined: Broadcast) -> str:
    if joined.failing_axis is None:
        return ""
    sizes = [p[joined.failing_axis] for p in joined.padded]
    unlike = " and ".join(str(s) for s in dict.fromkeys(sizes) if s != 1)
    return f"axis {joined.failing_axis} has the sizes {unlike}, and neither is 1"


def trace(shapes: Iterable[tuple[Dim, ...]], joined: Broadcast) -> Iterable[str]:
    """How shapes were broadcast, one line a step."""
    for shape, padded in zip(shapes, joined.padded, strict=True):
        if shape != padded:
            yield f"{show(shape)} is padded on the left to {show(padded)}"
    if joined.result is None:
        yield f"aligned right, {_failure(joined)}"
        return
    yield f"aligned right, {' and '.join(map(show, joined.padded))} give {show(joined.result)}"


def _dimension(term: Term, scope: Scope) -> Dim | None:
    """A written size: a natural number, or a name."""
    for _ in range(MOST_ROUNDS):
        value = scope.values.get(term)
        if value is None:
            break
        term = value
    if term.op == "number":
        value = term.data.value
        return int(value) if value.denominator == 1 else None
    if term.op == "symbol":
        return str(term.data.name)
    return plain(term) if term.op in ("add", "mul", "neg", "cardinality", "div") else None


def _value_shape(term: Term, scope: Scope) -> Sized:
    """The shape of a value, definitions put in until it is known."""
    if term.op == "symbol" and not term.data.declared:
        term = _by_name(term, scope)
    problem = _against_definition(term, scope)
    for _ in range(MOST_ROUNDS):
        if term.shape is not None and not problem:
            return Sized(_renamed(term.shape, scope), tuple(_traces(term)))
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


def _against_definition(term: Term, scope: Scope) -> str:
    """Why the declared shape of a defined symbol is not that of its definition, if so."""
    value = scope.values.get(term)
    if term.op != "symbol" or value is None or term.shape is None or value.shape is None:
        return ""
    a, b = _renamed(term.shape, scope), _renamed(value.shape, scope)
    if a == b or a is None or b is None:
        return ""
    return f"{plain(term)} is declared as {show(a)}, but what defines it has the shape {show(b)}"


def _definitions(term: Term, scope: Scope) -> Mapping[Term, Term]:
    return {s: scope.values[s] for s in free_symbols(term) if s in scope.values}


def _renamed(shape: tuple[Dim, ...], scope: Scope) -> Shape:
    """Named sizes that the scope gives a number."""
    numbers = {
        s.data.name: _dimension(s, scope)
        for s in scope.values
        if s.op == "symbol" and not s.data.shape
    }
    found: list[Dim] = []
    for d in shape:
        value = numbers.get(d) if isinstance(d, str) else d
        found.append(d if value is None else value)
    return tuple(found)


BROADCASTING = frozenset({"add", "mul", "div", "hadamard", "max", "min", "pow"})


def _traces(term: Term) -> Iterable[str]:
    """The broadcasts inside a term in which shapes were not all the same."""
    for node in postorder(term):
        shapes = [a.shape for a in node.args if a.shape]
        if node.op in BROADCASTING and len(set(shapes)) > 1:
            yield from trace(shapes, broadcast(*shapes))


# --- verdicts -------------------------------------------------------------------------------


def _compared(claim: Claim, negated: bool) -> Verdict:
    assert claim.right is not None
    sides = [_sized(side, claim.scope) for side in (claim.left, claim.right)]
    told = [line for side in sides for line in side.trace]
    for side in sides:
        if side.problem:
            if negated:
                return proved(METHOD, f"there is no such shape: {side.problem}", trace=told)
            shown = Counterexample({}, side.problem, show(_other(sides, side).shape))
            return refuted(METHOD, f"the shapes do not fit: {side.problem}", shown, trace=told)
    a, b = sides[0].shape, sides[1].shape
    if a is None or b is None:
        unknown = claim.left if a is None else claim.right
        return undecided(f"the shape of {plain(unknown)} is not known: declare it", METHOD)
    difference = _difference(a, b)
    if not difference:
        return _equal(claim, a, negated, told)
    if negated:
        return proved(METHOD, f"the shape is {show(a)}: {difference}", trace=told)
    return refuted(
        METHOD, f"the shape is {show(a)}: {difference}", _unlike(a, b), trace=told, shape=show(a)
    )


def _other(sides: list[Sized], side: Sized) -> Sized:
    return sides[1] if side is sides[0] else sides[0]


def _equal(claim: Claim, shape: tuple[Dim, ...], negated: bool, told: list[str]) -> Verdict:
    if negated:
        shown = Counterexample({}, show(shape), show(shape))
        return refuted(METHOD, f"both have the shape {show(shape)}", shown, trace=told)
    message = f"the shape is {show(shape)}"
    if told:
        message += "; " + "; ".join(dict.fromkeys(told))
    return proved(METHOD, message, shape=show(shape), trace=told)


def _difference(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> str:
    """Where two shapes differ, in words; empty if they do not."""
    if len(a) != len(b):
        return f"it has {len(a)} axes, {show(b)} has {len(b)}"
    for axis, (x, y) in enumerate(zip(a, b, strict=True)):
        if x != y:
            return f"axis {axis - len(a)} is {x}, in {show(b)} it is {y}"
    return ""


def _unlike(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> Counterexample:
    """Sizes at which the shapes differ: names get different numbers, from 2 on."""
    names = sorted({str(d) for d in (*a, *b) if isinstance(d, str)})
    taken = {d for d in (*a, *b) if isinstance(d, int)}
    free = (n for n in range(2, 10**6) if n not in taken)
    sizes = {name: next(free) for name in names}
    at = {name: str(size) for name, size in sizes.items()}
    return Counterexample(at, show(_sizes(a, sizes)), show(_sizes(b, sizes)))


def _sizes(shape: tuple[Dim, ...], sizes: Mapping[str, int]) -> tuple[Dim, ...]:
    return tuple(sizes[d] if isinstance(d, str) else d for d in shape)


def _stretched(claim: Claim) -> Verdict:
    """`(3,) \\to (1, 3)`: the first shape broadcasts to the second."""
    assert claim.right is not None
    a, b = _sized(claim.left, claim.scope).shape, _sized(claim.right, claim.scope).shape
    if a is None or b is None:
        return undecided("a size in the shape is not understood", METHOD)
    joined = broadcast(a, b)
    told = list(trace((a, b), joined))
    if joined.result == b:
        return proved(METHOD, f"{show(a)} broadcasts to {show(b)}", trace=told)
    reason = _failure(joined) or f"together they give {show(joined.result)}"
    shown = Counterexample({}, show(a), show(b))
    return refuted(
        METHOD, f"{show(a)} does not broadcast to {show(b)}: {reason}", shown, trace=told
    )


def _compatible(claim: Claim) -> Verdict:
    """`(3,) \\sim (2, 3)`: the shapes broadcast together."""
    assert claim.right is not None
    shapes = [_sized(side, claim.scope).shape for side in (claim.left, claim.right)]
    found = _broadcast_of(shapes)
    if found.problem:
        shown = Counterexample({}, show(shapes[0]), show(shapes[1]))
        return refuted(METHOD, found.problem, shown, trace=list(found.trace))
    return proved(METHOD, f"they broadcast to {show(found.shape)}", trace=list(found.trace))
