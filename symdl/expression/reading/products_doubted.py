"""Products that are none: differentials, convolutions, functions put together, words.

A declaration of the name always ends the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from symdl.expression import conventions as c
from symdl.expression.operators import WORDS
from symdl.expression.reading.context import Context
from symdl.expression.reading.syntax import bracket_of
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make
from symdl.latex import syntax as s

_WORDS_TEXT = """
    lr bs wd nn kl ce mse mae rms err acc avg std var cov out max min exp log sin cos tan sum dim
    loss IQR SS SSE SST SSR TSS RSS BP MSE MAE RMS RMSE KL CE BCE NLL MLP FFN CNN RNN LSTM GRU
    TPR FPR TP FP TN FN IoU AUC ELBO VAE GAN SGD tr Tr
"""
WORDS_IN_ITALICS = frozenset(_WORDS_TEXT.split())
"""Runs of letters that are words, though they could be products."""
_FUNCTIONS_TEXT = """
    arccot arcsec arccsc arccoth arcsech arccsch sgn sinc lg lb ld erfi Li Re Im rank vec cov Cov
"""
FUNCTION_WORDS = frozenset(_FUNCTIONS_TEXT.split()) | WORDS.keys() | c.ARRAY_WORDS.keys()
"""Upright words that are functions wherever something stands behind them."""
_STATEMENTS = frozenset({"relation", "when", "and", "or", "not", "forall"})


def refuse_doubtful_factors(ctx: Context, node: s.Product) -> None:
    """Refuse a product that is a differential, a convolution, a composed function or a word."""
    for i, factor in enumerate(node.factors):
        check = _FACTORS.get(type(factor))
        if check is not None:
            check(ctx, node, i)


def _beside(node: s.Product, i: int) -> s.Node | None:
    """The factor that follows factor i without a sign."""
    return node.factors[i + 1] if i < len(node.links) and node.links[i] == "" else None


def _of_letter(ctx: Context, node: s.Product, i: int) -> None:
    text = getattr(node.factors[i], "text", "")
    if text == "d" and _beside(node, i) is not None:
        _refuse_differential(ctx, node, i)
    elif text == "e":
        _refuse_bare_e(ctx, node, i)


def with_applied_words(ctx: Context, node: s.Product) -> s.Product:
    """`\\mathrm{sech}^2 x`: a function in words is taken of a letter that ends its product."""
    factors = list(node.factors)
    for i in range(len(factors) - 1):
        factor = factors[i]
        word = factor.base if isinstance(factor, s.Scripts) else factor
        ends = i + 2 == len(factors) or node.links[i + 1] not in ("", "/")
        if not isinstance(word, s.Word) or node.links[i] or not ends:
            continue
        row = WORDS.get(word.text)
        known = row is not None and row.arity == 1 and ctx.declared(word.text) is None
        inner = factors[i + 1]
        if known and isinstance(inner, s.Name | s.Scripts | s.Accent) and _is_plain(inner):
            factors[i + 1] = s.Group(inner.start, inner.end, "(", ")", inner)
    changed = any(new is not old for new, old in zip(factors, node.factors, strict=True))
    return replace(node, factors=tuple(factors)) if changed else node


def _is_plain(node: s.Node) -> bool:
    """Whether a node is a letter, with no bracket or function in it."""
    return name_of(node.base if isinstance(node, s.Scripts) else node) is not None


def _of_word(ctx: Context, node: s.Product, i: int) -> None:
    """`\\mathrm{tanh} x`: a function and its argument, or a product of names?"""
    factor = node.factors[i]
    word = factor.base if isinstance(factor, s.Scripts) else factor
    if not isinstance(word, s.Word):
        return
    _of_letter(ctx, node, i)
    following = _beside(node, i)
    if word.text not in FUNCTION_WORDS or following is None or ctx.declared(word.text) is not None:
        return
    if bracket_of(following) is None and not isinstance(following, s.Group):
        hint = f"write {word.text}(x), \\operatorname{{{word.text}}} x, or \\cdot for a product"
        ctx.fail(f"{word.text} is a function: what is it taken of?", factor, hint, "ambiguous")


def _of_group(ctx: Context, node: s.Product, i: int) -> None:
    _refuse_joined(ctx, node, i)
    following = _beside(node, i)
    if following is not None:
        _refuse_composed(ctx, node.factors[i], following)


def _refuse_joined(ctx: Context, node: s.Product, i: int) -> None:
    """`W \\cdot [h, x]`: vectors put behind each other, or a vector of two numbers?"""
    group = node.factors[i]
    assert isinstance(group, s.Group)
    before = node.factors[i - 1] if i and node.links[i - 1] in ("", "\\cdot") else None
    letter = _letter(before)
    if group.open != "[" or not isinstance(group.body, s.Sequence) or letter is None:
        return
    name = name_of(letter) or ""
    items = all(name_of(x) is not None or isinstance(x, s.Scripts) for x in group.body.items)
    if items and name in c.MATRIX_LETTERS and ctx.declared(name) is None:
        hint = "write \\operatorname{concat}(h, x), or declare the letters"
        ctx.fail("vectors put together or a vector of numbers", group, hint, "ambiguous")


def _of_percentage(ctx: Context, node: s.Product, i: int) -> None:
    """`10 \\% 3` as programs write it."""
    percent = getattr(node.factors[i], "operator", "") in ("%", "\\%")
    if percent and isinstance(_beside(node, i), s.Number):
        hint = "write \\bmod for a remainder, \\cdot for a product"
        ctx.fail("a percentage or a remainder", node, hint, "ambiguous")


_FACTORS: dict[type[s.Node], Callable[[Context, s.Product, int], None]] = {
    s.Name: _of_letter, s.Word: _of_word, s.Scripts: _of_word, s.Group: _of_group,
    s.Postfix: _of_percentage,
}  # fmt: skip
_LONE_D = re.compile(r"(?<![A-Za-z\\\\])[a-z]?d(?![A-Za-z])(?!\\s*[A-Za-z\\\\{}])")
"""A d that stands for a number: `ad - bc`, `b & d`."""
_LETTERS = (s.Name, s.Styled, s.Accent)


def _letter(node: s.Node | None) -> s.Node | None:
    base = node.base if isinstance(node, s.Scripts) else node
    return base if isinstance(base, _LETTERS) else None


def _refuse_differential(ctx: Context, node: s.Product, i: int) -> None:
    """`2x\\,dx`, `dy`: a d that touches the letter behind it is no factor."""
    factor, following = node.factors[i], _letter(node.factors[i + 1])
    if following is None or ctx.declared("d") is not None or "d" in ctx.bound:
        return
    if any(name.op == "symbol" and name.data.name == "d" for name in ctx.scope.values):
        return
    before = node.factors[i - 1] if i and node.links[i - 1] == "" else None
    touched = before is not None and before.end == factor.start and _letter(before) is not None
    same = before is not None and name_of(before) == name_of(following)
    upright = isinstance(factor, s.Word)
    if not upright and any(
        _is_factor(m, ctx.source.text) for m in _LONE_D.finditer(ctx.source.text)
    ):
        return
    if upright or (factor.end == following.start and (not touched or same)):
        hint = "write a derivative as \\frac{dy}{dx}, a product of d and x as d \\cdot x"
        ctx.fail("a differential outside of an integral", factor, hint, "ambiguous")


def _is_factor(lone: re.Match[str], text: str) -> bool:
    """Whether a lone d is a number: the one of `d(xy) = y\\,dx + x\\,dy` is a differential sign."""
    return not text[lone.end() :].lstrip().startswith(("(", "[", "\\left"))


def _refuse_bare_e(ctx: Context, node: s.Product, i: int) -> None:
    """`\\epsilon e`: hardly Euler's number, but the one in `2 \\pi e \\sigma^2` is."""
    if ctx.declared("e") is not None or "e" in ctx.bound or "e" in ctx.notation.roles:
        return
    beside = (_beside(node, i), node.factors[i - 1] if i and node.links[i - 1] == "" else None)
    names = [name_of(other) for other in map(_letter, beside) if other is not None]
    if names and "\\pi" not in names:
        hint = "declare e if it is another quantity, or write e^1 or \\cdot"
        ctx.fail("e beside a letter: Euler's number?", node.factors[i], hint, "ambiguous")


def _refuse_composed(ctx: Context, group: s.Node, following: s.Node) -> None:
    """`(f * g)(t)`, `(f + g)(x)`: functions put together are called, not multiplied."""
    argument, inside = bracket_of(following), bracket_of(group)
    if argument is None or inside is None or inside.body is None:
        return
    if not isinstance(argument.body, s.Name | s.Number | s.Styled | s.Scripts | s.Sequence):
        return
    body = inside.body
    terms = body.terms if isinstance(body, s.Sum) else (body,)
    if all(_holds_function(ctx, term) for term in terms):
        hint = "write the argument behind each function: f(x) g(x)"
        ctx.fail("functions put together are not read", group, hint, "ambiguous")


def _holds_function(ctx: Context, node: s.Node) -> bool:
    """Whether a function stands in a term without its argument."""
    factors = node.factors if isinstance(node, s.Product) else (node,)
    for factor, following in zip(factors, (*factors[1:], None), strict=True):
        name = factor.text if isinstance(factor, s.Name) else ""
        called = following is not None and bracket_of(following) is not None
        known = name in ("f", "g", "h") or ctx.is_function(name)
        if known and not called and ctx.declared(name) is None:
            return True
    return False


def refuse_word(ctx: Context, node: s.Node) -> None:
    """`llf = \\dots`: three or more letters run together on a left side are a word."""
    if not isinstance(node, s.Product) or len(node.factors) < 3:
        return
    factors = node.factors
    touching = all(a.end == b.start for a, b in pairwise(factors))
    letters = all(isinstance(f, s.Name) and len(f.text) == 1 for f in factors)
    if all(isinstance(f, s.Name) and ctx.is_known(f.text) for f in factors):
        return
    if touching and letters:
        word = "".join(f.text for f in factors if isinstance(f, s.Name))
        hint = f"write \\text{{{word}}} for a word, spaces or \\cdot for a product"
        ctx.fail("a word or a product of letters", node, hint, "ambiguous")


def refuse_statements(ctx: Context, node: s.Node, terms: list[Term]) -> None:
    """`2 [x > 0]`: a statement is no factor."""
    for term in terms:
        if term.op in _STATEMENTS:
            hint = "write \\mathbb{1}[x > 0] for 1 where a condition holds"
            ctx.fail("a statement inside of an expression", node, hint)


def as_lists(terms: list[Term]) -> list[Term]:
    """`[1, 2] + [3, 4]`: in arithmetic, numbers in square brackets are vectors."""
    if "interval" not in [t.op for t in terms]:
        return terms
    return [make("vector", *t.args) if t.op == "interval" and t.data == "[]" else t for t in terms]
