"""What the words before a formula make of it: a premise, or what something merely satisfies.

`With $|w| < 1$`, `Since $|w| < 1$`, `a number with $|w| < 1$` say what is given from there on, as
`With $0 < w < 1$` does; `as $...$` and `satisfies $...$` claim nothing of names that are free.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from symdl.evidence.conditions.hypotheses import domain_under
from symdl.expression.defining import freed
from symdl.expression.term import Term, free_symbols, make
from symdl.expression.vocabulary import NAMES
from symdl.notes.scope.known import Gone, Known, is_literal

ORDER = frozenset({"<", "<=", ">", ">=", "!=", "in", "subset", "subseteq"})
_BARS = frozenset({"abs", "norm"})
_GIVEN = re.compile(
    r"\b(?:let|with|given|since|as|because|where|take|fix|choose|any|every|each)\s*(?:that\s*)?"
    r"(?:[^,;:.]*[<>=][^,;:.]*(?:,|\band\b|,\s*and\b)\s*)*$",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"(?<!\bwritten )(?<!\bexpressed )(?<!\bdecomposes )(?<!\bdecomposed )(?<!\bsplits )"
    r"(?<!\bsplit )(?<!\bfactors )(?<!\bfactorizes )(?<!\bfactorises )(?<!\bexpands )"
    r"(?<!\bexpanded )(?<!\bsimplifies )(?<!\brewritten )(?<!\brewrite this )(?<!\brewrite it )"
    r"(?<!\bwrite this )(?<!\bwrite it )"
    r"(?<!\bdefined )(?<!\bgiven )(?<!\bcomputed )(?<!\bcalculated )(?<!\bdenoted )"
    r"(?<!\bformulated )(?<!\bstated )(?<!\bdescribed )(?<!\brepresented )(?<!\bspecified )"
    r"\b(?:as|satisf\w+)\s*(?:that\s*)?[:,]?\s*\(?$"
    r"|\b(?:assum|requir|presuppos)\w*\b[^.;$]*\bthe (?:fact|condition|property) that\s*$"
    r"|\b(?:push|forc|driv|bring)(?:es|s|e|ing)?\s*$"
    r"|\b(?:once|for which|whether|until)\s*$|\(\s*(?:where|when|if|for)\s*$"
    r"|\b(?:criteri(?:on|a)|constraints?|requirements?|restrictions?)\b[^.;]*$"
    r"|\bsolutions?(?:\s+\$[^$=<>]+\$)?\s+(?:of|to)(?: the (?:\w+ )?equations?)?\s*:?\s*$",
    re.IGNORECASE,
)


def declares(term: Term) -> bool:
    """Whether a statement says where a symbol lies: `x > 0`, `0 < \\beta < 1`, `x \\in S`."""
    if term.op != "relation" or not ORDER.issuperset(term.data):
        return False
    named = [arg for arg in term.args if arg.op in NAMES]
    rest = [arg for arg in term.args if arg.op not in NAMES]
    return len(named) >= 1 and all(
        is_literal(arg) or arg.op in ("number_set", "space", "interval") for arg in rest
    )


def bounds_size(term: Term) -> bool:
    """Whether a statement says how large a symbol is: `|w| < 1`, `0 < \\lVert x \\rVert \\le r`."""
    if term.op != "relation" or not any(arg.op in _BARS for arg in term.args):
        return False
    inside = (arg.args[0] if arg.op in _BARS else arg for arg in term.args)
    return declares(make("relation", *inside, data=term.data))


def is_premise(term: Term, known: Known, before: str) -> bool:
    """Whether the words before give the size of something that has no value yet."""
    if _GIVEN.search(before) is None:
        return False
    wholes = _wholes(term)
    if wholes:
        return all(
            base not in known.scope.values and base.data.name not in known.scope.entries
            for base in wholes
        )
    if not bounds_size(term):
        return False
    return not all(name in known.scope.values for name in free_symbols(term))


def _wholes(term: Term) -> list[Term]:
    r"""The arrays of which a statement says what their entries sum to, or how long they are:
    `\sum_i p_i = \sum_i q_i = 1`, `\|u\| = \|v\| = 1`."""
    if term.op != "relation" or set(term.data) != {"="} or not is_literal(term.args[-1]):
        return []
    found = []
    for side in term.args[:-1]:
        inner = side.args[-1] if side.op in ("sum", "norm") else side
        base = inner.args[0] if side.op == "sum" and inner.op == "entry" else inner
        if side.op not in ("sum", "norm") or base.op != "symbol":
            return []
        found.append(base)
    return found


def without_earlier(known: Known, term: Term, before: str) -> Known:
    """The knowledge without what was stated before of the same letter in another case (`With
    $|w| > 1$` after `With $|w| < 1$`, `Suppose $x < 0$` after `Suppose $x > 0$`, `Next $x > 1$`),
    or of another letter of that name: `Let $x \\in \\mathbb{R}$` introduces it anew."""
    names = free_symbols(term)
    anew = term.op == "relation" and term.data == ("in",) and _LET.search(before) is not None
    anew = anew or _OTHER_CASE.search(before) is not None
    known = without_values(known, term)

    def is_replaced(earlier: Term) -> bool:
        if free_symbols(earlier) != names:
            return False
        sizes = bounds_size(earlier) and bounds_size(term)
        return anew or sizes or _contradict(earlier, term)

    hypotheses = known.scope.hypotheses
    kept = tuple(h for h in hypotheses if not is_replaced(h))
    begun = _NEXT_CASE.search(before) is not None
    cases = {h: begun or over for h, over in known.cases.items() if h in kept}
    cases |= {h: known.cases[h] for h in cases if free_symbols(h) != names}
    if begun or _CASE.search(before):
        cases[term] = False
    else:
        cases.pop(term, None)
    known = replace(known, cases=cases)
    if len(kept) == len(hypotheses):
        return known
    return replace(known, scope=replace(known.scope, hypotheses=kept))


_LET = re.compile(
    r"\b(?:let|take|fix|consider|(?:for )?(?:any|every|all|each|an arbitrary))\s*$", re.IGNORECASE
)


_OTHER_CASE = re.compile(
    r"\b(?:otherwise|conversely|on the other hand|(?:second|third|other|last|remaining) case"
    r"|case (?:\d+|[ivx]+|[a-d])\b)[^.]*$",
    re.IGNORECASE,
)
"""Words that begin another case: what was assumed of a letter in the one before ends."""
_NEXT_CASE = re.compile(
    r"\b(?:next|finally|lastly|secondly|thirdly|instead|alternatively|consider(?: the case)?"
    r"|now (?:let|suppose|take|assume))\b[^.]*$",
    re.IGNORECASE,
)
"""Words that may begin another case, or narrow the one before."""
_CASE = re.compile(r"\b(?:suppose|assume|first(?:ly)?|cases?|if|when)\b[^.]*$", re.IGNORECASE)
SUMMARY = re.compile(
    r"\b(?:in summary|to summari[sz]e|summing up|altogether|overall|combin\w+|in total|together"
    r"|in (?:all|both|either|every|each|any) cases?|in conclusion|regardless|either way)\b",
    re.IGNORECASE,
)
"""Words for what holds in all cases together."""


_ANEW = re.compile(r"\b(?:let|take|fix|choose|pick|consider)\s*$", re.IGNORECASE)
_SOMETHING = re.compile(
    r"\s*(?:be|as|to be)?\s*(?:an?\s+|any\s+|some\s+|now\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:reals?|complex|numbers?|integers?|naturals?|vectors?|matri(?:x|ces)|scalars?|variables?"
    r"|points?|arbitrary)\b",
    re.IGNORECASE,
)


_IS_NOW = re.compile(
    r"\b(?:if|suppose|let|assume|when)\s+(?:that\s+)?(?:the|each|every|an?|our)\b[^.;$]*\b(?:is|be)\s*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s*(?:[.,;]|and\b|$)")


def introduced_anew(known: Known, names: Collection[str], before: str, behind: str) -> Known:
    """The knowledge where a letter is introduced again (`Let $x$ be any real number`): what was
    stated of another letter of its name does not hold of it. `If the probability of a success is
    $p$` leaves a number that it had before to examples."""
    if not names:
        return known
    if _ANEW.search(before) and _SOMETHING.match(behind):
        return replace(known, scope=freed(known.scope, names))
    if not _IS_NOW.search(before) or not _ALONE.match(behind):
        return known
    values = known.scope.values
    numbers = {k for k in values if k.op == "symbol" and k.data.name in names}
    numbers = {k for k in numbers if is_literal(values[k])}
    kept = {k: v for k, v in values.items() if k not in numbers}
    past = {**known.past, **{k: values[k] for k in numbers}}
    return replace(known, scope=replace(known.scope, values=kept), past=past)


def begins_a_case(before: str) -> bool:
    """Whether the words before begin another case of a letter: `Now let $t < 0$`."""
    return any(words.search(before) for words in (_LET, _OTHER_CASE, _NEXT_CASE))


def without_values(known: Known, term: Term) -> Known:
    """The knowledge without numbers of names that cannot have them where a statement holds."""
    values = known.scope.values
    given = (name for name in free_symbols(term) if is_literal(values.get(name, name)))
    gone = {n for n in given if _contradict(make("relation", n, values[n], data=("=",)), term)}
    if not gone:
        return known
    left = {k: v for k, v in values.items() if k not in gone}
    return replace(known, scope=replace(known.scope, values=left))


_CASE_OF = re.compile(
    r"\b(?:let|with|given|for|under|in|take|fix|choose|consider|suppose|assume|now|if|when"
    r"|(?:any|all|every|each|arbitrary)(?:\s+[a-z-]+){0,3})\s*(?:that\s*)?(?:now\s*)?[:,]?\s*$",
    re.IGNORECASE,
)


def opens_a_case(before: str) -> bool:
    """Whether the words before a bound make it the case of which they speak: `With $b > 0$`."""
    return _CASE_OF.search(before) is not None


def without_numbers(known: Known, term: Term, before: str) -> Known:
    """The knowledge in which the numbers prove nothing of letters that a statement restricts to
    more than one (`Let $b = 0$. With $b \\ge 0$ ...`)."""
    if not opens_a_case(before):
        return known
    values = known.scope.values
    given = tuple((n, values[n]) for n in free_symbols(term) if is_literal(values.get(n, n)))
    return replace(known, gone=known.gone + Gone(values=given)) if given else known


def under_its_own(known: Known, conditions: Sequence[Term]) -> Known:
    """What is known where conditions hold: without what was stated before in another case."""
    for condition in conditions:
        if condition.op == "relation":
            known = without_values(known, condition)
            kept = tuple(h for h in known.scope.hypotheses if not _contradict(h, condition))
            if len(kept) < len(known.scope.hypotheses):
                known = replace(known, scope=replace(known.scope, hypotheses=kept))
    return known


def _contradict(one: Term, other: Term) -> bool:
    """Whether two statements bound a letter so that no number is left."""
    return _left_over(one, other) == 0


def meet(one: Term, other: Term) -> bool:
    """Whether two statements may hold together of more than one number."""
    return _left_over(one, other) > 1


def _left_over(one: Term, other: Term) -> int:
    """How many values two statements leave to one letter: none, 1, or more (2)."""
    names = free_symbols(one) | free_symbols(other)
    if len(names) != 1:
        return 2
    domain = domain_under(next(iter(names)), (one, other))
    if domain.lower is None or domain.upper is None or domain.lower < domain.upper:
        return 2
    is_open = domain.lower_open or domain.upper_open or domain.lower in domain.excluded
    return 0 if domain.lower > domain.upper or is_open else 1


def is_quiet(before: str) -> bool:
    """Whether the words before claim a formula only if nothing in it is free. What an operation
    satisfies (`The determinant satisfies`) is a law of it, whatever its letters are."""
    if (satisfies_of(before) or "").lower() in _OPERATIONS:
        return False
    return _QUIET.search(before) is not None


_POSED = re.compile(
    r"\b(?:solutions?|roots?|zeros?)(?:\s+\$[^$=<>]+\$)?\s+(?:of|to)"
    r"(?: the (?:\w+ ){0,2}equations?)?\s*:?\s*$"
    r"|\b(?:solves?|solving|to solve)(?: for \$[^$=<>]+\$)?(?: (?:the|an) (?:\w+ ){0,2}equations?)?"
    r"\s*:?\s*$"
    r"|\b(?:cross(?:es)?|meets?|intersects?|coincides?|agrees?|touch(?:es)?)\b[^.;$]{0,40}"
    r"\b(?:where|when|if)\s*$|\bequations? like\s*$"
    r"|\b(?:lines?|(?:hyper)?planes?|circles?|parabolas?|ellipses?|hyperbolas?|spheres?|curves?)"
    r"(?: given by| with equation| defined by)?\s*:?\s*(?:\$[^$]+\$\s*(?:,\s*and|,|and)\s*)*$",
    re.IGNORECASE,
)
_EQUATION = re.compile(
    r"\bequations?(?: (?:is|are|was|becomes?|reads?|(?:would|must|will) be))?(?:,? such as)?"
    r"\s*,?:?\s*(?:\$[^$]+\$\s*(?:,\s*and|,|and)\s*)*$",
    re.IGNORECASE,
)


def is_posed(term: Term, before: str) -> bool:
    """Whether an equation is one to be solved, whatever its letters are elsewhere: `The root of
    $2x = 8$ is`. What says what a function or a letter is (`the roots of $f(x) = x^2 - 4$`)
    defines that."""
    if term.op != "relation" or "=" not in term.data:
        return False
    left, right = term.args[0], term.args[1]
    asked = term.data == ("=",) and is_literal(right) and left.op in ("add", "mul", "neg", "pow")
    asked = asked or (left.op == "symbol" and left in free_symbols(right))
    if _POSED.search(before) is None and not (asked and _EQUATION.search(before)):
        return False
    named = left.op in ("symbol", "entry") or (left.op == "call" and not left.data.primes)
    return not named or (left.op == "symbol" and left in free_symbols(right))


_OPERATIONS = frozenset(
    {"determinant", "trace", "transpose", "transposition", "inverse", "inversion", "logarithm"}
    | {"exponential", "sine", "cosine", "tangent", "differentiation", "multiplication", "addition"}
)


_SATISFIES = re.compile(r"satisf\w+\s*(?:that\s*)?[:,]?\s*\(?$", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(?:^|[.;:,]|\b(?:that|and|but|so|thus|then|hence|since|as)\b)\s*(?:the\s+)?"
    r"((?:leaky |hard )?[\w-]+|\$[^$]+\$)(?:\s+(?:activation|function|activation function))?"
    r"\s+(?:also |always )?satisfies\W*$",
    re.IGNORECASE,
)


def satisfies_of(before: str) -> str | None:
    """The name alone of what satisfies a formula (`The sigmoid satisfies`); empty where it is no
    name alone; None where nothing is said to satisfy it."""
    if _SATISFIES.search(before) is None:
        return None
    match = _SUBJECT.search(before)
    return match[1] if match is not None else ""


def is_met(term: Term, before: str) -> bool:
    """Whether an equation of two names is where they meet: `When both are equal, $R_1 = R_2$`. What
    is supposed of the steps of a sequence (`Suppose $g_t = g$`) is a rule of them."""
    if term.op != "relation" or term.data != ("=",) or _THEN.search(before):
        return False
    if term.args[0].op == "entry" and _SUPPOSE.search(before):
        return False
    names = all(arg.op in NAMES and free_symbols(arg) for arg in term.args)
    return names and _WHEN.search(before) is not None


def goes_along(term: Term, before: str, sentence: str) -> bool:
    r"""Whether a limit is one of several conditions: `as $h \to 0$ and $nh \to \infty$`."""
    if term.op != "relation" or set(term.data) != {"->"} or _ALONG.search(before) is None:
        return False
    return _OF_ITS_OWN.match(sentence.removeprefix(before)) is None


_ALONG = re.compile(
    r"\b(?:as|when|if|let|with|while|where|provided|both)\s+(?:that\s+)?"
    r"\$[^$]*(?:\\(?:to|(?:long)?rightarrow)\b|→)[^$]*\$\s*(?:and|with|while)\s*$",
    re.IGNORECASE,
)
_OF_ITS_OWN = re.compile(r"\s*\$[^$]*\$\s*,?\s*(?:as|when|if|for)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:when|if|where|whenever|once|unless|until|in case|suppose)\b", re.IGNORECASE
)
_SUPPOSE = re.compile(r"\bsuppose\b[^.;]*$", re.IGNORECASE)
_THEN = re.compile(r"\b(?:then|so|thus|hence|therefore|gives?|yields?)\b", re.IGNORECASE)
