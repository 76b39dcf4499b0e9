"""The names of functions in prose: `ReLU`, `leaky ReLU`, and those a document defines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, symbol
from symdl.library import function_names, load
from symdl.notes.prose.settings import opened
from symdl.notes.scope.known import Known

X = symbol("x")


@dataclass(frozen=True, slots=True)
class Subject:
    """A function that prose speaks of: its name there, its value and its variable.

    total: the value is an entry of a vector of values (softmax), and this is their sum. general:
    the value with free `settings`, each with the library's value (the slope of a leaky ReLU).
    """

    name: str
    value: Term
    variable: Term
    total: Term | None = None
    general: Term | None = None
    settings: tuple[tuple[Term, Term], ...] = ()

    @property
    def open(self) -> Subject:
        """The function with its settings free."""
        return self if self.general is None else replace(self, value=self.general)

    @property
    def derivative(self) -> Term:
        """The derivative in the variable."""
        return make("derivative", self.value, self.variable, data="d")

    def at(self, place: Term) -> Term:
        """The value at another place."""
        return substitute(self.value, {self.variable: place})


def one_group(text: str, known: Known) -> bool:
    """Whether the functions that a text names stand side by side: `sigmoid/tanh`."""
    found = list(_named(text, known))
    between = (text[a.end() : b.start()] for a, b in pairwise(found))
    return all(re.fullmatch(r"[\s*_]*(?:/|,|&|and|or|[\s*_])+[\s*_]*", gap) for gap in between)


def subjects_in(text: str, known: Known) -> tuple[Subject, ...]:
    """The functions that a text names, in order, each once."""
    names = {**_library(), **_own(known.scope)}
    found: dict[str, Subject] = {}
    for match in _pattern(tuple(names)).finditer(text):
        name = _plain(match[0])
        if name not in names:
            continue
        subject = names[name]
        if subject is None:
            subject = _subject(function_names()[name], name)
        if subject is not None:
            found.setdefault(repr(subject.value), subject)
    return tuple(found.values())


_BEFORE = re.compile(
    r"(?:^|[.:;,(|/&\n]|\b(?:the|an?|that|this|so|and|or|but|as|because|since|while|whereas|both|hence"
    r"|thus|therefore|plain|standard|ordinary|usual|vanilla|original|classic(?:al)?|activations?"
    r"|functions?|with|using|by|for|in|when|if|where|only|also|even|is|are|called|via|use|uses|like"
    r"|(?:outputs?|values?|range|image|gradients?|derivatives?|slopes?) (?:of|for)(?: the| an?)?)"
    r")[\s*_`\"'“‘$]*$",
    re.IGNORECASE,
)
"""What may stand before the name of a function that a sentence is about."""
_BEHIND = re.compile(
    r"[\s*_`\"'”’-]*(?:squared?|cubed|inverse|plus|minus|times|divided|composed|shifted|scaled|like)\b"
    r"|\s*[-+×·^²³]|\s*\([^)]*=",
    re.IGNORECASE,
)
"""What makes another function of the one named before it."""
_ALONE = re.compile(
    r"[\s*_`\"':.,/&|()–-]*(?:(?:functions?|activations?|units?|layers?|the|an?|or|and|aka|a\.k\.a\.|also"
    r"|known|called|as|standard|vanilla|plain|original|exact|logistic|linear|rectified|hyperbolic"
    r"|tangent|in|pytorch|keras|tensorflow|\[\d+\]|\(\d+\))[\s*_`\"':.,/&|()–-]*)*\(?\)?",
    re.IGNORECASE,
)
"""What may stand beside the name in a cell that is about the function of this name."""


_TOPIC = re.compile(
    r"\b(?:why|what|how|on|about|(?<!negative )(?<!inverse )(?<!square )of)[\s*_`\"'“‘$]*$", re.I
)
"""What else may stand before it in a heading, or a line above a list."""


def is_plain(text: str, known: Known, topic: bool = False) -> bool:
    """Whether a sentence, or a topic, names functions as they are: `softplus is`, not `the
    squared ReLU is`."""
    for match in _named(text, known):
        before = text[: match.start()]
        named = _BEFORE.search(before) or (topic and _TOPIC.search(before))
        if not named or _BEHIND.match(text[match.end() :]):
            return False
    return True


def is_name(text: str, known: Known) -> bool:
    """Whether a text is the name of a function and no more: `ReLU (rectified linear unit)`."""
    rest, end = [], 0
    for match in _named(text, known):
        rest.append(text[end : match.start()])
        end = match.end()
    return _ALONE.fullmatch(" ".join((*rest, text[end:]))) is not None


def _named(text: str, known: Known) -> Iterator[re.Match[str]]:
    names = {**_library(), **_own(known.scope)}
    return _pattern(tuple(names)).finditer(text)


_NO_OTHER = (
    r")(?!\w|[\s-]+(?:regress\w+|classifiers?|models?|growth|maps?|distributions?|equations?)\b)"
)
"""Behind a name: what is called by it and is another thing, as logistic regression."""


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    spelt = sorted((re.escape(name).replace("\\ ", r"[\s_-]?") for name in names), key=len)
    return re.compile(r"(?<![\w\\])(?:" + "|".join(reversed(spelt)) + _NO_OTHER, re.IGNORECASE)


def _plain(name: str) -> str:
    flat = re.sub(r"[\s_-]+", " ", name).strip().lower()
    return flat if flat in function_names() else flat.replace(" ", "") if " " in flat else flat


@lru_cache(maxsize=1)
def _library() -> Mapping[str, Subject | None]:
    """The plain names; a subject is made when it is asked for."""
    return dict.fromkeys(function_names())


@lru_cache(maxsize=64)
def _subject(file: str, name: str) -> Subject | None:
    """The function that a formula file defines in its first line, parameters at their defaults."""
    found = load(file)
    term = found.lines[0].reading.term
    left, right = term.args[:2]
    if left.op == "entry":
        index, vector = left.args[1], next(iter(_vectors(right)), None)
        if vector is None:
            return None
        summed = make("sum", index, right, data="all")
        return Subject(name, right, make("entry", vector, index), summed)
    variable = left.args[0] if left.args else None
    if variable is None or variable.op != "symbol":
        return None
    value = right if left.op == "call" and _is_letter(left.data.function.name) else left
    general, settings = opened(file, right)
    settings |= dict(found.defaults)
    value = substitute(value, dict(found.defaults))
    if free_symbols(value) != {variable}:
        return None
    value, general = (substitute(term, {variable: X}) for term in (value, general))
    if not settings:
        return Subject(name, value, X)
    return Subject(name, value, X, None, general, tuple(settings.items()))


def _is_letter(name: str) -> bool:
    r"""Whether a function is called by a letter (`f`, `\ell`), which a document uses, too."""
    return len(name) < 3 or (name.startswith("\\") and name[1:].isalpha())


def _vectors(term: Term) -> Iterator[Term]:
    for free in sorted(free_symbols(term), key=repr):
        if free.data.role == "vector":
            yield free


def _own(scope: Scope) -> Mapping[str, Subject]:
    """The functions of one variable that the document itself defines under a word."""
    found = {}
    for name, definition in scope.functions.items():
        word = re.sub(r"\\(?:text|mathrm|operatorname|mathbf)|[{}\\]", "", name)
        if len(word) > 2 and len(definition.parameters) == 1:
            from symdl.expression.term import Call, Symbol

            data = Call(scope.symbols.get(name) or Symbol(name, "function"))
            found[word.lower()] = Subject(word, make("call", X, data=data), X)
    return found
