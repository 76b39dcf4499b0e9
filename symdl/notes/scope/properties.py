"""What prose says that an array is: `$P$ is a projection`, `an orthogonal matrix $Q$`.

Such words give equations that people use without writing them. A claim that fails for some array is
asked again: it is refuted if it fails for arrays that have the property (the witnesses of its row),
it holds if it follows from the equations of the row, and is left open otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.named import with_arguments
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.fitting import fitted_scope
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, free_symbols, make, number
from symdl.expression.term import replace as put
from symdl.findings import reading_of

Rows = tuple[tuple[int | Fraction, ...], ...]
_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_TURN: Rows = ((0, -1), (1, 0))
_PYTHAGORAS: Rows = ((Fraction(3, 5), Fraction(-4, 5)), (Fraction(4, 5), Fraction(3, 5)))
_POSITIVE: tuple[Rows, ...] = (((2, 1), (1, 3)), ((1, 0), (0, 5)))


@dataclass(frozen=True, slots=True)
class Property:
    """A row: the words, what holds of an array `X` with it (an equation, or a quality that the
    reader knows: `symmetric`), and arrays that have it. Without witnesses nothing is refuted of
    such an array. whole: whether the equations say all that the words say, so that what fails
    under them fails for an array with the property. like: an array of the kind that has it."""

    words: re.Pattern[str]
    equations: tuple[str, ...] = ()
    witnesses: tuple[Rows, ...] = ()
    whole: bool = False
    like: Rows = ()


def _row(words: str, equations: tuple[str, ...] = (), *witnesses: Rows) -> Property:
    return Property(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), equations, witnesses)


def _whole(words: str, *equations: str, by: tuple[Rows, ...] = ()) -> Property:
    return replace(_row(words, equations, *by), whole=True)


_TRIANGULAR = r"\det X = \prod_i X_{ii}"
"""What is used of triangular matrices: that entries are 0 no claim is proved by."""


def joined(rows: Sequence[Property]) -> Property:
    """What is said by several rows together: witnesses of one need not have the others."""
    if len(rows) == 1:
        return rows[0]
    equations = tuple(dict.fromkeys(said for row in rows for said in row.equations))
    like = next((row.witnesses[0] for row in rows if row.witnesses), ())
    return Property(rows[0].words, equations, (), all(row.whole for row in rows), like)


PROPERTIES: tuple[Property, ...] = (
    _row(
        r"(?:orthogonal )?(?<!linear )(?<!learned )(?<!learnable )(?<!trainable )(?<!query )"
        r"(?<!key )(?<!value )(?<!input )(?<!output )(?<!random )(?:project(?:ion|or)s?)"
        r"(?! (?:weights?|parameters?|layers?|heads?|vectors?|dimensions?|biases))",
        ("idempotent",),
        ((1, 0), (0, 0)),
        ((_HALF, _HALF), (_HALF, _HALF)),
    ),
    _whole("idempotent", "idempotent", by=(((1, 1), (0, 0)), ((1, 0), (0, 0)))),
    _row("nilpotent", (), ((0, 1), (0, 0))),
    _row("involut(?:ion|ory)", ("X X = I",), ((0, 1), (1, 0)), ((1, 0), (0, -1))),
    _row("reflections?|householder", ("X X = I", "symmetric"), ((0, 1), (1, 0)), ((1, 0), (0, -1))),
    _row("permutation", ("X^T X = I",), ((0, 1), (1, 0))),
    _whole("skew(?:-symmetric)?|anti-?symmetric(?:al)?", "antisymmetric", by=(((0, 1), (-1, 0)),)),
    _row("rotations?", ("orthogonal",), _TURN, _PYTHAGORAS),
    _whole(
        r"orthogonal(?! (?:to|complement|project\w+))|unitary"
        r"|(?:(?:rows and columns|columns and rows) are |(?<!columns are )(?<!rows are ))"
        r"orthonormal(?! columns| rows)",
        "orthogonal",
        by=(_TURN, _PYTHAGORAS),
    ),
    _whole(r"positive[- ]definite|spd", "positive definite", by=_POSITIVE),
    _whole(r"positive[- ]semi-?definite|psd", "positive semidefinite", by=_POSITIVE),
    _row("covariance", ("positive semidefinite",), *_POSITIVE),
    _whole("(?<!skew-)(?<!skew )symmetric|self-adjoint", "symmetric",
           by=(((0, 1), (1, 3)), *_POSITIVE)),
    _row("hermitian", ("symmetric",), ((0, 1), (1, 3)), *_POSITIVE),
    _row("upper[- ]triangular", (_TRIANGULAR,), ((1, 2), (0, 3)), ((2, 1), (0, 5))),
    _row("lower[- ]triangular", (_TRIANGULAR,), ((1, 0), (2, 3)), ((2, 0), (1, 5))),
    _whole("diagonal", "diagonal", by=(((2, 0), (0, 3)),)),
    _row("stochastic matri(?:x|ces)|transition matri(?:x|ces)|markov matri(?:x|ces)",
         (), ((_HALF, _HALF), (_QUARTER, 1 - _QUARTER))),
    _whole("invertible|non-?singular", "invertible", by=(((1, 2), (3, 5)), ((2, 0), (0, 3)))),
    _whole("full[- ]column[- ]rank|linearly independent columns", r"\det(X^T X) \ne 0"),
    _whole("full[- ]row[- ]rank|linearly independent rows", r"\det(X X^T) \ne 0"),
    _row("full[- ]rank", (), ((1, 2), (3, 5)), ((2, 0), (0, 3))),
    _row("unit[- ](?:vectors?|norm|length)|normali[sz]ed vectors?",
         ("X^T X = 1",), ((Fraction(3, 5),), (Fraction(4, 5),)), ((0,), (1,))),
    _row("probability vectors?|probability distributions?",
         (r"\sum_i X_i = 1", r"X_i \ge 0"), ((_QUARTER,), (1 - _QUARTER,)), ((_HALF,), (_HALF,))),
    _row("(?:probability )?simplex",
         (), ((_QUARTER,), (1 - _QUARTER,)), ((_HALF,), (_HALF,))),
    _row("one-?hot", (r"\sum_i X_i = 1", r"X_i \ge 0"), ((0,), (1,)), ((1,), (0,))),
    _row(r"orthonormal (?:columns|rows)|(?<!rows and )columns are orthonormal"
         r"|(?<!columns and )rows are orthonormal|semi-?orthogonal"
         r"|singular|circulant|toeplitz|hankel|hat matrix"
         r"|eigen(?:vectors?|values?)|rank[- ](?:one|1|deficient)|vandermonde|identity matrix"
         r"|block(?:[- ]\w+)? matri(?:x|ces)|minimi[sz]ers?|fixed points?|steady[- ]states?"
         r"|stationary (?:point|distribution)s?|equilibri(?:um|a)|inverse of|pseudo-?inverse"),
)  # fmt: skip
"""The rows in the order in which they are tried; each word is read once."""


@dataclass(frozen=True, slots=True)
class Has:
    """What is said of a name: the row, the words, and the open sections where it is said. sure: a
    whole predicate says it, so that its equations hold; else it only keeps claims open. sentence:
    the words of its sentence without spaces; held: how far it holds, SENTENCE (`If $M$ is
    symmetric`), PASSAGE (`For a symmetric $M$`) or from there on."""

    property: Property
    words: str
    path: tuple[int, ...]
    sure: bool = False
    sentence: str = ""
    held: str = ""


SENTENCE, PASSAGE = "sentence", "passage"


def in_force(said: Mapping[str, Sequence[Has]], sentence: str, passage: str) -> dict[str, Has]:
    """What is said of each name at a sentence of a passage. What is a condition of another
    sentence, or is said behind it, only keeps claims open."""
    sentence, passage = flat(sentence), flat(passage)
    place = passage.rfind(sentence)
    found = {}
    for name, every in said.items():
        here = [has for has in every if _holds(has, sentence, place, passage)]
        same = [has for has in here if has.sentence == sentence]
        found[name] = (same or here)[-1] if here else replace(every[-1], sure=False)
        lasting = [has for has in here if not has.held and has not in same]
        if same and lasting and found[name].held == SENTENCE:
            found[name] = _both(lasting[-1], found[name])
    return found


def _both(lasting: Has, local: Has) -> Has:
    """What is said of a name from some place on, and in one sentence besides: `If the symmetric S
    is invertible`."""
    row = joined([lasting.property, local.property])
    words = f"{lasting.words} and {local.words}"
    return replace(local, property=row, words=words, sure=lasting.sure and local.sure)


def _holds(has: Has, sentence: str, place: int, passage: str) -> bool:
    if has.sentence == sentence:
        return True
    said = passage.rfind(has.sentence) if has.sentence else -1
    if has.held == SENTENCE or (said < 0 and has.held == PASSAGE):
        return False
    return said <= place


def flat(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def with_property(claim: Claim, verdict: Verdict, said: Mapping[str, Has], judge: Judge) -> Verdict:
    """The verdict on a claim about names with properties: what follows from these is proved, and
    a refutation stays one if the claim fails for such arrays too."""
    if verdict.kind in HOLDING or not said:
        return verdict
    sides = claim.sides
    names = {s for side in sides for s in free_symbols(side)} | _valued(claim, sides)
    open_ = (n for n in names if _may_have(n, said.get(n.data.name)) and not _is_unit(n, claim))
    special = sorted(open_, key=repr)
    if not special:
        return verdict
    refuted = verdict.kind.startswith("refuted")
    if refuted:
        found = _by_witness(claim, special, said, judge)
        if found is not None:
            return found
    conditions = tuple(c for name in special for c in _equations(name, said[name.data.name]))
    if any(c.data == (claim.relation,) and c.args == tuple(sides) for c in conditions):
        return Verdict(
            "definition", "reading", f"this is what {said[special[0].data.name].words} says"
        )
    if conditions:
        asked = replace(claim, conditions=(*claim.conditions, *conditions))
        again = judge(asked)
        equations = tuple(c for c in conditions if c.data == ("=",))
        if again.kind not in HOLDING and again.kind != "refuted" and equations != conditions:
            fewer = replace(claim, conditions=(*claim.conditions, *equations))
            again = judge(fewer) if equations else again  # what holds under fewer holds under all
            again = again if again.kind in _HOLDING else undecided(again.message)
        told = " and ".join(f"{plain(n)} is {said[n.data.name].words}" for n in special)
        whole = all(h.sure and h.property.whole for h in (said[n.data.name] for n in special))
        if again.kind in _HOLDING:
            message = f"{again.message}, since {told}"
            return replace(again, message=message, reading=reading_of(asked))
        if refuted and whole and again.kind == "refuted":
            return replace(again, message=f"{again.message}, where {told}")
    if not refuted:
        return verdict
    words = " and ".join(
        f"{plain(n)} is said to be special ({said[n.data.name].words})" for n in special
    )
    return undecided(f"{words}: {verdict.message}")


_HOLDING = {*HOLDING, "confirmed"}


def _may_have(name: Term, has: Has | None) -> bool:
    """Whether a name may have what is said of it: no vector is symmetric."""
    if has is None:
        return False
    square = [len(rows) == len(rows[0]) > 1 for rows in has.property.witnesses]
    return not (square and all(square) and len(name.shape or ()) == 1)


def _is_unit(name: Term, claim: Claim) -> bool:
    """Whether a name is a vector of the standard basis: nothing else is to be known of it."""
    value = claim.scope.values.get(name)
    return value is not None and value.op == "entry" and value.args[0].op == "identity"


def _by_witness(
    claim: Claim, special: Sequence[Term], said: Mapping[str, Has], judge: Judge
) -> Verdict | None:
    """A refutation by usual arrays with the properties, one for each name, of one size."""
    rows = [[w for w in said[n.data.name].property.witnesses if _fits(n, w)] for n in special]
    for chosen in islice(product(*rows), MOST_CHOICES):
        if len({len(witness) for witness in chosen}) > 1:
            continue
        again = _at(claim, dict(zip(special, chosen, strict=True)), judge)
        if again is not None and again.kind == "refuted":
            where = " and ".join(
                f"{plain(name)} = {plain(_matrix(witness))} ({said[name.data.name].words})"
                for name, witness in zip(special, chosen, strict=True)
            )
            return replace(again, message=f"{again.message}, at {where}")
    return None


MOST_CHOICES = 9


def _valued(claim: Claim, sides: Sequence[Term]) -> set[Term]:
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
    first = next(iter(has.property.witnesses), has.property.like)
    if not first:
        return ""
    square = len(first[0]) == 2
    return "matrix(n, n)" if square else "vector(n)" if "vector" in has.words.lower() else ""


def _at(claim: Claim, chosen: Mapping[Term, Rows], judge: Judge) -> Verdict | None:
    """The verdict for arrays with the properties; None where the claim does not fit their size."""
    table = {name: _matrix(rows) for name, rows in chosen.items()}
    sizes = {d: len(rows) for name, rows in chosen.items() for d in name.data.shape or ()}
    met = {s for term in claim.terms for s in free_symbols(term)} | _valued(claim, claim.sides)
    for name in met - table.keys():
        if name.data.name in sizes:
            table[name] = number(sizes[name.data.name])
        elif set(name.data.shape or ()) & sizes.keys():
            shape = tuple(sizes.get(str(size), size) for size in name.data.shape or ())
            table[name] = make("symbol", data=replace(name.data, shape=shape))
    try:
        asked = with_arguments(claim).mapped(lambda term: put(term, table))
        return judge(replace(asked, scope=fitted_scope(asked.scope, table)))
    except Error:
        return None  # other arrays have other sizes


def _equations(name: Term, has: Has) -> Iterator[Term]:
    """The equations of a property, and other relations, of this name."""
    data = name.data
    oblong = data.role == "matrix" and data.shape is not None and len(set(data.shape)) > 1
    if data.role not in ("matrix", "vector") or not has.sure:
        return
    own = Symbol("X", data.role, data.shape, declared=True)
    for said in has.property.equations:
        if oblong and "\\det" not in said:
            continue  # all others are said of square matrices
        stated = said if re.search(r"[=\\]", said) else rf"X = X \text{{ for {said} }} X"
        try:
            term = read(stated, Scope(symbols={"X": own})).term
        except Error:
            continue  # the equation is one of matrices, the name a vector
        for equation in term.args[1:] if term.op == "when" else (term,):
            yield put(equation, {make("symbol", data=own): name})
