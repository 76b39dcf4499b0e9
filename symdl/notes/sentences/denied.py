"""Mathematics that a text denies or asks: `It is false that $1 = 2$`, `Is $\\tanh x > x$?`.

It is no claim of the text. What defines something does so in a question, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.pieces import NEARBY, Run, plain_words
from symdl.expression.relations import opposite
from symdl.expression.term import Term
from symdl.notes.outline import SENTENCE_END
from symdl.notes.sentences.hedged import OUTRIGHT

_FALSE = r"(?:false|wrong|untrue|incorrect|mistaken|erroneous|fallacious|invalid)"
_ERROR = r"(?:mistakes?|errors?|pitfalls?|misconceptions?|fallac(?:y|ies)|blunders?)"
_THINKS = r"(?:think|believe|expect|guess|conclude|suspect|hope|imagine|be tempted to \w+)"
_SAYS = r"(?:say|write|think|assume|claim|use|believe|conclude|treat|expect|suppose)"
_DENIED = re.compile(
    rf"\b(?:it|that) (?:is|would be|was) (?:simply |clearly |of course |completely )?"
    rf"(?:{_FALSE}|not (?:true|correct|right|the case)|a {_ERROR})\b[^.;:$]*"
    rf"(?:\bthat|\bto {_SAYS}(?: that)?)\s*:?\s*$"
    rf"|\b(?:common|frequent|typical|classic|usual|popular|easy) {_ERROR}\b[^.;$]*"
    rf"(?:\bis|\bare|:|\bthat|\bto {_SAYS}(?: that)?|\bas|\bof)\s*(?:to {_SAYS}\s*)?(?:that)?\s*$"
    rf"|\b(?:one|we|you|it) (?:can ?not|must not|should not|may not|do(?:es)? not)"
    rf" (?:{_SAYS}|follow|imply|mean)(?: that)?\s*$"
    r"|\bcontrary to\b[^.;$]*$"
    r"|\b(?:not true|not the case|untrue|false|wrong|incorrect) that\b[^.;:$]{0,30}$"
    rf"|(?:^|[.;:*(]\s*)\W*(?:{_FALSE}|bad|don['’]t|never write)\W*:\W*$"
    rf"|\b(?:one|you|we|some|many|people|students?|beginners?|readers?|novices?)"
    rf"(?: (?:people|students?|readers?))? (?:might|may|could|would|often|sometimes|mistakenly"
    rf"|wrongly|erroneously|incorrectly|falsely|naively|are tempted to|is tempted to)"
    rf"(?: (?:be tempted to|often|naively|wrongly|first|want to))* {_THINKS}(?: that|:|,)*\s*$"
    r"|\b(?:naively|mistakenly|wrongly|erroneously|incorrectly)\b[^.;$]*$"
    r"|[❌✗✘✖⛔🚫]\W*(?:\w+\W*)?$",
    re.IGNORECASE,
)
_OTHERS = r"(?:students?|beginners?|novices?|newcomers?|learners?)"
_WRITES = r"(?:writes?|states?|claims?|says?|gets?|obtains?|concludes?|gives?|asserts?)"
_REJECTED = re.compile(
    r"(?:^|[.;:,(]\s*|\b(?:so|but|and|please|thus|therefore)\s+)(?:please )?"
    r"(?:do not|don['’]t|never) (?:ever |simply |just )?"
    r"(?:write|claim|conclude|say|think|believe|confuse)\b[^.;:$]{0,40}$"
    r"|\bavoid (?:writing|saying|claiming|concluding|thinking)(?: that)?\s*$"
    rf"|\b(?:nobody|no[ -]one) (?:would|will|should|can)(?: ever| seriously)? {_SAYS}(?: that)?\s*$"
    rf"|\btempting (?:\w+ )?to (?:\w+ )?{_SAYS}(?: that)?:?\s*$"
    r"|\b(?:naive|tempting|mistaken|wrong|false|careless) (?:\w+ )?(?:guess|answer|conclusion"
    r"|expectation|belief|formula|result)\b[^.;:$]{0,30}(?:\bis|\bwould be|\bmight be|\bwas|:)"
    r"(?: that)?\s*$"
    rf"|\b{_OTHERS}(?: \w+)? (?:often|sometimes|frequently|commonly|usually|tend to|may|might|will)"
    rf" (?:\w+ )?{_WRITES}(?: that)?:?\s*$"
    rf"|(?<!not )(?<!n't )(?<!never )\b(?:forgets?|forgot|overlooks?|misremembers?)\b(?! that\b)"
    rf"[^.;:$]* and (?:\w+ )?{_WRITES}(?: that)?\s*$"
    r"|\b(?:earlier|previous|older|old|first|former) (?:versions?|editions?|drafts?|printings?)\b"
    r"[^.;:$]*\b(?:claimed|said|stated|wrote|had|read|gave|printed|asserted)(?: that)?:?\s*$"
    r"|\bconfus(?:e|es|ed|ing)\b[^.;$]{0,30}$"
    r"|\b(?:confus(?:e|ed|es|ing)|mistak(?:en|ing)|mix(?:ed|es|ing)? up)\b"
    r"(?:[^.;,$]|\$[^$]*\$){0,60}?\b(?:with|for|and)\s*(?:(?:\w+ ){0,3}?\w+:? )?$"
    r"|\b(?:find|spot|locate|identify|correct|fix|explain|point out|what is|what['’]s|where is)"
    r" (?:the |an? )?(?:\w+ )?(?:mistakes?|errors?|flaws?|bugs?|fallacy|slips?|wrong|problem)\b"
    r"[^.;$]*?(?:[:,]|\b(?:in|with|here))\s*(?:the \w+ )?$"
    r"|\b(?:disprove|refute|debunk|give a counterexample (?:to|for|of))"
    r"(?: (?:that|the \w+))?:?\s*$"
    r"|(?:^|[.;:,(]\s*|\b(?:and|or|with|the|is|between|to)\s+)(?:option|choice|candidate|alternative"
    r"|answer choice|hypothesis|guess|proposal|suggestion)s?\W+(?:[A-Ha-h1-9]|[ivx]{1,4})\b\W*"
    r"(?:is|says|reads|states)?\s*$",
    re.IGNORECASE,
)
"""Words before what nobody should write, what others write who err, what was once written."""
_COUNTERFACTUAL = re.compile(
    r"(?:\bif it were (?:the case|true|so)\b|\bif (?:[^.;:,$]|\$[^$]*\$){1,60}\bwere\b"
    r"|(?:^|[.;:]\s*)(?-i:Were) )(?:[^.;$]|\$[^$]*\$)*$",
    re.IGNORECASE,
)
_WOULD = re.compile(r"\bwould\b|\bif it were (?:the case|true|so)\b", re.IGNORECASE)
_HYPOTHETICAL = re.compile(
    r"\bwould (?:then |otherwise |also )?(?:result in|imply|mean|need|require|entail|force"
    r"|contradict)(?: that)?\s*$",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"\s*,?\s*\(?(?:which|what|and (?:this|that)) (?:(?:does|do)(?: not|n['’]t) exist"
    r"|(?:is|would be) (?:impossible|absurd|nonsense|a contradiction|not possible)"
    r"|can(?:not| not|['’]t) (?:be|happen|occur|hold|exist))\b"
    r"|\s*would (?:then )?(?:need|require|mean|imply|force|contradict)\b",
    re.IGNORECASE,
)
"""What follows from something impossible: `would imply $1 > 2$`, `$1 > 2$, which doesn't exist`."""
_NAMED = re.compile(
    r"\b(?:formula|identity|equation|claim|statement|rule|result|expression|version|relation"
    r"|inequality|derivation)\W*$",
    re.IGNORECASE,
)
_NAMED_FALSE = re.compile(
    r"\s*,?\s*\(?(?:found|seen|quoted|given|stated|printed|often|which|that|as|sometimes|from|in"
    r"|widely|commonly|frequently|appearing|used)\b[^.;:$]{0,60}?\s(?:is|are|was|were)"
    rf"\s+(?:\w+ly |of course |just )?(?:{_FALSE}|not (?:true|correct|right)"
    rf"|an? (?:\w+ )?{_ERROR})\b{OUTRIGHT}",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"(?:\s*,?\s*(?:(?:does|do) (?:not|n['’]t)|(?:does|do)n['’]t|can ?not|never)"
    r"\s+(?:hold|be (?:true|right|correct))\b|\s*fails\b)"
    r"(?!\s+(?:if|when|unless|for|in(?! general)|only|to|about|at|on|that|with)\b)",
    re.IGNORECASE,
)
_FAILS_THERE = re.compile(
    r"\s*,?\s*(?:\)\s*)?(?:(?:(?:does|do|need|did) (?:not|n['’]t)|(?:does|do|did)n['’]t|can ?not)"
    r" (?:hold|be (?:true|right|correct))|fails?|breaks(?: down)?"
    r"|(?:is|are|was) (?:\w+ly )?(?:false|wrong|violated|untrue|invalid|incorrect|contradicted"
    r"|disproved|refuted|not (?:true|satisfied|valid|right)))"
    r" (?:already |even |e\.g\.,? |for example |for instance )?"
    r"(?:for|at|by|on|when|if|with)\s(?!(?:all|any|every|each|no)\b)",
    re.IGNORECASE,
)
"""`fails for $a = b = 1$`: whether it holds elsewhere is not said."""
_CROSSED = re.compile(r"\s*[.,]?\s*[❌✗✘✖](?!\W*(?:\w+\W*)?\$)")
_DENIED_BEHIND = re.compile(
    r"(?:[^.;:$]{0,20}(?:[.;,]|\bbut)\s*(?:but\s+)?(?:this|that|which|it) (?:is|was)"
    r"|\s*(?:is|was|would be))\s+(?:simply |clearly |of course |completely |plainly |just )?"
    rf"(?:{_FALSE}|not (?:true|correct|right|the case)|an? (?:\w+ )?{_ERROR})\b{OUTRIGHT}",
    re.IGNORECASE,
)


_ABSURD = re.compile(
    r"[^.;。]{0,60}?"
    r"(?:\bwhich (?:is absurd|is a contradiction|contradicts)\b|不符合事实|矛盾|不成立)"
)
"""What follows from something wrong: `$p = 1$ or $p = 0$, which is absurd`."""


_ASKED_SIGN = re.compile(
    r"\\(?:stackrel|overset)\s*\{\s*\??\s*(?:\\text\s*\{\s*)?\?\s*\}?\s*\}\s*\{?\s*="
    r"|\\questeq|≟"
)
"""`$a \\stackrel{?}{=} b$` asks."""
_CORRECTED = re.compile(
    r"\s*[”\"'’]?\s*(?:(?:应该?)?(?:改为|改成|更正为|修改为|替换为)|应(?:该)?为"
    r"|(?:should|must|ought to|has to|needs to) (?:instead )?(?:be|read)\s*:?\s*[“\"'‘]?\s*\$"
    r"|(?:is|was|has been|to be) (?:corrected|changed) (?:to|into)\b)",
    re.IGNORECASE,
)
"""What stands in a list of corrections as it was: `$a = b$ should read $a = c$`."""


_ARITHMETIC = re.compile(
    r"(?:\\(?:d?frac|sqrt|exp|log|ln|cdot|times|left|right|approx|pi|[,;!])(?![A-Za-z])"
    r"|\\approx|e(?=\s*\^)|[\d\s.,+*/=(){}^-])+"
)


def is_denied(before: str, behind: str = "", text: str = "") -> bool:
    """Whether the words before a formula, or those right behind it, deny it. What numbers come to
    (text) if something were otherwise, they come to anyway."""
    if _COUNTERFACTUAL.search(before) and _WOULD.search(f"{before} {behind.split('.')[0]}"):
        return not ("\\approx" in text and _ARITHMETIC.fullmatch(text))
    if _HYPOTHETICAL.search(before) or _NOWHERE.match(behind):
        return True
    if _NAMED.search(before) and _NAMED_FALSE.match(behind):
        return True
    if _ASKED_SIGN.search(text):
        return True
    if _FAILS.match(behind) or _FAILS_THERE.match(behind):
        return True
    if _ABSURD.match(behind) or _CORRECTED.match(behind):
        return True
    rejected = _DENIED.search(before) or _REJECTED.search(before)
    return bool(rejected or _DENIED_BEHIND.match(behind) or _CROSSED.match(behind))


_BUT = re.compile(
    r"\b(?:unless|(?:except|apart from|other than|away from|excluding)"
    r"(?:\s+(?:at|for|when|if|where|possibly at|perhaps at))?)\s*(?:the (?:point|origin)\s*)?$",
    re.IGNORECASE,
)


def is_excepted(before: str) -> bool:
    """Whether the words before a formula except what it says."""
    return _BUT.search(before) is not None


def excepted(condition: Term, before: str) -> Term | None:
    """A condition, or its opposite where the words before except it (`unless $x = 0$`); None where
    that is no single relation."""
    if not is_excepted(before):
        return condition
    return opposite(condition)


def is_asked(runs: Sequence[Run], place: int) -> bool:
    """Whether the sentence of a run is a question."""
    match = SENTENCE_END.search(plain_words(tuple(runs[place + 1 : place + NEARBY])))
    return match is not None and match[0].startswith("?")


_ONLY = re.compile(r"(?<!and )\bonly (?:if|when|whenever)\s*(?:that\s*)?$", re.IGNORECASE)


def is_necessary(before: str) -> bool:
    """Whether a formula follows from what it is said beside: `A only if B` is no `A if B`."""
    return _ONLY.search(before) is not None
