"""Chains: operands joined by relations, arrows of logic among them."""

from __future__ import annotations

import re

from symdl.expression import conventions as c
from symdl.expression.operators import TABLE, WORDS
from symdl.expression.reading.beside import approach
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import written_value
from symdl.expression.reading.heads import arguments
from symdl.expression.reading.kinds import is_array
from symdl.expression.reading.products_doubted import refuse_word
from symdl.expression.reading.spaces import space_of
from symdl.expression.reading.syntax import bracket_of, children
from symdl.expression.relations import ORDERING
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.latex import syntax as s
from symdl.latex.table import TOKENS

_BOTH_SIGNS = re.compile(
    "|".join(re.escape(name) for name, (_, text) in TOKENS.items() if text in ("\\pm", "\\mp"))
)
"""The spellings of a sign that stands for two."""
_DENIED = ("\\not", "\\nless", "\\nleq", "\\ngtr", "\\ngeq", "≮", "≯", "≰", "≱")
_IMPLICATIONS = frozenset({"=>", "=<", "<=>", "->", "mapsto"})


def read_chain(ctx: Context, node: s.Chain) -> Term:
    """Operands joined by relations; what stands on the right may be expected to be a set,
    a size or a distribution."""
    if len(set(node.relations)) > 1 and not _IMPLICATIONS.isdisjoint(node.relations):
        cut = next(i for i, r in enumerate(node.relations) if r in _IMPLICATIONS)
        return _implication(ctx, node, cut)
    if "equiv" in node.relations and _is_congruence(node):
        return _congruence(ctx, node)
    both = approach(ctx, node) or _without_points(ctx, node) or _for_both_signs(ctx, node)
    if both is not None:
        return both
    refuse_word(ctx, node.operands[0])
    for between in node.operands[1:-1]:
        _refuse_unknown(ctx, between)
    first = ctx.read(node.operands[0])
    operands = [first]
    for relation, operand in zip(node.relations, node.operands[1:], strict=True):
        before = ctx.expected
        ctx.expected = _expected(ctx, relation, first) or before
        drawn = relation == "sim" and not _is_asymptotic(ctx, first)
        found = _distribution(ctx, operand) if drawn else None
        either = _both_signs(operand) if node.relations == ("=",) else None
        if either is not None:
            value = ctx.read(either)
            ctx.expected = before
            return make("relation", first, make("set", value, -value), data=("in",))
        if found is None and relation in ("in", "notin"):
            found = space_of(ctx, operand)
        if found is None:
            found = _scaled_interval(ctx, operand) or ctx.read(operand)
        operands.append(found)
        ctx.expected = before
    if node.relations == ("ni",):
        return make("relation", *reversed(operands), data=("in",))
    if "ni" in node.relations:
        ctx.fail("\\ni in a chain is not read", node)
    _refuse_denied_order(ctx, node, operands)
    _note_assignment(ctx, node, operands)
    return make("relation", *operands, data=node.relations)


def _scaled_interval(ctx: Context, node: s.Node) -> Term | None:
    r"""`\frac{1}{2}[-1, 1]` and `2\pi[0, 1)` where an interval stands: a positive number times
    each of its ends."""
    if ctx.expected != "interval" or not isinstance(node, s.Product):
        return None
    *factors, last = node.factors
    listed = isinstance(last, s.Group) and isinstance(last.body, s.Sequence)
    if not listed or not all(isinstance(f, s.Number | s.Fraction | s.Name) for f in factors):
        return None
    scales = [ctx.read(factor) for factor in factors]
    if any((written_value(scale) or 0) <= 0 for scale in scales):
        return None
    interval = ctx.read(last)
    if interval.op != "interval":
        return None
    return make(
        "interval", *(make("mul", *scales, end) for end in interval.args), data=interval.data
    )


def _refuse_denied_order(ctx: Context, node: s.Chain, operands: list[Term]) -> None:
    r"""`x \not< 0` of arrays: that not all entries are negative does not say that all are not."""
    for relation, place in zip(node.relations, node.places, strict=False):
        written = ctx.source.text[slice(*place)]
        if relation in ORDERING and written.startswith(_DENIED) and any(map(is_array, operands)):
            told = "an order of arrays, which holds of all entries, denied"
            ctx.fail(told, s.Node(*place), "say of which entries it is denied", "ambiguous")


def _refuse_unknown(ctx: Context, node: s.Node) -> None:
    r"""`x^2 > 0 \text{ barring } x = 0`: a word between two relations is no factor."""
    last = node.terms[-1] if isinstance(node, s.Sum) else node
    if not isinstance(last, s.Product):
        return
    for before, word, behind in zip(last.factors, last.factors[1:], last.factors[2:], strict=False):
        if not isinstance(word, s.Word) or bracket_of(behind) is behind or before is word:
            continue
        if ctx.declared(word.text) is None and word.text not in WORDS:
            ctx.fail(f"the word '{word.text}' is not read here", word, code="prose")


def _without_points(ctx: Context, node: s.Chain) -> Term | None:
    r"""`x \in \mathbb{R} \setminus \{0, 1\}`: x lies in the set, and is none of the points."""
    home = node.operands[-1]
    if node.relations != ("in",) or not isinstance(home, s.Product):
        return None
    if set(home.links) != {"\\setminus"}:
        return None
    element = ctx.read(node.operands[0])
    with ctx.expecting("interval"):
        said = [make("relation", element, ctx.read(home.factors[0]), data=("in",))]
    for part in home.factors[1:]:
        with ctx.expecting("set"):
            points = ctx.read(part)
        if points.op != "set":
            ctx.fail("only single points are taken out of a set", part)
        said += [make("relation", element, point, data=("!=",)) for point in points.args]
    return make("and", *said)


def _for_both_signs(ctx: Context, node: s.Chain) -> Term | None:
    r"""`(a \pm b)^2 = a^2 \pm 2ab + b^2` says it for the upper signs and for the lower ones, so
    does `|a \pm b| \le c`; `x = a \pm b` says that x is one of two."""
    if ctx.sign or not _BOTH_SIGNS.search(ctx.source.text):
        return None
    signed = [_has_signs(operand) for operand in node.operands]
    if not any(signed) or any(map(_both_signs, node.operands)):
        return None
    if sum(signed) > 1 or set(node.relations) <= ORDERING:
        return make("and", *(_with_sign(ctx, node, upper) for upper in (True, False)))
    if node.relations != ("=",) or not signed[1]:
        return None
    first = ctx.read(node.operands[0])
    values = [_with_sign(ctx, node.operands[1], upper) for upper in (True, False)]
    return make("relation", first, make("set", *values), data=("in",))


def _with_sign(ctx: Context, node: s.Node, upper: bool) -> Term:
    with ctx.reading_signs(upper):
        return ctx.read(node)


def _has_signs(root: s.Node) -> bool:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, s.Sum) and not {"\\pm", "\\mp"}.isdisjoint(node.signs):
            return True
        waiting.extend(children(node))
    return False


def _both_signs(node: s.Node) -> s.Node | None:
    r"""c of `\pm c`: `x = \pm c` says that x is c or -c."""
    return node.terms[0] if isinstance(node, s.Sum) and node.signs == ("\\pm",) else None


def _is_asymptotic(ctx: Context, first: Term) -> bool:
    """Whether `~` compares the growth of two terms: of an expression, or where a limit is named."""
    if first.op in TABLE:
        return True
    return first.op == "call" and ("\\to" in ctx.source.text or "\\rightarrow" in ctx.source.text)


_SETS = frozenset({"image", "interval", "set_of"})


def _expected(ctx: Context, relation: str, first: Term) -> str:
    """What a bracket with two numbers must be on the right of a relation."""
    if relation in ("in", "notin", "subset", "subseteq") or first.op in _SETS:
        return "interval"
    if first.op == "set":
        return "set"
    if relation == "->" or first.op in ("tuple", "shape_of"):
        return "tuple"
    if first.op == "vector" or is_array(first) or _lists(ctx, first):
        return "vector"
    name = first.data.name if first.op == "symbol" else ""
    small = name[:1].islower() or (name[:1] == "\\" and name[1:2].islower())
    return "unclear" if small and first.data.role != "set" and len(name.strip("\\")) == 1 else ""


def _lists(ctx: Context, term: Term) -> bool:
    """Whether a name in a term has a list of entries as its value: x of `x - y = (-2, -2)`."""
    if not ctx.scope.values or term.op == "symbol":
        return False
    values = (ctx.scope.values.get(name) for name in free_symbols(term))
    return any(v is not None and v.op == "vector" for v in values)


def _is_congruence(node: s.Chain) -> bool:
    """Whether only the last side of a chain of \\equiv ends in a modulus."""
    rest = any(map(_ends_in_modulus, node.operands[:-1]))
    return set(node.relations) == {"equiv"} and _ends_in_modulus(node.operands[-1]) and not rest


def _ends_in_modulus(node: s.Node) -> bool:
    if isinstance(node, s.Sum):
        node = node.terms[-1]
    return isinstance(node, s.Product) and node.links[-1] in ("\\bmod", "\\pmod")


def _congruence(ctx: Context, node: s.Chain) -> Term:
    """`a \\equiv b \\pmod n`: the remainders of both sides are equal."""
    last = node.operands[-1]
    product = last.terms[-1] if isinstance(last, s.Sum) else last
    assert isinstance(product, s.Product)
    modulus = ctx.read(product.factors[-1])
    rest: s.Node = product.factors[0]
    if len(product.factors) > 2:
        rest = s.Product(
            rest.start, product.factors[-2].end, product.factors[:-1], product.links[:-1]
        )
    if isinstance(last, s.Sum):
        rest = s.Sum(last.start, rest.end, last.signs, (*last.terms[:-1], rest))
    sides = (*(ctx.read(o) for o in node.operands[:-1]), ctx.read(rest))
    ctx.note("congruence", node)
    return make("relation", *(make("mod", x, modulus) for x in sides), data=node.relations)


def _implication(ctx: Context, node: s.Chain, cut: int) -> Term:
    """`a = b => c = d`: an arrow of logic joins whole statements."""
    sides = []
    for low, high in ((0, cut), (cut + 1, len(node.relations))):
        operands = node.operands[low : high + 1]
        if len(operands) == 1:
            sides.append(ctx.read(operands[0]))
            continue
        part = s.Chain(
            operands[0].start, operands[-1].end, operands,
            node.relations[low:high], node.places[low:high],
        )  # fmt: skip
        sides.append(ctx.read(part))
    return make("relation", *sides, data=(node.relations[cut],))


def _note_assignment(ctx: Context, node: s.Chain, operands: list[Term]) -> None:
    left = node.operands[0]
    named = isinstance(left, s.Name) and operands[0].op == "symbol"
    if named and node.relations[0] == "=" and operands[0] in set(postorder(operands[1])):
        ctx.note("assignment", node)


def _distribution(ctx: Context, node: s.Node) -> Term | None:
    """`\\sim \\text{Bernoulli}(p)`: a name with parameters is a distribution."""
    if not isinstance(node, s.Product) or len(node.factors) != 2 or node.links != ("",):
        return None
    name, group = name_of(node.factors[0]), node.factors[1]
    if name is None or bracket_of(group) is not group or not isinstance(group, s.Group):
        return None
    if ctx.is_function(name) or ctx.declared(name) is not None or name in c.OPAQUE:
        return None
    if any(sign != "," for sign in getattr(group.body, "separators", ())):
        return None
    ctx.note("distribution", node)
    return make("opaque", *arguments(ctx, group)[0], data=f"distribution:{name}")
