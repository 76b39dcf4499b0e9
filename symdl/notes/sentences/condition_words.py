"""Words that make a formula a condition: of its sentence, or of all that follows."""

from __future__ import annotations

import re

from symdl.document.pieces import Math
from symdl.notes.definitions.pieces import is_rest
from symdl.notes.outline import has_relation
from symdl.notes.scope.point_words import is_approach, is_near, is_setting, tells_where
from symdl.notes.scope.small import is_sized
from symdl.notes.sentences.denied import is_denied, is_excepted
from symdl.notes.sentences.introduced import goes_on, is_met_here
from symdl.notes.sentences.names import WRITTEN

_END = r"\s*(?:that\s*)?[:,]?\s*\(?$"
_LOCAL_CHINESE = (
    r"|(?:(?<![相应适正恰])当|若|如果|只要|当且仅当"
    r"|对于?(?:所有|任意|任何|每个|一切)?的?)[\s:：,，]*$"
)
"""`当 $i \\neq j$：`; the sign alone, not as the last one of another word (`应当`)."""
_LOCAL = re.compile(
    r"\b(?:for(?: all| any| every| each)?|if(?: and only if)?|when|whenever|unless|iff|while"
    r"|provided|assuming|at|in the case|in case|otherwise|on|(?-i:(?<!.)Where))"
    + _END
    + _LOCAL_CHINESE,
    re.IGNORECASE,
)
_CONJOINED = re.compile(
    r"(?:^|[.;,:]\s*|\b(?:then|and|that)\s+)"
    r"(?:for(?: all| any| every| each)?|if|when|whenever|provided|assuming)\s*(?:that\s*)?"
    r"(?:\$[^$]+\$\s*(?:,\s*)?and\s*)+$",
    re.IGNORECASE,
)
"""`If $x > 0$ and $y < 0$, then`: the second formula is a condition too."""
LASTING = re.compile(
    r"\b(?:(?:suppose|assume)(?:,? (?:now|instead|further|also|again|next|alternatively))?,?"
    r"|require[sd]?|we have that|such that|subject to|given"
    r"|constraints?|restrict(?:ed)?)" + _END + r"|(?:假设|假定|假如|设|令)[\s:：,，]*$",
    re.IGNORECASE,
)
IF = re.compile(r"\b(?:if|when|whenever|unless|in case|suppose)\b", re.IGNORECASE)
ASSUMED = re.compile(r"\b(?:assuming|provided)" + _END, re.IGNORECASE)
"""Local words that may as well open a passage: `Assuming $0 < \\theta < 1$, ... Therefore: ...`"""
GIVEN_WITH = re.compile(
    r"\b(?:let|consider|take|suppose|assume|given|for|fix|choose|if|when)\b[^.;]*"
    r"\b(?:with|where|satisfying|satisfy|such that|so that|for which|obeying|having)\s*:?\s*$",
    re.IGNORECASE,
)
"""`Let $A, B \\in \\mathbb{R}^{n \\times n}$ with $AB = BA$`."""
_NO_CLAIM = re.compile(
    r"\b(?:solve|solving|solves|set|setting|until|condition|equation|minimi[sz]\w*"
    r"|maximi[sz]\w*|(?<!\bwe )(?<!\bI )(?<!\byou )find|whether|want|goal|exercise|is it true"
    r"|does not hold|not)" + _END,
    re.IGNORECASE,
)
_FUNCTION = re.compile(rf"\s*{WRITTEN}\s*\([A-Za-z_0-9, \\]+\)\s*:?=(?!\s*[-\d.]+\s*$)")
"""What one minimises is defined by it: `Minimise $f(x, y) = x^2 + y^2$`."""
_WE_SET = re.compile(
    r"(?:^|\b(?:we|let us|let's|now|then|first|and)\s+)(?:now |then )?set" + _END, re.IGNORECASE
)
_NAMED = re.compile(rf"\s*{WRITTEN}\s*=\s*-?[\d.]+\s*[,.;]?\s*$")
"""`We set $a_0 = 0$` gives a number; `we set $f'(x) = 0$` asks for a place."""
_LETTER = re.compile(
    r"\s*(\\?[A-Za-z]+)\s*:?=(?!.*(?<![A-Za-z\\])\1(?![A-Za-z])).*[A-Za-z].*", re.DOTALL
)
"""`We set $H = X X^T$` says what a letter stands for, if nothing else is known of it."""
_CALL = re.compile(rf"\s*{WRITTEN}\s*\([A-Za-z_0-9, \\]+\)\s*:?=")
_SECOND = re.compile(
    r"\$\s*,?\s*\(?(?:for|if|when|whenever)\s+(?:\$[^$]+\$\s*(?:,\s*)?and\s*)+$", re.IGNORECASE
)
_BOUND = re.compile(
    rf"\s*{WRITTEN}\s*(?:<|>|\\(?:le|ge|leq|geq|ne|neq|lt|gt)(?![A-Za-z]))"
    r"\s*-?\s*[\d.]+\s*$"
)
_OR = re.compile(
    r"\b(?:if|when|whenever|where|unless|for|either|whether)\s+(?:\$[^$]+\$\s*,?\s*or\s*)+$",
    re.IGNORECASE,
)
"""`If $x > 1$ or $x < -1$`: the second formula is another condition."""
_BELONG = re.compile(r"\s*(?:are|were|have|get|will|can|may|must|should|do(?: not|n't)?)\b")
_THINGS = re.compile(
    r"(?:^|[\s(])(?!(?:is|has|was|this|thus|gives|yields|means|implies|as)\b)[a-z]+s\s*$"
)
"""`All parameters $|w| > 1$ are shrunk`: which ones the sentence speaks of."""
_WITH = re.compile(r"\bwith\s+(?:(?:an?|the)\s+)?(?:[\w-]+\s+){0,2}[\w-]+\s*$", re.IGNORECASE)
"""`Descent with step size $\\alpha \\le 1/L$ converges`."""
_BOUNDED = re.compile(r"[^=]*(?:<|>|\\(?:le|ge|leq|geq|lt|gt)(?![A-Za-z]))[^=]*$")
_ITS_OWN = re.compile(r"\s*,?\s*\(?(?:for|if|when|whenever|otherwise|else)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\s*(?:\\sum|\\\||\\lVert|\\Vert)[^<>]*=\s*[\d.]+\s*$")
_FOLLOWING = re.compile(
    r"(?:^|[.;:]\s*|\b(?:then|and|that|have)\s+)(?:for(?: all| any| every| each)?|if|when|whenever)"
    r"\s*(?:\$[^$]+\$\s*(?:,\s*and|,\s*where|,|and|with|such that)\s*)+$",
    re.IGNORECASE,
)
_NOT_OF_THEM = (
    r"(?:we|one(?!-)|it|they|this|is|are|has|have|had|then|so|that|holds?|gives?|yields?|gets?|obtain"
    r"|find|note|recall|satisf\w+|sums?|must|should|can|will)"
)
_EACH_TOTAL = r"\$\s*(?:\\sum|\\\||\\lVert|\\Vert)[^<>$]*=\s*[\d.]+\s*\$"
_APPOSED = re.compile(
    r"(?:^|[.;:]\s+|\b(?:and|but|then|that|while|whereas)\s+)(?:for|with|given|under|over|among)"
    rf"(?:\s+(?!{_NOT_OF_THEM}\b)[A-Za-z'’-]+){{1,6}}(?:\s+\$[^$=<>]{{1,30}}\$(?:\s*(?:,|and))?)*"
    r"\s*[,(]?\s*(?:(?:where|with|having|i\.e\.,?|that is,?)\s+)?"
    rf"(?:{_EACH_TOTAL}\s*(?:,\s*and|,|and)\s*)*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"(?:\s*(?:,\s*and|,|and)\s*{_EACH_TOTAL})*\s*\)?\s*"
    r"(?:,?\s*(?:then|we|it|one|there|this|the)\b[^.;$]*|,\s*)\$",
    re.IGNORECASE,
)
"""`For centred data, $\\sum_i x_i = 0$, we have`: what words before it mean, and no claim."""


def _is_apposed(text: str, before: str) -> bool:
    """Whether an equation says in LaTeX what its sentence speaks of: `For unit vectors
    $\\|x\\| = 1$`."""
    return _TOTAL.match(text) is not None and _APPOSED.search(before) is not None


_POINT = re.compile(rf"\s*{WRITTEN}\s*=[^=<>]+$")
_WAY_BEGINS = re.compile(r"\b(?:from|between)\s*$", re.IGNORECASE)
_WAY_GOES_ON = re.compile(r"\s*(?:(?:up|down|over)\s+)?(?:to|and|until)\s*\$")
_WAY_ENDS = re.compile(
    r"\b(?:from|between)\s*\$[^$]*\$\s*(?:(?:up|down|over)\s+)?(?:to|and|until)\s*$", re.IGNORECASE
)
_THE = re.compile(
    r"\b(?:the|both|this|each|our)\s*(?:\$[^$]*\$\s*(?:,|and|or|,\s*and|,\s*or)\s*)*$",
    re.IGNORECASE,
)
_CASES = re.compile(
    r"\s*(?:(?:,|and|or|,\s*and|,\s*or)\s*\$[^$]*\$\s*)*(?:(?:edge|special|limiting|corner|extreme"
    r"|boundary|degenerate|trivial|simple)\s+)?(?:cases?|limits?|scenarios?)\b",
    re.IGNORECASE,
)


_OPTION = re.compile(
    r"(?:[^$]*[,;:])?\W*(?:(?:and|or|while|whereas|here|so|choosing|setting|taking"
    r"|the (?:choice|case|setting|value))\W*)?",
    re.IGNORECASE,
)
_NAMED_SO = re.compile(
    r"\s*(?:corresponds? to|recovers?|is equivalent to|reduces to"
    r"|is (?:called|known as|also called)|amounts to|=+>|⇒|-+>|→)\s+(?:the |an? )?[A-Za-z]",
    re.IGNORECASE,
)
"""`- $\\alpha + \\beta = 1$ => F-beta`, `$\\kappa = 0$ corresponds to ...`: what a choice is."""


def is_on_a_way(text: str, before: str, behind: str) -> bool:
    """Whether an equation is an end of a way: `from $x = -10$ to $x = 10$`."""
    if _POINT.match(text) is None:
        return False
    begins = _WAY_BEGINS.search(before) and _WAY_GOES_ON.match(behind)
    return bool(begins) or _WAY_ENDS.search(before) is not None


def names_a_case(text: str, before: str, behind: str) -> bool:
    """Whether an equation says which case is meant: `the $y = 1$ and $y = K$ edge cases`."""
    if _POINT.match(text) is None or _THE.search(before) is None:
        return False
    return _CASES.match(behind) is not None


def is_local(before: str) -> bool:
    """Whether the words before a formula make it a condition of its sentence."""
    local = _LOCAL.search(before) or _CONJOINED.search(before)
    return (local is not None and _BEGINS.search(before) is None) or is_excepted(before)


_BEGINS = re.compile(
    r"\b(?:start|begin|initiali[sz]e)(?:s|d|ed)?(?:\s+\w+){0,2}\s+at\s*$", re.IGNORECASE
)
"""`and start at $w_0 = 5$` gives a value; what its sentence says before is said of all."""


def governs(text: str, before: str) -> bool:
    """Whether a relation behind these words is a condition of what its sentence claims."""
    worded = _is_worded(text, before) or _is_second(text, before) or _is_appended(text, before)
    return worded or _is_apposed(text, before) or is_met_here(text, before)


_BOUND = re.compile(
    rf"\s*({WRITTEN})\s*(?:<|>|\\(?:le|ge|leq|geq|lt|gt|ne|neq)(?![A-Za-z]))\s*-?[\d.]+\s*$"
)
_STATED = re.compile(
    r"\$(?P<left>[^$=]*)=(?P<right>[^$]*)\$\s*[,(]\s*$",
)


def _is_appended(text: str, before: str) -> bool:
    """Whether a bound stands right behind a formula with its letter that defines nothing, and is
    its condition: `$f(x) + f(-x) = 0$, $x > 0$.`"""
    bound, stated = _BOUND.match(text), _STATED.search(before)
    if bound is None or stated is None or re.fullmatch(rf"\s*{WRITTEN}\s*", stated["left"]):
        return False
    if _LETS.search(before[: stated.start()]):
        return False
    return bound[1] in stated["left"] and bound[1] in stated["right"]


_LETS = re.compile(r"\b(?:let|define|denote|set|given|where|with|suppose|assume)\b[^.$]*$", re.I)


_NUMBERS = re.compile(r"(?:[^A-Za-z\\]|\\(?:approx|cdot|times|frac|sqrt|left|right|[,;! ]))*")


def is_condition(run: Math, before: str, behind: str) -> bool:
    """Whether a formula claims nothing where it stands: it is denied, a condition, or what is to be
    solved or minimised."""
    if has_relation(run) and is_denied(before, behind, run.text):
        return True
    if has_relation(run) and _NOTION.search(before):
        return True
    if has_relation(run) and (_POSSIBLE.search(before) or _is_shown(run, before)):
        return True
    if run.display and _ASKED_OF.search(before) and _ORDERS.search(run.text):
        return True
    if run.display or not has_relation(run) or tells_where(run.text, before):
        return False
    if is_on_a_way(run.text, before, behind) or names_a_case(run.text, before, behind):
        return True
    if _OPTION.fullmatch(before) and _NAMED_SO.match(behind):
        return True
    if _ASSUMED_BEHIND.match(behind) or _OR.search(before):
        return True
    if _is_appended(run.text, before) and re.match(r"\s*\)?\s*(?:[.;,]|$)", behind):
        return True
    if _BOUNDED.match(run.text) and _restricts(before, behind):
        return True
    if is_rest(before) and _CALL.match(run.text):
        return False  # `Otherwise, $f(x) = 0$`
    if is_rest(before) and _NUMBERS.fullmatch(run.text):
        return False  # `It explodes otherwise: $1.1^{50} \\approx 117.4$`
    if _is_worded(run.text, before):
        return not (_is_total(run.text, before) and _ENDED.match(behind))
    if _is_apposed(run.text, before) and _GOES_ON.match(behind):
        return True
    if is_met_here(run.text, before) and goes_on(behind):
        return True
    if _is_second(run.text, before) and not _ITS_OWN.match(behind):
        return True
    sets = _WE_SET.search(before) and (_NAMED.match(run.text) or _LETTER.match(run.text))
    defines = _FUNCTION.match(run.text) or sets
    return _NO_CLAIM.search(before) is not None and not defines


def _restricts(before: str, behind: str) -> bool:
    """Whether the words around an order make it one of what its sentence speaks of."""
    things = _THINGS.search(before) is not None and _BELONG.match(behind) is not None
    return things or (
        _WITH.search(before) is not None and re.match(r"\s*[a-z]", behind) is not None
    )


def _is_shown(run: Math, before: str) -> bool:
    """Whether an equation in a display is the condition of its sentence: `if $$ x = y $$`."""
    return run.display and _IF.search(before) is not None and _EQUATION.match(run.text) is not None


_NOTION = re.compile(
    r"\b(?:is|are) (?:said to be|called|termed)\b[^.]*\b(?:if|when|whenever|provided)\b"
    r"(?:[^.]*\b(?:there (?:exists?|is)|for (?:every|any|all|each))\b[^.]*\b(?:such that|if|then)\b"
    r"[^.]*|[^.$]*)$",
    re.IGNORECASE,
)
"""`is said to be continuous if for every ... there exists ... such that`: what a notion asks."""
_ASKED_OF = re.compile(
    r"\b(?:when(?:ever)?|if|provided(?: that)?|precisely when|as long as"
    r"|(?:condition|criterion|requirement)"
    r"(?: (?:is|becomes|reads|gives|for [^.;]{1,40} is))?)\s*:?\s*$"
    r"|\b(?:find|determine|choose|pick)\b[^.;]*\bsuch that\b[^.;]*$",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"[<>]|\\(?:le|ge|leq|geq|lt|gt|leqslant|geqslant)(?![A-Za-z])")
"""A bound in a display that words ask for: `It is attracting when $$|f'(x)| < 1$$`."""
_POSSIBLE = re.compile(
    r"\b(?:can|could|may|might) be\b(?:[^.;]|(?<=[ie])\.(?=[eg]\.)|(?<=\.[eg])\.)*"
    r"\((?:[^()$]*,)?\s*(?:e\.g\.|i\.e\.|that is|for (?:example|instance)|such as|like)\W*$",
    re.IGNORECASE,
)
"""`it can be constant (e.g. $f'(x) = 2$)`: what might be."""
_IF = re.compile(r"\b(?:if|whenever|unless|provided that)\s*$", re.IGNORECASE)
"""Words right before a display that is their condition."""


_ENDED = re.compile(r"\s*(?:$|[.;!?]\s*(?:$|[A-Z\n]))")
"""A sentence that ends has claimed what its last formula says."""


_JOINED = re.compile(r"(?:\$\s*[,;]|=[^$<>]*\$)\s*while\s*$", re.IGNORECASE)
_EQUATION = re.compile(rf"(?!\s*{WRITTEN}\s*=\s*[-\d.]+\s*$)[^<>]*=[^<>]*$")
"""`$(x^2)' = 2x$, while $(x^3)' = 3x^2$` joins two claims."""


_ASSUMED_BEHIND = re.compile(
    r"\s*(?:is|are|was|must be|has to be) (?:assumed|required|imposed|demanded|needed)\b",
    re.IGNORECASE,
)
"""`Then $p + q \\le 1$ is assumed` claims nothing."""


def _is_worded(text: str, before: str) -> bool:
    if _JOINED.search(before) and _EQUATION.match(text):
        return False
    if is_local(before) or is_setting(text, before) or is_approach(text, before):
        return True
    return is_near(text, before) or is_sized(before) or _is_total(text, before)


def _is_total(text: str, before: str) -> bool:
    r"""Whether an equation is a further condition: `For $p_i > 0$, $\sum_i p_i = 1$ we have`."""
    return _TOTAL.match(text) is not None and _FOLLOWING.search(before) is not None


def _is_second(text: str, before: str) -> bool:
    """Whether a bound is the second condition of its clause: `$f = 1$ if $x > 0$ and $y > 0$`."""
    return _BOUND.match(text) is not None and _SECOND.search(before) is not None
