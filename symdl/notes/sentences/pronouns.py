"""What `they` and `both` are: the letters that the sentence before introduces."""

from __future__ import annotations

import re

from symdl.expression.term import Term, free_symbols
from symdl.notes.scope.known import Known
from symdl.notes.sentences.names import WRITTEN

_THEY = re.compile(
    r"\s*(?:(?:and|but|moreover|further|furthermore|also|here|in addition)\b\W*)?"
    r"(?:(?P<two>both(?: of them)?|the two|both (?:of the )?(?P<kind>vectors|matrices)"
    r"|the two (?P<pair>vectors|matrices))"
    r"|they(?: both)?|each(?: of them)?|these|(?:the|these|all) (?P<many>vectors|matrices))"
    r"\s+(?P<verb>are|is|have|has)\b",
    re.IGNORECASE,
)
_SATISFY = re.compile(
    r"(?:^|[.;:,]\s*|\b(?:and|that)\s+)\s*(?:they|these|both|(?:the|both|these)(?: two)?"
    r" (?:vectors|matrices))(?: both| also| together)?"
    r" (?:satisfy|fulfil+|obey)\s*(?:that\s*)?:?\s*$",
    re.IGNORECASE,
)
_LIST = re.compile(rf"\s*({WRITTEN}(?:\s*,\s*{WRITTEN})*)\s*(?:\\in(?![A-Za-z]).*)?", re.DOTALL)
_FORMULA = re.compile(r"\$([^$]*)\$")
_PLURAL = {"is": "are", "has": "have"}


def with_names(sentence: str, earlier: str) -> str | None:
    """A sentence with the names that its first word means, `$A$ and $B$ are symmetric` for `Both
    are symmetric`; empty where it is not clear which are meant, None where there is no such word.
    earlier: the sentence before it."""
    they = _THEY.match(sentence)
    if they is None:
        return None
    lists = [found for text in _FORMULA.findall(earlier) if (found := _LIST.fullmatch(text))]
    names = [name.strip() for found in lists for name in found[1].split(",")]
    if len(names) < 2 or len(set(names)) < len(names) or (they["two"] and len(names) > 2):
        return ""
    if len(lists) < len(_FORMULA.findall(earlier)):
        return ""  # it says more than what its letters are
    return f"{' and '.join(f'${name}$' for name in names)} {_predicate(they)}"


def said_of_all(sentence: str, known: Known) -> str:
    """Such a sentence with the names of all arrays of which the document says what they are."""
    they = _THEY.match(sentence)
    arrays = [name for name, symbol in known.scope.symbols.items() if symbol.shape != ()]
    named = " and ".join(f"${name}$" for name in arrays)
    return f"{named} {_predicate(they)}" if they is not None and arrays else ""


def _predicate(they: re.Match[str]) -> str:
    verb = they["verb"].lower()
    return f"{_PLURAL.get(verb, verb)}{they.string[they.end() :]}"


def restricts_them(term: Term, known: Known, before: str) -> bool:
    """Whether an equation is what letters that were introduced are said to satisfy: `Let $u, v \\in
    \\mathbb{R}^n$. They satisfy $u^T v = 0$`."""
    if _SATISFY.search(before) is None or term.op != "relation":
        return False
    declared, values = known.firm.symbols, known.scope.values
    letters = free_symbols(term)
    return bool(letters) and all(
        str(s.data.name) in declared and s not in values and s.shape != () for s in letters
    )
