r"""Letters of which one formula shows that they are arrays, and another does not: the a_1 of
`a_1 = \operatorname{ReLU}(z_1)` beside `z_2 = W_2 a_1` and `W_2^T (z_2 - y)`.

A formula is read by itself, and a number is read where nothing shows an array. Where a claim and
the definitions that it uses have one letter in both ways, they are read together, as the lines of a
formula file are, and the letter is the array in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source, excerpt
from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.expression.reading import read, survey_document
from symdl.expression.term import Symbol, Term, free_symbols, make, postorder
from symdl.notes.scope.known import Key, Known, keys_for, keys_of, name_of_key
from symdl.notes.scope.learning import forget, learn, undeclare


def read_together(claim: Claim, source: Source, known: Known) -> tuple[Claim, Known] | None:
    """The claim of derivatives in which each letter is of one kind in all definitions that it uses,
    and what is known then; None where it is so already, or a definition is of a closed section, or
    they cannot be read so."""
    derived = any(n.op in ("derivative", "gradient") for t in claim.terms for n in postorder(t))
    anew = _together(claim.terms, source, known) if derived and claim.span is not None else None
    if anew is None:
        return None
    try:
        found = list(claims(read(source, anew.scope), anew.scope, ANY))
    except Error:
        return None  # told where it is read by itself
    same = [c for c in found if c.span == claim.span and c.relation == claim.relation]
    if len(same) != 1 or same[0].kind == "definition":
        return None
    return replace(same[0], conditions=claim.conditions), anew


def known_together(source: Source, known: Known) -> Known | None:
    """What is known where the letters of a formula that cannot be read by itself are of one kind in
    all definitions that it uses; None as above."""
    bare = replace(known.scope, values={}, entries={}, recurrences={})
    try:
        term = read(source, bare).term
    except Error:
        return None  # told where it is read with all that is known
    return _together((term,), source, known)


def _together(terms: Iterable[Term], source: Source, known: Known) -> Known | None:
    keys, names = _used(terms, known)
    numbers = {str(n.data.name) for n in names if n.shape == () and n.data.role == "scalar"}
    numbers = {name for name in numbers if not known.scope.declares(name)}
    origins = [known.origins.get(key) for key in keys]
    if not numbers or not all(o is not None and known.is_here(o) for o in origins):
        return None
    spans = dict.fromkeys(known.origins[key].span for key in keys)
    texts = [excerpt(span.source, span.start, span.end) for span in spans]
    bare = _without(known, {str(n.data.name) for n in names} | set(map(name_of_key, keys)))
    arrays = _arrays((*texts, source), bare)
    if numbers.isdisjoint(arrays):
        return None
    try:
        return _with_arrays(bare, known, keys, arrays)
    except Error:
        return None  # told where each is read by itself


def _without(known: Known, names: Iterable[str]) -> Known:
    """The knowledge without the definitions of letters, and without what a formula that was read
    by itself made of them."""
    for name in names:
        known = forget(known, name)
        if not known.scope.declares(name):
            known = undeclare(known, name)
    return known


def _used(terms: Iterable[Term], known: Known) -> tuple[list[Key], set[Term]]:
    """The definitions that terms use by the names in them, of whatever kind, and these names."""
    bodies = {k: b for k, b in keys_of(known.scope).items() if isinstance(b, Term)}
    named: dict[str, list[Key]] = {}
    for key in bodies:
        named.setdefault(name_of_key(key), []).append(key)
    keys: dict[Key, None] = {}
    names: set[Term] = set()
    waiting = list(terms)
    while waiting:
        for name in free_symbols(waiting.pop()) - names:
            names.add(name)
            for key in named.get(str(name.data.name), ()):
                if key not in keys:
                    keys[key] = None
                    subject = key[1]
                    waiting += [bodies[key], *([subject] if isinstance(subject, Term) else [])]
    return list(keys), names


_ARRAYS = frozenset({"vector", "matrix"})


def _arrays(texts: Iterable[Source], known: Known) -> dict[str, Symbol]:
    """The letters that the notation of some formulas together makes arrays."""
    found = survey_document(texts, known.scope).symbols
    new = {name: symbol for name, symbol in found.items() if name not in known.scope.symbols}
    return {name: symbol for name, symbol in new.items() if symbol.role in _ARRAYS}


def _with_arrays(
    bare: Known, known: Known, keys: Iterable[Key], arrays: dict[str, Symbol]
) -> Known:
    """What is known where some letters are arrays, with definitions read so. Raises Error."""
    wanted = set(map(name_of_key, keys))
    anew = replace(bare, scope=replace(bare.scope, symbols={**bare.scope.symbols, **arrays}))
    for origin in dict.fromkeys(known.origins[key] for key in keys):
        span = origin.span
        term = read(excerpt(span.source, span.start, span.end), anew.scope).term
        for part in term.args if term.op in ("statements", "and") else (term,):
            if any(name_of_key(key) in wanted for key in keys_for(part)):
                first = make("relation", *part.args[:2], data=part.data[:1])
                anew = learn(anew, first, span, origin.path)
    return anew
