"""Subscripts: an entry, a label, or a part of the name."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.reading.atoms import refuse_prose
from symdl.expression.reading.context import Context
from symdl.expression.reading.family import member_of
from symdl.expression.reading.indices import index_items, letters
from symdl.expression.reading.parts import part_of
from symdl.expression.spelling import (
    LIMIT_MACROS,
    label_of,
    run_of_letters,
    with_label,
)
from symdl.expression.term import Term, make
from symdl.latex import syntax as s


def subscripted(ctx: Context, node: s.Scripts, name: str, suffix: str = "") -> Term:
    """A name with its subscript (and the label above it, as `suffix`)."""
    sub = node.sub
    if sub is None:
        return ctx.read(node.base) if not suffix else ctx.symbol(name + suffix, node)
    if isinstance(node.base, s.Word):
        refuse_prose(ctx, node.base)
    whole = ctx.notation.wholes.get(name) if not suffix and name not in ctx.bound else None
    if whole is not None and (isinstance(sub, s.Number) or index_items(sub, ctx.notation.indices)):
        ctx.note("entry-of-bold", node)
        return _entry(ctx, ctx.symbol(whole, node.base), sub)
    label = label_of(sub)
    full = None if label is None else with_label(name, label) + suffix
    if full is not None and (full in ctx.bound or ctx.declared(full) is not None):
        member = None if suffix or full in ctx.bound else member_of(ctx, name, sub, full)
        return ctx.symbol(full, node) if member is None else member
    if full is not None and full in ctx.notation.functions:
        return ctx.symbol(full, node)
    name += suffix
    base = ctx.bound.get(name)
    indexed = _is_indexed(ctx, name)
    items = index_items(sub, ctx.notation.indices)
    if items or _is_word(sub):
        indexed = indexed and (not _is_word(sub) or _fills(ctx, name, sub))
    elif not indexed:
        indexed = _continues(ctx, name, sub)
        listed = None if indexed else _list_of(ctx, node, name, full)
        if listed is not None:
            return _entry(ctx, listed, sub)
    if name == "\\delta" and len(items) == 2 and base is None and not _defined(ctx, name):
        ctx.note("index-subscript", node)
        return _kronecker(ctx, items)
    if indexed:
        return _entry(ctx, ctx.symbol(name, node.base), sub)
    if items and base is None and not declared_scalar(ctx, name):
        ctx.note("index-subscript", node)
        return _entry(ctx, ctx.symbol(name, node.base), sub)
    if items and ctx.declared(name) is not None:
        hint = f"declare {name} as a vector or sequence, or declare the whole name"
        ctx.fail(f"{name} is declared without entries", node, hint, "shape-mismatch")
    return _with_words(ctx, node, sub, full)


def _with_words(ctx: Context, node: s.Scripts, sub: s.Node, full: str | None) -> Term:
    """A name of which the subscript is a part: a word or a label."""
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


def _is_word(sub: s.Node) -> bool:
    """Whether a subscript is a word, also of what has entries: `\\eta_{\\max}` beside `\\eta_t`."""
    if isinstance(sub, s.Name) and sub.text in LIMIT_MACROS:
        return True
    run = run_of_letters(sub)
    if run is None:
        return isinstance(sub, s.Word)
    indices = c.INDEX_LETTERS.issuperset(run)
    return (run in c.LABELS and (len(run) > 2 or not indices)) or (len(run) > 3 and not indices)


def _fills(ctx: Context, name: str, sub: s.Node) -> bool:
    """Whether a subscript has a letter for each axis of a declared tensor: `X_{bchw}`."""
    declared, run = ctx.declared(name), run_of_letters(sub)
    shape = None if declared is None else declared.shape
    return bool(shape and run) and len(shape or ()) == len(run or "") > 3 and run not in c.LABELS


def _is_indexed(ctx: Context, name: str) -> bool:
    """Whether a name is known to have entries or steps."""
    declared = ctx.declared(name)
    if declared is not None:
        return declared.role in ("vector", "matrix", "tensor", "sequence") or bool(declared.shape)
    known = ctx.scope
    return name in known.recurrences or name in known.entries


def _list_of(ctx: Context, node: s.Scripts, name: str, full: str | None) -> Term | None:
    """The list `x = (1, 3)` of which `x_2` is an entry. Alone on the left it may be defined: a
    vector v_1 beside a v."""
    if not isinstance(node.sub, s.Number) or name in ctx.bound:
        return None
    if isinstance(ctx.tree, s.Chain) and ctx.tree.operands[0] is node:
        return None
    known = {k.data.name: v for k, v in ctx.scope.values.items() if k.op == "symbol"}
    value = None if full in known else known.get(name)
    return value if value is not None and value.op == "vector" else None


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


def declared_scalar(ctx: Context, name: str) -> bool:
    declared = ctx.declared(name)
    return declared is not None and declared.role in ("scalar", "constant", "function", "index")


def _entry(ctx: Context, base: Term, sub: s.Node) -> Term:
    known, rank = ctx.notation.indices, _rank(base)
    run = run_of_letters(sub)
    if rank and run is not None and len(run) != rank and not index_items(sub, known):
        hint = "separate indices by commas; write a product in a subscript with \\cdot"
        ctx.fail("several indices or a product", sub, hint, "ambiguous")
    return entries_of(ctx, sub, base, rank)


def entries_of(ctx: Context, sub: s.Node, base: Term, rank: int) -> Term:
    """The entry, or the part, of an array that a subscript says."""
    if isinstance(sub, s.Sequence) and ":" in sub.separators and base.shape:
        return part_of(ctx, sub, base)
    return make("entry", base, *indices_of(ctx, sub, ctx.notation.indices, rank))


def _rank(base: Term) -> int:
    if base.shape is not None:
        return len(base.shape)
    return {"vector": 1, "matrix": 2}.get(base.data.role if base.op == "symbol" else "", 0)


def indices_of(ctx: Context, sub: s.Node, known: set[str], rank: int = 0) -> list[Term]:
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
