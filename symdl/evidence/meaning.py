"""What the words of a statement mean, for those who check it again.

Rows' definitions written out, relations as signs of a difference, atoms with their domains, and
what printed digits say of a value. Nothing is decided here; docs/evidence.md counts it as trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache, reduce

from symdl.evidence.record import Part
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, postorder, rebuild

Signs = frozenset[int]
ANY, ATOMS = frozenset((-1, 0, 1)), frozenset({"symbol", "entry", "label", "prime"})
SIGNS: dict[str, Signs] = {"=": frozenset({0}), "<": frozenset({-1}), ">": frozenset({1})}
SIGNS |= {"!=": ANY - {0}, "<=": ANY - {1}, ">=": ANY - {-1}}
SIGNS |= {"equiv": SIGNS["="], "approx": SIGNS["="]}
"""The signs that `left - right` may have under a relation."""
NOT = {"=": "!=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "equiv": "!="}


class Bad(Exception):
    """The record is false or inconsistent; the text says where."""


class Open(Exception):
    """What neither a certificate nor a point decides."""


class Nowhere(Open):
    """A term certainly has no value."""


def need(holds: object, reason: str, kind: type[Exception] = Bad) -> None:
    """Raise Bad unless it holds."""
    if not holds:
        raise kind(reason)


def sure(holds: object, reason: str = "undefined or not decided") -> None:
    """Raise Open unless it certainly holds."""
    need(holds, reason, Open)


# --- words ------------------------------------------------------------------------------------


def _maximum(*us: Term) -> Term:
    return reduce(lambda a, b: make("max", a, b), us)


def _root(u: Term, n: Term) -> Term:
    """A root of a degree that is written out; an odd one of what is negative, too."""
    if n.op != "number" or n.data.value.denominator != 1 or not n.data.value:
        return make("root", u, n)
    if n.data.value.numerator % 2 == 0:
        return u ** (number(1) / n)
    return make("choose", _test(u, ">="), u ** (number(1) / n), -((-u) ** (number(1) / n)))


def _test(u: Term, relation: str) -> Term:
    """1 where a number has a sign that a relation allows, else 0."""
    return make("test", u, data=relation)


def _cases(*args: Term) -> Term:
    """The value of the first condition that holds."""
    found = args[-1] if len(args) % 2 else make("nowhere")
    for value, condition in [*zip(args[:-1:2], args[1::2], strict=False)][::-1]:
        found = make("choose", condition, value, found)
    return found


_WORDS: dict[str, Callable[..., Term]] = {
    "max": _maximum,
    "abs": lambda u: make("max", u, -u),
    "min": lambda *us: -_maximum(*(-u for u in us)),
    "ceil": lambda u: -make("floor", -u),
    "sign": lambda u: _test(u, ">") - _test(u, "<"),
    "sqrt": lambda u: _root(u, number(2)),
    "root": _root,
    "hadamard": lambda *us: make("mul", *us),
    "erfc": lambda u: make("erfc", u),  # a value of its own, or nothing is left of it far out
    "normal_cdf": lambda u: make("erfc", -u / _root(number(2), number(2))) / 2,
    "indicator": lambda c: make("choose", c, number(1), number(0)),
    "not": lambda c: 1 - c,
    "and": lambda *cs: reduce(lambda a, b: a * b, cs),
    "or": lambda *cs: 1 - reduce(lambda a, b: a * b, (1 - c for c in cs)),
    "piecewise": _cases,
}


_E = make("constant", data="e")


@lru_cache(maxsize=4096)
def core(root: Term) -> Term:
    """The term with the rows' definitions written out, and conditions as numbers."""
    for _ in range(2):  # definitions may use words that have definitions
        done: dict[Term, Term] = {}
        for node in postorder(root):
            args = tuple(done[a] for a in node.args)
            write = _WORDS.get(node.op) or (TABLE[node.op].definition if node.op in TABLE else None)
            if node is _E:
                done[node] = make("exp", number(1))
            elif node.op == "relation":
                done[node] = _holds(rebuild(node, args))
            else:
                done[node] = write(*args) if write else rebuild(node, args)
        if done[root] is root:
            break
        root = done[root]
    return root


def _holds(node: Term) -> Term:
    """1 where a chain of relations holds, else 0; other relations are left."""
    try:
        tests = [_test(a - b, relation) for a, relation, b in links(node)]
    except Open:
        return node
    return reduce(lambda a, b: a * b, tests, number(1))


def atoms(roots: Iterable[Term]) -> list[Term]:
    """What needs a value, symbols first: free symbols, and entries as a whole."""
    found: dict[Term, None] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack += () if node.op in ATOMS else node.args
    return sorted((n for n in found if n.op in ATOMS), key=lambda n: (n.op != "symbol", repr(n)))


def owner(atom: Term) -> Term:
    """What an atom is an entry of: a symbol, or a whole of which something is known."""
    while atom.op in ATOMS and atom.op != "symbol":
        atom = atom.args[0]
    return atom


def home(atom: Term) -> Domain:
    """The declared domain of an atom: that of the symbol it is an entry of."""
    base = owner(atom)
    return base.data.domain if base.op == "symbol" else Domain()


def infinite(node: Term) -> int:
    """1 for infinity, -1 for minus infinity, else 0."""
    inner = node.args[0] if node.op == "neg" else node
    return (inner.op == "constant" and inner.data == "infinity") * (1 if inner is node else -1)


def links(node: Term) -> list[tuple[Term, str, Term]]:
    """The links of a chain of relations; of `x in [a, b)` its ends. Raises Open for others."""
    sure(node.op == "relation", f"no relation: {node.op}")
    if node.data == ("in",) and node.args[1].op == "interval":
        x, (shape, ends) = node.args[0], (node.args[1].data, node.args[1].args)
        kinds = (">" if shape[0] == "(" else ">=", "<" if shape[1] == ")" else "<=")
        return [(x, k, end) for k, end in zip(kinds, ends, strict=True) if not infinite(end)]
    sure(all(r in SIGNS for r in node.data), f"the relation {node.data}")
    return list(zip(node.args, node.data, node.args[1:], strict=False))


def bounds(x: Term) -> Iterator[Term]:
    """That a number lies in the domain of a variable, but for its being whole."""
    d = home(x)
    for end, words in ((d.lower, (">=", ">")), (d.upper, ("<=", "<"))):
        if end is not None:
            is_open = d.lower_open if words[1] == ">" else d.upper_open
            yield make("relation", x, number(end), data=(words[is_open],))
    for end in d.excluded:
        yield make("relation", x, number(end), data=("!=",))


EXTREMA = {"max_over": "<=", "sup_over": "<=", "min_over": ">=", "inf_over": ">="}


def within(x: Term, domain: Term) -> Iterator[Term]:
    """That a variable lies in an interval, as conditions. Raises Open for other sets."""
    real = domain.op == "number_set" and domain.data == "R"
    sure(real or domain.op == "interval", "no interval")
    if domain.op == "interval":
        for _, relation, end in links(make("relation", x, domain, data=("in",))):
            yield make("relation", x, end, data=(relation,))


# --- printed numbers --------------------------------------------------------------------------


def readings(part: Part, side: str) -> list[list[Part]]:
    """What a printed number may say of the other side: its digits are rounded (zeros at its end
    may be place holders), or truncated. Raises Bad where no number is printed."""
    need(part.relation in ("approx", "=", "equiv") and part.right is not None, "no printed number")
    assert part.right is not None
    other, found = (part.left, part.right) if side == "right" else (part.right, part.left)
    scale, mantissa = _printed(found)
    need(not atoms([other]) and abs(mantissa.data.places or 0) < 5_000, "no printed number")
    text = mantissa.data.text.lower().partition("e")[0]
    figures = text.replace(".", "").lstrip("0")
    zeros = 0 if "." in text else len(figures) - len(figures.rstrip("0"))
    unit = make("abs", scale) * number(Fraction(10) ** -(mantissa.data.places or 0))
    said = [
        [Part(make("abs", other - found), "<=", unit * number(Fraction(10**lost, 2)))]
        for lost in range(max(min(zeros, len(figures) - 2), 0) + 1)
    ]
    outwards = (other - found) * (-1 if found.op == "neg" else 1)
    truncated = [Part(outwards, ">=", number(0)), Part(outwards, "<", unit)]
    return [*said, *([truncated] if len(figures) > 1 else [])]


def _printed(found: Term) -> tuple[Term, Term]:
    """Scale and mantissa of a printed number: a number alone or with a minus, times a power of ten,
    or a percentage."""
    inner = found.args[0] if found.op == "neg" else found
    scaled = inner.op == "mul" and inner.args[1].op == "pow" and inner.args[1].args[0] is number(10)
    percent = inner.op == "div" and inner.args[1] is number(100)
    mantissa = inner.args[0] if scaled or percent else inner
    need(mantissa.op == "number" and not atoms([found]), "no printed number")
    one = number(1)
    return (inner.args[1] if scaled else one / 100 if percent else one), mantissa
