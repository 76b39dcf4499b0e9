"""Matrix expressions as a paper prints them: numbers in front, transposes and ones settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.matrix.batched import over_batch
from symdl.expression.numerals import ONE, ZERO, value_of
from symdl.expression.shapes import is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Shape, Term, combined, make, number


def ones(size: Dim) -> Term:
    """A vector of ones."""
    return make("ones", as_term(size))


def is_scalar(term: Term) -> bool:
    """Whether a Term is a number."""
    return term.shape == ()


@dataclass(frozen=True, slots=True)
class Scaled:
    """A rational number, scalar factors above and below the line, and an array (None: none)."""

    value: Fraction
    above: tuple[Term, ...]
    below: tuple[Term, ...]
    array: Term | None

    @staticmethod
    def of(term: Term) -> Scaled:
        """A Term taken apart."""
        value, array = Fraction(1), None
        above: list[Term] = []
        below: list[Term] = []
        stack = [(term, True)]
        while stack:
            node, up = stack.pop()
            if node.op == "number" and (up or node.data.value):
                value = value * node.data.value if up else value / node.data.value
            elif node.op == "neg":
                value = -value
                stack.append((node.args[0], up))
            elif (k := _times_itself(node)) is not None:
                stack += [(node.args[0], up)] * k
            elif node.op == "mul" and sum(not is_scalar(a) for a in node.args) <= 1:
                stack.extend((a, up) for a in reversed(node.args))
            elif node.op == "div" and is_scalar(node.args[1]):
                stack += [(node.args[1], not up), (node.args[0], up)]
            elif node.op == "div" and up and node.args[1].op in ("mul", "neg"):
                bottom = Scaled.of(node.args[1])
                stack += [(f, False) for f in (number(bottom.value), *bottom.above)]
                stack += [(f, True) for f in bottom.below]
                array = make("div", node.args[0], bottom.array or ONE)
            elif is_scalar(node):
                (above if up else below).append(node)
            else:
                array = node
        for factor in list(below):
            if factor in above:
                above.remove(factor)
                below.remove(factor)
        return Scaled(value, tuple(above), tuple(below), array)

    def times(self, other: Scaled) -> Scaled:
        """The scalar parts of two, with the array of this one."""
        return Scaled(
            self.value * other.value,
            (*self.above, *other.above),
            (*self.below, *other.below),
            self.array,
        )

    @property
    def term(self) -> Term:
        """The product: one fraction of scalars in front of the array."""
        if not self.value:
            return ZERO
        above, below = list(self.above), list(self.below)
        for factor in self.below:
            if factor in above:
                above.remove(factor)
                below.remove(factor)
        size = abs(self.value)
        top = ([number(size.numerator)] if size.numerator != 1 else []) + above
        bottom = ([number(size.denominator)] if size.denominator != 1 else []) + below
        front = _joined(top) if top else None
        if bottom:
            front = make("div", front or ONE, _joined(bottom))
        if bottom and not top and self.array is not None and self.array.op in ("symbol", "label"):
            whole = make("div", self.array, _joined(bottom))
            return make("neg", whole) if self.value < 0 else whole
        array = self.array
        if array is not None and array.op == "div" and array.args[0] is ONE and (top or bottom):
            below_ = _joined([*bottom, array.args[1]])
            whole = make("div", _joined(top) if top else ONE, below_)
            return make("neg", whole) if self.value < 0 else whole
        parts = [p for p in (front, array) if p is not None]
        whole = _joined(parts) if parts else ONE
        return make("neg", whole) if self.value < 0 else whole


def _times_itself(node: Term) -> int | None:
    """How often the number of a small whole power is a factor of it."""
    if node.op != "pow" or not is_scalar(node):
        return None
    value = value_of(node.args[1])
    return int(value) if value in (2, 3, 4) else None


def _joined(factors: Sequence[Term]) -> Term:
    flat = [g for f in factors for g in (f.args if f.op == "mul" else (f,))]
    count = {f: flat.count(f) for f in flat if f.shape == () and f.op != "number"}
    powers = {f: f ** number(k) if k > 1 else f for f, k in count.items()}
    flat = (
        [powers.get(f, f) for f in dict.fromkeys(flat)]
        if max(count.values(), default=1) > 1
        else flat
    )
    return combined("mul", flat)


def scaled(*factors: Term) -> Term:
    """The product of scalars and at most one array."""
    total = Scaled(Fraction(1), (), (), None)
    array: Term | None = None
    for factor in factors:
        part = Scaled.of(factor)
        array = part.array if part.array is not None else array
        total = total.times(part)
    return Scaled(total.value, total.above, total.below, array).term


def negative(term: Term) -> Term:
    """-x."""
    return scaled(make("neg", term))


def product(*factors: Term) -> Term:
    """The matrix product, numbers in front, nested products and sums of ones settled."""
    front = Scaled(Fraction(1), (), (), None)
    arrays: list[Term] = []
    for factor in factors:
        part = Scaled.of(factor)
        front = front.times(part)
        if part.array is not None:
            arrays += part.array.args if part.array.op == "matmul" else (part.array,)
    kept = [a for a in arrays if a.op != "identity"] or arrays[:1]
    if not kept:
        return front.term
    whole = kept[0] if len(kept) == 1 else make("matmul", *kept)
    if is_scalar(whole):
        return scaled(front.term, whole)
    return Scaled(front.value, front.above, front.below, whole).term


def turned(term: Term) -> Term:
    """The transpose, moved inside of products."""
    part = Scaled.of(term)
    array = part.array
    if array is None:
        return term
    return Scaled(part.value, part.above, part.below, _turned(array)).term


_ENTRYWISE = frozenset({"add", "neg", "mul", "div", "hadamard"})


def is_symmetric(array: Term) -> bool:
    """Whether a matrix is its transpose by how it is made: `X^T X`, `I + v v^T`, their inverses."""
    shape = array.shape or ()
    if len(shape) != 2 or shape[0] != shape[1]:
        return False
    if array.op in ("diag", "identity"):
        return True
    if array.op == "inverse" or array.op in _ENTRYWISE:
        return all(is_symmetric(a) for a in array.args if a.shape)
    if array.op != "matmul":
        return False
    factors = array.args
    for left, right in zip(factors, reversed(factors), strict=True):
        if not (_are_transposes(left, right) or (left is right and is_symmetric(left))):
            return False
    return True


def _are_transposes(left: Term, right: Term) -> bool:
    return make("transpose", left) is right or make("transpose", right) is left


def _turned(array: Term) -> Term:
    if array.op == "transpose":
        return array.args[0]
    if is_symmetric(array):
        return array
    if is_row(array) and array.op in _ENTRYWISE:
        return make(array.op, *(turned(a) for a in array.args), data=array.data)
    ranks = [len(a.shape or ()) for a in array.args]
    if array.op == "matmul" and (len(array.shape or ()) == 2 or min(ranks) > 1):
        whole = make("matmul", *(_turned(a) for a in reversed(array.args)))
        if whole.shape == make("transpose", array).shape:
            return whole
    return make("transpose", array)


def entrywise(*factors: Term) -> Term:
    """The product entry by entry, numbers in front; ones leave, quotients stay quotients."""
    front = Scaled(Fraction(1), (), (), None)
    arrays: list[Term] = []
    for factor in factors:
        part = Scaled.of(factor)
        front = front.times(part)
        if part.array is not None:
            arrays += part.array.args if part.array.op == "hadamard" else (part.array,)
    below = [a.args[1] for a in arrays if a.op == "div" and a.args[0] is ONE and a.args[1].shape]
    if below and len(below) < len(arrays):
        rest = [a for a in arrays if not (a.op == "div" and a.args[0] is ONE)]
        if all(a.op == "ones" and a.shape == below[0].shape for a in rest):
            rest = [ONE]
        whole = rest[0] if len(rest) == 1 else make("hadamard", *rest)
        for b in below:
            whole = make("div", whole, b)
        return Scaled(front.value, front.above, front.below, whole).term
    shapes = {a.shape for a in arrays}
    kept = [a for a in arrays if a.op != "ones"]
    if len(shapes) > 1 or not kept:
        kept = arrays
    if not kept:
        return front.term
    whole = kept[0] if len(kept) == 1 else make("hadamard", *kept)
    return Scaled(front.value, front.above, front.below, whole).term


def total(terms: Sequence[Term]) -> Term:
    """The sum: numbers of the same array collected, a front that all share in front."""
    collected: dict[tuple[tuple[Term, ...], tuple[Term, ...], Term | None], Fraction] = {}
    quotients: dict[Scaled, Term] = {}
    for term in terms:
        for part in term.args if term.op == "add" else (term,):
            s = Scaled.of(part)
            key = (s.above, s.below, s.array)
            collected[key] = collected.get(key, Fraction(0)) + s.value
            if part.op == "div":
                quotients[s] = part
    parts = [Scaled(v, *key) for key, v in collected.items() if v]
    if not parts:
        return ZERO
    front = _shared(parts) if len(parts) > 1 else Scaled(Fraction(1), (), (), None)
    divided = (_divided(p, front) for p in parts)
    kept = [quotients.get(p, p.term) for p in divided]  # `QK^T/s` stays as it was written
    kept.sort(key=lambda t: t.op == "neg")
    whole = combined("add", kept)
    if whole.shape is not None and not whole.shape:
        return scaled(front.term, whole)
    return Scaled(front.value, front.above, front.below, whole).term


def _shared(parts: Sequence[Scaled]) -> Scaled:
    """The number and the scalars that all summands have in front."""
    below = [f for f in parts[0].below if all(f in p.below for p in parts)]
    if all(p.array is None for p in parts):  # numbers: one fraction, what is above stays
        often = {f: min(p.below.count(f) for p in parts) for f in dict.fromkeys(below)}
        return Scaled(Fraction(1), (), tuple(f for f, k in often.items() for _ in range(k)), None)
    sizes = {abs(p.value) for p in parts}
    value = sizes.pop() if len(sizes) == 1 else Fraction(1)
    if any(p.array is None for p in parts):
        return Scaled(Fraction(1), (), (), None)
    if all(p.value < 0 for p in parts):
        value = -value
    above = [f for f in parts[0].above if all(f in p.above for p in parts)]
    return Scaled(value, tuple(dict.fromkeys(above)), tuple(dict.fromkeys(below)), None)


def _divided(part: Scaled, front: Scaled) -> Scaled:
    above, below = list(part.above), list(part.below)
    for f in front.above:
        above.remove(f)
    for f in front.below:
        below.remove(f)
    return Scaled(part.value / front.value, tuple(above), tuple(below), part.array)


def as_softmax(node: Term) -> Term:
    """`e^u / (1^T e^u)` of a vector, or of each row of a matrix, as softmax(u)."""
    top, below = _quotient_of(node)
    if top is None or below is None or below.op != "matmul":
        return node
    first, last = below.args[0], below.args[-1]
    row = first.op == "transpose" and first.args[0].op == "ones" and below.args[1:] == (top,)
    rows = first is top and last.op == "transpose" and last.args[0].op == "ones"
    rows = rows and [a.op for a in below.args[1:-1]] == ["ones"]
    fits = (row and len(top.shape or ()) == 1) or (rows and len(top.shape or ()) == 2)
    return make("softmax", top.args[0]) if fits else node


def _quotient_of(node: Term) -> tuple[Term | None, Term | None]:
    """The exponentials above the line and what is below."""
    if node.op == "div" and node.args[0].op == "exp":
        return node.args[0], node.args[1]
    if node.op == "mul" and len(node.args) == 2 and node.args[0].op == "div":
        front, array = node.args
        if front.args[0] is ONE and array.op == "exp":
            return array, front.args[1]
    return None, None


def trace_of(matrix: Term) -> Term:
    """The trace, numbers in front."""
    part = Scaled.of(matrix)
    if part.array is None:
        return make("trace", matrix)
    array = part.array.args[0] if part.array.op == "transpose" else part.array
    front = Scaled(part.value, part.above, part.below, None)
    return scaled(front.term, make("trace", array))


def summed_to(term: Term, shape: Shape) -> Term:
    """An adjoint summed over the axes along which its array was broadcast."""
    have = term.shape
    if have is None or shape is None or have == shape:
        return term
    if shape == ():
        if len(have) == 1:
            return product(make("transpose", ones(have[0])), term)
        if len(have) == 2:
            return product(make("transpose", ones(have[0])), term, ones(have[1]))
    if len(shape) == 1 and len(have) == 2 and shape[0] == have[1]:
        return product(turned(term), ones(have[0]))
    if len(have) > max(len(shape), 2) and have[len(have) - len(shape) :] == shape:
        return summed_to(_over_batch(term, len(have) - max(len(shape), 2)), shape)
    raise NotInMatrices(f"a sum of {have} to {shape}")


def _over_batch(term: Term, axes: int) -> Term:
    taken = Scaled.of(term)
    if taken.array is None or taken.array.shape != term.shape:
        taken = Scaled(Fraction(1), (), (), term)
    assert taken.array is not None
    try:
        made = over_batch(taken.array, axes)
        return scaled(Scaled(taken.value, taken.above, taken.below, None).term, made)
    except LookupError as problem:
        raise NotInMatrices(str(problem)) from None


def associated(factors: Sequence[Term]) -> Term:
    """A product as products of two: vectors first, so that no matrix is made in between."""
    for place in range(len(factors) - 1):
        column, row = factors[place], factors[place + 1]
        if len(column.shape or ()) == 1 and is_row(row):
            left, right = associated(factors[: place + 1]), associated(factors[place + 1 :])
            return make("matmul", left, right)
    parts = list(factors)
    if len(parts[-1].shape or ()) == 1 and not is_row(parts[0]):
        while len(parts) > 1:
            parts[-2:] = [make("matmul", *parts[-2:])]
    while len(parts) > 1:
        parts[:2] = [make("matmul", *parts[:2])]
    return parts[0]


class NotInMatrices(Exception):
    """This has no matrix form; the text says why. Caught where matrix forms are asked for."""
