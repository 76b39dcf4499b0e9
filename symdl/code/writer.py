"""One function body being written: the text of each operation over its arguments' texts.

The text of a document never reaches the source: identifiers come from `names.py`, comments
from Terms through `names.comment`. The same outputs always give the same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symdl.code import sympy_entries
from symdl.code.backends import Backend
from symdl.code.emit_arrays import ARRAY_SPELLERS
from symdl.code.kernels import spelling
from symdl.code.lower import LITERAL
from symdl.code.names import fresh, identifiers
from symdl.code.quadrature import OP as QUADRATURE
from symdl.code.quadrature import Integrand
from symdl.code.sympy_text import sympy_text
from symdl.code.whole_numbers import WHOLE_SPELLERS
from symdl.document.errors import CodeError
from symdl.expression.term import Term, every_part

ATOM, POWER, UNARY, PRODUCT, SUM, RELATION = 9, 8, 7, 6, 5, 3
_WIDTH = 68
_CALL = re.compile(r"[A-Za-z_.0-9]+\((\{\d\}|[\w.]+)(, (\{\d\}|[\w.]+))*\)")
_MATH = frozenset({"sqrt", "exp", "log"})
_OF_NUMBERS = {"power_gap": "_power_gap_of_numbers({0}, {1})"}
"""Helpers for numbers alone, which NumPy's functions would take ten times as long for."""
_RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}

Spelled = tuple[str, int]


@dataclass
class Writer:
    """The state of one function body: statements so far and the text of each Term."""

    backend: Backend
    names: Mapping[Term, str]
    taken: set[str]
    uses: Mapping[Term, int]
    lines: list[tuple[str, str]] = field(default_factory=list)
    text: dict[Term, Spelled] = field(default_factory=dict)
    depth: dict[Term, int] = field(default_factory=dict)
    weak: set[Term] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    called: Mapping[Term, str] = field(default_factory=dict)
    places: dict[Term, str] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    """The names of parameters as whole numbers or as given, and those that are nothing else."""
    hoisting: bool = False
    """Whether what depends on settings alone gets a line of its own: a loop leaves it outside."""

    def write(self, root: Term) -> Spelled:
        """The text of a Term; what is shared or long is assigned first."""
        for node in every_part((root,), self.text):
            self._one(node)
        return self.text[root]

    def _one(self, node: Term) -> None:
        if self.hoisting and not all(a in self.weak for a in node.args):
            for a in node.args:
                if a in self.weak and a.args:
                    self.text[a] = self.assign(a, self.text[a][0]), ATOM
        text, strength = self.spell(node)
        self.depth[node] = 1 + max((self.depth.get(a, 0) for a in node.args), default=0)
        shared = self.uses.get(node, 0) > 1 and node.args
        if node.op == "neg" and self.text[node.args[0]][1] == ATOM:
            shared = ()
        named = (node.op == LITERAL and node.data[1]) or (node in self.called and strength < 10)
        if named or (strength < 10 and (shared or len(text) > _WIDTH or self.depth[node] > 12)):
            text, strength = self.assign(node, text), ATOM
        self.text[node] = text, strength

    def assign(self, node: Term, text: str) -> str:
        """A new local name for a text."""
        wanted = self.called.get(node, "t1")
        name = fresh("c1" if node.op == LITERAL else wanted, self.taken)
        self.lines.append((f"{name} = {text}", node.data[1] if node.op == LITERAL else ""))
        self.depth[node] = 0
        return name

    def kind(self) -> str:
        """The floating-point type of the parameters."""
        ref = self.reference()
        return f"{ref}.dtype" if ref else self.backend.double

    def exact(self, term: Term, least: int) -> str:
        """The text of an argument that Python must not compute as an integer of its own."""
        if self.backend.name == "sympy" and term in self.weak:
            return f"sp.S({self.text[term][0]})"
        return self.arg(term, least)

    def typed(self, term: Term, text: str) -> str:
        """A number in the type of the parameters, anything else as it is."""
        ref = self.reference()
        return self.backend.typed.format(text, ref=ref) if term in self.weak and ref else text

    def reference(self) -> str:
        """The first parameter that is no setting: its type is that of everything."""
        names = (n for s, n in self.names.items() if s not in self.weak)
        return next((n for n in names if n not in self.apart), "")

    def arg(self, term: Term, least: int) -> str:
        """The text of an argument, bracketed if it binds less than `least`."""
        text, strength = self.text[term]
        return text if strength >= least else f"({text})"

    def spell(self, node: Term) -> Spelled:
        """The text of one operation over its arguments' texts."""
        if node.op != "symbol" and all(a in self.weak for a in node.args):
            self.weak.add(node)
        speller = _SPELLERS.get(node.op)
        if self.backend.name == "sympy":
            speller = sympy_entries.SPELLERS.get(node.op, speller)
        if speller is not None:
            return speller(self, node)
        if self.backend.name == "sympy":
            return sympy_text(node, [self.arg(a, 0) for a in node.args])
        form = spelling(node.op, self.backend.column)
        if node.op in _MATH and all(a.op == "extent" for a in node.args):
            form = f"math.{node.op}({{0}})"
        if not form or node.data is not None:
            raise CodeError(f"no {self.backend.name} code for {node.op}")
        return self.fill(form, node)

    def fill(self, form: str, node: Term) -> Spelled:
        """A format string over the arguments; variadic rows fold from the left."""
        for k, argument in enumerate(node.args):
            if form.count(f"{{{k}}}") > 1 and self.text[argument][1] < ATOM:
                self.text[argument] = self.assign(argument, self.text[argument][0]), ATOM
        call = _CALL.fullmatch(form) is not None
        texts = [self.arg(a, 0 if call else ATOM) for a in node.args]
        if self.backend.name == "torch" and call:
            # PyTorch's functions of two tensors take no Python numbers.
            texts = [self.typed(a, t) for a, t in zip(node.args, texts, strict=True)]
        if len(texts) == 1 and "{1}" in form:
            return self.text[node.args[0]]
        if node in self.weak and self.backend.name == "numpy" and not form.startswith("math."):
            form = _OF_NUMBERS.get(node.op) or f"float({form})"
        if len(texts) > 2 and "{2}" not in form:
            total = texts[0]
            for text in texts[1:]:
                total = form.format(total, text)
            return total, ATOM
        return form.format(*texts), ATOM


def _number(w: Writer, node: Term) -> Spelled:
    value = node.data.value
    if w.backend.name == "sympy":
        if value.denominator == 1:
            return str(value), ATOM
        return f"sp.Rational({value.numerator}, {value.denominator})", ATOM
    if value.denominator == 1 and abs(value) < 2**53 and w.backend.name != "c":
        return str(value), ATOM
    try:
        return repr(float(value)), ATOM
    except OverflowError:
        return w.backend.infinity, ATOM


def _constant(w: Writer, node: Term) -> Spelled:
    if w.backend.name == "sympy":
        return {"pi": "sp.pi", "e": "sp.E", "infinity": "sp.oo"}[node.data], ATOM
    if node.data == "infinity":
        return w.backend.infinity, ATOM
    return {"pi": "3.141592653589793", "e": "2.718281828459045"}[node.data], ATOM


def _symbol(w: Writer, node: Term) -> Spelled:
    try:
        return w.names[node], ATOM
    except KeyError:
        raise CodeError(f"{node.data.name} is free but no parameter") from None


def _add(w: Writer, node: Term) -> Spelled:
    text = w.arg(node.args[0], SUM)
    for argument in node.args[1:]:
        if argument.op == "neg" and w.text[argument][1] == UNARY:
            text += f" - {w.text[argument][0][1:]}"
        else:
            text += f" + {w.arg(argument, SUM + 1)}"
    return text, SUM


def _mul(w: Writer, node: Term) -> Spelled:
    first, *rest = node.args
    # (a*b)*c may lose its brackets; a*(b*c) keeps them: rounding is part of the meaning.
    return " * ".join([w.arg(first, PRODUCT), *(w.arg(a, PRODUCT + 1) for a in rest)]), PRODUCT


def _div(w: Writer, node: Term) -> Spelled:
    above, below = node.args
    return f"{w.exact(above, PRODUCT)} / {w.arg(below, PRODUCT + 1)}", PRODUCT


def _neg(w: Writer, node: Term) -> Spelled:
    return "-" + w.arg(node.args[0], PRODUCT), UNARY


def _pow(w: Writer, node: Term) -> Spelled:
    base, exponent = node.args
    if w.backend.name == "c":
        return f"pow({w.text[base][0]}, {w.text[exponent][0]})", ATOM
    return f"{w.exact(base, ATOM)} ** {w.arg(exponent, ATOM)}", POWER


def _literal(w: Writer, node: Term) -> Spelled:
    special = {"nan": _hole(w), "inf": w.backend.infinity}
    return special.get(node.data[0], node.data[0]), ATOM


def _hole(w: Writer) -> str:
    """What stands where nothing is defined."""
    return {"sympy": "sp.nan", "c": "NAN"}.get(w.backend.name, "float('nan')")


def _relation(w: Writer, node: Term) -> Spelled:
    parts: list[str] = []
    for left, relation, right in zip(node.args, node.data, node.args[1:], strict=False):
        texts = w.arg(left, SUM), w.arg(right, SUM)
        if relation == "=":
            parts.append(w.backend.equal.format(*texts))
        elif relation == "!=":
            parts.append(w.backend.unequal.format(*texts))
        elif relation in _RELATIONS:
            parts.append(f"{texts[0]} {_RELATIONS[relation]} {texts[1]}")
        else:
            raise CodeError(f"no code for the condition with {relation}")
    text = parts[0]
    for part in parts[1:]:
        text = w.backend.both.format(text, part)
    return text, RELATION


def _logic(w: Writer, node: Term) -> Spelled:
    texts = [w.text[a][0] for a in node.args]
    if node.op == "not":
        return w.backend.negation.format(texts[0]), UNARY
    form = w.backend.both if node.op == "and" else w.backend.either
    text = texts[0]
    for part in texts[1:]:
        text = form.format(text, part)
    return text, RELATION


def _indicator(w: Writer, node: Term) -> Spelled:
    return _choose(w, node, [w.text[node.args[0]][0]], [("1", True), ("0", True)])


def _piecewise(w: Writer, node: Term) -> Spelled:
    values = [(w.text[v][0], v in w.weak) for v in node.args[0::2]]
    conditions = [w.text[c][0] for c in node.args[1::2]]
    if len(values) == len(conditions):
        values.append((_hole(w), True))
    return _choose(w, node, conditions, values)


def _choose(
    w: Writer, node: Term, conditions: list[str], values: list[tuple[str, bool]]
) -> Spelled:
    """Nested choice of (text, whether it is a mere number); where two numbers meet, one gets
    the type of the first parameter."""
    w.weak.discard(node)
    texts = [text for text, _ in values]
    if w.backend.name == "sympy":
        pairs = [f"({t}, {c})" for t, c in zip(texts, (*conditions, "True"), strict=True)]
        return f"sp.Piecewise({', '.join(pairs)})", ATOM
    ref = w.reference()
    if values[-1][1] and values[-2][1] and ref:
        texts[-1] = w.backend.typed.format(texts[-1], ref=ref)
        if w.backend.name != "numpy":
            texts[-2] = w.backend.typed.format(texts[-2], ref=ref)
    result = texts[-1]
    tests = node.args[1::2] if node.op == "piecewise" else node.args
    for test, condition, text in zip(
        reversed(tests), reversed(conditions), reversed(texts[:-1]), strict=True
    ):
        plain = w.backend.name == "torch" and w.weak.issuperset(test.args)
        form = "({1} if {0} else {2})" if plain else w.backend.where  # torch.where takes no bool
        result = form.format(condition, text, result)
    return result, ATOM


class _Inline(Writer):
    """The text of one expression: nothing gets a line of its own."""

    def assign(self, node: Term, text: str) -> str:
        self.depth[node] = 0
        return f"({text})"


def _quadrature(w: Writer, node: Term) -> Spelled:
    """The call of the helper: the integrand is a lambda of its variable and what else is in it."""
    found: Integrand = node.data
    names = dict(identifiers((found.variable, *found.others)))
    text = _Inline(w.backend, names, set(names.values()), {}).write(found.ready)[0]
    head = ", ".join(names[s] for s in (found.variable, *found.others))
    given = ", ".join(w.text[a][0] for a in node.args)
    return f"_quadrature(lambda {head}: {text}, {given})", ATOM


_SPELLERS = {
    "number": _number,
    "constant": _constant,
    "symbol": _symbol,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "over": _div,
    "neg": _neg,
    "pow": _pow,
    LITERAL: _literal,
    **ARRAY_SPELLERS,
    **WHOLE_SPELLERS,
    "relation": _relation,
    "and": _logic,
    "or": _logic,
    "not": _logic,
    "indicator": _indicator,
    "piecewise": _piecewise,
    QUADRATURE: _quadrature,
}


def count_uses(outputs: Sequence[Term]) -> dict[Term, int]:
    """How often each sub-term is an argument or an output."""
    uses: dict[Term, int] = {}
    for output in outputs:
        _use(output, uses)
    for node in every_part(outputs):
        for argument in node.args if node.op != "neg" else ():
            _use(argument, uses)
    return uses


def _use(node: Term, uses: dict[Term, int]) -> None:
    """A use of -x is one of x: signs are written where they stand."""
    uses[node] = uses.get(node, 0) + 1
    while node.op == "neg":
        node = node.args[0]
        uses[node] = uses.get(node, 0) + 1
