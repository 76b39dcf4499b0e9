"""Notations that mean something else to their author than what the rules would read.

Each check here refuses a line rather than let a letter of the wrong kind through: the
imaginary unit, the identity matrix, differentials, error `e`, policies `\\pi`, time steps
written as powers, words in italics. A declaration of the name always ends the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from symdl.expression import conventions as c
from symdl.expression.reading_context import Context
from symdl.expression.reading_kinds import is_array
from symdl.expression.reading_syntax import bracket_of
from symdl.expression.spelling import name_of
from symdl.expression.term import (
    BINDERS,
    Term,
    constant,
    free_symbols,
    make,
    number,
    postorder,
    replace,
)
from symdl.latex import syntax as s

_UNITS_TEXT = """
    cm mm km kg mg ms ns Hz kHz MHz GHz kB MB GB TB KiB MiB GiB bit bits byte bytes hours minutes
    seconds days FLOPs FLOPS
"""
UNITS = frozenset(_UNITS_TEXT.split())
"""Upright words that are units of measure."""
CONSTANT_ARRAYS = frozenset(
    f"\\{font}{{{letter}}}" for font in ("mathbf", "boldsymbol", "mathbb") for letter in "I10"
)
_WORDS_TEXT = """
    lr bs wd nn kl ce mse mae rms err acc avg std var cov out max min exp log sin cos tan sum dim
    loss IQR MSE MAE RMS RMSE SSE KL CE BCE NLL MLP FFN CNN RNN LSTM GRU TPR FPR TP FP TN FN IoU AUC
    ELBO VAE GAN SGD
"""
WORDS_IN_ITALICS = frozenset(_WORDS_TEXT.split())
"""Runs of letters that are words, though they could be products."""
_DEFINING = frozenset({"=", ":=", "<-"})
_CARRIERS = frozenset({"neg", "mul", "div", "add", "matmul"})
_STATEMENTS = frozenset({"relation", "when", "and", "or", "not", "forall"})


def refuse_doubts(ctx: Context, term: Term) -> None:
    """Refuse a whole line in which a name hardly means what was read."""
    for name, symbol in ctx.symbols.items():
        check = _CHECKS.get(name)
        if check is not None and ctx.declared(name) is None:
            check(ctx, term, symbol)
        elif name[:8] == "\\mathrm{" and name[8:-1] in ctx.symbols and ctx.declared(name) is None:
            message = f"{name[8:-1]} upright and in italics: one name or two"
            ctx.fail(message, ctx.places[symbol], "write both alike, or declare both", "ambiguous")
    for statement in _statements(term):
        _refuse_left_side(ctx, statement)
    if "\\ne" in ctx.source.text:
        _refuse_open_pairs(ctx, term)


def _statements(term: Term) -> Iterator[Term]:
    """The relations that a line states."""
    waiting = [term]
    while waiting:
        item = waiting.pop()
        if item.op == "relation":
            yield item
        elif item.op in ("statements", "when", "forall"):
            waiting.extend(a for a in item.args if a.op in ("relation", "when", "forall"))


# Letters of the wrong kind -----------------------------------------------------------------


def _imaginary(ctx: Context, term: Term, symbol: Term) -> None:
    """`e^{i \\pi}`: a letter i that is no index anywhere in the line."""
    if symbol.data.role != "scalar" or symbol.data.name in ctx.notation.indices:
        return
    if any(_needs_unit(node, symbol) for node in postorder(term)):
        hint = f"complex numbers are not read; declare {symbol.data.name} if it is a real number"
        ctx.fail("this looks like the imaginary unit", ctx.places[symbol], hint, "ambiguous")


def _needs_unit(node: Term, unit: Term) -> bool:
    if node.op == "exp":
        return _is_factor(node.args[-1], unit)
    if node.op == "relation":
        square = make("pow", unit, number(2))
        return {square, make("neg", number(1))} <= set(node.args)
    if node.op == "sqrt" and node.args[0].op == "neg":
        return node.args[0].args[0].op == "number"
    if node.op == "mul" and unit in node.args:
        return any(a.op in ("sin", "cos", "sqrt") for a in node.args)
    if node.op == "add":
        return any(_is_unit_times_name(a, unit) for a in node.args)
    return False


def _is_factor(term: Term, unit: Term) -> bool:
    if term is unit:
        return True
    return term.op in _CARRIERS and any(_is_factor(a, unit) for a in term.args)


def _is_unit_times_name(term: Term, unit: Term) -> bool:
    """`iy` in `x + iy`."""
    if term.op == "neg":
        term = term.args[0]
    plain = term.op == "mul" and len(term.args) == 2 and unit in term.args
    return plain and all(a.op == "symbol" for a in term.args)


def _identity(ctx: Context, term: Term, symbol: Term) -> None:
    """`A A^{-1} = I` with capital letters that nobody declared."""
    for node in postorder(term):
        beside = symbol in node.args and node.op in ("mul", "matmul", "add", "relation")
        if beside and any(_like_matrix(a, symbol) for a in node.args):
            _refuse_constant_array(ctx, term, symbol)


def _like_matrix(term: Term, but: Term) -> bool:
    if term is but:
        return False
    if term.op == "symbol":
        return is_array(term) or term.data.name[:1] in c.MATRIX_LETTERS
    if term.op in ("transpose", "inverse") or is_array(term):
        return True
    inside = term.op in ("neg", "mul", "matmul", "pow")
    return inside and any(_like_matrix(a, but) for a in term.args)


def _refuse_constant_array(ctx: Context, term: Term, symbol: Term) -> None:
    """`\\mathbf{I}`, `\\mathbf{1}`, `\\mathbf{0}` are no free arrays."""
    first = term.args[0] if term.op == "relation" else None
    if first is symbol:
        return
    hint = "arrays of zeros and ones have no Term; declare the letter if it is any array"
    message = "this looks like the identity, or an array of zeros or ones"
    ctx.fail(message, ctx.places[symbol], hint, "ambiguous")


def _unit_of_measure(ctx: Context, term: Term, symbol: Term) -> None:
    hint = f"units are not read; declare {symbol.data.name} if it is a quantity"
    ctx.fail("this looks like a unit of measure", ctx.places[symbol], hint, "ambiguous")


_CHECKS: dict[str, Callable[[Context, Term, Term], None]] = {
    "i": _imaginary,
    "j": _imaginary,
    "I": _identity,
    **dict.fromkeys(CONSTANT_ARRAYS, _refuse_constant_array),
    **dict.fromkeys(UNITS, _unit_of_measure),
}


# Left sides --------------------------------------------------------------------------------


def _refuse_left_side(ctx: Context, statement: Term) -> None:
    left, right = statement.args[:2]
    if statement.data[0] == "sim" and constant("pi") in statement.args:
        hint = "declare \\pi, for example as a function"
        ctx.fail("\\pi as a distribution", ctx.places[constant("pi")], hint, "ambiguous")
    if statement.data[0] not in _DEFINING:
        return
    if left.op == "constant" and left.data in ("e", "pi") and free_symbols(right):
        name = "e" if left.data == "e" else "\\pi"
        hint = f"declare {name} if it is no constant"
        ctx.fail(f"{name} is set to something else", ctx.places[left], hint, "ambiguous")
    delta = ctx.source.text[ctx.places[left].start :].startswith("\\delta")
    if left.op == "indicator" and delta and right.op != "piecewise":
        hint = "write \\mathbb{1}[i = j] for the Kronecker delta, or declare \\delta"
        ctx.fail("the Kronecker delta, or a name", ctx.places[left], hint, "ambiguous")
    if left.op == "pow" and left.args[0].op == "symbol":
        _refuse_stepped(ctx, left, right)


def _refuse_stepped(ctx: Context, left: Term, right: Term) -> None:
    """`w^{t+1} = w^t - g`, `h^l = f(W^l h^{l-1})`: steps or layers, not powers."""
    base, letter = left.args[0], _step_letter(left.args[1])
    if letter is None or any(ctx.declared(x.data.name) for x in (base, letter)):
        return
    powers = [n for n in postorder(right) if n.op == "pow" and _step_letter(n.args[1]) is letter]
    plain = {a for n in postorder(right) for a in n.args if n.op != "pow"}
    bases = {n.args[0] for n in powers}
    if not powers or base in plain or right is base:
        return
    if bases != {base} or any(s not in (base, letter) for s in free_symbols(right)):
        hint = "write W^{(l)} or w_t for layers and steps, or declare the base if it is a power"
        ctx.fail("a power, or a layer or step", ctx.places[left], hint, "ambiguous")


def _step_letter(exponent: Term) -> Term | None:
    """t of `t`, `t + 1` and `t - 1`."""
    if exponent.op == "add" and len(exponent.args) == 2:
        shift = exponent.args[1].args[0] if exponent.args[1].op == "neg" else exponent.args[1]
        exponent = exponent.args[0] if shift.op == "number" else exponent
    return exponent if exponent.op == "symbol" else None


def _refuse_open_pairs(ctx: Context, term: Term) -> None:
    """`\\sum_{i \\ne j} a_{ij}` over i alone, or over all pairs?"""
    for node in postorder(term):
        if (
            node.op not in ("sum", "product")
            or node.data != "all"
            or node.args[1].op != "piecewise"
        ):
            continue
        condition = node.args[1].args[1]
        others = free_symbols(condition) - {node.args[0]}
        outside = free_symbols(replace(term, {node: number(0)}))
        bound = {t.args[0] for t in postorder(term) if t.op in BINDERS}
        if condition.data == ("!=",) and not others <= outside | bound:
            hint = "write \\sum_i \\sum_{j \\ne i} for all pairs"
            ctx.fail("one index or both run", ctx.places[node], hint, "ambiguous")


# Products ----------------------------------------------------------------------------------


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
    s.Name: _of_letter, s.Word: _of_letter, s.Group: _of_group, s.Postfix: _of_percentage,
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
    before = node.factors[i - 1] if i and node.links[i - 1] == "" else None
    touched = before is not None and before.end == factor.start and _letter(before) is not None
    same = before is not None and name_of(before) == name_of(following)
    upright = isinstance(factor, s.Word)
    if not upright and _LONE_D.search(ctx.source.text):
        return
    if upright or (factor.end == following.start and (not touched or same)):
        hint = "write a derivative as \\frac{dy}{dx}, a product of d and x as d \\cdot x"
        ctx.fail("a differential outside of an integral", factor, hint, "ambiguous")


def _refuse_bare_e(ctx: Context, node: s.Product, i: int) -> None:
    """`\\epsilon e`: hardly Euler's number."""
    if ctx.declared("e") is not None or "e" in ctx.bound or "e" in ctx.notation.roles:
        return
    beside = (_beside(node, i), node.factors[i - 1] if i and node.links[i - 1] == "" else None)
    names = (_letter(other) for other in beside)
    if any(other is not None and name_of(other) != "\\pi" for other in names):
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
    factors = node.factors if isinstance(node, s.Product) else ()
    touching = all(a.end == b.start for a, b in pairwise(factors))
    letters = all(isinstance(f, s.Name) and len(f.text) == 1 for f in factors)
    if len(factors) > 2 and touching and letters:
        word = "".join(f.text for f in factors if isinstance(f, s.Name))
        hint = f"write \\text{{{word}}} for a word, spaces or \\cdot for a product"
        ctx.fail("a word or a product of letters", node, hint, "ambiguous")


def refuse_statements(ctx: Context, node: s.Node, terms: list[Term]) -> None:
    """`2 [x > 0]`: a statement is no factor."""
    if any(t.op in _STATEMENTS for t in terms):
        hint = "write \\mathbb{1}[x > 0] for 1 where a condition holds"
        ctx.fail("a statement inside of an expression", node, hint)


def as_lists(terms: list[Term]) -> list[Term]:
    """`[1, 2] + [3, 4]`: in arithmetic, numbers in square brackets are vectors."""
    return [make("vector", *t.args) if t.op == "interval" and t.data == "[]" else t for t in terms]
