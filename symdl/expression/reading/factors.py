"""What a product of scalars and arrays is: scaling, matrix product, entry by entry."""

from __future__ import annotations

from symdl.expression.reading.constant_arrays import NAMES
from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import is_array, is_vector
from symdl.expression.term import Term, combined, free_symbols, make
from symdl.latex import syntax as s

TIMES = frozenset({"", "\\cdot", "*", "\\ast", "\\times", "@", "\\odot", "\\circ"})


def joined(ctx: Context, node: s.Product, link: str, left: Term, right: Term) -> Term:
    if link == "\\bmod":
        if is_array(left) or is_array(right):
            ctx.fail("a remainder of arrays is not read", node)
        return make("mod", left, right)
    if link == "\\otimes":
        return _tensor_product(ctx, node, left, right)
    if link == "\\pmod":
        ctx.fail("a remainder that belongs to no congruence", node, "write a \\equiv b \\pmod n")
    if link in ("\\wedge", "\\vee"):
        return make("and" if link == "\\wedge" else "or", left, right)
    if link == "\\oslash" and is_array(left) and is_array(right):
        return make("div", left, right)
    return ctx.fail(f"the operation {link} is not read", node, "declare or write it out")


def _tensor_product(ctx: Context, node: s.Product, left: Term, right: Term) -> Term:
    if _is_any_matrix(ctx, left) and _is_any_matrix(ctx, right):
        return make("kron", left, right)
    if left.shape is not None and right.shape is not None:
        ranks = len(left.shape), len(right.shape)
        if ranks == (1, 1):
            return make("outer", left, right)
    hint = "declare both as vectors (outer product) or matrices (Kronecker), or write \\odot"
    return ctx.fail("\\otimes means several things", node, hint, "ambiguous")


def _is_any_matrix(ctx: Context, term: Term) -> bool:
    """Whether a Term is a matrix, of known size or not."""
    while term.shape is None and term.op in ("transpose", "inverse", "neg"):
        term = term.args[0]
    if term.shape is None and term.op == "matmul":
        return all(_is_any_matrix(ctx, factor) for factor in term.args)
    if term.shape is None:
        return term.op == "symbol" and term.data.role == "matrix"
    if term.op == "symbol" and NAMES.get(term.data.name) == "identity":
        return not ctx.scope.declares(term.data.name)
    return len(term.shape) == 2


def multiply(ctx: Context, node: s.Product, terms: list[Term], links: list[str]) -> Term:
    """A run of factors: scalars multiply, arrays beside each other are a matrix product."""
    if len(terms) == 1:
        return terms[0]
    arrays = [is_array(t) for t in terms]
    if any(t.op == "transpose" for t in terms):
        arrays = [
            a or t.op == "transpose" or (t.op == "call" and t.shape is None)
            for a, t in zip(arrays, terms, strict=True)
        ]
    for i, link in enumerate(links):
        if link == "\\odot":  # what stands beside it has axes, declared or not
            arrays[i] = arrays[i] or terms[i].op != "number"
            arrays[i + 1] = arrays[i + 1] or terms[i + 1].op != "number"
    if not any(arrays) and not any(link in ("@", "\\odot", "\\circ") for link in links):
        if _is_size(terms, links):
            return make("times", *terms)
        return make("mul", *terms)
    return _with_arrays(ctx, node, terms, links, arrays)


def _is_size(terms: list[Term], links: list[str]) -> bool:
    """`m \\times n` of names only is a written size, not a product."""
    return set(links) == {"\\times"} and all(
        t.op == "symbol" and t.data.domain.integer for t in terms
    )


def _with_arrays(
    ctx: Context, node: s.Product, terms: list[Term], links: list[str], arrays: list[bool]
) -> Term:
    groups: list[list[Term]] = [[terms[0]]]
    kinds: list[str] = ["s" if not arrays[0] else "m"]
    for i, link in enumerate(links):
        right = terms[i + 1]
        how = _how(ctx, node, link, arrays[i], arrays[i + 1], terms[i], right)
        if how == "split":
            groups.append([right])
            kinds.append("m" if arrays[i + 1] else "s")
        else:
            joins = kinds[-1] == how or len(groups[-1]) == 1
            if joins:
                groups[-1].append(right)
                kinds[-1] = how
            else:
                groups[-1] = [_close(groups[-1], kinds[-1]), right]
                kinds[-1] = how
    closed = [_close(g, k) for g, k in zip(groups, kinds, strict=True)]
    return closed[0] if len(closed) == 1 else _scaled(closed)


def _scaled(parts: list[Term]) -> Term:
    """Scalars and arrays in turn: scalars may stand anywhere, arrays multiply in order."""
    arrays = [p for p in parts if is_array(p)]
    if len(arrays) < 2:
        return make("mul", *parts)
    first = next(i for i, p in enumerate(parts) if is_array(p))
    factors: list[Term] = []
    waiting: list[Term] = []
    for part in parts[first:]:
        if is_array(part):
            factors.append(make("mul", *waiting, part) if waiting else part)
            waiting = []
        else:
            waiting.append(part)
    product = make("matmul", *factors)
    outside = [*parts[:first], product, *waiting]
    return combined("mul", outside)


def _how(
    ctx: Context, node: s.Product, link: str, left_array: bool, right_array: bool,
    left: Term, right: Term,
) -> str:  # fmt: skip
    if link == "@":
        return "matmul"
    if link == "\\odot":
        return "hadamard"
    if not (left_array and right_array):
        if link == "\\circ":
            ctx.fail("\\circ is not read here", node, "write a call f(g(x)), or \\odot for arrays")
        return "split"
    if link in ("*", "\\ast") and (left.shape is None or left.shape != right.shape):
        if left.op == "div" and any(is_array(s) for s in free_symbols(left.args[1])):
            return "hadamard"  # arrays are divided entry by entry: so the sign is a program's
        hint = "write \\odot for the product entry by entry, or no sign for the matrix product"
        ctx.fail("a convolution, or a product entry by entry", node, hint, "ambiguous")
    if link in ("\\circ", "*", "\\ast"):
        return "hadamard"
    if link == "\\times":
        ctx.fail("a cross product is not read", node, "write \\cdot, @ or \\odot", "ambiguous")
    if is_vector(left) and is_vector(right):
        if link == "":
            hint = "write x^T y, x \\cdot y, x y^T or x \\odot y"
            ctx.fail("two vectors side by side", node, hint, "ambiguous")
        return "dot"
    return "matmul"


def _close(group: list[Term], kind: str) -> Term:
    if len(group) == 1:
        return group[0]
    if kind == "dot" and len(group) > 2:
        return make("mul", make("dot", group[0], group[1]), *group[2:])
    return make(kind, *group)
