"""The derivative of an expression with its steps: in a number, in an entry, in a whole array."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.document.errors import DeriveError, ReadError
from symdl.document.source import Source
from symdl.expression import printer
from symdl.expression.defining import define
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name
from symdl.expression.term import BINDERS, Term, free_symbols, make, postorder, symbol
from symdl.expression.term import replace as replaced
from symdl.library.understood import read_key

if TYPE_CHECKING:
    from symdl.faces.expression import Expression


def derived(expression: Expression, variable: str) -> Expression:
    """The derivative (see `Expression.derivative`)."""
    step = _in_step(expression, variable)
    if step is not None:
        return step
    right = expression.right.sized()
    array = right.array(variable)
    if array is None and any(s.data.role == "sequence" for s in _named(right, variable)):
        right = right.sized(sequences=True)
        array = right.array(variable)
    if array is not None:
        return _with_sequences(expression, right, array)
    entries = _by_entry(right, variable) if right.term.shape else None
    return entries if entries is not None else _of_number(right, variable)


def _in_step(expression: Expression, variable: str) -> Expression | None:
    """The derivative in one vector of a sequence, `h_{t-1}`, which is a name of its own then; None
    where the variable is anything else."""
    from symdl.derivation.held import refuse_tied, refuse_unknown
    from symdl.derivation.recurrences import step_of

    try:
        key = read_key(Source("<variable>", variable), expression.scope)
    except ReadError:
        return None
    if key.op != "entry" or len(key.args) != 2:
        return None
    right = expression.right.sized(sequences=True)
    name, wanted = key.args[0].data.name, printer.plain(key)
    nodes = list(postorder(right.term))
    steps = [n for n in nodes if n.op == "entry" and _base_name(n) == name]
    same = [n for n in steps if n.shape and printer.plain(n) == wanted]
    starts = {(step_of(n.args[1]) or (None, 0))[0] for n in steps}
    bound = {n.args[0] for n in nodes if n.op in BINDERS}
    if not same or len(starts) > 1 or None in starts or bound & starts:
        return None  # another index may be the same one
    refuse_tied(right.term, same[0], right.scope)
    refuse_unknown(right.term, same[0], right.scope)
    shape = same[0].shape or ()
    alone = symbol(printer.latex(same[0]), "vector" if len(shape) == 1 else "matrix", shape)
    named = replace(right, term=replaced(right.term, {same[0]: alone}))
    return _in_matrices(named, alone)


def _base_name(entry: Term) -> str:
    return str(entry.args[0].data.name) if entry.args[0].op == "symbol" else ""


def _with_sequences(expression: Expression, right: Expression, array: Term) -> Expression:
    """In a whole array; the vectors of a family in bold, `\\mathbf{x}_i`, are the rows of an array
    where there is no matrix notation without that."""
    try:
        return _in_matrices(right, array)
    except DeriveError:
        if not any(s.data.role == "sequence" for s in free_symbols(right.term)):
            raise
        of_arrays = expression.right.sized(sequences=True)
        again = of_arrays.array(str(array.data.name))
        if again is None:
            raise
        return _in_matrices(of_arrays, again)


def _of_number(right: Expression, variable: str) -> Expression:
    """By the rules for numbers; of arrays, as the sums over entries that they stand for."""
    from symdl.derivation.differentiate import differentiate
    from symdl.derivation.held import refuse_tied, refuse_unclear, refuse_unknown
    from symdl.derivation.index.entrywise import shortened
    from symdl.derivation.steps import Steps
    from symdl.derivation.structural_rules import apart
    from symdl.derivation.tidy import tidy

    found = right.expanded()
    if found.term is not right.term:
        found = replace(found, term=tidy(found.term))
    key = right.variable(variable, found.term)
    refuse_tied(right.term, key, right.scope)
    refuse_unclear(right.term, key, right.scope)
    refuse_unknown(found.term, key, right.scope)
    if key.op == "entry" and len(key.args[0].shape or ()) > len(key.args) - 1:
        return _of_row(right, key)
    matrices = _of_sums_of_sums(right, key, found.term)
    if matrices is not None:
        return matrices
    try:
        result = differentiate(apart(found.term, key), key)
    except DeriveError:
        if key.op != "symbol" or not any(n.shape for n in postorder(right.term)):
            raise
        return _in_matrices(right, key)  # a number in front of an array below a determinant
    result = shortened(result, _with_its_name(right), right.term)
    return replace(
        found,
        term=result.result,
        steps=Steps(result, right.left, apart(right.term, key)),
        kinks=result.kinks,
        left=None,
        axes=(),
        slope_of=None,
    )


def _named(right: Expression, name: str) -> Iterator[Term]:
    """The free symbols of a name."""
    wanted = canonical_name(name) if name.isalnum() or name.startswith("\\") else name
    return (s for s in free_symbols(right.term) if s.data.name == wanted)


def _with_its_name(right: Expression) -> Scope:
    """The scope with the entry that an equation gives (`p_i = ...`)."""
    if right.left is None or right.left.op != "entry":
        return right.scope
    return define(right.scope, make("relation", right.left, right.term, data=("=",)))


def _by_entry(right: Expression, variable: str) -> Expression | None:
    """The derivative of an array, entry by entry, by an entry (`W_{pq}`)."""
    from symdl.derivation.index.entrywise import derivative_of_entries
    from symdl.derivation.steps import Steps

    key = read_key(Source("<variable>", variable), right.scope)
    found = derivative_of_entries(right.term, key, right.scope)
    if found is None:
        return None
    steps = Steps(found)
    return replace(right, term=found.result, steps=steps, left=None, reading=None)


def _in_matrices(right: Expression, variable: Term) -> Expression:
    """The derivative in a whole array, in matrix notation, for all sizes."""
    from symdl.code.chosen import with_log_softmax
    from symdl.derivation.held import refuse_tied, refuse_unknown
    from symdl.derivation.matrix.derivation import derive_matrix

    refuse_tied(right.term, variable, right.scope)
    refuse_unknown(right.term, variable, right.scope)
    term = with_log_softmax(right.term) if right.term.shape else right.term
    right = replace(right, left=_of_its_shape(right))
    steps = derive_matrix(term, variable, right.scope, right.left)
    axes = (*right.axes, *steps.axes) if steps.axes else ()
    scope = right.scope
    if right.left is not None and right.left in free_symbols(steps.result):
        scope = replace(scope, values={**scope.values, right.left: right.term})
    found = replace(
        right, term=steps.result, scope=scope, steps=steps, left=None, reading=None, axes=axes
    )
    return replace(found, slope_of=(right, printer.latex(variable)))


def _of_its_shape(right: Expression) -> Term | None:
    """The name that an equation gives, of the shape of what it names: `y = x/\\lVert x\\rVert` was
    read as a number."""
    left, body = right.left, right.term
    if left is None or left.op != "symbol" or not body.shape or left.shape == body.shape:
        return left
    if right.scope.declares(left.data.name):
        return left
    return symbol(left.data.name, "vector" if len(body.shape) == 1 else "matrix", body.shape)


def _of_row(right: Expression, row: Term) -> Expression:
    """The derivative of a number in one row `w_k` of an array: that row of its gradient."""
    from symdl.derivation.matrix.lines import Line, MatrixSteps
    from symdl.derivation.matrix.rows import row_of

    base, indices = row.args[0], row.args[1:]
    hint = (
        f"take it by an entry, with an index for each axis, or by the whole {printer.plain(base)}"
    )
    if right.term.shape != ():
        raise DeriveError(f"{printer.plain(row)} is a row of {printer.plain(base)}", hint=hint)
    whole = _in_matrices(right, base)
    if whole.axes:
        raise DeriveError(f"the gradient in {printer.plain(base)} has no matrix form", hint=hint)
    steps = whole.steps
    assert isinstance(steps, MatrixSteps)
    term = row_of(whole.term, indices)
    name = steps.lines[-1].left.args[0]
    line = Line(make("gradient", name, row), term, f"row {', '.join(map(printer.plain, indices))}")
    told = replace(steps, lines=(*steps.lines, line))
    return replace(whole, term=term, steps=told)


def _of_sums_of_sums(right: Expression, variable: Term, term: Term) -> Expression | None:
    """The derivative in a number of what has a sum below a sum, which is long in indices; None for
    anything else, and where there is no matrix notation for it."""
    sums = [n for n in postorder(term) if n.op == "sum"]
    nested = any(n.op == "sum" for s in sums for n in postorder(s.args[-1]))
    if variable.op != "symbol" or not nested:
        return None
    try:
        found = _in_matrices(right, variable)
    except DeriveError:
        return None
    return None if found.axes else found
