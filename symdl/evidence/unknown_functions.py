"""Values of functions that nobody defined: at one point they, and those of their derivatives, may
be any numbers, so each is a number of its own where numbers are tried."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.expression.term import Term, number, postorder, rebuild, symbol


def with_letters(terms: Sequence[Term]) -> list[Term]:
    """The terms, written out, with a sloping line in its arguments for each unknown function and
    each of its derivatives: the same at equal arguments, however these are written.

    >>> from symdl.expression.reading import read
    >>> with_letters([read("f(x)").term])
    [add(div(1, 3), mul(div(5, 7), x))]
    """
    calls = [n for term in terms for n in postorder(term) if n.op == "call"]
    if not calls:
        return list(terms)
    places = {key: i for i, key in enumerate(dict.fromkeys(map(_function, calls)))}
    done: dict[Term, Term] = {}
    for term in terms:
        for node in postorder(term):
            args = tuple(done[a] for a in node.args)
            is_call = node.op == "call"
            done[node] = _line(node, args, places) if is_call else rebuild(node, args)
    return [done[term] for term in terms]


def _function(call: Term) -> tuple[str, int, int]:
    return str(call.data.function.name), call.data.primes, len(call.args)


def _line(call: Term, args: tuple[Term, ...], places: dict[tuple[str, int, int], int]) -> Term:
    place = places[_function(call)]
    if any(a.shape != () for a in args):
        return symbol(f"#value {place} {call!r}")
    total: Term = number(Fraction(1, 3) + place)
    for i, argument in enumerate(args):
        total = total + number(Fraction(5 + 3 * place + 2 * i, 7)) * argument
    return total
