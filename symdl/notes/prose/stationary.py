r"""Stationary points in words: `$f$ has critical points at $x = 0$ and $x = 2$`, `The function
$g(x, y) = x^2 - y^2$ has a saddle point at $(0, 0)$`.

Each place is a claim about derivatives there: those that must vanish, or have a sign, for the
words to be true refute it, those that suffice prove it. Only functions that have all derivatives
where they are defined are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.derivation.forward import differentiate
from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as put
from symdl.notes.prose.extrema import restricting, unless_restricted
from symdl.notes.prose.slopes_said import DOUBTED, last_defined
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.places import sentences_of, with_places
from symdl.notes.stated import Stated

_KIND = (
    r"(?P<kind>critical|stationary|inflection|saddle)\s+points?"
    r"|(?:local|relative)\s+(?P<way>max|min)im(?:um|a)"
)
_LIST = r"(?:both\s+)?⟨\d+⟩(?:\s*(?:,\s*and|,|and)\s*(?:at\s+)?⟨\d+⟩)*"
_AT = re.compile(
    rf"\b(?:{_KIND})\s+(?:(?:is|are|lies?|occurs?)\s+)?(?:located\s+)?at\s+(?P<places>{_LIST})",
    re.I,
)
_ARE = re.compile(
    rf"\b(?P<only>only\s+|unique\s+)?(?:{_KIND})\s+of\s+(?:the\s+function\s+)?⟨(?P<of>\d+)⟩\s+"
    rf"(?:is|are)\s+(?:at\s+|exactly\s+)?(?P<places>{_LIST})",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|neither|cannot|without|except|apart|only|nor)\b", re.IGNORECASE)
_LIMITED = re.compile(r"\s*(?:if|when|for|provided|only|unless|where|on|in)\b", re.IGNORECASE)
_NAME = re.compile(r"\s*(\\?[A-Za-z]+)\s*(?:\([^()]*\))?\s*$")
_SMOOTH = frozenset(
    {"add", "mul", "neg", "div", "pow", "exp", "log", "sin", "cos", "tanh", "sigmoid"}
    | {"number", "constant", "symbol"}
)


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of one or two variables, with the words for it."""

    name: str
    variables: tuple[Term, ...]
    body: Term


Needed = tuple[str, Term, str]
"""What a derivative is called, the derivative, and how it stands to 0."""


def stationary_claims(runs: tuple[Run, ...], known: Known) -> Iterator[Stated]:
    """What sentences say of where derivatives of a function vanish."""
    text = with_places(runs)
    if "point" not in text and "local" not in text and "relative" not in text:
        return
    for sentence in sentences_of(text):
        for pattern, listed in ((_ARE, True), (_AT, False)):
            for match in pattern.finditer(sentence[0]):
                before, behind = sentence[0][: match.start()], sentence[0][match.end() :]
                if DOUBTED.search(before) or _LIMITED.match(behind):
                    continue
                if _DENIED.search(before) and not listed:
                    continue
                yield from _of_match(match, listed, sentence[0], runs, known)


def _of_match(
    match: re.Match[str], listed: bool, sentence: str, runs: tuple[Run, ...], known: Known
) -> Iterator[Stated]:
    numbers = [int(n) for n in re.findall(r"⟨(\d+)⟩", match["places"])]
    function = _function(match, listed, sentence, runs, known, numbers[0])
    if function is None or not _is_smooth(function):
        return
    kind = (match["kind"] or match["way"]).lower()
    if kind == "inflection" and len(function.variables) > 1:
        return
    found = [(_points(runs[n], function, known), runs[n]) for n in numbers]
    if not all(points for points, _ in found):
        return
    every = {point for points, _ in found for point in points}
    complete = not listed or len(every) == (_degree(function) or 0) - 1
    for points, run in found:
        yield _stated(kind, function, points, complete, trimmed(run.source), known)


def _function(
    match: re.Match[str],
    listed: bool,
    sentence: str,
    runs: tuple[Run, ...],
    known: Known,
    first: int,
) -> _Function | None:
    """The function of which a sentence speaks: the one that it names, or the one defined last."""
    if listed:
        named = [int(match["of"])]
    else:
        named = [int(n) for n in re.findall(r"⟨(\d+)⟩", sentence[: match.start()])]
        named = [n for n in named if _of_formula(runs[n], known) is not None][:1]
    if named:
        return _of_formula(runs[named[0]], known)
    here = whole(runs[first].source).origin
    return _of_name(last_defined(here, known), known)


def _of_formula(run: Run, known: Known) -> _Function | None:
    if not isinstance(run, Math):
        return None
    name = _NAME.match(run.text)
    if name is not None:
        return _of_name(name[1], known)
    try:
        term = read(trimmed(run.source), known.universal).term
    except Error:
        return None  # told where the formula is read as a statement
    if term.op != "relation" or term.data != ("=",) or term.args[0].op != "call":
        return None
    called, body = term.args
    if called.data.primes or any(a.op != "symbol" for a in called.args):
        return None
    return _Function(str(called.data.function.name), called.args, body)


def _of_name(name: str, known: Known) -> _Function | None:
    own = known.scope.functions.get(name)
    return None if own is None else _Function(name, own.parameters, own.body)


def _is_smooth(function: _Function) -> bool:
    """Whether a function has all derivatives where it is defined, and no letters but its own."""
    if not 1 <= len(function.variables) <= 2 or free_symbols(function.body) - {*function.variables}:
        return False
    nodes = list(postorder(function.body))
    whole_powers = all(_is_whole(n.args[1]) for n in nodes if n.op == "pow")
    return whole_powers and all(n.op in _SMOOTH and n.shape == () for n in nodes)


def _is_whole(exponent: Term) -> bool:
    value = value_of(exponent)
    return value is not None and value.denominator == 1 and 0 <= value <= MOST_DEGREE


MOST_DEGREE = 12


def _degree(function: _Function) -> int | None:
    """The degree of a polynomial in one variable, at most; None for another function."""
    degrees: dict[Term, int] = {}
    for node in postorder(function.body):
        parts = [degrees[a] for a in node.args if a in degrees]
        if node.op in ("number", "constant"):
            degrees[node] = 0
        elif node in function.variables and len(function.variables) == 1:
            degrees[node] = 1
        elif node.op in ("add", "neg"):
            degrees[node] = max(parts)
        elif node.op == "mul":
            degrees[node] = sum(parts)
        elif node.op == "pow" and (value := value_of(node.args[1])) is not None:
            degrees[node] = parts[0] * int(value)
        elif node.op == "div" and parts[1] == 0:
            degrees[node] = parts[0]
        else:
            return None
    return degrees[function.body]


Point = tuple[Term, ...]


def _points(run: Run, function: _Function, known: Known) -> tuple[Point, ...]:
    r"""The points that a formula gives: `x = 2`, `2`, `x = \pm 1`, `(0, 0)`; none if it gives no
    numbers."""
    if not isinstance(run, Math):
        return ()
    signs = ("+", "-") if r"\pm" in run.text else ("",)
    found = []
    for sign in signs:
        text = run.text.replace(r"\pm", sign).strip(" .,;\n")
        try:
            term = read(Source(run.source.name, text, run.source), known.universal).term
        except Error:
            return ()
        point = _point(term, function)
        if point is None:
            return ()
        found.append(point)
    return tuple(found)


def _point(term: Term, function: _Function) -> Point | None:
    variables = function.variables
    if term.op == "relation" and term.data == ("=",):
        name, term = term.args
        own = variables[0] if len(variables) == 1 else make("tuple", *variables)
        if name is not own:
            return None
    values = (term,) if len(variables) == 1 else term.args
    if len(variables) == 2 and term.op not in ("tuple", "interval"):
        return None
    plain_ones = all(not free_symbols(v) and v.shape == () and v.op != "relation" for v in values)
    return tuple(values) if len(values) == len(variables) and plain_ones else None


def _needed(kind: str, at: Mapping[str, Term], f: str) -> tuple[list[Needed], list[Needed]]:
    """What must hold of the derivatives for the words to be true, and what suffices. at: the
    derivatives by the variables in them; f: the name of the function."""
    if "xxx" in at:
        first = (f"{f}'", at["x"], "=")

        def second(relation: str) -> Needed:
            return f"{f}''", at["xx"], relation

        turns = (f"{f}'''", at["xxx"], "!=")
        return {
            "max": ([first, second("<=")], [first, second("<")]),
            "min": ([first, second(">=")], [first, second(">")]),
            "inflection": ([second("=")], [second("="), turns]),
            "saddle": ([first, second("=")], [first, second("="), turns]),
        }.get(kind, ([first], [first]))
    slopes: list[Needed] = [(f"the slope of {f} in its variables", at[n], "=") for n in "xy"]
    det = at["xx"] * at["yy"] - at["xy"] * at["xy"]

    def bent(name: str, relation: str) -> Needed:
        return f"the second derivative of {f} in a variable", at[name], relation

    def hessian(relation: str) -> Needed:
        return f"the determinant of the Hessian of {f}", det, relation

    return {
        "max": (
            [*slopes, bent("xx", "<="), bent("yy", "<="), hessian(">=")],
            [*slopes, bent("xx", "<"), hessian(">")],
        ),
        "min": (
            [*slopes, bent("xx", ">="), bent("yy", ">="), hessian(">=")],
            [*slopes, bent("xx", ">"), hessian(">")],
        ),
        "saddle": ([*slopes, hessian("<=")], [*slopes, hessian("<")]),
    }.get(kind, (slopes, slopes))


def _derivatives(function: _Function) -> dict[str, Term]:
    one = len(function.variables) == 1
    orders = ("x", "xx", "xxx") if one else ("x", "y", "xx", "xy", "yy")
    variables = dict(zip("xy", function.variables, strict=False))
    found = {"": function.body}
    for order in orders:
        found[order] = differentiate(found[order[:-1]], variables[order[-1]]).result
    del found[""]
    return found


def _stated(
    kind: str,
    function: _Function,
    points: Sequence[Point],
    complete: bool,
    source: Source,
    known: Known,
) -> Stated:
    derivatives = _derivatives(function)

    def claim(needed: Needed) -> Claim:
        (_, term, relation), scope, zero = needed, known.universal, number(0)
        shape = classify(term, relation, zero, scope, False, NOTHING)
        return Claim(shape, relation, term, zero, scope, (), whole(source), source.text)

    def judged(judge: Judge, needed: Needed) -> Verdict:
        verdict = judge(claim(needed))
        return replace(verdict, message=f"{needed[0]} there: {verdict.message}")

    asked = []
    for point in points:
        values = dict(zip(function.variables, point, strict=True))
        asked.append(
            _needed(kind, {n: put(d, values) for n, d in derivatives.items()}, function.name)
        )
    told = " and ".join(", ".join(map(plain, point)) for point in points)
    what = f"local {kind}imum" if kind in ("max", "min") else f"{kind} point"
    reading = f"{what} of {function.name} at {told}"

    def decide(judge: Judge) -> Verdict:
        verdicts = [
            _judged([judged(judge, n) for n in needed], [judged(judge, n) for n in enough])
            for needed, enough in asked
        ]
        verdict = next((v for v in verdicts if v.kind not in HOLDING), verdicts[0])
        if verdict.kind in HOLDING and not complete:
            verdict = undecided("it is one; whether there are others is not decided")
        verdict = unless_restricted(verdict, restricting(function.body, known))
        return replace(verdict, reading=reading)

    return Stated(source, claim(asked[0][1][0]), decide, note="said in words of a function")


def _judged(needed: Sequence[Verdict], enough: Sequence[Verdict]) -> Verdict:
    """The verdict by those on what must hold and on what suffices."""
    refuted = next((v for v in needed if v.kind == "refuted"), None)
    if refuted is not None:
        return refuted
    if all(v.kind in HOLDING for v in enough):
        return enough[-1]
    return undecided("the first derivatives that do not vanish do not settle it")
