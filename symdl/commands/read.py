"""`symdl read`: how a line of LaTeX is read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from symdl.commands.output import deliver
from symdl.commands.what import scope_arguments

if TYPE_CHECKING:
    from symdl.document.errors import Error
    from symdl.expression.term import Term
    from symdl.faces.expression import Expression


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl read`."""
    parser.add_argument("latex", metavar="LATEX")
    scope_arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--second", action="store_true", help="read with latex2sympy2_extended too and compare"
    )


def run(options: Namespace) -> int:
    """Print the reading: in plain text, as LaTeX, as a tree; shapes; the conventions used. Of
    pseudo-code: its program, what it takes and what it carries from turn to turn."""
    from symdl.document.errors import ShapeError
    from symdl.faces.expression import read
    from symdl.latex.pseudocode import is_pseudocode

    if is_pseudocode(options.latex):
        deliver("\n".join(_program(options)) + "\n")
        return 0

    try:
        expression = read(options.latex, symbols=dict(options.symbol), given=options.given)
    except ShapeError as error:
        if options.format == "text":
            raise
        import json

        deliver(json.dumps({"error": _problem(error)}, indent=2, ensure_ascii=False) + "\n")
        return 1
    agreement = _second(expression, options.latex) if options.second else None
    if options.format == "json":
        import json

        data = {**_data(expression), **({"second": agreement} if agreement else {})}
        deliver(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    else:
        lines = [*_text(expression), *([f"second   {agreement}"] if agreement else [])]
        deliver("\n".join(lines) + "\n")
    return 0


def _problem(error: Error) -> dict[str, object]:
    """What could not be read, as plain data."""
    place = {} if error.span is None else {"column": error.span.column}
    return (
        {"code": error.code, "message": error.message, "hint": error.hint} | place | error.evidence
    )


def _program(options: Namespace) -> Iterator[str]:
    from symdl.expression.printer import plain
    from symdl.faces.procedure import procedure

    found = procedure(options.latex, symbols=dict(options.symbol))
    yield from found.lines()
    for one in found.inputs:
        yield f"takes {one.text}" + (f": {one.meaning}" if one.meaning else "")
    if found.settings:
        yield f"settings {', '.join(found.settings)}"
    yield f"carries {', '.join(plain(state.symbol) for state in found.update.states)}"


def _second(expression: Expression, latex: str) -> str:
    from symdl.expression.second_reader import compare

    return str(compare(latex, expression.term))


def _text(expression: Expression) -> Iterator[str]:
    from symdl.expression.misfits import show

    yield f"plain    {expression!r}"
    yield f"LaTeX    {expression.latex}"
    yield f"shape    {show(expression.shape)}"
    yield "tree"
    yield from (f"  {line}" for line in _tree(expression.term))
    symbols = list(_symbols(expression))
    if symbols:
        yield "symbols"
        width = max(len(name) for name, _ in symbols)
        yield from (f"  {name.ljust(width)}  {what}" for name, what in symbols)
    traces = list(_broadcasts(expression.term))
    if traces:
        yield "broadcasting"
        yield from (f"  {line}".rstrip() for trace in traces for line in trace["table"])
    if expression.conventions:
        yield "conventions used"
        for applied in expression.conventions:
            place = f" (column {applied.span.column})" if applied.span is not None else ""
            yield f"  {applied.rule}: {applied.text}{place}"


def _broadcasts(root: Term) -> Iterator[dict[str, Any]]:
    """The trace of each operation entry by entry on arrays, or written shapes, that are unlike."""
    from symdl.expression.broadcasting import as_data
    from symdl.expression.dimensions import written_shape
    from symdl.expression.misfits import show
    from symdl.expression.printer import plain
    from symdl.expression.shapes import is_entrywise
    from symdl.expression.term import postorder

    for node in postorder(root):
        if not is_entrywise(node):
            continue
        written = [written_shape(a) for a in node.args]
        operands = [(show(shape), shape) for shape in written if shape is not None]
        if len(operands) < len(written):
            operands = [(plain(a), a.shape) for a in node.args if a.shape]
        if len({shape for _, shape in operands}) > 1:
            yield as_data(tuple(operands))


def _tree(root: Term) -> Iterator[str]:
    """One line a node, indented; a node met before is not opened again."""
    seen: set[Term] = set()
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        again = bool(node.args) and node in seen
        yield "  " * depth + _node(node) + (" (as above)" if again else "")
        if not again:
            seen.add(node)
            stack.extend((argument, depth + 1) for argument in reversed(node.args))


def _node(node: Term) -> str:
    from symdl.expression.misfits import show

    if not node.args and node.op in ("number", "symbol", "constant"):
        text = f"{node.op} {node!r}"
    elif node.op == "call":
        text = f"call {node.data.function.name}" + "'" * node.data.primes
    else:
        text = node.op if node.data is None else f"{node.op} {_plain_data(node.data)}"
    return text if node.shape == () else f"{text}  {show(node.shape)}"


def _plain_data(data: object) -> str:
    return " ".join(map(str, data)) if isinstance(data, tuple) else str(data)


def _symbols(expression: Expression) -> Iterator[tuple[str, str]]:
    from symdl.expression.misfits import show
    from symdl.expression.term import free_symbols

    declared = {name for name, found in expression.scope.symbols.items() if found.declared}
    for symbol in sorted(free_symbols(expression.term), key=lambda s: str(s.data.name)):
        data = symbol.data
        shape = "" if data.shape == () else f" of shape {show(data.shape)}"
        told = "declared" if data.name in declared else "by convention"
        yield data.name, f"{data.role}{shape}, {told}"


def _data(expression: Expression) -> dict[str, object]:
    return {
        "plain": repr(expression),
        "latex": expression.latex,
        "shape": None if expression.shape is None else list(expression.shape),
        "free": list(expression.free),
        "tree": list(_tree(expression.term)),
        "broadcasts": list(_broadcasts(expression.term)),
        "conventions": [{"rule": a.rule, "text": a.text} for a in expression.conventions],
    }
