"""A document's definition of a name that the library knows, compared with the library's.

`\\mathrm{elu}(x) = ...` is judged against the library's ELU although no line of it is called so;
its parameters are settings that the document may choose.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Decide
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols
from symdl.library import bare_word, function_names, load
from symdl.notes.prose.settings import opened, with_settings


def against_library(claim: Claim, scope: Scope) -> Decide | None:
    """The way to the verdict that a definition is the library's function of that name, if the
    library has one."""
    left, right = claim.left, claim.right
    if right is None or left.op != "call" or claim.relation not in ("=", ":=", "equiv"):
        return None
    word = bare_word(left.data.function.name)
    file = function_names().get(word.lower()) if len(word) > 2 else None
    if file is None or left.data.primes:
        return None
    found = load(file)
    term = found.lines[0].reading.term
    if term.op != "relation" or not term.args[0].args or term.args[0].op == "entry":
        return None
    variables = term.args[0].args
    if len(variables) > len(left.args):
        return None
    body, settings = opened(file, term.args[1])
    given: dict[Term, Term] = {**found.defaults, **settings}
    rest = free_symbols(body) - set(variables)
    settings = {s: given.get(s, s) for s in sorted(rest, key=repr)}
    pairs = dict(zip(variables, left.args, strict=False))
    known = replace(claim, kind="identity", left=substitute(body, pairs), scope=scope)
    return with_settings(replace(known, conditions=()), settings, word)
