r"""Words that change the meaning of "=": `In bfloat16, $256 + 1 = 256$`, `To first order, $\log(1 +
x) = x$`, `Up to a constant, $\log p = -x^2 / 2$`.

What is said in another arithmetic, or as an approximation, is not refuted by the real numbers; nor
is it proved by them where another arithmetic may round or carry otherwise.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.probability.random_variables import is_operator
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.term import free_symbols, postorder
from symdl.notes.claim_parts import sides_of
from symdl.notes.scope.known import Known
from symdl.notes.stated import Stated

_FORMAT = (
    r"(?:b?float(?:ing)?[- ]?(?:8|16|32|64|128)\b|[bt]f(?:16|32)\b|fp(?:4|8|16|32|64)\b"
    r"|u?int(?:4|8|16|32|64)?\b(?=\W|$)|(?:half|single|double|finite|limited|reduced|low(?:er)?"
    r"|machine|mixed|fixed)[- ]precision|floating[- ]point|machine arithmetic"
    r"|(?:integer|fixed[- ]point|saturating|computer) (?:arithmetic|division)|IEEE[ -]?754)"
)
_ROUNDED = re.compile(
    rf"\b(?:in|with|under|using|for|as|by|on)\s+(?:(?!the\b)[\w'’-]+\s+){{0,2}}?{_FORMAT}"
    r"|\b(?:by|due to|because of|through|after) (?:\w+ )?(?:(?:under|over)flow|wrap[- ]?around"
    r"|rounding)\b|\b(?:under|over)flows?\b(?! the)|\brounds? (?:to|up|down|off)\b"
    r"|\b(?:absorbed|swamped)\b|\bwraps? around\b|\b(?:numerically|a computer|the machine) "
    r"(?:computes?|evaluates?|returns?|gives?)\b",
    re.IGNORECASE,
)
_OTHER_NUMBERS = re.compile(
    r"(?<!\\)\bmod(?:ulo)?\b|\bof characteristic\b"
    r"|\bin (?:binary|octal|hexadecimal|hex|base[- ]\$?\d+|two['’]s"
    r" complement|\$\s*(?:\\math(?:bb|bf)\s*\{?\s*[ZF]|\\mathrm\s*\{?GF|GF|\\F(?![A-Za-z])))"
    r"|\b(?:clock|boolean|modular|tropical|binary|saturating) (?:arithmetic|algebra|addition)\b"
    r"|\bgroup (?:elements?|products?|operations?|multiplication|laws?)\b"
    r"|\belements? of (?:the|a|this) (?:\w+ )?group\b"
    r"|\bover (?:the field )?\$\s*\\mathbb\s*\{?[ZF]",
    re.IGNORECASE,
)
_STORED = re.compile(
    r"\b(?:bytes?|bits? (?:per|each)|memory|[KMGT]i?B|parameters?|weights|storage|stored?)\b"
)
"""Words of a sentence that names a format to say how many bytes a number takes."""
_ORDER = re.compile(
    r"\bto (?:the )?(?:(?:first|second|third|fourth|leading|lowest|linear|quadratic|zeroth|next"
    r"|\$[^$]+\$-?th)(?:[- ](?:non-?trivial|leading))?)[- ]order\b|\bto leading\b"
    r"|\bat leading order\b"
    r"|\b(?:first|second|third|leading|lowest|linear|zeroth)[- ]order (?:approximation|expansion)\b"
    r"|\bup to (?:an? |some |the |irrelevant )?(?:(?:additive|multiplicative|overall|irrelevant"
    r"|proportionality|normali[sz](?:ing|ation)|higher[- ]order|second[- ]order|small"
    r"|lower[- ]order|common|global|positive)\s+)*(?:constants?|scal(?:e|ing)|signs?|factors?"
    r"|terms?"
    r"|shifts?|rounding|normali[sz]ation|permutations?|corrections?|multiples?|rotations?|errors?"
    r"|order|an? \w+ constant|\$[^$]*\$)"
    r"|\b(?:ignoring|neglecting|dropping|discarding|omitting|disregarding|apart from|modulo)\s+"
    r"(?:all |the |any |an? )?(?:\w+[- ]){0,2}?(?:constants?|terms?|factors?|corrections?"
    r"|normali[sz]\w+|signs?|scale|biases|bias|rounding|noise|interactions?)\b"
    r"|\b(?:asymptotically|approximately|roughly|loosely|heuristically|informally|effectively"
    r"|essentially)\b",
    re.IGNORECASE,
)
_VAGUELY = re.compile(r"approximately|roughly|about", re.IGNORECASE)
_BY_CHANCE = re.compile(
    r"\b(?:in expectation|on average|in distribution|in probability|almost surely|in law"
    r"|with high probability|in the mean)\b",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\b(?:exactly|precisely|exact)\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\bin the (?:\w+[- ]){0,3}?(?:limit|regime)\b"
    r"|\b(?:for|at|with) (?:\w+ly )?(?:very )?(?:large|small|tiny|big|huge|high|low)(?: values of"
    r"| enough)?(?: positive| negative)?\s*\$[^$]+\$"
    r"|\b(?:when|if|where|as|while|whenever|once|for|with|provided)\s+\$[^$=<>]+\$"
    r" (?:is|becomes|gets|grows)(?: \w+ly| very| so| too)?"
    r" (?:large|small|tiny|big|huge|negligible|close to|near)",
    re.IGNORECASE,
)
_CONSTANT = re.compile(
    r"\b(?:treat|regard|view|consider|hold|keep|tak|assum|detach)(?:ing|s|ed)?\s+"
    r"(?:the \w+ )?\$([^$]+)\$\s+(?:(?:as|to be|is)\s+)?(?:an? |the )?(?:constant|fixed|number"
    r"|given|independent)|\bstop[- ]?grad(?:ient)?\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:as opposed to|in contrast to|unlike|rather than|instead of)\s*(?:the \w+ )?$",
    re.IGNORECASE,
)
_RIGHT_BEHIND = re.compile(r"[\s,(]*(?:[^.;:$]|\$[^$=<>]*\$){0,40}")
_LEADS = re.compile(
    r"[\s,:]*(?:(?:arithmetic|numbers|we|one|you|may|can|might|often|have|get|gets|find|that|it|happens"
    r"|is|possible|holds|then|of course)[\s,:]*)*",
    re.IGNORECASE,
)
"""Nothing but such words between the name of an arithmetic and what is said in it."""
_ADDS = frozenset({"add", "mul", "div"})


def unless_otherwise(stated: Stated, before: str, behind: str, known: Known) -> Stated:
    """What a formula states, unless the words of its sentence change what its sign means: then a
    refutation is none, and a sum in another arithmetic is not proved. before: the words that lead
    to it; behind: those behind it."""
    claim, decide = stated.claim, stated.decide
    if claim is None or decide is None or claim.kind == "definition":
        return stated
    found = _changed(claim, before, behind, known)
    if found is None:
        return stated
    words, arithmetic = found
    if claim.relation == "approx" and claim.kind == "number" and _VAGUELY.fullmatch(words):
        return stated  # the sign says so itself, and the digits say how far

    def decided(judge: Judge) -> Verdict:
        verdict = decide(judge)
        if verdict.kind.startswith("refuted"):
            return undecided(f"it may be meant otherwise ({words}): {verdict.message}")
        if arithmetic and verdict.kind in HOLDING and _is_computed(claim):
            return undecided(f"it holds for real numbers, and is said of others ({words})")
        return verdict

    return replace(stated, decide=decided)


def _changed(claim: Claim, before: str, behind: str, known: Known) -> tuple[str, bool] | None:
    """The words that change the meaning of a claim, and whether they name another arithmetic."""
    near = _RIGHT_BEHIND.match(behind)
    open_ended = any(free_symbols(side) for side in sides_of(claim))
    goes = any(c.op == "relation" and "->" in c.data for c in claim.conditions)
    of_chance = any(is_operator(n) for side in sides_of(claim) for n in postorder(side))
    for text in (_EXACTLY.split(before)[-1], near[0] if near is not None else ""):
        match = _ROUNDED.search(text)
        leads = match is not None and (text is not before or _LEADS.fullmatch(text, match.end()))
        stored = _STORED.search(f"{before} {behind}") is not None
        if match is not None and not stored and (leads or not open_ended):
            return match[0], True
        match = _OTHER_NUMBERS.search(text)
        if match is not None:
            return match[0], not match[0].lower().startswith("mod")
        match = _ORDER.search(text) or (_LIMIT.search(text) if open_ended and not goes else None)
        if match is None and not of_chance:
            match = _BY_CHANCE.search(text)
        if match is not None:
            return match[0], False
        match = _INSTEAD.search(text) if open_ended else None
        if match is not None:
            return match[0], False
        match = _CONSTANT.search(text)
        if match is not None and (match[1] is None or _is_defined(match[1], known)):
            return match[0], False
    return None


_REASON = re.compile(r"\b(?:since|because|as|e\.g\.,?|for example,?)\s*$", re.IGNORECASE)
_IN_ANOTHER = re.compile(
    r"\s*(?:for|in the case of|in)\s+(?!(?:this|these|that|our|all|every|each|any|both|simplicity"
    r"|convenience|brevity|clarity|example|instance|practice|general|what|which|here|now"
    r"|the (?:following|rest|sequel|example|remainder|sake|case at hand|present))\b)[A-Za-z]",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"[^=<>,]*=\s*-?[\d.]+\s*")


def is_of_another_case(text: str, before: str, behind: str) -> bool:
    """Whether a number is given of another case, as a reason or an example: `(since $L = 2$ for
    McNemar's test, it has one)`. It holds in its sentence alone."""
    if _GIVEN.fullmatch(text) is None or _REASON.search(before) is None:
        return False
    return _IN_ANOTHER.match(behind) is not None


def _is_computed(claim: Claim) -> bool:
    """Whether an equation says what a sum, a product or a quotient comes to."""
    nodes = (n for side in sides_of(claim) for n in postorder(side))
    return claim.relation in ("=", "equiv") and any(n.op in _ADDS for n in nodes)


def _is_defined(written: str, known: Known) -> bool:
    """Whether a name has a formula, so that it is constant only by what the words say."""
    name = written.split("(")[0].strip()
    scope = known.scope
    valued = {str(key.data.name) for key in scope.values if key.op == "symbol"}
    tables = (valued, scope.functions, scope.entries, scope.recurrences)
    return any(name in table for table in tables)
