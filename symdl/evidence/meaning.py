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
from symdl.expression.term import Term, make, number, postorder, rebuild, replace

Signs = frozenset[int]
ANY, ATOMS = frozenset((-1, 0, 1)), frozenset({"symbol", "entry", "label", "prime"})
SIGNS: dict[str, Signs] = {"=": frozenset({0}), "<": frozenset({-1}), ">": frozenset({1})}
SIGNS |= {"!=": ANY - {0}, "<=": ANY - {1}, ">=": ANY - {-1}}
SIGNS |= {"equiv": SIGNS["="], "approx": SIGNS["="]}
"""The signs that `left - right` may have under a relation."""


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


_WORDS: dict[str, Callable[..., Term]] = {
    "max": _maximum,
    "abs": lambda u: make("max", u, -u),
    "min": lambda *us: -_maximum(*(-u for u in us)),
    "ceil": lambda u: -make("floor", -u),
    "hadamard": lambda *us: make("mul", *us),
    "erfc": lambda u: make("erfc", u),  # a value of its own, or nothing is left of it far out
    "normal_cdf": lambda u: make("erfc", -u / make("sqrt", number(2))) / 2,
    "indicator": lambda c: make("piecewise", number(1), c, number(0)),
}


@lru_cache(maxsize=4096)
def core(root: Term) -> Term:
    """The term with the rows' definitions written out."""
    for _ in range(2):  # definitions may use words that have definitions
        done: dict[Term, Term] = {}
        for node in postorder(root):
            args = tuple(done[a] for a in node.args)
            write = _WORDS.get(node.op) or (TABLE[node.op].definition if node.op in TABLE else None)
            done[node] = write(*args) if write else rebuild(node, args)
        if done[root] is root:
            break
        root = done[root]
    return root


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


def home(atom: Term) -> Domain:
    """The declared domain of an atom: that of the symbol it is an entry of."""
    while atom.op in ATOMS and atom.op != "symbol":
        atom = atom.args[0]
    return atom.data.domain if atom.op == "symbol" else Domain()


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


EXTREMA = {"max_over": "<=", "sup_over": "<=", "min_over": ">=", "inf_over": ">="}
PLACES = {"argmax": "<=", "argmin": ">="}


def within(x: Term, domain: Term) -> Iterator[Term]:
    """That a variable lies in an interval, as conditions. Raises Open for other sets."""
    real = domain.op == "number_set" and domain.data == "R"
    sure(real or domain.op == "interval", "no interval")
    if domain.op == "interval":
        for _, relation, end in links(make("relation", x, domain, data=("in",))):
            yield make("relation", x, end, data=(relation,))


def implied(part: Part) -> Iterator[Part]:
    """What follows for every value from a statement about an image, an extremum or its place."""
    op, right = part.left.op, part.right or part.left
    if op not in {"image", *EXTREMA, *PLACES} or part.left.data == "range" or part.right is None:
        return
    x, *sets, body = part.left.args
    inside = (*part.conditions, *(c for domain in sets for c in within(x, domain)))
    if op == "image":
        if part.relation in ("=", "subset", "subseteq") and right.op == "interval":
            for _, relation, end in links(make("relation", body, right, data=("in",))):
                yield Part(body, relation, end, inside)
        return
    if op in PLACES:
        if part.relation == "=":
            yield Part(body, PLACES[op], replace(body, {x: right}), inside)
    elif part.relation == "approx":
        units = [read[0].right or right for read in readings(Part(right, "approx", right), "right")]
        slack = 2 * reduce(lambda a, b: a + b, units[: max(1, len(units) - 1)])
        end = right + slack if EXTREMA[op] == "<=" else right - slack
        yield Part(body, EXTREMA[op], end, inside)
    elif part.relation in ("=", "equiv", EXTREMA[op], EXTREMA[op][0]):
        strict = part.relation == EXTREMA[op][0]
        yield Part(body, EXTREMA[op][0] if strict else EXTREMA[op], right, inside)


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
