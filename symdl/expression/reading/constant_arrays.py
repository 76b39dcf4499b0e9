"""`\\mathbf{1}` and `I`: a vector of ones and the identity, of the size that stands beside them.

`\\mathbf{1}_n` and `I_n` say their size. Without one it follows from the neighbours in a product
(`\\mathbf{1}^T y`) or in a sum (`X W^T + \\mathbf{1} b^T`). Where it does not follow, the name
stays what it was, and is refused where it looks like an array of ones. A declaration ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.expression.dimensions import dimension_of, names_in
from symdl.expression.fitting import fitting, is_bare
from symdl.expression.operators import TABLE
from symdl.expression.reading.context import Context
from symdl.expression.reading.stacked import blocks
from symdl.expression.shapes import is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import BINDERS, Dim, Shape, Term, make, postorder, rebuild

_FONTS = ("mathbf", "boldsymbol", "mathbb")
NAMES = {f"\\{font}{{1}}": "ones" for font in _FONTS}
NAMES |= {f"\\{font}{{I}}": "identity" for font in _FONTS} | {"I": "identity"}
MAX_ROUNDS = 8
_USUAL = frozenset("nmNdk")
"""Letters that are sizes below a bold 1 or I, if nothing says otherwise: `\\mathbf{1}_A` may be the
indicator of a set."""
_PASSING = frozenset(
    {"inverse", "softmax", "log_softmax"} | {name for name, row in TABLE.items() if row.arity == 1}
)
_LEVEL = frozenset({"add", "hadamard", "relation", "mul", "div"})


def with_constant_arrays(ctx: Context, term: Term) -> Term:
    """The term with undeclared `\\mathbf{1}` and `I` read as arrays where their sizes follow."""
    if not any(name.partition("_")[0] in NAMES for name in ctx.symbols):
        return term
    names = {
        found: NAMES[name]
        for name, found in ctx.symbols.items()
        if name in NAMES and not ctx.scope.declares(name)
    }
    measured = _measured(term)
    sized = dict(_sized_names(ctx, measured))
    if not names and not sized:
        return term
    sizes_known = _known_sizes(ctx)
    table: dict[Term, Term] = {}
    for node in postorder(term):
        sizes_here = sizes_known | _USUAL if node in measured else sizes_known
        made = sized.get(node) or _marked(node, names, table, sizes_here, ctx.source.text)
        table[node] = made
    settled = _with_sizes(ctx, term, table)
    if settled is None or term not in settled:
        return term
    for old, new in settled.items():
        if old in ctx.places:
            ctx.places.setdefault(new, ctx.places[old])
    left = set(postorder(settled[term]))
    for found in names:
        if found not in left:
            del ctx.symbols[str(found.data.name)]
    return settled[term]


def _with_sizes(ctx: Context, term: Term, table: dict[Term, Term]) -> dict[Term, Term] | None:
    """What each part becomes with the sizes that follow, those that follow from these too; None
    where none does and none will."""
    for _ in range(MAX_ROUNDS):
        whole = table[term]
        open_ = [n for n in postorder(whole) if is_bare(n)]
        if not open_:
            break
        sizes = dict(_sizes(whole))
        if not sizes:
            return table if _fit_later(ctx, whole) else None
        done: dict[Term, Term] = {}
        for node in postorder(whole):
            size = sizes.get(node) if node in open_ else None
            args = tuple(done[a] for a in node.args)
            done[node] = rebuild(node, args) if size is None else make(node.op, as_term(size))
        table = {old: done[new] for old, new in table.items() if new in done}
    return table


def _fit_later(ctx: Context, whole: Term) -> bool:
    """Whether bare arrays get a size beside arrays of unknown size, once those have theirs."""
    found = fitting((whole,), ctx.scope)
    return all(n in found for n in postorder(whole) if is_bare(n))


def _known_sizes(ctx: Context) -> set[str]:
    """The sizes of declared arrays."""
    shapes = (s.shape or () for s in ctx.scope.symbols.values() if s.declared)
    return {name for shape in shapes for name in names_in(shape)}


def _measured(term: Term) -> set[Term]:
    """`I_n` and `I_3` in a trace or a determinant, which only matrices have: no family of them is
    counted by an n that is bound."""
    inside: set[Term] = set()
    bound: set[Term] = set()
    for node in postorder(term):
        if node.op in ("trace", "det"):
            inside |= set(postorder(node.args[0]))
        elif node.op in BINDERS:
            bound.add(node.args[0])
    return {n for n in inside if bound.isdisjoint(n.args[1:])}


def _sized_names(ctx: Context, measured: set[Term]) -> Iterator[tuple[Term, Term]]:
    """`I_n` that was read as one name, for a size n that is known."""
    known = _known_sizes(ctx)
    for name, found in ctx.symbols.items():
        base, _, size = name.partition("_")
        kind = NAMES.get(base)
        if kind is None or ctx.scope.declares(name):
            continue
        if size in known or (found in measured and size in _USUAL):
            yield found, make(kind, as_term(size))
        elif found in measured and size.isascii() and size.isdigit() and int(size):
            yield found, make(kind, as_term(int(size)))


def _shape(node: Term) -> Shape:
    """The shape of a node; of a Jacobian the sizes of both."""
    if node.shape is not None or node.op != "derivative" or node.args[0].shape is None:
        return node.shape
    if any(v.shape is None for v in node.args[1:]):
        return None
    return tuple(d for part in node.args for d in part.shape or ())


def _is_size(term: Term, bold: bool, known: set[str]) -> bool:
    """Whether a Term below a 1 or an I is a size."""
    if term.op == "symbol":
        return term.data.name in known or (bold and term.data.name in _USUAL)
    if term.op == "number":
        return bold and term.data.value.denominator == 1
    size = dimension_of(term)
    return size is not None and names_in((size,)) <= known


def _marked(
    node: Term, names: dict[Term, str], table: dict[Term, Term], known: set[str], text: str
) -> Term:
    """The node with names replaced: sized ones at once, each bare one by a mark of its own.

    `I_t` with a t that is no size of anything may be the input at step t, and stays what it is.
    """
    if node.op == "entry" and node.args[0] in names:
        array, bold = names[node.args[0]], node.args[0].data.name != "I"
        sizes = node.args[1].args if node.args[1].op == "times" else node.args[1:]
        if len(sizes) <= 2 and all(_is_size(size, bold, known) for size in sizes):
            if array == "ones" or len(sizes) == 1:
                return make(array, *sizes)
            if sizes[0] is sizes[1]:
                return make(array, sizes[0])
    args = []
    for place, a in enumerate(node.args):
        mark = f"{place} of {len(table)} in {text}"
        own = node.op != "entry" and (a in names or _is_multiple(a, names))
        args.append(_with_mark(a, names, table, mark) if own else table[a])
    if node.op == "mul" and any(a.op in ("ones", "identity") for a in args):
        return _product(args)
    return _blocks(rebuild(node, tuple(args)))


def _blocks(node: Term) -> Term:
    """A matrix literal in which arrays of ones turned up is one of blocks."""
    if node.op != "matrix" or not any(a.shape for a in node.args):
        return node
    width = node.data[1]
    rows = [node.args[k : k + width] for k in range(0, len(node.args), width)]
    return blocks(rows) or node


def _is_multiple(node: Term, names: dict[Term, str]) -> bool:
    r"""Whether a term is a bare array times numbers: the `\lambda I` of two sums in a line is one
    Term, and may be of two sizes."""
    while node.op in _MULTIPLES and not any(a in names for a in node.args):
        arrays = [a for a in node.args if a.shape != ()]
        if len(arrays) != 1:
            return False
        node = arrays[0]
    return node.op in _MULTIPLES


_MULTIPLES = frozenset({"neg", "mul", "div", "transpose"})


def _with_mark(node: Term, names: dict[Term, str], table: dict[Term, Term], mark: str) -> Term:
    """A bare array, or a multiple of one, with this mark."""
    if node in names:
        return make(names[node], data=mark)
    if not _is_multiple(node, names):
        return table[node]
    args = [_with_mark(a, names, table, mark) for a in node.args]
    return _product(args) if node.op == "mul" else rebuild(node, tuple(args))


def _product(args: list[Term]) -> Term:
    """A product with the identity or a vector of ones in it, as matrices are multiplied."""
    scalars = [a for a in args if a.shape == ()]
    arrays = [a for a in args if a.shape != ()]
    whole = arrays[0] if len(arrays) == 1 else make("matmul", *arrays)
    return make("mul", *scalars, whole) if scalars else whole


def _sizes(root: Term) -> Iterator[tuple[Term, Dim]]:
    """The sizes of marks that follow from what stands around them."""
    expected: dict[Term, Shape] = {}
    for node in reversed(list(postorder(root))):
        shape = node.shape if node.shape is not None else expected.get(node)
        if node.op in ("ones", "identity") and not node.args and shape:
            yield node, shape[-1]
        elif node.op in _LEVEL:
            _level(node, shape, expected)
        elif node.op in _PASSING and shape:
            expected.setdefault(node.args[0], shape)
        elif node.op == "transpose" and shape:
            inner = node.args[0]
            turned = shape[::-1] if not is_row(node) or len(shape) > 1 else shape
            vector = inner.op == "ones" or (inner.shape is not None and len(inner.shape) == 1)
            expected.setdefault(inner, (shape[-1],) if vector else turned)
        elif node.op in ("matmul", "dot"):
            yield from _in_product(node, shape)
            _square_sums(node, expected)


def _level(node: Term, shape: Shape, expected: dict[Term, Shape]) -> None:
    """Summands, sides and factors entry by entry are as large as the largest of them."""
    if node.op in ("relation", "add", "hadamard"):
        known = [s for s in map(_shape, node.args) if s] + ([shape] if shape else [])
        shape = max(known, key=len, default=None)
    if not shape:
        return
    for a in node.args:
        if a.shape is None:
            expected.setdefault(a, shape)


def _square_sums(node: Term, expected: dict[Term, Shape]) -> None:
    """`I - A` in a product is square, as large as its neighbour."""
    for place, a in enumerate(node.args):
        if a.op != "add" or a.shape is not None or not any(_has_identity(b) for b in a.args):
            continue
        for beside, axis in ((place - 1, -1), (place + 1, 0)):
            shape = node.args[beside].shape if 0 <= beside < len(node.args) else None
            if shape:
                expected.setdefault(a, (shape[axis], shape[axis]))


def _has_identity(term: Term) -> bool:
    """Whether a summand is a multiple of the identity."""
    while term.op == "neg":
        term = term.args[0]
    return term.op == "identity" or (term.op == "mul" and term.args[-1].op == "identity")


def _in_product(node: Term, shape: Shape) -> Iterator[tuple[Term, Dim]]:
    """The inner sizes of neighbours agree; the outer ones are those of the whole."""
    args = node.args
    for place, a in enumerate(args):
        turned = a.op == "transpose"
        mark = a.args[0] if turned else a
        if mark.op not in ("ones", "identity") or mark.args:
            continue
        left = args[place - 1].shape if place else None
        right = args[place + 1].shape if place + 1 < len(args) else None
        if left and (not turned or mark.op == "identity"):
            yield mark, left[-1]
        elif right and (turned or mark.op == "identity" or node.op == "dot"):
            yield mark, right[0] if len(right) == 1 else right[-2]
        elif shape and len(shape) == 2 and mark.op == "ones":
            if place == 0 and not turned:
                yield mark, shape[0]
            elif place == len(args) - 1 and turned:
                yield mark, shape[1]
