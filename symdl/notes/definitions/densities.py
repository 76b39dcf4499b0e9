r"""Densities of named distributions: `The exponential density is $\lambda e^{-\lambda x}$`.

The words name the distribution, and with it where it lives; whatever its parameters are called and
however they are chosen, its density has the integral 1 there, its probabilities the sum 1, and its
distribution function ends at 1. What has not, for some parameters, is not what the words say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.document.errors import Error
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder
from symdl.notes.definitions.against_standard import with_beta
from symdl.notes.definitions.density_forms import density_form, told
from symdl.notes.reading_in import read_in
from symdl.notes.scope.known import Known
from symdl.notes.stated import Place, Stated


@dataclass(frozen=True, slots=True)
class Family:
    """Distributions of one name: where they live (each a usual way), by whole numbers or not; `n`
    stands for the number of trials, the letter of which is n or N."""

    words: str
    supports: tuple[tuple[str, str], ...]
    discrete: bool = False


_REAL, _HALF, _UNIT = ((("-oo", "oo"),), (("0", "oo"),), (("0", "1"),))
_BETA_BINOMIAL = r"beta-?binomial"
FAMILIES = (
    Family(r"log-?normal|inverse[- ]gamma|half-?normal|Weibull|Rayleigh|Maxwell", _HALF),
    Family(r"chi-?(?:squared?|2)|χ²", _HALF),
    Family(_BETA_BINOMIAL, (("0", "n"),), True),
    Family(r"negative[- ]binomial", _HALF, True),
    Family(r"(?<!log)(?<!half)(?:normal|Gaussian)", _REAL),
    Family(r"Student|t[- ]distribution|Laplace|Cauchy|logistic|Gumbel", _REAL),
    Family(r"exponential", _HALF),
    Family(r"(?<!inverse )(?<!inverse-)gamma", _HALF),
    Family(r"beta(?!-?binomial)", _UNIT),
    Family(r"Poisson", _HALF, True),
    Family(r"geometric", (("0", "oo"), ("1", "oo")), True),
    Family(r"(?<!negative )(?<!negative-)(?<!beta-)(?<!beta)binomial", (("0", "n"),), True),
    Family(r"Bernoulli", _UNIT, True),
)
_DENSITY = re.compile(
    r"\b(?:densit(?:y|ies)|p\.?d\.?f\b|p\.?m\.?f\b|probability mass|mass function)", re.IGNORECASE
)
_CUMULATIVE = re.compile(
    r"\bc\.?d\.?f\b|cumulative|(?<!mass )(?<!probability )distribution function", re.IGNORECASE
)
_ANOTHER = re.compile(
    r"unnormali|proportional|up to|constant|truncat|mixture|\blog[- ](?:density|pdf|pmf|likel|prob)"
    r"|multivariate|joint|bivariate|kernel|folded|exponential family|product|wrapped|ratio|survival"
    r"|inverse of|quantile|hazard|zero-inflated|posterior|likelihood",
    re.IGNORECASE,
)
_MATH = re.compile(r"\$[^$]*\$")
_BEHIND = re.compile(r"\$[^$]*\$[^$]*$")
"""The last formula and what stands behind it."""
_LEADS = re.compile(
    r"(?:densit(?:y|ies)|p\.?[dm]\.?f\.?|c\.?d\.?f\.?|function)(?:\s+[\w'-]+){0,14}?"
    r"\s*(?:\b(?:is|are|reads|by|as|form)|:|,)?\s*\.?\s*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"bound|decay|\blike\b|tail|less|greater|more|than|derivative|mode|maxim|peak|grow|similar"
    r"|compar|because|logarithm|behave|approach|limit|slope|score|moment|variance of|mean of|near"
    r"|estimat|sampl|transform|characteristic|generating|entropy|normali[sz]e\b|restrict|flow to"
    r"|\b(?:for|at|when|if|with|on|over|from|to|between|whose|where)\s*$",
    re.IGNORECASE,
)
_CHANCES = frozenset({"p", "\\pi", "\\theta", "q"})
_VARIABLES = ("x", "t", "z", "y", "u", "w"), ("k", "x", "j", "y")
_PARAMETERS = tuple(Fraction(text) for text in ("3", "2", "5/2", "4"))
_HALVES = (Fraction(5, 2), Fraction(7, 2))
"""Parameters at which no gamma function of them and of whole numbers has a pole."""
TRIALS = 3
FAR = 60
"""Where a distribution function with such parameters has come to its end."""
NEARLY = Fraction(999, 1000)


def unless_no_density(claim: Claim, verdict: Verdict, place: Place, judge: Judge) -> Verdict:
    """The verdict on a definition, unless the words before it call it a density that it is not."""
    kinds = ("definition", "undecided")
    if verdict.kind not in kinds or claim.right is None or claim.left.op != "call":
        return verdict
    if claim.conditions:
        return verdict  # where it is defined: `$x \ge 0$` makes half of a normal density one
    variable = claim.left.args[0]
    wrong = _wrong(claim, claim.right, variable, place, judge)
    wrong = _wrong_by_form(claim, variable, place, judge) if wrong is None else wrong
    return verdict if wrong is None else wrong


def _wrong_by_form(claim: Claim, variable: Term, place: Place, judge: Judge) -> Verdict | None:
    """The refutation of what has the form of a density, though no words name it."""
    assert claim.right is not None
    form = density_form(claim.right, variable)
    if form is None or _ANOTHER.search(f"{place.before} {place.context}"):
        return None
    family = next(f for f in FAMILIES if re.search(rf"\b(?:{f.words})", form.words, re.IGNORECASE))
    alone = next(iter(s for s in free_symbols(form.body) if s.data.name == variable.data.name))
    wrong = _not_one(claim, form.body, alone, (family, False), judge)
    if wrong is None:
        return None
    return replace(wrong, message=f"{told(form)}: {wrong.message}")


def speaks_of_densities(words: str) -> bool:
    """Whether words name what a formula behind them is the density or distribution function of."""
    return _named(Place(before=words)) is not None


def density_stated(source: Source, known: Known, place: Place) -> Iterator[Stated]:
    """A formula without a relation that the words before it call a density."""
    named = _named(place)
    if named is None:
        return
    try:
        body = read_in(source, known)[0].term
    except Error:
        return
    letters = {str(s.data.name): s for s in free_symbols(body)}
    variable = next((letters[n] for n in _VARIABLES[named[0].discrete] if n in letters), None)
    if variable is None or body.op == "relation" or body is variable:
        return
    claim = Claim("definition", "", body, None, known.scope, (), whole(source), source.text)

    def decide(judge: Judge) -> Verdict:
        wrong = _wrong(claim, body, variable, place, judge)
        told = Verdict("definition", "definition", "a definition: nothing to check")
        return told if wrong is None else wrong

    yield Stated(source, claim, decide)


def _named(place: Place) -> tuple[Family, bool] | None:
    """The family that the words before a formula name, and whether they speak of its distribution
    function; None where they name none, or several."""
    before = place.before if place.before.strip() else _BEHIND.sub("", place.context)
    words = _MATH.sub(" ", before)
    if _LEADS.search(words) and not _ASIDE.search(words):
        cumulative = _CUMULATIVE.search(words) is not None
        if _ANOTHER.search(words) or cumulative == (_DENSITY.search(words) is not None):
            return None
        found = [f for f in FAMILIES if re.search(rf"\b(?:{f.words})", words, re.IGNORECASE)]
        if len(found) == 1:
            return found[0], cumulative
    return None


def _wrong(claim: Claim, body: Term, variable: Term, place: Place, judge: Judge) -> Verdict | None:
    named = _named(place)
    if named is None or variable.op != "symbol" or variable.shape != ():
        return None
    return _not_one(claim, body, variable, named, judge)


def _not_one(
    claim: Claim, body: Term, variable: Term, named: tuple[Family, bool], judge: Judge
) -> Verdict | None:
    """The refutation that a density has the integral 1, or a distribution function the end 1."""
    family, cumulative = named
    body = with_beta(body, claim.scope)
    point = _parameters(body, variable, family)
    if point is None or any(n.op == "call" for n in postorder(body)):
        return None
    at = substitute(body, {name: number(value) for name, value in point.items()})
    ends = (
        _far(at, variable, claim, judge)
        if cumulative
        else _totals(at, variable, family, claim, judge)
    )
    if ends is None:
        return None
    what = "distribution function" if cumulative else "sum" if family.discrete else "integral"
    where = ", ".join(f"{plain(name)} = {value}" for name, value in point.items())
    shown = ends.counterexample
    assert shown is not None
    shown = replace(shown, at={plain(name): str(value) for name, value in point.items()})
    ending = f"at {plain(variable)} = {FAR} it is" if cumulative else f"its {what} is"
    message = f"{ending} {shown.left}, not 1" + (f", at {where}" if where else "")
    return replace(ends, message=message, counterexample=shown)


def _parameters(body: Term, variable: Term, family: Family) -> dict[Term, Fraction] | None:
    """A value for each parameter; None where a letter may be a constant that makes it right."""
    rest = sorted(free_symbols(body) - {variable}, key=plain)
    found: dict[Term, Fraction] = {}
    values = iter(_HALVES if family.words == _BETA_BINOMIAL else _PARAMETERS)
    for name in rest:
        letter = str(name.data.name)
        if (
            name.shape != ()
            or letter in ("c", "C", "Z", "A", "K", "k")
            or name.data.role == "index"
        ):
            return None
        if family.discrete and letter in ("n", "N"):
            found[name] = Fraction(TRIALS)
        elif family.discrete and letter in _CHANCES:
            found[name] = Fraction(1, 3)
        else:
            found[name] = next(values, Fraction(2))
    trials = any(end == "n" for _, end in family.supports)
    return None if trials and not {str(n.data.name) for n in found} & {"n", "N"} else found


def _totals(
    body: Term, variable: Term, family: Family, claim: Claim, judge: Judge
) -> Verdict | None:
    """The refutation that the integral (the sum) is 1 over every usual support."""
    told: Verdict | None = None
    for lower, upper in family.supports:
        ends = (_end(lower), _end(upper))
        if family.discrete:
            counted = make("symbol", data=replace(variable.data, role="index"))
            inner = substitute(body, {variable: counted})
            total = make("sum", counted, *ends, inner, data="range")
        else:
            total = make("integral", variable, *ends, body, data="range")
        told = _asked(claim, total, "=", number(1), judge)
        if told is None:
            return None
    return told


def _far(body: Term, variable: Term, claim: Claim, judge: Judge) -> Verdict | None:
    """The refutation that a distribution function has come near 1 far out."""
    value = substitute(body, {variable: number(FAR)})
    if _asked(claim, value, "=", number(1), judge) is None:
        return None
    below = _asked(claim, value, ">", number(NEARLY), judge)
    return below if below is not None else _asked(claim, value, "<=", number(1), judge)


def _asked(claim: Claim, left: Term, relation: str, right: Term, judge: Judge) -> Verdict | None:
    kind = "number" if relation == "=" else "bound"
    asked = replace(
        claim, kind=kind, relation=relation, left=left, right=right, conditions=(), latex=""
    )
    told = judge(asked)
    return told if told.kind == "refuted" and told.counterexample is not None else None


def _end(text: str) -> Term:
    if text == "n":
        return number(TRIALS)
    if text.endswith("oo"):
        infinity = constant("infinity")
        return -infinity if text.startswith("-") else infinity
    return number(int(text))
