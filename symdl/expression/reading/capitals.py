"""Capitals that are matrices by what stands beside them: `P^{-1} A`, `A(B + C)`, `X\\beta`."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.reading.notation import TRANSPOSES
from symdl.expression.reading.syntax import letter_of
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_CAPITALS = c.MATRIX_LETTERS | c.FACTOR_LETTERS | c.DESIGN_MATRICES


def uninverted(node: s.Node) -> s.Node:
    """A of `A^{-1}`, else the node itself."""
    if isinstance(node, s.Scripts) and node.sub is None and isinstance(node.sup, s.Sum):
        return node.base
    return node


def conjugates(left: s.Node, right: s.Node) -> bool:
    """`P^{-1} A` and `D P^{-1}`: an inverse beside a capital would be a fraction of numbers."""
    inverted = uninverted(left) is not left or uninverted(right) is not right
    letters = {letter_of(uninverted(left)), letter_of(uninverted(right))}
    return inverted and letters <= c.MATRIX_LETTERS | c.FACTOR_LETTERS


def conjugated(factors: tuple[s.Node, ...]) -> tuple[s.Node, ...]:
    """The capitals of `P D^2 P^{-1}`, bare of their exponents: numbers would cancel. Else none."""
    if all(uninverted(f) is f for f in factors):
        return ()
    bases = tuple(f.base if isinstance(f, s.Scripts) and f.sub is None else f for f in factors)
    inverted = {letter_of(uninverted(f)) for f in factors if uninverted(f) is not f}
    plain = {letter_of(f) for f in factors}
    capitals = c.MATRIX_LETTERS | c.FACTOR_LETTERS
    return bases if inverted & plain & capitals and set(map(letter_of, bases)) <= capitals else ()


def solves(left: s.Node, right: s.Node) -> bool:
    """`A^{-1} b`: an inverted capital beside a small letter that is no index is a matrix beside a
    vector; numbers would be a fraction."""
    power = left.sup if isinstance(left, s.Scripts) else None
    inverted = isinstance(power, s.Sum) and power.signs == ("-",)
    if not inverted or not isinstance(power, s.Sum) or not isinstance(power.terms[0], s.Number):
        return False
    letter = letter_of(right)
    small = len(letter) == 1 and letter.islower() and letter not in c.INDEX_LETTERS
    capital = letter_of(uninverted(left)) in c.MATRIX_LETTERS | c.FACTOR_LETTERS
    return small and capital and power.terms[0].text == "1"


def summed_capitals(node: s.Node) -> tuple[s.Node, ...]:
    """B and C of `(B + C)`; none where anything else is summed."""
    body = node.body if isinstance(node, s.Group) and node.open in ("(", "[") else None
    if not isinstance(body, s.Sum) or len(body.terms) < 2:
        return ()
    return body.terms if all(letter_of(t) in c.MATRIX_LETTERS for t in body.terms) else ()


def capital_terms(node: s.Node) -> tuple[s.Node, ...]:
    r"""A of `(A - \lambda I)`, W and V of `(W + V)`; none where a term ends in anything else."""
    body = node.body if isinstance(node, s.Group) and node.open in ("(", "[") else None
    if not isinstance(body, s.Sum):
        return ()
    last = [t.factors[-1] if isinstance(t, s.Product) else t for t in body.terms]
    fits = all(letter_of(uninverted(t)) in c.MATRIX_LETTERS | {"I"} for t in last)
    return tuple(t for t in last if letter_of(t) != "I") if fits else ()


def distributes(left: s.Node, right: s.Node) -> tuple[s.Node, ...]:
    """The capitals of `A(B + C)` and `(A + B)C`, read as those of `AB + AC`; else none."""
    for letter, group in ((left, right), (right, left)):
        if letter_of(uninverted(letter)) in c.MATRIX_LETTERS and summed_capitals(group):
            return (uninverted(letter), *summed_capitals(group))
    return ()


def regresses(left: s.Node, right: s.Node) -> bool:
    """`X\\beta`, `X\\theta`: the design matrix before its coefficients."""
    return letter_of(left) in c.DESIGN_MATRICES and letter_of(right) in c.COEFFICIENTS


def is_row_before(head: s.Node, bracket: s.Node) -> bool:
    """`g^T (W + BA) x`: a transposed letter before a sum or a product is a factor, not a function
    of it; `f^T(x)` and `\\phi^T(x)` may be the transposed value."""
    if not isinstance(head, s.Scripts) or head.sub is not None or head.sup is None:
        return False
    letter = letter_of(head.base)
    arrays = c.VECTOR_LETTERS | c.MATRIX_LETTERS | c.FACTOR_LETTERS
    body = bracket.body if isinstance(bracket, s.Group) else None
    longer = isinstance(body, s.Sum | s.Product)
    return longer and letter in arrays and name_of(head.sup) in TRANSPOSES


def is_recurrent(body: s.Node | None) -> bool:
    r"""`W_h h_{t-1} + W_x x_t + b`: what a function of entries is taken of in a recurrent layer."""
    return any(map(_weighs_a_step, terms_of(body)))


def terms_of(body: s.Node | None) -> tuple[s.Node, ...]:
    """The summands of what may be a sum; none of nothing."""
    if body is None:
        return ()
    return body.terms if isinstance(body, s.Sum) else (body,)


def _weighs_a_step(term: s.Node) -> bool:
    if not isinstance(term, s.Product) or term.links != ("",):
        return False
    weight, step = term.factors
    if isinstance(weight, s.Scripts):
        weight = weight.base if weight.sup is None else weight
    if (
        letter_of(weight) not in c.WEIGHTS
        or not isinstance(step, s.Scripts)
        or step.sup is not None
    ):
        return False
    first = step.sub.terms[0] if isinstance(step.sub, s.Sum) else step.sub
    time = isinstance(first, s.Name) and first.text in c.TIME_LETTERS
    return time and letter_of(step.base) in c.VECTOR_LETTERS


def are_matrices(left: s.Node, right: s.Node) -> bool:
    """Whether neighbours in a product are matrices and vectors by their letters."""
    if not {letter_of(uninverted(left)), letter_of(uninverted(right))} & _CAPITALS:
        return False
    if conjugates(left, right) or solves(left, right) or distributes(left, right):
        return True
    if regresses(left, right):
        return True
    if letter_of(uninverted(left)) not in c.MATRIX_LETTERS:
        return False
    letter = letter_of(uninverted(right))
    return letter in c.MATRIX_LETTERS or letter in c.VECTOR_LETTERS or is_ones(right)


def is_ones(node: s.Node) -> bool:
    """`\\mathbf{1}` and `\\mathbf{1}_n`: no indicator of a condition or of a set."""
    base, sub = (node.base, node.sub) if isinstance(node, s.Scripts) else (node, None)
    if not isinstance(base, s.Styled) or base.font not in ("mathbf", "boldsymbol", "bm"):
        return False
    size = sub is None or (isinstance(sub, s.Name) and len(sub.text) == 1 and sub.text.islower())
    return size and isinstance(base.body, s.Number) and base.body.text == "1"
