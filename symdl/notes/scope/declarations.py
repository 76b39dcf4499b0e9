"""What prose says of names: `Let $A$ be an $m \\times n$ matrix`, `x: shape (batch, in)`.

Also `where $\\sigma$ is the sigmoid`, `$\\sigma$ is an activation function`, `$L$ is the cross
entropy`. A declaration holds for the formula that it explains, and from there on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symdl.document.errors import Error
from symdl.document.pieces import Code, Math, Run, Words, plain_words
from symdl.document.source import Span, whole
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.conventions import FUNCTION_LETTERS, OPERATOR_LETTERS
from symdl.expression.scope import EMPTY, Definition
from symdl.expression.symbols import canonical_name, declare
from symdl.expression.term import Symbol, symbol
from symdl.notes.definitions.log_base import with_log_base
from symdl.notes.outline import SENTENCE_END
from symdl.notes.prose.claims import text_of
from symdl.notes.prose.vocabulary import X, subjects_in
from symdl.notes.scope.bare import GREEK
from symdl.notes.scope.commuting import commuting_in
from symdl.notes.scope.independence import independent_in
from symdl.notes.scope.known import Known, Origin
from symdl.notes.scope.learning import declare_in, forget, lose, unknown_function
from symdl.notes.scope.properties import Has, declaration, flat
from symdl.notes.scope.properties_said import properties_in
from symdl.notes.scope.unread_kinds import unread_kinds
from symdl.notes.sentences.pronouns import said_of_all, with_names
from symdl.notes.stated import Stated, settled

_GREEK = "[" + "".join(GREEK) + "]"
_NAME = (
    rf"(?:(?<![\w$])({_GREEK})(?=\s*:)|\$\(?([^$=<>]{{1,40}}?)\)?\$"
    r"|(?<![\w$\\}])\(([A-Za-z]\w?)\)|`([A-Za-z]\w*)`)"
)
_GREEK_NAME = re.compile(rf"\W*{_GREEK}\s*:")
_NAMES = rf"{_NAME}(?:\s*(?:,|and|&)\s*{_NAME})*"
_IS = r"\s*(?:be|is|are|denotes?|represents?|stands? for|[:=]|—|–|-)\s*(?:taken to be\s*)?"
_ARTICLE = r"(?:an?|the|any|some|two|both)?\s*"
_DIM = r"(?!\\times)[A-Za-z0-9\\](?:(?!\\times)[\w\\{}])*"
_SIZES = rf"\$?\(?\s*({_DIM}(?:\s*(?:,|\\times|×|x)\s*{_DIM})*)\s*,?\s*\)?\$?"
_MATH_SIZES = rf"(?:\$\(?|(?=\w+\s*[×x]\s*\w))({_DIM}(?:\s*(?:,|\\times|×|x)\s*{_DIM})*)\)?\$?"
_SHAPED = re.compile(
    rf"{_NAMES}{_IS}(?:an? )?(?:(?:input|weight|bias|output|data|tensor|matrix|vector|array)s?\W+)?"
    rf"(?:has |have |with |of |is )*(?:shape|size|dimensions?|dim)\s*:?\s*{_SIZES}",
    re.IGNORECASE,
)
_HAS_SHAPE = re.compile(
    rf"{_NAMES}\s*(?:has|have|with|of|is of)\s+(?:the )?(?:shape|size|dimensions?)\s*:?\s*{_SIZES}",
    re.IGNORECASE,
)
_SIZED_ARRAY = re.compile(
    rf"{_NAMES}(?:{_IS}|\s+(?=an?\s)){_ARTICLE}(?:[\w-]+\s+){{0,4}}?{_MATH_SIZES}"
    r"(?:[- ](?:dimensional))?(?:\s+(?:[\w-]+\s+)?(matrix|matrices|vectors?|tensors?)\b"
    r"|(?=\s*,?\s*and\s+\$[^.;]{0,90}?\\times[^.;]{0,40}\b(matri(?:x|ces)\b)))",
    re.IGNORECASE,
)
"""`Let $A$ be $m \\times m$ and $B$ an $n \\times n$ matrix` has the noun once."""
_PLAIN = re.compile(
    rf"{_NAMES}{_IS}{_ARTICLE}"
    r"(positive|negative|nonnegative|non-negative|non-zero|nonzero|real|natural)?\s*"
    r"(?:(?:real|scalar)[- ]valued |scalar (?=function))?"
    r"(integers?|natural numbers?|numbers?|real numbers?|scalars?"
    r"|reals?(?![\w\s-]{1,40}?\b(?:matri|vector|tensor))"
    r"|constants?|vectors?|matrix|matrices|function)\b",
    re.IGNORECASE,
)
_OF_IT = re.compile(
    r"\b(?!(?:values?|choices?|pairs?)\b)[a-z]+ of (?:(?:an?|any|the|each|every|all|some)\s+)?"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
"""`The probability of any event $A$ is a real number`: A is none."""
_CALLED = re.compile(rf"{_NAME}{_IS}{_ARTICLE}([^.;,$]{{3,60}})", re.IGNORECASE)
_ANY_FUNCTION = re.compile(
    r"activation(?: function)?\b|non-?linearity|element-?wise (?:non-?linear )?function"
    r"|any function|differentiable function",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"(?:standard deviation|variance|temperature|learning rate|step size)"
    r"(?=\s*(?:$|[():]|(?:of|for|at|and|so|or|hence|parameter|hyper-?parameter)\b))",
    re.IGNORECASE,
)
"""The whole name of a positive number: a covariance and the gradient of a temperature are none."""
_BOUNDS = {
    "positive": "> 0",
    "negative": "< 0",
    "nonnegative": ">= 0",
    "non-negative": ">= 0",
    "non-zero": "!= 0",
    "nonzero": "!= 0",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A name and what prose says it is: a declaration, or the name of a known function. anew: the
    words introduce it (`Let $\\phi$ be ...`)."""

    name: str
    declaration: str = ""
    function: str = ""
    anew: bool = False


def declarations(runs: Sequence[Run]) -> Iterator[Declared]:
    """What the words of a passage say of names, in order."""
    if not any(isinstance(run, Math | Code) or _GREEK_NAME.match(run.text) for run in runs):
        return
    text = plain_words(tuple(runs))
    if len(text) > 4000:
        return
    taken: list[range] = []
    for pattern, made in ((_SHAPED, _sized), (_HAS_SHAPE, _sized), (_SIZED_ARRAY, _array)):
        for match in pattern.finditer(text):
            if not any(match.start() in span for span in taken):
                taken.append(range(match.start(), match.end()))
                yield from made(match)
    for match in _PLAIN.finditer(text):
        of_it = _OF_IT.search(text[: match.start()]) is not None
        if not of_it and not any(match.start() in span for span in taken):
            taken.append(range(match.start(), match.end()))
            yield from _kind(match)
    for match in _CALLED.finditer(text):
        if not any(match.start() in span for span in taken):
            yield from _called(match)


def _names(match: re.Match[str]) -> Iterator[str]:
    """The names in front: `$x$ and $y$`, `$x, y$`."""
    head = re.match(_NAMES, match[0])
    for found in re.finditer(_NAME, match[0]):
        if head is None or found.start() >= head.end():
            return
        text = next(group for group in found.groups() if group)
        for part in text.split(","):
            if part.strip():
                name = part.strip().strip("()").strip()
                yield f"\\{GREEK[name]}" if name in GREEK else name


def _dims(text: str) -> tuple[str, ...]:
    parts = re.split(r",|\\times|×|(?<=[\s\d])x(?=[\s\d])", text)
    return tuple(part.strip() for part in parts if part.strip())


def _sized(match: re.Match[str]) -> Iterator[Declared]:
    yield from _arrays(match, _dims(match.groups()[-1]))


def _array(match: re.Match[str]) -> Iterator[Declared]:
    sizes, *kinds = match.groups()[-3:]
    dims = _dims(sizes)
    ranks = {"m": 2, "v": 1}
    kind = next(noun for noun in kinds if noun)
    if ranks.get(kind[0].lower(), len(dims)) == len(dims):
        yield from _arrays(match, dims)


def _arrays(match: re.Match[str], dims: tuple[str, ...]) -> Iterator[Declared]:
    role = ("vector", "matrix")[len(dims) - 1] if len(dims) in (1, 2) else "tensor"
    for name in _names(match):
        yield Declared(name, f"{role}({', '.join(dims)})")


def _kind(match: re.Match[str]) -> Iterator[Declared]:
    adjective, noun = (match.groups()[-2] or "").lower(), match.groups()[-1].lower()
    bounds = _BOUNDS.get(adjective, "")
    role = "real"
    if noun.startswith(("integer", "natural")) or adjective == "natural":
        role, bounds = "integer", ">= 1" if bounds == "> 0" or "natural" in match[0] else bounds
    elif noun.startswith("vector"):
        role = "vector"
    elif noun.startswith("matri"):
        role = "matrix"
    elif noun == "function":
        role = "function"
    if role == "real" and noun.startswith("constant") and not bounds:
        return
    for name in _names(match):
        yield Declared(name, f"{role} {bounds}".strip())


def _called(match: re.Match[str]) -> Iterator[Declared]:
    """`$\\sigma$ is the sigmoid`: a known function; an activation is any; a loss is another."""
    words = match.groups()[-1]
    of_another = match.string[: match.start()].rstrip().endswith(" of")
    for name in _names(match):
        if _ANY_FUNCTION.search(words):
            yield Declared(name, "function", words)
        elif _POSITIVE.match(words.strip()) and not of_another and "(" not in name:
            yield Declared(name, "real > 0")
        else:
            anew = _INTRODUCES.search(match.string[: match.start()]) is not None
            yield Declared(name, "", words, anew)


_INTRODUCES = re.compile(r"\b(?:let|write|denote by|take)\s*$", re.IGNORECASE)


def declared_names(runs: Sequence[Run], listed: bool) -> Iterator[Stated]:
    """The declarations of a passage, told in their place. listed: it is an item of a list, in
    which a name with a meaning alone is one."""
    for declared in declarations(runs):
        if not declared.declaration and not listed:
            continue
        source = text_of(runs)
        try:
            name = canonical_name(declared.name)
        except Error:
            continue  # no name after all
        what = declared.declaration or " ".join(declared.function.split())
        kind = "shape" if "(" in declared.declaration else "definition"
        span = whole(source)
        claim = Claim(kind, "", symbol(name), None, EMPTY, (), span, source.text)
        verdict = Verdict("definition", "definition", f"{name}: {what}", reading=f"{name}: {what}")
        yield Stated(source, claim, settled(verdict))


def with_declarations(
    runs: Sequence[Run], known: Known, path: tuple[int, ...], early: bool = False
) -> Known:
    """The knowledge with what a passage declares. early: it is looked at ahead of its place, and
    may only add to what is known."""
    known = known if early else with_log_base(runs, known)
    for declared in declarations(runs):
        source = text_of(runs)
        span = whole(source)
        try:
            known = _declared(declared, known, span, path, early)
        except Error:
            continue  # no declaration after all: the formula it stands beside is told as it is
    return known


def with_properties(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge with the properties that a passage says of arrays and of random variables; a
    capital letter of which nothing else is known is such an array."""
    if not any(isinstance(run, Words) for run in runs):
        return known
    text = plain_words(tuple(runs))
    if len(text) > 4000:
        return known
    lasting = tuple(apart for apart in independent_in(text, path) if apart.lasting)
    known = replace(known, independent=known.independent + lasting) if lasting else known
    found: dict[str, Has] = {}
    every = dict(known.properties)
    earlier = ""
    for sentence in SENTENCE_END.split(text):
        told = [*properties_in(sentence, path), *_of_them(sentence, earlier, known, path)]
        earlier = sentence
        sure = {name: has.sure for name, has in told}
        for name, has in (*told, *unread_kinds(sentence, text, path, sure)):
            found[name] = has
            every[name] = (*every.get(name, ()), has)
    pairs = list(commuting_in(text, path))
    for pair, has in pairs:
        every[pair] = (*every.get(pair, ()), has)
    if not found and not pairs:
        return known
    known = replace(known, properties=every)
    source = text_of(runs)
    span = whole(source)
    for name, has in found.items():
        free = name not in known.scope.symbols or name in known.soft
        free = free and re.search(rf"(?<![A-Za-z\\]){re.escape(name)}\s*\\in\b", text) is None
        free = free and not _is_written_out(name, text, known)
        written = declaration(has)
        if written and free and len(name) == 1 and name.isupper():
            known = declare_in(known, declare(name, written), span, path)
    return known


def _of_them(
    sentence: str, earlier: str, known: Known, path: tuple[int, ...]
) -> Iterator[tuple[str, Has]]:
    """What `they` and `both` are said to be; of every array, and not surely, where nothing says
    which are meant."""
    named = with_names(sentence, earlier)
    if named is None:
        return
    for name, has in properties_in(named or said_of_all(sentence, known), path):
        yield name, replace(has, sentence=flat(sentence), sure=has.sure and bool(named))


def _is_written_out(name: str, text: str, known: Known) -> bool:
    """Whether the entries of an array are given, by the text or before: it has their size."""
    if re.search(rf"(?<![A-Za-z\\]){re.escape(name)}\s*=[^$]*\\begin\{{[a-z]*matrix", text):
        return True
    values = known.scope.values.items()
    return any(k.op == "symbol" and k.data.name == name and v.op == "matrix" for k, v in values)


def _declared(
    declared: Declared, known: Known, span: Span, path: tuple[int, ...], early: bool
) -> Known:
    called = _CALL.fullmatch(declared.name)
    if called is not None and called[1] in OPERATOR_LETTERS and _OTHER.search(declared.function):
        return lose(forget(known, called[1]), (called[1],), span.origin.line)
    name = canonical_name(declared.name)
    before = known.scope.symbols.get(name)
    firm = before is not None and before.declared and name not in known.soft
    if declared.function:
        return _as_function(declared, name, known, span, path)
    counted = before is not None and before.role == "sequence"
    if not declared.declaration or (early and firm) or counted:
        return known
    symbol = declare(declared.name, declared.declaration)
    if symbol.name in {k.data.name for k in known.scope.values if k.op == "symbol"}:
        return known
    return declare_in(known, symbol, span, path)


def _as_function(
    declared: Declared, name: str, known: Known, span: Span, path: tuple[int, ...]
) -> Known:
    subjects = subjects_in(declared.function, known)
    of_one = len(subjects) == 1 and subjects[0].total is None
    if of_one and _IS_CALLED.fullmatch(declared.function.strip()) and _may_be_function(name):
        made = Definition(name, (X,), subjects[0].value, span)
        scope = forget(known, name).scope
        scope = replace(scope, functions={**scope.functions, name: made})
        scope = replace(scope, symbols={k: s for k, s in scope.symbols.items() if k != name})
        origins = {**known.origins, ("function", name): Origin(span, path)}
        return replace(known, scope=scope, origins=origins)
    if declared.declaration == "function" and not subjects:
        symbol = Symbol(name, "function", declared=True)
        return declare_in(unknown_function(known, name), symbol, span, path)
    if re.search(r"\b(?:loss|cross[- ]?entropy|objective|cost|error)\b", declared.function):
        return forget(known, name)
    if _DETERMINED.search(declared.function):
        return lose(known, (name,), span.origin.line)
    origin = known.origins.get(("function", name))
    if declared.anew and origin is not None and not known.is_here(origin):
        symbol = Symbol(name, "function", declared=True)  # not the one of a closed section
        return declare_in(unknown_function(known, name), symbol, span, path)
    return known


_CALL = re.compile(r"\s*(\\?[A-Za-z]+)\s*\([^=<>()]*\)?\s*")
_OTHER = re.compile(
    r"\b(?:deviations?|volatility|spread|spectrum|spectra"
    r"|eigenvalues?|divisors?|singular values?|permutations?|(?:sigma-?)?algebra"
    r"|(?:set|number|sum|family) of)\b",
    re.IGNORECASE,
)
"""`$\\sigma(X)$ denotes the standard deviation`: no function of numbers."""
_DETERMINED = re.compile(
    r"\b(?:Lipschitz|modulus|condition number|spectral radius|eigenvalues?|singular values?"
    r"|(?:smallest|largest|least|greatest|best|optimal|maximal|minimal|tightest)\b[^,]{0,30}"
    r"\b(?:constant|number|value|bound|entry|element|eigenvalue|norm|slope)"
    r"|suprem\w+|infim\w+|(?:upper|lower) bound|(?:maximum|minimum) (?:of|value))\b",
    re.IGNORECASE,
)
"""What other things determine: `its Lipschitz constant` is not any number."""


_IS_CALLED = re.compile(
    r"(?:(?!of|for|to|from|by|into|with|passed|output|input|after|before|derivative|gradient)"
    r"[\w()-]+\s+){0,3}[\w-]+(?:\s+(?:activation|function|non-?linearity|unit)s?)*",
    re.IGNORECASE,
)


def _may_be_function(name: str) -> bool:
    """Whether a name is one that people give to functions."""
    return name in FUNCTION_LETTERS | OPERATOR_LETTERS or len(name.lstrip("\\")) > 2
