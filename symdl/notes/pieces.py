"""Functions defined piece by piece: `$f(x) = x$ for $x > 0$ and $f(x) = 0$ otherwise`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.expression.term import Term, make
from symdl.notes.known import Known

_REST = re.compile(
    r"\s*\$[^$]*\$\s*,?\s*\(?(?:otherwise|elsewhere|else|in all other cases|for all other)\b",
    re.IGNORECASE,
)


def with_pieces(link: Term, conditions: Sequence[Term], behind: str, known: Known) -> Term | None:
    """The definition of a function out of an earlier piece, still in force, and one that stands
    under another condition or `otherwise`; None where there is no such piece. behind: the formula
    and the words behind it."""
    name = _function(link)
    pieces = known.pieces.get(name, ())
    if not pieces or known.scope.functions[name].parameters != link.args[0].args:
        return None
    rest = _REST.match(behind) is not None
    if len(conditions) != (0 if rest else 1) or (conditions and conditions[0] in pieces):
        return None
    body = make("piecewise", *pieces, link.args[1], *conditions)
    return make("relation", link.args[0], body, data=("=",))


def noted(known: Known, link: Term, conditions: Sequence[Term]) -> Known:
    """The knowledge in which a definition just learnt is a piece, if it has a condition."""
    name = _function(link)
    if not name:
        return known
    body = link.args[1]
    pieces: tuple[Term, ...] = ()
    if body.op == "piecewise" and body.args[-1:] == tuple(conditions):
        pieces = body.args
    elif len(conditions) == 1:
        pieces = (body, conditions[0])
    return replace(known, pieces={**known.pieces, name: pieces})


def _function(link: Term) -> str:
    """The name of the function that an equation defines."""
    if link.op != "relation" or link.data != ("=",):
        return ""
    left = link.args[0]
    own = left.op == "call" and not left.data.primes and all(a.op == "symbol" for a in left.args)
    return str(left.data.function.name) if own else ""
