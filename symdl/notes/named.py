"""A document's definition of a name that the library knows, compared with the library's.

`\\mathrm{elu}(x) = ...` is judged against the library's ELU although no line of it is called so;
parameters have the same letters. Where the two speak of different parameters nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.scope import Scope, substitute
from symdl.expression.term import Term, free_symbols
from symdl.library import load
from symdl.notes.vocabulary import library_names


def against_library(claim: Claim, scope: Scope) -> Claim | None:
    """The definition as a claim that it is the library's function of that name, if it is one."""
    left, right = claim.left, claim.right
    if right is None or left.op != "call" or claim.relation not in ("=", ":=", "equiv"):
        return None
    word = re.sub(
        r"\\(?:text|mathrm|operatorname|mathbf)|[^A-Za-z0-9]", "", left.data.function.name
    )
    file = library_names().get(word.lower()) if len(word) > 2 else None
    if file is None or left.data.primes:
        return None
    found = load(file)
    term = found.lines[0].reading.term
    if term.op != "relation" or not term.args[0].args or term.args[0].op == "entry":
        return None
    variables = term.args[0].args
    body: Term = term.args[1]
    if len(variables) > len(left.args):
        return None
    pairs = dict(zip(variables, left.args, strict=False))
    pairs |= _parameters(body, set(variables), right)
    known = substitute(body, pairs)
    if not free_symbols(right) <= free_symbols(known) | set(left.args):
        return None
    return replace(claim, kind="identity", left=known, scope=scope, conditions=())


def _parameters(body: Term, variables: set[Term], right: Term) -> dict[Term, Term]:
    """The document's own symbols for the library's parameters of the same names."""
    own = {s.data.name: s for s in free_symbols(right)}
    rest = free_symbols(body) - variables
    return {s: own[s.data.name] for s in rest if s.data.name in own}
