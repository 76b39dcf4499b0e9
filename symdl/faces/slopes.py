"""Which derivatives code has, and how it comes by them: by the backward pass in matrix notation,
by a sweep over index notation, or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.document.errors import DeriveError, ShapeError
from symdl.expression.misfits import show
from symdl.expression.term import BINDERS, Term, free_symbols, postorder
from symdl.expression.term import replace as put
from symdl.faces.written_out import whole

if TYPE_CHECKING:
    from symdl.derivation.matrix.backward import Backward
    from symdl.faces.expression import Expression

Names = str | Sequence[str] | None


def has_named_gradients(expression: Expression) -> bool:
    """Whether the term keeps the names of gradients in between (`\\\\nabla_S L`), or is a sum over
    the elements of a batch: the backward pass has the code."""
    if expression.slope_of is None:
        return False
    nodes = postorder(expression.term)
    return any(n.op == "gradient" or (n.op == "sum" and n.shape) for n in nodes)


def every(expression: Expression, derivative: Names) -> Names:
    """The variables that "all" stands for: each number that has no default, and each array. Of
    arrays alone it stands for all that the backward pass reaches. Raises DeriveError for an array:
    its derivatives are Jacobians, each with an axis more than anybody wants unasked."""
    if several(derivative) != ("all",):
        return derivative
    sized_ = expression.right.sized()
    term = whole(sized_)
    if term.shape:
        raise DeriveError(
            f'"all" is for a number: this is an array {show(term.shape)}',
            hint="name a variable to get its Jacobian, or take a number of it: tr(G^T O) has the "
            "gradients that a backward pass wants, for any G",
        )
    free = sized_.parameters(term)
    numbers = _numbers(expression, term, free)
    arrays = [s for s in free if s.shape]
    if arrays and not numbers:
        return derivative
    names = tuple(str(s.data.name) for s in (*arrays, *numbers))
    if not names:
        raise DeriveError("there is no variable to derive in", code="no-such-variable")
    return names


def _numbers(expression: Expression, term: Term, free: Sequence[Term]) -> list[Term]:
    """The numbers to derive in: none with a default, none that counts something."""
    nodes = list(postorder(term))
    ends = {e for n in nodes if n.op in BINDERS for e in n.args[1:-1]}
    counts = {s for end in ends for s in free_symbols(end)}
    counts |= {s for n in nodes if n.op == "entry" for i in n.args[1:] for s in free_symbols(i)}
    sizes = {d for n in (*free, *nodes) for d in n.shape or ()}
    wanted = (s for s in free if s.shape == () and s.data.name not in sizes)
    return [s for s in wanted if s not in expression.defaults and s not in counts]


def backward_of(expression: Expression, derivative: Names) -> Backward | tuple[Term, ...] | None:
    """The backward pass, where a derivative is wanted in an array; where it has no rule the
    value and each derivative by itself."""
    names = several(derivative)
    numbers = names != ("all",) and all(expression.array(name) is None for name in names)
    if numbers and not (names and _has_matrix_kernels(expression)):
        return None
    from symdl.code.chosen import with_logs_inside

    term = whole(expression)
    try:
        found = replace(expression, term=with_logs_inside(expression.term)).backward(names)
    except (DeriveError, ShapeError) as problem:
        return _by_sums(expression, term, names) or _one_by_one(expression, term, names, problem)
    if not _may_overflow(found) or any(v.op != "symbol" for v in found.gradients):
        return found
    return _by_sums(expression, term, tuple(v.data.name for v in found.gradients)) or found


def _may_overflow(found: Backward) -> bool:
    """Whether a backward pass divides by sums of exponentials that nothing moves."""
    below = {n.args[1] for e in found.backward for n in postorder(e.right) if n.op == "div"}
    sums = {n for b in below for n in postorder(b) if n.op in ("matmul", "reduce_sum", "dot")}
    return any(n.op == "exp" and n.shape for total in sums for n in postorder(total))


def _one_by_one(
    expression: Expression, term: Term, names: tuple[str, ...], problem: DeriveError | ShapeError
) -> tuple[Term, ...]:
    """The value and each derivative by itself. Raises the problem where there is none."""
    free = [s.data.name for s in expression.parameters(term) if s.shape]
    try:
        slopes = [expression.derivative(n) for n in (free if names == ("all",) else names)]
    except (DeriveError, ShapeError):
        raise problem from None
    _refuse_overflow(term, slopes)
    return (term, *map(whole, slopes))


def _by_sums(expression: Expression, term: Term, names: tuple[str, ...]) -> tuple[Term, ...] | None:
    """The value and its gradients by a sweep over index notation; None for what is none."""
    from symdl.code.by_index import by_index
    from symdl.code.index_ranges import outside_of_indices
    from symdl.code.reverse import with_gradients
    from symdl.document.errors import CodeError

    try:
        if names == ("all",):
            met = outside_of_indices(term)
            wanted = [s for s in expression.parameters(term) if s.shape and s in met]
        else:
            wanted = [expression.symbol(name, term) for name in names]
        return with_gradients(by_index(term), wanted) if term.shape == () else None
    except (CodeError, DeriveError):
        return None


def slope_by_sums(expression: Expression) -> tuple[Term, ...] | None:
    """A derivative of a number that is known entry by entry, or that chooses entries, by such a
    sweep: there is no delta in it, and a slope at entries that are 0."""
    chooses = any(n.op in ("max_over", "min_over") for n in postorder(expression.term))
    if expression.slope_of is None or not (expression.axes or chooses):
        return None
    differentiated, variable = expression.slope_of
    found = _by_sums(differentiated, whole(differentiated), (variable,))
    if found is None:
        return None
    # the k of `\sum_{j=1}^k` is the k of the index over the entries of the derivative
    own = {s.data.name: s for s in expression.parameters(whole(expression)) if s.shape == ()}
    counts = (s for term in found[1:] for s in free_symbols(term) if s.data.name in own)
    table = {s: own[s.data.name] for s in counts}
    return tuple(put(term, table) for term in found[1:])


def _refuse_overflow(term: Term, slopes: Sequence[Expression]) -> None:
    """Raise DeriveError for a Jacobian entry by entry through a softmax: its code would add up
    exponentials that nothing moves, which overflow where the function itself does not."""
    by_entries = any(slope.axes for slope in slopes)
    if by_entries and any(n.op in _SHIFTED for n in postorder(term)):
        raise DeriveError(
            "the Jacobian of an array through a softmax has no code that is safe from overflow",
            hint="take a number of it: tr(G^T O) has the gradients that a backward pass wants",
        )


_SHIFTED = frozenset({"softmax", "log_softmax", "logsumexp"})


def _has_matrix_kernels(expression: Expression) -> bool:
    """Whether a determinant, an inverse or a softmax is in the way of derivatives in numbers."""
    from symdl.code.chosen import with_logs_inside
    from symdl.derivation.matrix.build import NotInMatrices
    from symdl.derivation.matrix.vectorise import whole as with_whole_arrays

    term = with_logs_inside(whole(expression))
    with suppress(NotInMatrices):  # its sums stay sums
        term = with_whole_arrays(term)
    return not term.shape and any(n.op in _KERNELS and n.args[0].shape for n in postorder(term))


_KERNELS = frozenset({"det", "inverse", "softmax", "log_softmax", "logsumexp"})
"""Operations on arrays that have rules as a whole, and none of their entries."""


def several(names: Names) -> tuple[str, ...]:
    """One name, several, or none as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)
