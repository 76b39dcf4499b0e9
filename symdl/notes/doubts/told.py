"""Equations with a number that say what something defined is, by the words of their sentence:
`With $w = 3$ and $b = 1$, $L = 5$` gives no L, `The derivative is $f'(x) = 3$` asks for no place.
"""

from __future__ import annotations

import re
from collections.abc import Set

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.operators import WAVES
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, postorder
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.at_a_point import in_sentence
from symdl.notes.scope.known import Known, is_literal, reach

_FOR = re.compile(
    r"(?:^|[,;:]\s*|\band\s+)"
    r"(?:(?:so|then|thus|hence|therefore|now|and|while|but|for example)\b,?\s*)?"
    r"(?:with|for|if|when|at)\b[^.;$]{0,40}"
    r"(?:\$[^$]+\$(?:\s*,\s*and\s*|\s*,\s*|\s+and\s+))*\$[^$]+\$[^\w$]*"
    r"(?:,|:|\b(?:then|so|we have|we get|the \w+ is|it follows that"
    r"|(?:(?:one|we|you|this|that|it|which)\s+)?(?:will |would )?(?:gives?|makes?|yields?|gets?"
    r"|ha(?:s|ve)|finds?|obtains?|becomes?|equals?|is|means)))(?:\s+that)?[^\w$]*$",
    re.IGNORECASE,
)
_SLOPE_IS = re.compile(
    r"(?:(?:so|then|thus|hence|therefore|now|and|while|but)\b,?\s*)?(?:the|its)"
    r"(?: (?:first|second|third|corresponding))? derivative(?: of \$[^$=<>]+\$)? is"
    r"(?: (?:then|simply|just|therefore|thus|hence|clearly))?\s*:?",
    re.IGNORECASE,
)


def tells_a_value(claim: Claim, known: Known, before: str) -> bool:
    """Whether a sentence gives numbers to letters of a formula and then says what it is: the other
    letters of it have theirs."""
    formula = known.scope.values.get(claim.left)
    if formula is None or is_literal(formula) or not _FOR.search(before.strip()):
        return False
    origin = known.origins.get(("value", claim.left))
    if origin is None or not known.is_here(origin):
        return False
    letters = reach([formula], known.scope)
    if any(letter not in known.scope.values for letter in letters):
        return False
    numbers = [s for s in letters if is_literal(known.scope.values[s])]
    here = [name for name in numbers if in_sentence(claim, known, name)]
    return bool(here) and not _is_given_behind(claim, set(numbers) - set(here))


def _is_given_behind(claim: Claim, names: Set[Term]) -> bool:
    """Whether one of these names is given behind a claim in its sentence: `$d_k = 64$, $h = 8$`."""
    if claim.span is None:
        return False
    origin = claim.span.origin
    rest = SENTENCE_END.split(origin.source.text[origin.end : origin.end + 200])[0]
    written = (re.escape(plain(name).split("_")[0]) for name in names)
    return any(re.search(rf"(?<![A-Za-z]){name}\b[^=$]*=", rest) for name in written)


_CONDITION = re.compile(
    r"\b(?:conditions?|equations?|constraints?)(?: \w+)?"
    r" (?:gives?|yields?|reads?|becomes?|requires?)(?: that)?\s*:?\s*$",
    re.IGNORECASE,
)
_SIGNS = frozenset({"sign", "heaviside"})


SOLVED = Verdict("definition", "reading", "an equation to be solved", "read-as-condition")
_CALLED_AN_EQUATION = re.compile(
    r"\s*\$[^$]*\$\s*,?\s*(?:is|are|was|describes?|defines?)\s+(?:an?|the|our|this)\s+(?:[\w-]+\s+){0,3}"
    r"(?:equations?|conditions?|constraints?|recurrences?|requirements?|assumptions?)\b"
    r"|\s*\$[^$]*\$\s+(?:has|have)\s+(?:[\w-]+\s+){0,4}(?:solutions?|roots?)\b",
    re.IGNORECASE,
)
"""`$f'(x) = f(x)$ is a differential equation`."""
_NO_CHOICE = re.compile(
    r"\s*\$[^$]*\$\s*(?:is|are) not (?:an? )?(?:\w+ )?(?:possible|allowed|permitted|feasible"
    r"|admissible|attainable|outcomes?|options?|cases?|solutions?)\b",
    re.IGNORECASE,
)
"""`$j = -1$ is not a possible outcome`."""
_DEGREES = re.compile(r"\bdegrees?\b|°", re.IGNORECASE)


def unless_told(verdict: Verdict, claim: Claim, sentence: str, before: str) -> Verdict:
    """A refutation, unless its sentence says that the equation is one to be solved (`The first
    order condition gives $f'(x) = e^x = 0$`) or gives a number to a letter of it behind it (`$2N =
    4$ directions along $N = 2$ axes`), or it is a sign with another value at the jump."""
    if not verdict.kind.startswith("refuted") or claim.right is None:
        return verdict
    kind = _OF_A_KIND.fullmatch(before)
    if kind is not None:
        return undecided(f"said of {kind[1].lower()} only: {verdict.message}")
    if _NO_CHOICE.match(sentence.removeprefix(before)):
        return Verdict("definition", "reading", "said to be no possible case")
    waves = any(n.op in WAVES for side in claim.sides for n in postorder(side))
    if waves and _DEGREES.search(sentence):
        return undecided(f"its angles are in degrees: {verdict.message}")
    behind_it = sentence.removeprefix(before)
    if _CALLED_AN_EQUATION.match(behind_it):
        return SOLVED
    if claim.right.op == "symbol" and _explains(str(claim.right.data.name), behind_it):
        return Verdict("definition", "reading", "the words behind it say what its right side is")
    if is_literal(claim.right) and _OF_A_SOURCE.search(before):
        return undecided(f"told as what another source says: {verdict.message}")
    if _is_pair(claim) and _SHAPED.search(sentence) is None:
        return Verdict("definition", "reading", "a pair, or a point: no shape is spoken of")
    roots = claim.relation == "=" and _has_roots(claim.left)
    if claim.right is number(0) and (_CONDITION.search(before) or roots):
        return SOLVED
    if claim.left.op == "entry" and claim.left.shape == () and claim.right.shape:
        return undecided(f"{plain(claim.left)} may be an array of its own: {verdict.message}")
    if claim.relation in ORDER and (_OF_THOSE.search(before) or _BOUNDS_A.search(before)):
        return Verdict("definition", "reading", "a condition, by its words", "read-as-condition")
    if _is_of_counts(claim, sentence):
        return undecided(f"its letters count things that its sentence names: {verdict.message}")
    behind = "" if claim.left.op == "symbol" else sentence[len(before) :]
    for name in sorted({s for side in claim.sides for s in free_symbols(side)}, key=plain):
        given = rf"\$\s*{re.escape(str(name.data.name))}\s*=\s*-?[\d.]+\s*\$"
        if name not in claim.scope.values and re.search(given, behind):
            return undecided(f"its sentence gives {plain(name)} later: {verdict.message}")
    if claim.left.op in _SIGNS and claim.right in claim.left.args:
        return undecided(f"it holds of labels, which are -1, 0 and 1: {verdict.message}")
    shown = verdict.counterexample
    if claim.left.op in _SIGNS and claim.right.op == "piecewise" and shown is not None:
        at_the_jump = set(shown.at.values()) == {"0"}
        return undecided(f"a convention at 0: {verdict.message}") if at_the_jump else verdict
    return verdict


def _explains(name: str, behind: str) -> bool:
    """`$2^N = n$, where n is the number of things`: what n is is said by the left side."""
    where = rf"\s*\$[^$]*\$\s*,?\s*where\s+\$?{re.escape(name)}\$?\s+(?:is|are|denotes)\b"
    return re.match(where, behind) is not None


def _has_roots(side: Term) -> bool:
    """Whether a side is a polynomial of a letter with numbers: set to 0 it asks for its roots."""
    nodes = list(postorder(side))
    plain_ones = all(n.op in _POLYNOMIAL for n in nodes)
    powers = any(n.op == "pow" for n in nodes)
    return side.op == "add" and plain_ones and powers and len(free_symbols(side)) == 1


_POLYNOMIAL = frozenset({"add", "mul", "neg", "pow", "number", "symbol", "div"})
_OF_THOSE = re.compile(
    r"\b(?:points?|pairs?|values?|cases?|those|inputs?|samples?|parameters?|choices?)\b[^.$]*"
    r"\bsatisf(?:y|ies|ying)\W*$",
    re.IGNORECASE,
)
"""`Points above the curve satisfy $y > x^2$`: which points they are."""
_BOUNDS_A = re.compile(
    r"\b(?:bounds?|conditions?|constraints?|restrictions?|requirements?)\b[^.$]*"
    r"\b(?:is|are|becomes?|reads?|as|by)\W*(?:\$[^$]*\$\W*)?$",
    re.IGNORECASE,
)
"""`The bound for stable steps is written as $\\mu < 2 / \\lambda$`: what the steps must meet."""


def _is_of_counts(claim: Claim, sentence: str) -> bool:
    """Whether all letters of a claim are said to be how many there are of some things, `a graph
    with $V$ vertices and $E$ edges`: which things those are is not in the formula."""
    names = {s for side in claim.sides for s in free_symbols(side)}
    written = (rf"\$\s*{re.escape(str(s.data.name))}\s*\$\s+(?!is\b|has\b)[a-z]+s\b" for s in names)
    return len(names) > 1 and all(re.search(pattern, sentence) for pattern in written)


_OF_A_KIND = re.compile(
    r"\W*((?:anti-?)?(?:parallel|collinear|orthogonal|perpendicular|orthonormal|equal|identical"
    r"|independent|uncorrelated|unit|normali[sz]ed|commuting|disjoint|symmetric|square|diagonal"
    r"|linear|centred|centered|constant|uniform|balanced)"
    r" (?:vectors?|matri(?:x|ces)|variables?|events?|case|data|functions?|maps?|distributions?))"
    r"\W*:\W*",
    re.IGNORECASE,
)
"""`Parallel vectors:` in front of a formula: of which things it is said."""
_OF_A_SOURCE = re.compile(
    r"\b(?:values?|numbers?|results?|estimates?|figures?|answers?)\b(?: \w+)?"
    r" (?:in|from|of|by|reported|given|found|listed|printed|published|quoted|obtained)\b[^.;$]*"
    r"\b(?:documentation|docs|manuals?|papers?|books?|articles?|references?|literature|authors?"
    r"|publications?|tables?|software|packages?|programs?|Stata|SAS|Matlab|Excel|SPSS|Wikipedia)\b"
    r"[^.;$=]*$",
    re.IGNORECASE,
)
"""`This is close to the value in the manual, $\\beta_0 = 0.75$`: another number of that name."""
_SHAPED = re.compile(r"\b(?:shapes?|sizes?|dimension\w*|axes|axis)\b", re.IGNORECASE)


def _is_pair(claim: Claim) -> bool:
    """Whether a number is set to a list: `$z = (a, b)$` of a complex number."""
    left, right = claim.left, claim.right
    if claim.kind != "shape" or claim.relation != "=" or right is None or right.op != "tuple":
        return False
    return (left.args[0] if left.op == "shape_of" else left).shape == ()


def tells_a_slope(claim: Claim, known: Known, before: str) -> bool:
    """Whether a sentence says what the derivative of a defined function is, for all x. Where it is
    0 is asked for."""
    left, right = claim.left, claim.right
    if left.op != "call" or not left.data.primes or right is None or claim.relation != "=":
        return False
    if right is number(0) or claim.conditions or not _SLOPE_IS.fullmatch(before.strip()):
        return False
    letters = all(a.op == "symbol" and a not in known.scope.values for a in left.args)
    return letters and str(left.data.function.name) in known.scope.functions
