"""Sums, products, fractions, roots: what is multiplied with what, and how."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symdl.expression.operators import WORDS
from symdl.expression.reading.binders import open_variables
from symdl.expression.reading.calls import call_with
from symdl.expression.reading.context import Context
from symdl.expression.reading.dependent import slope_at
from symdl.expression.reading.derivatives import (
    operator_of,
    read_operator,
    refuse_evaluation,
    slanted_derivative,
)
from symdl.expression.reading.factors import TIMES, joined, multiply
from symdl.expression.reading.opaque import opaque_head
from symdl.expression.reading.products_doubted import (
    WORDS_IN_ITALICS,
    as_lists,
    refuse_doubtful_factors,
    refuse_statements,
    with_applied_words,
)
from symdl.expression.reading.reach import reaching, with_reach
from symdl.expression.reading.stacked import as_factor
from symdl.expression.reading.syntax import bracket_of, with_differences
from symdl.expression.spelling import name_of
from symdl.expression.symbols import GREEK
from symdl.expression.term import Term, free_symbols, make
from symdl.latex import syntax as s


def read_sum(ctx: Context, node: s.Sum) -> Term:
    """Signed summands; `a - b` is `add(a, neg(b))`."""
    parts: list[Term] = []
    if "mod" in ctx.source.text and any(map(_ends_in_remainder, node.terms)):
        return _with_remainder(ctx, node)
    bound: set[str] = set()
    for sign, inner in zip(node.signs, node.terms, strict=True):
        if sign in ("\\pm", "\\mp") and ctx.sign:
            sign = ctx.sign if sign == "\\pm" else {"+": "-", "-": "+"}[ctx.sign]
        if sign in ("\\pm", "\\mp"):
            hint = "write the two cases as two formulas"
            ctx.fail(f"{sign} stands for two values", node, hint, "ambiguous")
        part = ctx.read(inner)
        runs_on = bound and bound & {str(f.data.name) for f in free_symbols(part)}
        reached = reaching(ctx, node, len(parts), part) if runs_on else None
        if reached is not None:
            return with_reach(ctx, node, *reached, parts)
        if runs_on or (parts and _ends_in_place(node.terms[len(parts) - 1])):
            hint = "put brackets around what it runs over"
            ctx.fail("where the operator before this ends is not clear", inner, hint, "ambiguous")
        if parts and _ends_in_log_of_one(node.terms[len(parts) - 1]) and _is_open(inner):
            hint = "put brackets around the argument of the logarithm"
            ctx.fail("where the argument ends is not clear", inner, hint, "ambiguous")
        bound |= open_variables(inner)
        parts.append(make("neg", part) if sign == "-" else part)
    refuse_statements(ctx, node, parts)
    return parts[0] if len(parts) == 1 else make("add", *as_lists(parts))


def _ends_in_log_of_one(node: s.Node) -> bool:
    """`\\log 1 - z`: nobody writes the logarithm of 1 beside letters."""
    last = node.factors[-1] if isinstance(node, s.Product) else node
    if not isinstance(last, s.Apply) or name_of(last.head) not in ("\\log", "\\ln"):
        return False
    return isinstance(last.argument, s.Number) and last.argument.text == "1"


def _is_open(node: s.Node) -> bool:
    """Whether a summand is no number and no value of a function."""
    return not isinstance(node, s.Number | s.Apply | s.Fraction)


def _ends_in_place(node: s.Node) -> bool:
    """`\\arg\\min_w (w - 3)^2 + 4`: a place plus 4, or the place of the least sum?"""
    last = node.factors[-1] if isinstance(node, s.Product) else node
    return isinstance(last, s.BigOperator) and last.name in ("argmax", "argmin")


def _ends_in_remainder(node: s.Node) -> bool:
    return isinstance(node, s.Product) and "\\bmod" in node.links


def _with_remainder(ctx: Context, node: s.Sum) -> Term:
    """`-1 \\bmod 2` is (-1) mod 2; of a longer sum nobody knows what mod takes."""
    inner = node.terms[0]
    if len(node.terms) > 1 or not isinstance(inner, s.Product):
        hint = "put brackets around what is divided"
        ctx.fail("what the remainder is taken of is not clear", node, hint, "ambiguous")
    place = inner.links.index("\\bmod")
    first = s.Product(inner.start, inner.end, inner.factors[: place + 1], inner.links[:place])
    signed = s.Sum(node.start, inner.end, node.signs, (first if place else inner.factors[0],))
    rest = inner.factors[place + 1 :]
    return ctx.read(s.Product(node.start, node.end, (signed, *rest), inner.links[place:]))


def read_product(ctx: Context, node: s.Product) -> Term:
    """Factors in order, calls and operators resolved."""
    slanted = slanted_derivative(ctx, node)
    if slanted is not None:
        return slanted
    node = with_applied_words(ctx, node)
    _refuse_mixed(ctx, node)
    _refuse_words(ctx, node)
    refuse_doubtful_factors(ctx, node)
    node = with_differences(node)
    if len(node.factors) == 1:
        ctx.note("difference", node)
        return ctx.read(node.factors[0])
    terms, links, nodes = [], [], []
    factors = node.factors
    place = 0
    while place < len(factors):
        start = place
        term, place = operand(ctx, node, place)
        ctx.places.setdefault(term, factors[start])
        terms.append(term)
        nodes.append(factors[start])
        if place < len(factors):
            links.append(node.links[place - 1])
    if not set(links) & {"\\wedge", "\\vee"}:
        refuse_statements(ctx, node, terms)
    if "\\times" not in links:
        terms = as_lists(terms)
        terms[1:] = map(as_factor, terms, terms[1:])
    return combine(ctx, node, terms, links, nodes)


def _refuse_mixed(ctx: Context, node: s.Product) -> None:
    """`2 3` and `1\\frac{1}{2}` are refused: nobody knows whether it is a product."""
    for left, link, right in zip(node.factors, node.links, node.factors[1:], strict=False):
        if link or not isinstance(left, s.Number):
            continue
        if isinstance(right, s.Number):
            ctx.fail("two numbers side by side", node, "write \\cdot between them", "ambiguous")
        if isinstance(right, s.Fraction) and "." not in left.text:
            parts = (right.numerator, right.denominator)
            if all(isinstance(p, s.Number) for p in parts):
                hint = "write 1 + \\frac{1}{2} or 1 \\cdot \\frac{1}{2}"
                ctx.fail("a mixed number or a product", node, hint, "ambiguous")


def _refuse_words(ctx: Context, node: s.Product) -> None:
    """`delta * x` in italic letters, `FL(p)`: a word, not a product of its letters."""
    if not any(a.end == b.start and _is_letter(a) for a, b in pairwise(node.factors)):
        return
    run: list[s.Name] = []
    for factor in (*node.factors, None):
        letter = factor if isinstance(factor, s.Name) and len(factor.text) == 1 else None
        if letter is not None and (not run or run[-1].end == letter.start):
            run.append(letter)
            continue
        script = factor.base if isinstance(factor, s.Scripts) else None
        if run and isinstance(script, s.Name) and run[-1].end == script.start:
            run.append(script)
        word = "".join(name.text for name in run)
        called = factor is not None and bracket_of(factor) is not None
        capitals = called and (len(run) > 2 or (len(run) > 1 and word.isupper()))
        if len(run) > 1 and all(_is_known_array(ctx, name.text) for name in run):
            run = [letter] if letter is not None else []
            continue  # `\\operatorname{tr}(ABAB)`
        long = len(run) > 3 and not (len(set(word)) == len(run) and all(map(ctx.is_known, word)))
        if long or capitals or (len(run) > 1 and _is_word(word)):
            span = s.Node(run[0].start, run[-1].end)
            hint = f"write \\text{{{word}}} for a word, spaces or \\cdot for a product"
            ctx.fail("a word or a product of letters", span, hint, "ambiguous")
        run = [letter] if letter is not None else []


def _is_known_array(ctx: Context, name: str) -> bool:
    """Whether a letter is declared as a vector or a matrix."""
    known = ctx.declared(name)
    return known is not None and known.declared and known.role in ("vector", "matrix", "tensor")


def _is_letter(node: s.Node) -> bool:
    return isinstance(node, s.Name) and len(node.text) == 1


def _is_word(run: str) -> bool:
    return run in WORDS or run in GREEK or run in WORDS_IN_ITALICS


def operand(ctx: Context, node: s.Product, place: int) -> tuple[Term, int]:
    """The operand that starts at a factor, and the place behind it."""
    factor = node.factors[place]
    kind = type(factor)
    if kind is s.Number:
        return _number(ctx, node, place)
    if kind is s.Fraction or kind is s.Scripts or kind is s.Name:
        spec = operator_of(ctx, factor)
        if spec is not None:
            return read_operator(ctx, node, place, spec)
    if isinstance(factor, s.Group) and factor.open == "{" and factor.body is not None:
        return _braced(ctx, factor), place + 1
    if place + 1 < len(node.factors) and node.links[place] == "":
        following = node.factors[place + 1]
        if isinstance(factor, s.Scripts) and factor.primes and isinstance(factor.base, s.Group):
            placed = slope_at(ctx, factor, following)
            if placed is not None:
                return placed, place + 2
        if bracket_of(following) is not None or isinstance(following, s.Group):
            if kind is s.Fraction:
                refuse_evaluation(ctx, factor, following)
            called = call_with(ctx, factor, following)
            if called is not None:
                return called, place + 2
    behind = node.factors[place + 1] if node.links[place : place + 1] == ("",) else None
    expectation = opaque_head(ctx, factor, behind)
    if expectation is not None:
        with ctx.expecting("random"):
            rest = rest_of(ctx, node, place + 1)
        return expectation(rest), len(node.factors)
    return ctx.read(factor), place + 1


def _number(ctx: Context, node: s.Product, place: int) -> tuple[Term, int]:
    """A number, or the 1 of `1\\{x > 0\\}`."""
    factor = node.factors[place]
    following = node.factors[place + 1] if node.links[place : place + 1] == ("",) else None
    if isinstance(following, s.Group) and isinstance(following.body, s.Chain):
        condition = call_with(ctx, factor, following)
        if condition is not None:
            return condition, place + 2
    return ctx.read(factor), place + 1


def _braced(ctx: Context, group: s.Group) -> Term:
    """Braces around a factor are brackets; a list in them is a set."""
    if group.body is None or isinstance(group.body, s.Sequence):
        return ctx.read(group)
    return ctx.read(group.body)


def rest_of(ctx: Context, node: s.Product, place: int) -> Term:
    """The meaning of the factors from a place on."""
    return ctx.read(rest_node(ctx, node, place))


def rest_node(ctx: Context, node: s.Product, place: int) -> s.Node:
    """The factors from a place on as one node."""
    if place >= len(node.factors):
        ctx.fail("an operator without anything behind it", node)
    rest = node.factors[place:]
    if len(rest) == 1:
        return rest[0]
    return s.Product(rest[0].start, rest[-1].end, rest, node.links[place:])


def combine(
    ctx: Context,
    node: s.Product,
    terms: Sequence[Term],
    links: Sequence[str],
    nodes: Sequence[s.Node],
) -> Term:
    """Operands and the signs between them as one Term, in the author's order."""
    if "\\otimes" in links:
        terms, links, nodes = _beside_tensor_products(ctx, node, terms, links, nodes)
    run: list[Term] = [terms[0]]
    run_links: list[str] = []
    for i, link in enumerate(links):
        right = terms[i + 1]
        if link in TIMES:
            run.append(right)
            run_links.append(link)
            continue
        left = multiply(ctx, node, run, run_links)
        if link in ("/", "\\div"):
            _refuse_divided_argument(ctx, nodes[i], right)
            _refuse_unclear_division(ctx, node, i, links, nodes)
            run = [make("div", left, right)]
        else:
            run = [joined(ctx, node, link, left, right)]
        run_links = []
    return multiply(ctx, node, run, run_links)


def _beside_tensor_products(
    ctx: Context,
    node: s.Product,
    terms: Sequence[Term],
    links: Sequence[str],
    nodes: Sequence[s.Node],
) -> tuple[list[Term], list[str], list[s.Node]]:
    """`AC \\otimes BD` is `(AC) \\otimes (BD)`: what stands side by side behind the sign is
    multiplied first, as it is in front of it."""
    made, left, places = [terms[0]], list[str](), [nodes[0]]
    behind: list[Term] = []
    for i, link in enumerate((*links, None)):
        if behind and link == "":
            behind.append(terms[i + 1])
            continue
        if behind:
            made[-1] = multiply(ctx, node, behind, [""] * (len(behind) - 1))
        if link is None:
            break
        behind = [terms[i + 1]] if link == "\\otimes" else []
        made.append(terms[i + 1])
        left.append(link)
        places.append(nodes[i + 1])
    return made, left, places


def _refuse_unclear_division(
    ctx: Context, node: s.Product, i: int, links: Sequence[str], nodes: Sequence[s.Node]
) -> None:
    """`1/2x`: nobody knows whether x is below the line."""
    if i + 1 >= len(links) or links[i + 1] != "":
        return
    following = nodes[i + 2]
    if isinstance(following, s.Name | s.Number | s.Scripts | s.Styled | s.Word | s.Accent):
        hint = "write \\frac{a}{b} c, a/(b c) or (a/b) c"
        ctx.fail("what follows a/b may belong above or below the line", node, hint, "ambiguous")
    ctx.note("division-next", node)


def _refuse_divided_argument(ctx: Context, node: s.Node, below: Term) -> None:
    """`\\log p / q`: of p or of p / q? `\\sin x / x` can only be one."""
    if not isinstance(node, s.Apply) or isinstance(node.argument, s.Group):
        return
    argument = node.argument
    if isinstance(argument, s.Scripts | s.Postfix) and bracket_of(argument) is not None:
        return
    known = below in ctx.places and below.op == "symbol"
    if known and name_of(argument) == str(below.data.name):
        return
    if below.op in ("number", "symbol", "entry", "call", "label", "neg"):
        hint = "write brackets around the argument, or a fraction"
        ctx.fail("where the argument ends is not clear", node, hint, "ambiguous")
