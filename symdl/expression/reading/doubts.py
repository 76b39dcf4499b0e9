"""Notations that mean something else to their author than what the rules would read.

Each check here refuses a line rather than let a letter of the wrong kind through: the
imaginary unit, the identity matrix, differentials, error `e`, policies `\\pi`, time steps
written as powers, words in italics. A declaration of the name always ends the doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from symdl.expression import conventions as c
from symdl.expression.operators import TABLE
from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import is_array
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

_UNITS_TEXT = """
    cm mm km kg mg ms ns Hz kHz MHz GHz kB MB GB TB KiB MiB GiB bit bits byte bytes hours minutes
    seconds days FLOPs FLOPS
"""
UNITS = frozenset(_UNITS_TEXT.split())
"""Upright words that are units of measure."""
CONSTANT_ARRAYS = frozenset(
    f"\\{font}{{{letter}}}" for font in ("mathbf", "boldsymbol", "mathbb") for letter in "I10"
)
_STATED = frozenset({"relation", "statements", "when", "forall"})
_DEFINING = frozenset({"=", ":=", "<-"})
_BOUNDING = frozenset({"in", "<", "<=", ">", ">="})
_CARRIERS = frozenset({"neg", "mul", "div", "add", "matmul"})


def refuse_doubts(ctx: Context, term: Term) -> None:
    """Refuse a whole line in which a name hardly means what was read."""
    for name, symbol in ctx.symbols.items():
        check = _CHECKS.get(name)
        if check is not None and ctx.declared(name) is None:
            check(ctx, term, symbol)
        elif name[:8] == "\\mathrm{" and name[8:-1] in ctx.symbols and ctx.declared(name) is None:
            message = f"{name[8:-1]} upright and in italics: one name or two"
            ctx.fail(message, ctx.places[symbol], "write both alike, or declare both", "ambiguous")
    if term.op in _STATED:
        for statement in _statements(term):
            _refuse_left_side(ctx, statement)
    if "\\ne" in ctx.source.text:
        _refuse_open_pairs(ctx, term)
    if "'" in ctx.source.text:
        _refuse_words_in_arithmetic(ctx, term)


def _refuse_words_in_arithmetic(ctx: Context, term: Term) -> None:
    r"""`\text{'mean'} + 1`: the value of a setting is no number."""
    for node in postorder(term):
        word = next((a for a in node.args if a.op == "text"), None)
        if word is not None and (node.op in TABLE or node.op in _CARRIERS):
            ctx.fail(f"{word.data} is a word, no number", ctx.places[word], code="prose")


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
        if node.op not in ("mul", "matmul", "add", "relation"):
            continue
        sums = node.op in ("add", "relation")
        own = [a for a in node.args if a is symbol or (sums and _is_multiple(a, symbol))]
        if own and any(_like_matrix(a, symbol) for a in node.args if a not in own):
            _refuse_constant_array(ctx, term, symbol)


def _is_multiple(term: Term, symbol: Term) -> bool:
    """`\\lambda I` and `-I`."""
    if term.op == "neg":
        return _is_multiple(term.args[0], symbol)
    return term is symbol or (term.op == "mul" and symbol in term.args)


def _unit_vector(ctx: Context, _term: Term, symbol: Term) -> None:
    """`e_i^T x` is the entry i of x."""
    role = ctx.notation.roles.get("e")
    if role is not None and role.rule == "family":
        hint = "unit vectors have no Term; declare e: sequence if it is any family of vectors"
        ctx.fail("this looks like a unit vector", ctx.places[symbol], hint, "ambiguous")


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


def _unit_of_measure(ctx: Context, _term: Term, symbol: Term) -> None:
    hint = f"units are not read; declare {symbol.data.name} if it is a quantity"
    ctx.fail("this looks like a unit of measure", ctx.places[symbol], hint, "ambiguous")


_CHECKS: dict[str, Callable[[Context, Term, Term], None]] = {
    "i": _imaginary,
    "j": _imaginary,
    "e": _unit_vector,
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
    if left.op == "indicator" and statement.data[0] in _BOUNDING and _is_delta(ctx, left):
        _refuse_delta(ctx, left, right)
    if statement.data[0] not in _DEFINING:
        return
    if left.op == "constant" and left.data in ("e", "pi") and _is_another(left.data, right):
        name = "e" if left.data == "e" else "\\pi"
        hint = f"declare {name} if it is no constant"
        ctx.fail(f"{name} is set to something else", ctx.places[left], hint, "ambiguous")
    if left.op == "indicator" and right.op != "piecewise" and _is_delta(ctx, left):
        _refuse_delta(ctx, left, right)
    if left.op == "pow" and left.args[0].op == "symbol":
        _refuse_stepped(ctx, left, right)


def _refuse_delta(ctx: Context, left: Term, right: Term) -> None:
    """What is bounded, or said to be something, is a name: `\\delta_{ij} \\in [0, 1]`."""
    if right.op == "set":
        return  # the values that the Kronecker delta has
    hint = "write \\mathbb{1}[i = j] for the Kronecker delta, or declare \\delta"
    ctx.fail("the Kronecker delta, or a name", ctx.places[left], hint, "ambiguous")


def _is_another(name: str, right: Term) -> bool:
    """Whether what a constant is set to is no value that anybody claims of it: it has letters, or
    is a number far off (`e = 0` for the neutral element of a group)."""
    if free_symbols(right):
        return True
    worth = _worth(right)
    return worth is not None and not math.isclose(worth, _CONSTANTS[name], abs_tol=_FAR_OFF)


_CONSTANTS = {"e": math.e, "pi": math.pi}
_FAR_OFF = 0.5
_LARGE = 10**9
_ARITHMETIC: dict[str, Callable[..., float]] = {
    "add": lambda *args: math.fsum(args),
    "mul": lambda *args: math.prod(args),
    "neg": lambda a: -a,
    "div": lambda a, b: a / b if b else math.nan,
}


def _worth(term: Term) -> float | None:
    """About what a number is worth that is written with sums, products, quotients and constants
    alone; None for anything else."""
    found: dict[Term, float] = {}
    for node in postorder(term):
        if node.op == "number" and abs(node.data.value) < _LARGE:
            found[node] = float(node.data.value)
        elif node.op == "constant" and node.data in _CONSTANTS:
            found[node] = _CONSTANTS[node.data]
        elif node.op in _ARITHMETIC:
            found[node] = _ARITHMETIC[node.op](*(found[a] for a in node.args))
        else:
            return None
    return found[term]


def _is_delta(ctx: Context, term: Term) -> bool:
    return ctx.source.text.startswith("\\delta", ctx.places[term].start)


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
        others = {
            s
            for s in free_symbols(condition) - {node.args[0]}
            if s.data.name not in c.LABEL_LETTERS  # the right class does not run
        }
        outside = free_symbols(replace(term, {node: number(0)}))
        bound = {t.args[0] for t in postorder(term) if t.op in BINDERS}
        if condition.data == ("!=",) and not others <= outside | bound:
            hint = "write \\sum_i \\sum_{j \\ne i} for all pairs"
            ctx.fail("one index or both run", ctx.places[node], hint, "ambiguous")
