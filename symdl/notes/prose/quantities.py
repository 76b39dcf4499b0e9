r"""Words for quantities and properties of arrays whose entries are known: `determinant`, `mean`,
`dot product`, `orthogonal`. A new one is a row.

A word that may mean two things (the variance of a list of numbers: over n or over n - 1) has two
Terms; what is said is refuted only where it fails for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symdl.evidence.exact import exact
from symdl.expression.term import Term, combined, make, number

MATRIX, VECTOR, ANY = "matrix", "vector", "any"
Terms = tuple[Term, ...]
Statement = tuple[Term, str, Term]
"""A left side, a relation, a right side."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of one array, or of two: its words, what it is of, and the Terms it may mean."""

    words: str
    of: tuple[str, ...]
    build: Callable[..., Terms]


@dataclass(frozen=True, slots=True)
class Quality:
    """What one array is said to be, or two are: each as statements all of which hold then."""

    words: str
    of: tuple[str, ...]
    build: Callable[..., tuple[Statement, ...]]


def kind_of(array: Term) -> str:
    """Of which kind a written array is; empty for what is none."""
    return array.op if array.op in (MATRIX, VECTOR) else ""


# --- matrices -------------------------------------------------------------------------------------


def _is_square(a: Term) -> bool:
    return a.op == MATRIX and a.data[0] == a.data[1]


def _if_square(build: Callable[[Term], Term]) -> Callable[[Term], Terms]:
    return lambda a: (build(a),) if _is_square(a) else ()


def block(a: Term, rows: Sequence[int], columns: Sequence[int]) -> Term:
    """Some rows and columns of a written matrix."""
    width = a.data[1]
    entries = [a.args[i * width + j] for i in rows for j in columns]
    return make(MATRIX, *entries, data=(len(rows), len(columns)))


def less_diagonal(a: Term, value: Term) -> Term:
    """A - value I."""
    width = a.data[1]
    entries = [e - value if i % (width + 1) == 0 else e for i, e in enumerate(a.args)]
    return make(MATRIX, *entries, data=a.data)


def _is_symmetric(a: Term) -> tuple[Statement, ...]:
    if not _is_square(a):
        return ()
    n = a.data[0]
    pairs = [(i, j) for i in range(n) for j in range(i)]
    return tuple((a.args[i * n + j], "=", a.args[j * n + i]) for i, j in pairs)


def _is_definite(a: Term) -> tuple[Statement, ...]:
    """By its leading minors (Sylvester's criterion)."""
    if not _is_square(a):
        return ()
    n = a.data[0]
    minors = [make("det", block(a, range(k), range(k))) for k in range(1, n + 1)]
    return (*_is_symmetric(a), *((minor, ">", number(0)) for minor in minors))


def _is_orthogonal(a: Term) -> tuple[Statement, ...]:
    if not _is_square(a):
        return ()
    n = a.data[0]
    columns = [[a.args[i * n + j] for i in range(n)] for j in range(n)]
    return tuple(
        (_dot(columns[i], columns[j]), "=", number(int(i == j)))
        for i in range(n)
        for j in range(i + 1)
    )


# --- lists of numbers -----------------------------------------------------------------------------


def _total(entries: Sequence[Term]) -> Term:
    return combined("add", entries)


def _dot(left: Sequence[Term], right: Sequence[Term]) -> Term:
    return _total([a * b for a, b in zip(left, right, strict=True)])


def _mean(x: Term) -> Term:
    return _total(x.args) / number(len(x.args))


def _are_probabilities(x: Term) -> bool:
    """Whether a list may be a distribution: its mean is another thing than that of the list."""
    values = [exact(entry) for entry in x.args]
    known = [v for v in values if v is not None and v >= 0]
    return len(known) == len(values) and sum(known) == 1


def _of_data(build: Callable[[Term], Terms]) -> Callable[[Term], Terms]:
    return lambda x: () if _are_probabilities(x) else build(x)


def _median(x: Term) -> Terms:
    values = [value for entry in x.args if (value := exact(entry)) is not None]
    if len(values) < len(x.args):
        return ()
    half, odd = divmod(len(values), 2)
    ordered = sorted(values)
    return (number(ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2),)


def _variances(x: Term) -> Terms:
    """Over n and over n - 1 (DeGroot and Schervish, Probability and Statistics, section 8.3)."""
    squares = _total([(entry - _mean(x)) ** number(2) for entry in x.args])
    n = len(x.args)
    return tuple(squares / number(count) for count in (n, n - 1) if count)


def _norm(x: Term) -> Term:
    return make("sqrt", _dot(x.args, x.args))


def _sizes(x: Term) -> list[Term]:
    return [make("abs", entry) for entry in x.args]


def _norms(x: Term) -> Terms:
    """Those that a norm without a name may be."""
    largest = (make("max", *_sizes(x)),) if len(x.args) > 1 else ()
    return (_norm(x), _total(_sizes(x)), *largest)


def _same_length(build: Callable[[Term, Term], Term]) -> Callable[[Term, Term], Terms]:
    return lambda u, v: (build(u, v),) if len(u.args) == len(v.args) else ()


def _difference(u: Term, v: Term) -> Term:
    return make(VECTOR, *(a - b for a, b in zip(u.args, v.args, strict=True)))


def _is_zero_product(u: Term, v: Term) -> tuple[Statement, ...]:
    if len(u.args) != len(v.args):
        return ()
    return ((_dot(u.args, v.args), "=", number(0)),)


_EUCLIDEAN = r"(?:Euclidean|(?:\\ell_2|L2|L_2|l2)[- ]?)\s*"

QUANTITIES = (
    Quantity("determinant", (MATRIX,), _if_square(lambda a: make("det", a))),
    Quantity("trace", (MATRIX,), _if_square(lambda a: make("trace", a))),
    Quantity("inverse", (MATRIX,), _if_square(lambda a: make("inverse", a))),
    Quantity("transpose", (MATRIX,), lambda a: (make("transpose", a),)),
    Quantity("Frobenius norm", (MATRIX,), lambda a: (_norm(a),)),
    Quantity(rf"{_EUCLIDEAN}norm|magnitude", (VECTOR,), lambda x: (_norm(x),)),
    Quantity("norm", (VECTOR,), _norms),
    Quantity("length", (VECTOR,), lambda x: (_norm(x), number(len(x.args)))),
    Quantity(
        r"(?:\\ell_1|L1|L_1|l1|Manhattan)[- ]?\s*norm",
        (VECTOR,),
        lambda x: (_total(_sizes(x)),),
    ),
    Quantity(
        r"sum|sum of (?:the |its )?(?:entries|elements|components|values|numbers)",
        (ANY,),
        lambda x: (_total(x.args),),
    ),
    Quantity(
        r"(?:sample |arithmetic )?(?:mean|average)", (VECTOR,), _of_data(lambda x: (_mean(x),))
    ),
    Quantity("median", (VECTOR,), _median),
    Quantity(r"(?:sample |population |empirical )?variance", (VECTOR,), _of_data(_variances)),
    Quantity(
        r"(?:sample |population |empirical )?standard deviation",
        (VECTOR,),
        _of_data(lambda x: tuple(make("sqrt", variance) for variance in _variances(x))),
    ),
    Quantity(
        r"maximum|largest (?:entry|element|component|value)",
        (ANY,),
        lambda x: (make("max", *x.args),) if len(x.args) > 1 else (),
    ),
    Quantity(
        r"minimum|smallest (?:entry|element|component|value)",
        (ANY,),
        lambda x: (make("min", *x.args),) if len(x.args) > 1 else (),
    ),
    Quantity(
        r"(?:dot|inner|scalar) product",
        (VECTOR, VECTOR),
        _same_length(lambda u, v: _dot(u.args, v.args)),
    ),
    Quantity(
        rf"{_EUCLIDEAN}distance",
        (VECTOR, VECTOR),
        _same_length(lambda u, v: _norm(_difference(u, v))),
    ),
    Quantity(
        "distance",
        (VECTOR, VECTOR),
        lambda u, v: _norms(_difference(u, v)) if len(u.args) == len(v.args) else (),
    ),
    Quantity(
        r"cosine similarity|cosine(?: of the angle)?",
        (VECTOR, VECTOR),
        _same_length(lambda u, v: _dot(u.args, v.args) / (_norm(u) * _norm(v))),
    ),
    Quantity(r"outer product", (VECTOR, VECTOR), lambda u, v: (make("outer", u, v),)),
)

QUALITIES = (
    Quality("symmetric", (MATRIX,), _is_symmetric),
    Quality(r"(?:symmetric )?positive[- ]definite", (MATRIX,), _is_definite),
    Quality("orthogonal", (MATRIX,), _is_orthogonal),
    Quality(
        r"singular|not invertible",
        (MATRIX,),
        lambda a: ((make("det", a), "=", number(0)),) if _is_square(a) else (),
    ),
    Quality(
        r"invertible|non-?singular|regular",
        (MATRIX,),
        lambda a: ((make("det", a), "!=", number(0)),) if _is_square(a) else (),
    ),
    Quality(
        r"an? (?:unit|normali[sz]ed) vector|normali[sz]ed|of unit (?:length|norm)",
        (VECTOR,),
        lambda x: ((_dot(x.args, x.args), "=", number(1)),),
    ),
    Quality(r"orthogonal(?: to each other)?|perpendicular", (VECTOR, VECTOR), _is_zero_product),
)


def fits(of: Sequence[str], arrays: Sequence[Term]) -> bool:
    """Whether arrays are of the kinds that a row speaks of."""
    kinds = [kind_of(a) for a in arrays]
    return len(of) == len(kinds) and all(
        k and want in (ANY, k) for want, k in zip(of, kinds, strict=True)
    )


def words_of(rows: Sequence[Quantity] | Sequence[Quality]) -> str:
    """A pattern for the words of some rows, long ones first."""
    each = [part for row in rows for part in _alternatives(row.words)]
    return "|".join(sorted(dict.fromkeys(each), key=len, reverse=True))


def _alternatives(words: str) -> list[str]:
    """The parts of a pattern between the bars outside of its groups."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(words):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append(words[start:place])
            start = place + 1
    return [*parts, words[start:]]


def named(row: Quantity | Quality, words: str) -> bool:
    """Whether a row has these words."""
    return re.fullmatch(row.words, words, re.IGNORECASE) is not None
