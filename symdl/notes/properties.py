"""What prose says that an array is: `$P$ is a projection`, `an orthogonal matrix $Q$`.

Such words give equations that people use without writing them. A claim that fails for some array is
asked again: it is refuted if it fails for arrays that have the property (the witnesses of its row),
it holds if it follows from the equations of the row, and is left open otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name
from symdl.expression.term import Symbol, Term, free_symbols, make, number
from symdl.expression.term import replace as put
from symdl.findings import Judge, reading_of

Rows = tuple[tuple[int | Fraction, ...], ...]
_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_TURN: Rows = ((0, -1), (1, 0))
_PYTHAGORAS: Rows = ((Fraction(3, 5), Fraction(-4, 5)), (Fraction(4, 5), Fraction(3, 5)))
_POSITIVE: tuple[Rows, ...] = (((2, 1), (1, 3)), ((1, 0), (0, 5)))


@dataclass(frozen=True, slots=True)
class Property:
    """A row: the words, equations that hold of an array `X` with it, and arrays that have it.
    Without witnesses nothing is refuted of such an array."""

    words: re.Pattern[str]
    equations: tuple[str, ...] = ()
    witnesses: tuple[Rows, ...] = ()


def _row(words: str, equations: tuple[str, ...] = (), *witnesses: Rows) -> Property:
    return Property(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), equations, witnesses)


PROPERTIES: tuple[Property, ...] = (
    _row(
        r"(?:orthogonal )?project(?:ion|or)s?|projection matri(?:x|ces)",
        ("X X = X",),
        ((1, 0), (0, 0)),
        ((_HALF, _HALF), (_HALF, _HALF)),
    ),
    _row("idempotent", ("X X = X",), ((1, 1), (0, 0)), ((1, 0), (0, 0))),
    _row("nilpotent", (), ((0, 1), (0, 0))),
    _row("involut(?:ion|ory)", ("X X = I",), ((0, 1), (1, 0)), ((1, 0), (0, -1))),
    _row("reflections?|householder", ("X X = I", "X^T = X"), ((0, 1), (1, 0)), ((1, 0), (0, -1))),
    _row("permutation", ("X^T X = I",), ((0, 1), (1, 0))),
    _row("skew|skew-symmetric|anti-?symmetric(?:al)?", ("X^T = -X",), ((0, 1), (-1, 0))),
    _row(
        r"orthogonal(?! (?:to|complement|project\w+))|rotations?|unitary|orthonormal(?! columns)",
        ("X^T X = I", "X X^T = I"),
        _TURN,
        _PYTHAGORAS,
    ),
    _row(r"positive[- ](?:semi-?)?definite|psd|spd|covariance", ("X^T = X",), *_POSITIVE),
    _row("symmetric|hermitian|self-adjoint", ("X^T = X",), ((0, 1), (1, 3)), *_POSITIVE),
    _row("upper[- ]triangular", (), ((1, 2), (0, 3))),
    _row("lower[- ]triangular", (), ((1, 0), (2, 3))),
    _row("diagonal", ("X^T = X",), ((2, 0), (0, 3))),
    _row("stochastic matri(?:x|ces)|transition matri(?:x|ces)|markov matri(?:x|ces)",
         (), ((_HALF, _HALF), (_QUARTER, 1 - _QUARTER))),
    _row("invertible|non-?singular|full[- ]rank", (), ((1, 2), (3, 5)), ((2, 0), (0, 3))),
    _row("unit[- ](?:vectors?|norm|length)|normali[sz]ed vectors?",
         ("X^T X = 1",), ((Fraction(3, 5),), (Fraction(4, 5),)), ((0,), (1,))),
    _row("probability vectors?|probability distributions?|(?:probability )?simplex",
         (), ((_QUARTER,), (1 - _QUARTER,)), ((_HALF,), (_HALF,))),
    _row("one-?hot", (), ((0,), (1,))),
    _row(r"orthonormal columns|semi-?orthogonal|singular|circulant|toeplitz|hankel|hat matrix"
         r"|eigen(?:vectors?|values?)|rank[- ](?:one|1|deficient)|vandermonde|identity matrix"
         r"|block(?:[- ]\w+)? matri(?:x|ces)|minimi[sz]ers?|fixed points?|steady[- ]states?"
         r"|stationary (?:point|distribution)s?|equilibri(?:um|a)|inverse of|pseudo-?inverse"),
)  # fmt: skip
"""The rows in the order in which they are tried; each word is read once."""

_DECOMPOSED = re.compile(
    r"\bSVD\b|singular value decomposition|eigen-?decomposition|diagonali[sz]\w+|\bQR\b|Cholesky"
    r"|spectral decomposition|Schur decomposition",
    re.IGNORECASE,
)
_PARTS = frozenset(
    {
        "U",
        "V",
        "S",
        "D",
        "Q",
        "R",
        "L",
        "P",
        "W",
        "\\Sigma",
        "\\Lambda",
        "\\Phi",
        "\\Omega",
        "\\hat{U}",
    }
)
_NAME = r"\$([^$=<>]{1,24})\$"
_LISTED = rf"{_NAME}(?:\s*(?:,|and|,\s*and|&)\s*{_NAME})*"
_AFTER = re.compile(
    rf"(?:{_LISTED}|(?<![\w$\\])([A-Z])(?=\s+(?:is|be|are)\b))\s*[,(]?\s*"
    r"(?:is|are|be|being|was|denotes?|as|to be|remains?|has|have|with|represents?|defines?)\s+"
    r"([^.;:$]{1,70})",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b((?:[\w-]+\s+){{1,4}}){_LISTED}")


_SURE_WORDS = (
    r"(?:symmetric|skew(?:-symmetric)?|anti-?symmetric|orthogonal|idempotent|involutory|diagonal"
    r"|positive[- ](?:semi-?)?definite|psd|spd|reflection|rotation|permutation|householder)"
)
_SURE_NOUNS = (
    r"(?:idempotent|involution|reflections?|rotations?|projection|projectors?"
    r"|orthogonal projections?|unit[- ]vectors?)"
)
_KIND = r"(?:(?:real|square|symmetric|invertible|non-?singular|constant|fixed)\s+)*"
_ADJECTIVES = rf"{_SURE_WORDS}(?:(?:\s+|\s*,\s*(?:and\s+)?|\s+and\s+){_SURE_WORDS})*"
_MATRICES = rf"{_KIND}{_ADJECTIVES}\s+matri(?:x|ces)"
_CONTINUES = r"(?:and|but|so|then|hence|thus|therefore|since|because|which|we)\b"
_CLAUSE_END = rf"(?=\s*(?:[.;:]|$|,(?!\s*(?:if|when|unless|only|provided|or)\b)|{_CONTINUES}))"
_SURE = re.compile(
    r"(?:(?:also|always|assumed to be|taken to be|known to be)\s+)?"
    rf"(?:(?:an?\s+|the\s+)?{_MATRICES}(?:(?=\s+(?:with|whose)\b)|{_CLAUSE_END})"
    rf"|(?:an?\s+|the\s+)?{_KIND}diagonal matrix(?=\s+(?:of|with|whose)\b)"
    r"|(?:an?\s+)?(?:real\s+|square\s+)*(?:real\s+)?"
    rf"(?:{_ADJECTIVES}(?=\s+\$[^$]{{1,12}}\\times[^$]{{1,12}}\$ matri)"
    rf"|(?:{_SURE_NOUNS}|{_ADJECTIVES}){_CLAUSE_END}))",
    re.IGNORECASE,
)
"""A whole predicate that says a property, to the end of its clause: `a real symmetric matrix`, not
`similar to a diagonal matrix`, `block-diagonal`, `the projection matrix of the head`."""
_UNIT = re.compile(rf"unit[- ](?:norm|length){_CLAUSE_END}", re.IGNORECASE)
_SURE_BEFORE = re.compile(
    r"(?:.*\s)?(?:an?|the|any|every|all|two|some|both|for|with|where|let|given)\s+"
    rf"(?:{_MATRICES}|{_KIND}{_SURE_NOUNS}|unit[- ]vectors?)\s*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:^|[.,;:(]|\b(?:that|where|if|let|suppose|since|because|as|when|then|so|assume|assuming|here"
    r"|and|but|while)\b)\s*(?:(?:the|an?|both|any|every|square|real)\s+)*"
    r"(?:matri(?:x|ces)\s+|vectors?\s+)?$",
    re.IGNORECASE,
)
"""What stands before a name that is the subject: in `the inverse of $A$ is diagonal` it is not."""


@dataclass(frozen=True, slots=True)
class Has:
    """What is said of a name: the row, the words, and the open sections where it is said. sure: a
    whole predicate says it, so that its equations hold; else it only keeps claims open."""

    property: Property
    words: str
    path: tuple[int, ...]
    sure: bool = False


_STEMS = (
    *(
        "project",
        "idempot",
        "nilpot",
        "involut",
        "reflect",
        "househ",
        "permut",
        "skew",
        "symmetric",
    ),
    *("orthog", "rotat", "unitar", "orthonorm", "definite", "psd", "spd", "covarian", "hermit"),
    *(
        "adjoint",
        "triangular",
        "diagonal",
        "stochast",
        "transition",
        "markov",
        "invertib",
        "singular",
    ),
    *(
        "rank",
        "unit",
        "normali",
        "probab",
        "simplex",
        "hot",
        "circulant",
        "toeplitz",
        "hankel",
        "hat m",
    ),
    *(
        "eigen",
        "vander",
        "identity",
        "block",
        "minimi",
        "fixed",
        "steady",
        "stationar",
        "equilibri",
    ),
    *("inverse", "svd", "decompos", "diagonali", "qr", "cholesky"),
)


def properties_in(text: str, path: tuple[int, ...]) -> Iterator[tuple[str, Has]]:
    """The properties that a text says of names, formulas in it between dollars."""
    lower = text.lower()
    if not any(stem in lower for stem in _STEMS):
        return
    for match in _AFTER.finditer(text):
        found = _said(match.groups()[-1])
        if found is None:
            continue
        head = match[0][: match.start(match.lastindex or 0) - match.start()]
        names = list(_names(head))
        sure = _is_sure(match, head)
        for name in names:
            alone = name is names[-1] or re.search(r"\b(?:are|be|have)\s*$", head) is not None
            yield name, Has(*found, path, sure and alone)
    for match in _BEFORE.finditer(text):
        found = _said(match[1])
        if found is None:
            continue
        sure = _SURE_BEFORE.fullmatch(match[1]) is not None
        several = re.search(r"s\s*$", match[1]) is not None
        for place, name in enumerate(_names(match[0][len(match[1]) :])):
            yield name, Has(*found, path, sure and (several or not place))
    decomposed = _DECOMPOSED.search(text)
    if decomposed is not None:
        special = Property(_DECOMPOSED)
        yield from (
            (name, Has(special, f"part of {decomposed[0]}", path)) for name in sorted(_PARTS)
        )


def _is_sure(match: re.Match[str], head: str) -> bool:
    """Whether a name is the subject of a whole predicate; what is denied is not said."""
    before = match.string[: match.start()]
    clause = re.split(r"[.;:]", before)[-1]
    if _SUBJECT.search(before) is None or re.search(r"\b(?:not|no|unless|whether)\b", clause):
        return False
    if re.search(r"\b(?:of|between|times|plus)\b[^,]*\band\s*$", clause):
        return False
    said = match.string[match.start(match.lastindex or 0) :]
    if re.search(r"\b(?:is|are|be|being)\s*$", head):
        return _SURE.match(said) is not None
    return re.search(r"\b(?:has|have|with)\s*$", head) is not None and bool(_UNIT.match(said))


def _said(words: str) -> tuple[Property, str] | None:
    if re.search(r"\b(?:not|no|non|never|nor)\b", words):
        return None
    for row in PROPERTIES:
        match = row.words.search(words)
        if match is not None:
            return row, match[0]
    return None


def _names(text: str) -> Iterator[str]:
    bare = re.match(r"\s*([A-Z])\b", text)
    for written in (*re.findall(_NAME, text), *(bare.groups() if bare else ())):
        for part in written.split(","):
            try:
                yield canonical_name(part.strip())
            except Error:
                continue  # no name after all


def with_property(claim: Claim, verdict: Verdict, said: Mapping[str, Has], judge: Judge) -> Verdict:
    """The verdict on a claim about names with properties: what follows from these is proved, and
    a refutation stays one if the claim fails for such arrays too."""
    if verdict.kind in HOLDING or not said:
        return verdict
    sides = [side for side in (claim.left, claim.right) if side is not None]
    names = {s for side in sides for s in free_symbols(side)} | _valued(claim, sides)
    special = sorted((n for n in names if n.data.name in said), key=repr)
    if not special:
        return verdict
    refuted = verdict.kind.startswith("refuted")
    for name in special if refuted else ():
        has = said[name.data.name]
        fitting = (rows for rows in has.property.witnesses if _fits(name, rows))
        for rows in fitting if len(special) == 1 else ():
            again = _at(claim, name, rows, judge)
            if again is not None and again.kind == "refuted":
                where = f"{plain(name)} = {plain(_matrix(rows))} ({has.words})"
                return replace(again, message=f"{again.message}, at {where}")
    conditions = tuple(c for name in special for c in _equations(name, said[name.data.name]))
    if any(c.data == (claim.relation,) and c.args == tuple(sides) for c in conditions):
        return Verdict(
            "definition", "reading", f"this is what {said[special[0].data.name].words} says"
        )
    if conditions:
        asked = replace(claim, conditions=(*claim.conditions, *conditions))
        again = judge(asked)
        if again.kind in HOLDING:
            told = " and ".join(f"{plain(n)} is {said[n.data.name].words}" for n in special)
            message = f"{again.message}, since {told}"
            return replace(again, message=message, reading=reading_of(asked))
    if not refuted:
        return verdict
    words = " and ".join(
        f"{plain(n)} is said to be special ({said[n.data.name].words})" for n in special
    )
    return undecided(f"{words}: {verdict.message}")


def _valued(claim: Claim, sides: list[Term]) -> set[Term]:
    """The names that definitions in force bring into a claim."""
    found: set[Term] = set()
    for side in sides:
        for name in free_symbols(side) & claim.scope.values.keys():
            found |= free_symbols(claim.scope.values[name])
    return found


def _matrix(rows: Rows) -> Term:
    entries = [_number(Fraction(value)) for row in rows for value in row]
    if len(rows[0]) == 1:
        return make("vector", *entries)
    return make("matrix", *entries, data=(len(rows), len(rows[0])))


def _number(value: Fraction) -> Term:
    made = number(abs(value))
    return make("neg", made) if value < 0 else made


def _fits(name: Term, rows: Rows) -> bool:
    """Whether a name is declared as an array of such a kind, of any size."""
    shape = name.data.shape or ()
    free = all(isinstance(size, str) for size in shape) and len(set(shape)) == 1
    return free and len(shape) == min(len(rows[0]), 2)


def declaration(has: Has) -> str:
    """What a name of which such words are said is: a square matrix, a vector, or not known."""
    first = next(iter(has.property.witnesses), ())
    if not first:
        return ""
    square = len(first[0]) == 2
    return "matrix(n, n)" if square else "vector(n)" if "vector" in has.words.lower() else ""


def _at(claim: Claim, name: Term, rows: Rows, judge: Judge) -> Verdict | None:
    """The verdict for one array with the property; None where the claim does not fit its size."""
    made = _matrix(rows)
    shape = name.data.shape or ()
    table = {name: made}
    terms = [t for t in (claim.left, claim.right, *claim.conditions) if t is not None]
    for size in {s for term in terms for s in free_symbols(term)}:
        if size.data.name in shape:
            table[size] = number(len(rows))
    try:
        left = put(claim.left, table)
        right = put(claim.right, table) if claim.right is not None else None
        conditions = tuple(put(c, table) for c in claim.conditions)
        return judge(replace(claim, left=left, right=right, conditions=conditions))
    except Error:
        return None  # other arrays have other sizes


def _equations(name: Term, has: Has) -> Iterator[Term]:
    """The equations of a property, of this name."""
    data = name.data
    oblong = data.role == "matrix" and data.shape is not None and len(set(data.shape)) > 1
    if data.role not in ("matrix", "vector") or oblong or not has.sure:
        return
    own = Symbol("X", data.role, data.shape, declared=True)
    for latex in has.property.equations:
        try:
            term = read(latex, Scope(symbols={"X": own})).term
        except Error:
            continue  # the equation is one of matrices, the name a vector
        yield put(term, {make("symbol", data=own): name})
