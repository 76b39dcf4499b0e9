r"""Where the entries of arrays lie: the home in `x \in [0, 1]^n`, `y \in \{-1, 1\}^n`.

A Term `space` has the sizes as arguments and the home as data, written as text: `R`, `Z`, `N`,
`[0, 1)`, `(-∞, 0]`, `{-1, 1}`.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symdl.expression.domain import INTEGER, NATURAL, REAL, Domain
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, constant, make, number

_NAMED = {"R": REAL, "": REAL, "Z": INTEGER, "N": NATURAL}
_TEXT = re.compile(r"([\[({])([^\[\](){}]+)([\])}])")
MOST_LISTED = 32
"""How far apart the least and the largest whole number of a list may be."""


def written_home(home: Term) -> str | None:
    """The text of an interval with rational or infinite ends or of a list of whole numbers; None
    for any other set."""
    ends = [_end(arg) for arg in home.args]
    if None in ends or not ends:
        return None
    inside = ", ".join(end for end in ends if end is not None)
    if home.op == "interval":
        return f"{home.data[0]}{inside}{home.data[1]}"
    return f"{{{inside}}}" if home.op == "set" and listed_domain(home) is not None else None


def _end(term: Term) -> str | None:
    sign, inner = ("-", term.args[0]) if term.op == "neg" else ("", term)
    if inner.op == "constant" and inner.data == "infinity":
        return f"{sign}∞"
    value = value_of(term)
    return None if value is None else str(value)


def home_of(text: str) -> Term:
    """The set that a text stands for."""
    if text in _NAMED:
        return make("number_set", data=text or "R")
    opened, inside, closed = _parted(text)
    members = (_member(part) for part in inside)
    return (
        make("set", *members) if opened == "{" else make("interval", *members, data=opened + closed)
    )


def _parted(text: str) -> tuple[str, list[str], str]:
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no home of entries")
    return found[1], found[2].split(", "), found[3]


def _member(text: str) -> Term:
    if text.endswith("∞"):
        infinity = constant("infinity")
        return make("neg", infinity) if text.startswith("-") else infinity
    return number(Fraction(text))


def entry_domain(text: str) -> Domain | None:
    """The domain of each entry; None where it has no name (the complex numbers).

    >>> entry_domain("[0, 1)").upper_open, entry_domain("{-1, 1}").members(4)
    (True, (Fraction(-1, 1), Fraction(1, 1)))
    """
    if text in _NAMED or not text.startswith(("[", "(", "{")):
        return _NAMED.get(text)
    if text.startswith("{"):
        return listed_domain(home_of(text))
    opened, (low, high), closed = _parted(text)
    lower, upper = (None if end.endswith("∞") else Fraction(end) for end in (low, high))
    return Domain(
        lower, upper, opened == "(" and lower is not None, closed == ")" and upper is not None
    )


def listed_domain(home: Term) -> Domain | None:
    """The domain that a list of whole numbers near each other stands for."""
    values = {value_of(member) for member in home.args}
    whole = {int(v) for v in values if v is not None and v.denominator == 1}
    if not whole or len(whole) != len(values) or max(whole) - min(whole) > MOST_LISTED:
        return None
    first, last = min(whole), max(whole)
    gaps = (Fraction(v) for v in range(first, last) if v not in whole)
    return Domain(Fraction(first), Fraction(last), integer=True, excluded=tuple(gaps))
