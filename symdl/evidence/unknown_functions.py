"""Values of functions that nobody defined: at one point they, and those of their derivatives, may
be any numbers, so a letter stands for each of them where numbers are tried."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.term import Term, postorder, symbol
from symdl.expression.term import replace as replaced


def with_letters(terms: Sequence[Term]) -> list[Term]:
    """The terms, written out, with a letter for each value of an unknown function.

    >>> from symdl.expression.reading import read
    >>> with_letters([read("f(x) + f'(x)").term])
    [add(value 0, value 1)]
    """
    calls = dict.fromkeys(n for term in terms for n in postorder(term) if n.op == "call")
    if not calls:
        return list(terms)
    letters = {call: symbol(f"value {place}") for place, call in enumerate(calls)}
    return [replaced(term, letters) for term in terms]
