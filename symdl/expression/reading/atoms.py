"""Numbers, names and words."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS, WORDS
from symdl.expression.reading.context import Context
from symdl.expression.spelling import name_of, pushed, word_name
from symdl.expression.symbols import GREEK
from symdl.expression.term import Number, Term, constant, make
from symdl.latex import syntax as s

LONGEST_NUMBER = 4000
LARGEST_EXPONENT = 4000
_NO_VALUE = {
    "\\nabla": "a gradient sign needs a function behind it",
    "\\partial": "a bare differential sign has no value",
    "\\top": "a transpose sign stands alone",
    "\\Re": "complex numbers are not read",
    "\\Im": "complex numbers are not read",
}
_NO_VALUE.update(
    dict.fromkeys(
        ("\\circ", "\\prime", "\\dagger", "\\ddagger", "\\star", "*", "+", "-"),
        "this sign has no value of its own",
    )
)
_SETS = {"R", "N", "Z", "Q", "C"}


def read_number(ctx: Context, node: s.Number) -> Term:
    """An exact number with its digits."""
    found = _number(node.text)
    if found is None:
        ctx.fail("this number is too long to be exact", node, code="too-large")
    return found


@lru_cache(maxsize=1024)
def _number(text: str) -> Term | None:
    """The number of some digits; None if they are too many."""
    if text.isdecimal() and len(text) <= LONGEST_NUMBER:
        return make("number", data=Number(Fraction(int(text)), text))
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > LONGEST_NUMBER or (exponent and abs(int(exponent)) > LARGEST_EXPONENT):
        return None
    whole, _, places = mantissa.partition(".")
    shift = int(exponent or 0) - len(places)
    digits = int(whole + places)
    value = Fraction(digits * 10**shift) if shift >= 0 else Fraction(digits, 10**-shift)
    return make("number", data=Number(value, text))


def read_name(ctx: Context, node: s.Name) -> Term:
    """A letter: a constant where a convention says so, else a symbol."""
    text = node.text
    _refuse_imaginary(ctx, node)
    if text in _CONSTANTS:
        special = _constant(ctx, node)
        if special is not None:
            return special
    if is_function_macro(text) and ctx.declared(text) is None:
        ctx.fail(f"{text} needs an argument", node, f"write {text}(x)")
    if text in _NO_VALUE and ctx.declared(text) is None:
        ctx.fail(_NO_VALUE[text], node)
    return ctx.symbol(text, node)


def _refuse_imaginary(ctx: Context, node: s.Node) -> None:
    """A macro that spells i or j is the imaginary unit, never an index."""
    unit = isinstance(node, s.Name) and node.text in ("i", "j")
    if unit and ctx.source.text[node.start] == "\\":
        ctx.fail("complex numbers are not read", node)


def is_function_macro(text: str) -> bool:
    """Whether a macro names a function that never stands alone."""
    word = text.startswith("\\") and text[1:] in WORDS and text[1:] not in GREEK
    return text in MACROS or word


_CONSTANTS = frozenset({"e", "\\pi", "\\infty", "\\emptyset", "\\varnothing"})


def _constant(ctx: Context, node: s.Name) -> Term | None:
    text = node.text
    if text == "\\infty":
        return constant("infinity")
    if text in ("\\emptyset", "\\varnothing"):
        return make("set")
    taken = text in ctx.bound or text in ctx.scope.symbols or text in ctx.notation.roles
    if taken or ctx.is_function(text):
        return None
    ctx.note("euler" if text == "e" else "pi", node)
    return constant("e" if text == "e" else "pi")


def read_word(ctx: Context, node: s.Word) -> Term:
    """An upright word that is one name; sentences are refused.

    A quoted word is the value of a setting (`'mean'`, `'None'`), which is no number.
    """
    if node.text[:1] == node.text[-1:] == "'" and node.text[1:-1].isidentifier():
        return make("text", data=node.text)
    refuse_prose(ctx, node)
    name = word_name(node)
    if name == "\\mathrm{i}" and ctx.declared(name) is None and name not in ctx.bound:
        hint = "complex numbers are not read; declare \\mathrm{i} if it is another name"
        ctx.fail("this looks like the imaginary unit", node, hint, "ambiguous")
    return ctx.symbol(name, node)


_SPACED = re.compile(r"\\text[a-z]*\s*\{(?:\s.*|.*\s)\}", re.DOTALL)
"""Words with a space at their end are part of a sentence: `\\text{ always}`."""


def refuse_prose(ctx: Context, node: s.Word) -> None:
    """Words of a sentence are no mathematics."""
    text = node.text.strip()
    words = text.lower().split()
    if text in ctx.scope.symbols:
        return
    sentence = len(words) > 4 or any(w.strip(".,:;()") in c.PROSE_WORDS for w in words)
    spaced = _SPACED.fullmatch(ctx.source.text[node.start : node.end]) is not None
    sentence = sentence or (spaced and "_" not in text)  # with _ it is a program's name
    if (
        not words
        or sentence
        or any(ch in text.removesuffix("()") for ch in ":;,?!()=\"'`#")
        or text[-1:] == "-"
        or text[:1] == "-"
    ):
        hint = "only mathematics is read; keep the words outside the formula"
        ctx.fail(f"'{text}' is prose", node, hint, "prose")


def read_styled(ctx: Context, node: s.Styled) -> Term:
    """A letter in another font."""
    outside = pushed(node)
    if outside is not None:
        return ctx.read(outside)
    name = name_of(node)
    if node.font == "mathbb" and name is not None and name not in ctx.scope.symbols:
        letter = name[name.index("{") + 1 : -1] if "{" in name else name
        if letter in _SETS:
            return make("number_set", data=letter)
    if name is None:
        fonts = ("mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathnormal")
        if node.font in fonts and not isinstance(node.body, s.Number):
            return ctx.read(node.body)
        ctx.fail("only a name can be set in this font", node)
    return ctx.symbol(name, node)


def read_accent(ctx: Context, node: s.Accent) -> Term:
    """`\\hat{m}` is one name; an accent over an expression is refused."""
    _refuse_imaginary(ctx, node.body)
    outside = pushed(node)
    if outside is not None and (outside.sub is not None or outside.primes):
        return ctx.read(outside)
    name = name_of(node)
    if name is None:
        hint = "an accent is read on a single name"
        ctx.fail(f"\\{node.kind} over an expression has no known meaning", node, hint)
    return ctx.symbol(name, node)


def read_dots(_ctx: Context, node: s.Dots) -> Term:
    """An omission."""
    centred = node.text in ("\\cdots", "\\dotsb", "\\dotsm")
    return make("dots", data="cdots" if centred else "...")


def read_empty(ctx: Context, node: s.Node) -> Term:
    """Nothing, where something was needed."""
    return ctx.fail("something is missing here", node)
