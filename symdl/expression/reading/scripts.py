"""Subscripts, superscripts and primes: entry, label or name; power, transpose or label."""

from __future__ import annotations

import re

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS
from symdl.expression.reading.atoms import refuse_prose
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import read_evaluated
from symdl.expression.reading.indices import index_items, letters
from symdl.expression.reading.kinds import is_array, is_matrix
from symdl.expression.reading.opaque import indicator
from symdl.expression.reading.survey import NO_BASE, TRANSPOSES
from symdl.expression.spelling import (
    label_of,
    name_of,
    run_of_letters,
    superscript_label,
    with_label,
)
from symdl.expression.term import Term, constant, free_symbols, make, number
from symdl.latex import syntax as s

_NORMS = {"1": "1", "2": "2", "\\infty": "inf", "F": "F", "p": "p", "\\mathrm{F}": "F"}
_HINT_MATRIX_POWER = "write A A for the matrix product, A \\odot A for the entries"


def read_scripts(ctx: Context, node: s.Scripts) -> Term:
    """A base with scripts: the subscript is decided first, then primes, then the rest."""
    base = node.base
    if isinstance(base, s.Group):
        if base.open == "" and base.body is not None:
            return read_evaluated(ctx, node, ctx.read(base.body))
        if base.open == "\\|" and node.sub is not None:
            return _norm(ctx, node, base)
        if node.sub is not None and node.sup is None and _is_sign(node.sub, "+"):
            return _positive_part(ctx, node, base)
        _refuse_items(ctx, node, base)
    if isinstance(base, s.Styled) and base.font == "mathbb":
        if isinstance(node.sub, s.Chain) and name_of(base) not in c.INDICATORS:
            return _half_line(ctx, node, base, node.sub)
        if node.sup is not None:
            return _space(ctx, node, base)
    if _is_sign(node.sup, "\\circ"):
        ctx.fail("degrees are not read", node, "angles are in radians: write 90 \\pi / 180")
    times = _power_of_number(ctx, node)
    if times is not None:
        return times
    name = name_of(base)
    sign = name in c.INDICATORS or (isinstance(base, s.Number) and base.text == "1")
    if sign and node.sub is not None and node.sup is None:
        found = indicator(ctx, base, node.sub)
        if found is not None:
            return found
    if name is None:
        return scripts_on(ctx, node, ctx.read(base))
    if name == "\\mathbb{R}" and _is_sign(node.sub, "+"):
        hint = "write \\mathbb{R}_{>0} or \\mathbb{R}_{\\ge 0}"
        ctx.fail("whether 0 belongs to this set is not written", node, hint, "ambiguous")
    if name in NO_BASE and ctx.declared(name) is None:
        ctx.fail(f"{name} needs something to act on", node)
    if name in MACROS and ctx.declared(name) is None:
        ctx.fail(f"{name} needs an argument", node, f"write {name}(x)")
    sup = node.sup
    primed = name + "'" * node.primes
    if node.primes and primed in ctx.bound and node.sub is None:
        found = ctx.symbol(primed, node)
        return found if sup is None else raised(ctx, node, found, sup)
    if sup is not None:
        whole = _labelled(ctx, node, name)
        if whole is not None:
            return whole
    return _primes_and_power(ctx, node, _subscripted(ctx, node, name), sup)


def _power_of_number(ctx: Context, node: s.Scripts) -> Term | None:
    """`n2^{n-1}` where n is known and n2 is not: n times a power of 2."""
    base, sup = node.base, node.sup
    if not isinstance(base, s.Name) or sup is None or node.sub is not None or node.primes:
        return None
    letter, digits = base.text[:1], base.text[1:]
    known = letter in ctx.bound or _declared_scalar(ctx, letter)
    if not digits.isdigit() or not known or ctx.declared(base.text) is not None:
        return None
    if isinstance(sup, s.Number):
        hint = f"write {letter}_{digits}, {letter} \\cdot {digits}, or declare {base.text}"
        ctx.fail("a name with digits or a product", node, hint, "ambiguous")
    power = s.Scripts(
        node.start + 1, node.end, s.Number(node.start + 1, base.end, digits), None, sup
    )
    first = ctx.read(s.Name(node.start, node.start + 1, letter))
    return make("mul", first, ctx.read(power))


def scripts_on(ctx: Context, node: s.Scripts, base: Term) -> Term:
    """The scripts of a node on a Term that was read already (a bracket, a call)."""
    if node.sub is not None:
        base = make("entry", base, *_indices(ctx, node.sub, ctx.notation.indices))
    if node.primes and base.op not in ("symbol", "entry", "label", "prime"):
        base = _derived(ctx, node, base)
        return base if node.sup is None else raised(ctx, node, base, node.sup)
    return _primes_and_power(ctx, node, base, node.sup)


def _derived(ctx: Context, node: s.Scripts, base: Term) -> Term:
    """`(x^2)'`: the derivative of an expression in its only variable."""
    found = [symbol for symbol in free_symbols(base) if symbol.data.role != "function"]
    if base.shape != () or len(found) != 1 or found[0].shape != ():
        hint = "write the derivative as \\frac{d}{dx} (...)"
        ctx.fail("primes on an expression do not say in which variable", node, hint, "ambiguous")
    ctx.note("prime-of-expression", node)
    return make("derivative", base, *found * node.primes, data="d")


def _primes_and_power(ctx: Context, node: s.Scripts, base: Term, sup: s.Node | None) -> Term:
    ctx.places.setdefault(base, node)
    if node.primes:
        base = make("prime", base, data=node.primes)
    return base if sup is None else raised(ctx, node, base, sup)


# Superscripts ------------------------------------------------------------------------------


def _labelled(ctx: Context, node: s.Scripts, name: str) -> Term | None:
    """`x^*`, `W^{(2)}`, `x^{\\text{new}}`, `W^{(l)}`: the superscript names, it is no power."""
    sup = node.sup
    assert sup is not None
    full = name_of(node) if not node.primes else None
    if full is not None and ctx.declared(full) is not None:
        return ctx.symbol(full, node)
    symbolic = isinstance(sup, s.Group) and sup.open == "(" and sup.body is not None
    label = superscript_label(sup)
    if isinstance(sup, s.Product) and isinstance(sup.factors[0], s.Group):
        return _label_and_more(ctx, node, sup, name)
    if label is None and not symbolic:
        return None
    if name_of(sup) in TRANSPOSES:
        return None
    if name == "e" and symbolic and "e" not in ctx.notation.roles and not ctx.declared("e"):
        return None
    if symbolic and not _names_step(sup):
        hint = "write the power without brackets, or declare the name with its label"
        ctx.fail("a label or a power", sup, hint, "ambiguous")
    ctx.note("label-superscript", sup)
    if node.primes:
        ctx.fail("a label and primes together are not read", node)
    if symbolic and not _is_fixed(sup):
        assert isinstance(sup, s.Group)
        assert sup.body is not None
        base = _label_base(ctx, node, name)
        return make("label", base, ctx.read(sup.body))
    if node.sub is None:
        return ctx.symbol(f"{name}^{label}", node)
    return _subscripted(ctx, node, name, f"^{label}")


def _label_and_more(ctx: Context, node: s.Scripts, sup: s.Product, name: str) -> Term | None:
    """`W^{(l)T}` is the transpose of `W^{(l)}`; other labels with something behind are refused."""
    first, second = sup.factors[:2]
    assert isinstance(first, s.Group)
    if len(sup.factors) == 2 and name_of(second) in TRANSPOSES and _names_step(first):
        bare = s.Scripts(node.start, node.end, node.base, node.sub, first, node.primes)
        return make("transpose", ctx.read(bare))
    plain = isinstance(first.body, s.Name | s.Number | s.Word)
    if name == "e" or not plain:
        return None
    hint = "declare the whole name, or write a power without brackets"
    return ctx.fail("a label with something behind it", sup, hint, "ambiguous")


def _names_step(sup: s.Node) -> bool:
    """Whether a bracket above a name holds a layer or sample: `(l)`, `(t-1)`, `(2)`, `(i,j)`."""
    body = sup.body if isinstance(sup, s.Group) else sup
    if isinstance(body, s.Sum):
        letters = [t for t in body.terms if not isinstance(t, s.Number)]
        return len(letters) == 1 and isinstance(letters[0], s.Name)
    return isinstance(body, s.Name | s.Number | s.Word | s.Scripts | s.Sequence | s.Styled)


def _label_base(ctx: Context, node: s.Scripts, name: str) -> Term:
    """The base of a symbolic label: a symbol, perhaps with a label below."""
    if node.sub is None:
        return ctx.symbol(name, node)
    return _subscripted(ctx, node, name)


def _is_fixed(sup: s.Node) -> bool:
    if not isinstance(sup, s.Group):
        return True
    body = sup.body
    return isinstance(body, s.Number) or (isinstance(body, s.Word) and len(body.text) > 1)


def raised(ctx: Context, node: s.Node, base: Term, sup: s.Node) -> Term:
    """A Term with a superscript: transpose, inverse or power."""
    if _is_transpose(ctx, base, sup):
        if name_of(sup) == "T":
            ctx.note("transpose", sup)
        if base.op in ("vector", "tuple", "set") or (base.op, base.data) == ("interval", "[]"):
            ctx.note("list-transpose", node)
            return make("vector", *base.args)
        return make("transpose", base)
    if isinstance(sup, s.Name) and sup.text == "T":
        _refuse_unclear_t(ctx, base, sup)
    sign = _negated(sup)
    if sign is not None and _is_transpose(ctx, base, sign):
        return make("transpose", make("inverse", base))
    matrix = is_matrix(base)
    if sign is not None and matrix and isinstance(sign, s.Number) and sign.text == "1":
        return make("inverse", base)
    count = sup if sign is None else sign
    if matrix and isinstance(count, s.Number) and _is_square(ctx, base):
        power = _matrix_power(base, count.text)
        if power is not None:
            ctx.note("matrix-power", node)
            return power if sign is None else make("inverse", power)
    if superscript_label(sup) is not None:
        hint = "a label belongs to a name; write the power without brackets"
        ctx.fail("a label on something that is no name", sup, hint)
    braced = isinstance(sup, s.Group) and sup.open == "{" and sup.body is not None
    exponent = ctx.read(sup.body if isinstance(sup, s.Group) and braced and sup.body else sup)
    if matrix:
        ctx.fail("a power of a matrix", node, _HINT_MATRIX_POWER, "ambiguous")
    if base.op == "constant" and base.data == "e":
        return make("exp", exponent)
    return make("pow", base, exponent)


_BY_ENTRY = re.compile(r"\\odot|\\sum|\{(?:sum|mean|var|Var|std)\}|\\mathbb\{E\}")
"""What stands in a line in which a square may be taken of each entry."""


def _is_square(ctx: Context, base: Term) -> bool:
    """Whether a power of a matrix is a product: it is square, or can be and no more is said."""
    if base.shape is not None:
        return len(base.shape) == 2 and base.shape[0] == base.shape[1]
    return _BY_ENTRY.search(ctx.source.text) is None


def _matrix_power(base: Term, count: str) -> Term | None:
    """`A^3` as a product, for the powers that people write; None for others."""
    if count not in ("2", "3", "4", "5", "6"):
        return None
    factors = base.args if base.op == "matmul" else (base,)
    return make("matmul", *factors * int(count))


def _refuse_unclear_t(ctx: Context, base: Term, sup: s.Node) -> None:
    """`W^T` where T is a number elsewhere: a power or a transpose?"""
    known = ctx.declared("T") is not None or "T" in ctx.notation.counts or "T" in ctx.bound
    if base.op in ("call", "derivative", "gradient", "mul", "label", "entry") and not known:
        hint = "write \\top for the transpose, or declare T: integer"
        ctx.fail("a power or a transpose", sup, hint, "ambiguous")
    if base.op != "symbol" or ctx.declared(base.data.name) is not None:
        return
    letter = base.data.name[:1]
    if letter.isupper() or (letter.isalpha() and ctx.declared("T") is None):
        hint = "write \\top for the transpose, or declare the base"
        ctx.fail("a power or a transpose", sup, hint, "ambiguous")


def _negated(sup: s.Node) -> s.Node | None:
    if isinstance(sup, s.Sum) and sup.signs == ("-",):
        return sup.terms[0]
    return None


def _is_transpose(ctx: Context, base: Term, sup: s.Node) -> bool:
    name = name_of(sup)
    if name not in TRANSPOSES:
        return False
    if name != "T":
        return True
    if is_array(base):
        return True
    scalar = base.op in ("number", "constant") or (
        base.op == "symbol" and base.shape == () and ctx.declared(base.data.name) is not None
    )
    known = ctx.declared("T") is not None or "T" in ctx.notation.counts
    return not scalar and not known and base.shape != ()


# Subscripts --------------------------------------------------------------------------------


def _subscripted(ctx: Context, node: s.Scripts, name: str, suffix: str = "") -> Term:
    """A name with its subscript (and the label above it, as `suffix`)."""
    sub = node.sub
    if sub is None:
        return ctx.read(node.base) if not suffix else ctx.symbol(name + suffix, node)
    if isinstance(node.base, s.Word):
        refuse_prose(ctx, node.base)
    whole = ctx.notation.wholes.get(name) if not suffix and name not in ctx.bound else None
    if whole is not None and (isinstance(sub, s.Number) or index_items(sub, ctx.notation.indices)):
        ctx.note("entry-of-bold", node)
        return _entry(ctx, node, ctx.symbol(whole, node.base), sub)
    label = label_of(sub)
    full = None if label is None else with_label(name, label) + suffix
    if full is not None and (full in ctx.bound or ctx.declared(full) is not None):
        return ctx.symbol(full, node)
    if full is not None and full in ctx.notation.functions:
        return ctx.symbol(full, node)
    name += suffix
    base = ctx.bound.get(name)
    indexed = _is_indexed(ctx, name)
    items = index_items(sub, ctx.notation.indices)
    if items or isinstance(sub, s.Word):
        indexed = indexed and not isinstance(sub, s.Word)
    elif not indexed:
        indexed = _continues(ctx, name, sub)
    if name == "\\delta" and len(items) == 2 and base is None and not _defined(ctx, name):
        ctx.note("index-subscript", node)
        return _kronecker(ctx, items)
    if indexed:
        return _entry(ctx, node, ctx.symbol(name, node.base), sub)
    if items and base is None and not _declared_scalar(ctx, name):
        ctx.note("index-subscript", node)
        return _entry(ctx, node, ctx.symbol(name, node.base), sub)
    if items and ctx.declared(name) is not None:
        hint = f"declare {name} as a vector or sequence, or declare the whole name"
        ctx.fail(f"{name} is declared without entries", node, hint, "shape-mismatch")
    if full is None:
        ctx.fail("this subscript is not read", sub, "declare the name with its subscript")
    if isinstance(sub, s.Sequence | s.Sum) and not set(letters(sub)).isdisjoint(ctx.bound):
        hint = "declare the array, or write words as \\text{...}"
        ctx.fail("an index inside of a name", sub, hint, "ambiguous")
    run = run_of_letters(sub)
    if run is not None and len(run) < 4 and set(run) & ctx.notation.indices and run not in c.LABELS:
        hint = "separate indices by commas, or write words as \\text{...}"
        ctx.fail("several indices or a word", sub, hint, "ambiguous")
    ctx.note("word-subscript" if run is not None else "label-subscript", node)
    return ctx.symbol(full, node)


def _is_indexed(ctx: Context, name: str) -> bool:
    """Whether a name is known to have entries or steps."""
    declared = ctx.declared(name)
    if declared is not None:
        return declared.role in ("vector", "matrix", "tensor", "sequence") or bool(declared.shape)
    known = ctx.scope
    return name in known.recurrences or name in known.entries


def _continues(ctx: Context, name: str, sub: s.Node) -> bool:
    """Whether `x_1` or `x_N` stands beside `x_i`, so that it is an entry too."""
    role = ctx.notation.roles.get(name)
    if role is None or role.rule not in ("index", "time", "family"):
        return False
    if isinstance(sub, s.Sequence):
        return role.role != "vector" and all(isinstance(i, s.Number) for i in sub.items)
    if isinstance(sub, s.Number):
        return True
    if not isinstance(sub, s.Name):
        return False
    return sub.text in ctx.notation.counts or (name.islower() and sub.text in c.COUNT_LETTERS)


def _declared_scalar(ctx: Context, name: str) -> bool:
    declared = ctx.declared(name)
    return declared is not None and declared.role in ("scalar", "constant", "function", "index")


def _entry(ctx: Context, node: s.Scripts, base: Term, sub: s.Node) -> Term:
    known, rank = ctx.notation.indices, _rank(base)
    run = run_of_letters(sub)
    if rank and run is not None and len(run) != rank and not index_items(sub, known):
        hint = "separate indices by commas; write a product in a subscript with \\cdot"
        ctx.fail("several indices or a product", sub, hint, "ambiguous")
    return make("entry", base, *_indices(ctx, sub, known, rank))


def _rank(base: Term) -> int:
    if base.shape is not None:
        return len(base.shape)
    return {"vector": 1, "matrix": 2}.get(base.data.role if base.op == "symbol" else "", 0)


def _indices(ctx: Context, sub: s.Node, known: set[str], rank: int = 0) -> list[Term]:
    """The indices in a subscript: `ij` and `i,j` are two, `12` of a matrix too."""
    if isinstance(sub, s.Sequence):
        return [ctx.read(item) for item in sub.items]
    if isinstance(sub, s.Number) and rank == 2 and len(sub.text) == 2 and sub.text.isdigit():
        places = range(2)
        digits = [s.Number(sub.start + i, sub.start + i + 1, sub.text[i]) for i in places]
        return [ctx.read(d) for d in digits]
    run = run_of_letters(sub)
    if run is not None and len(run) == rank and isinstance(sub, s.Product):
        return [ctx.read(letter) for letter in sub.factors]
    items = index_items(sub, known)
    if len(items) > 1:
        return [ctx.read(item) for item in items]
    return [ctx.read(sub)]


def _defined(ctx: Context, name: str) -> bool:
    """Whether an author says what a name is; a survey of the notation only guesses it."""
    found = ctx.declared(name)
    scope = ctx.scope
    return (found is not None and found.declared) or name in scope.entries


def _kronecker(ctx: Context, items: tuple[s.Node, ...]) -> Term:
    left, right = (ctx.read(i) for i in items)
    return make("indicator", make("relation", left, right, data=("=",)))


def _is_sign(node: s.Node | None, sign: str) -> bool:
    return isinstance(node, s.Name) and node.text == sign


def _positive_part(ctx: Context, node: s.Scripts, group: s.Group) -> Term:
    """`[x]_+` is `\\max(0, x)`."""
    if group.open not in ("(", "[") or group.body is None or node.primes:
        ctx.fail("this sign is not read here", node)
    ctx.note("positive-part", node)
    return make("max", number(0), ctx.read(group.body))


def _refuse_items(ctx: Context, node: s.Scripts, group: s.Group) -> None:
    """`\\{x_i\\}_{i=1}^n`: a list of items has no value of its own."""
    braced = group.open == "{" and node.sub is not None
    if braced or (isinstance(node.sub, s.Chain) and group.open in ("(", "[")):
        hint = "only single items have a Term: write x_i and say what i is"
        ctx.fail("a family of items is not read", node, hint)


# Spaces and norms ------------------------------------------------------------------------


def _space(ctx: Context, node: s.Scripts, base: s.Styled) -> Term:
    """`\\mathbb{R}^{m \\times n}`; `\\mathbb{R}^+` are the positive numbers."""
    home = ctx.read(base)
    sup = node.sup
    if home.op != "number_set" or node.sub is not None or node.primes:
        return scripts_on(ctx, node, home)
    if isinstance(sup, s.Name) and sup.text == "+" and home.data == "R":
        return make("interval", number(0), constant("infinity"), data="()")
    sizes = [] if sup is None else _parted(ctx, sup)
    return make("space", *(ctx.read(size) for size in sizes), data=home.data)


def _parted(ctx: Context, sup: s.Node) -> list[s.Node]:
    """The sizes in `d \\times 4 d \\times \\frac{n}{2}`: `\\times` parts them, a space does not."""
    if isinstance(sup, s.Sum) and any(_has_times(term) for term in sup.terms):
        hint = "bracket the size: \\mathbb{R}^{n \\times (m + 1)}"
        ctx.fail("two sizes or a sum of products", sup, hint, "ambiguous")
    if not _has_times(sup):
        return [sup]
    assert isinstance(sup, s.Product)
    ends = [i for i, link in enumerate(sup.links) if link == "\\times"]
    return [
        _part(sup, first, last + 1)
        for first, last in zip([0, *(i + 1 for i in ends)], [*ends, len(sup.links)], strict=True)
    ]


def _has_times(node: s.Node) -> bool:
    return isinstance(node, s.Product) and "\\times" in node.links


def _part(product: s.Product, first: int, end: int) -> s.Node:
    """The factors from first up to end as a product of their own."""
    factors = product.factors[first:end]
    if len(factors) == 1:
        return factors[0]
    return s.Product(factors[0].start, factors[-1].end, factors, product.links[first : end - 1])


_BOUNDS = {">": "()", ">=": "[)"}


def _half_line(ctx: Context, node: s.Scripts, base: s.Styled, sub: s.Chain) -> Term:
    """`\\mathbb{R}_{>0}`, `\\mathbb{R}_{\\ge 0}^n`."""
    home = ctx.read(base)
    ends = _BOUNDS.get(sub.relations[0])
    if home.op != "number_set" or home.data != "R" or ends is None or len(sub.relations) > 1:
        ctx.fail("this set is not read", node, "known are \\mathbb{R}_{>0}, \\mathbb{R}_{\\ge 0}")
    made = make("interval", ctx.read(sub.operands[1]), constant("infinity"), data=ends)
    return made if node.sup is None else make("pow", made, ctx.read(node.sup))


def _norm(ctx: Context, node: s.Scripts, group: s.Group) -> Term:
    """`\\|x\\|_2^2`."""
    sub = node.sub
    assert sub is not None
    kind = sub.text if isinstance(sub, s.Number) else name_of(sub)
    if group.body is None or kind not in _NORMS:
        ctx.fail("this norm is not known", node, "known are 1, 2, p, \\infty and F")
    made = make("norm", ctx.read(group.body), data=_NORMS[kind])
    return _primes_and_power(ctx, node, made, node.sup)
