"""How a document writes: what it calls, which superscripts it uses as labels, which letters of
constants are names of its own. One survey of all its formulas, before any is judged.

`u(c)` may be a call although nobody says what `u` is; `c^k_t` has a label, not a power; a document
that writes `\\pi_t` does not mean 3.14159 by `\\pi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.expression.symbols import canonical_name
from symdl.notes.sentences.problems import constraints_in

_LETTER = r"(?:\\(?!left|right|[bB]ig)[A-Za-z]+|[A-Za-zΑ-ω])"
_STYLES = (
    r"\\(?:hat|bar|tilde|vec|dot|widehat|widetilde|overline|mathbf|boldsymbol|bm|mathcal|mathbb"
    r"|mathrm|mathsf|text|operatorname)"
)
NAME = rf"(?:{_STYLES}\s*(?:\{{[^{{}}]*\}}|{_LETTER})|{_LETTER})"
_SCRIPT = r"(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9*])"
_SCRIPTS = rf"(?:\s*[_^]\s*{_SCRIPT})*'*"
_SLOPE = re.compile(
    rf"\\[dt]?frac\s*\{{\s*(?:d|\\mathrm\s*\{{d\}}|\\partial)\s*({NAME})\s*\}}"
    rf"\s*\{{\s*(?:d|\\mathrm\s*\{{d\}}|\\partial)\s*{NAME}"
)
_OPEN = r"\s*(?:\\left|\\[bB]igg?l?)?\s*\("
_CLOSE = r"\s*(?:\\right|\\[bB]igg?r?)?\s*\)"
_ATOM = rf"-?\s*(?:\d+(?:\.\d+)?|[tkns]\s*[+-]\s*\d+|{NAME}{_SCRIPTS})"
_CALL = re.compile(
    rf"(?<![\\A-Za-z])({NAME}){_SCRIPTS}{_OPEN}\s*{_ATOM}(?:\s*,\s*{_ATOM})*{_CLOSE}"
)
_RAISED = re.compile(
    rf"(?P<base>{NAME})'*(?:\s*_\s*(?P<sub>{_SCRIPT}))?\s*\^\s*(?P<sup>{_SCRIPT})"
    r"(?P<after>\s*_|\s*(?:\\left)?\()?"
)
_TRANSPOSES = frozenset({"T", "\\top", "\\intercal", "\\dagger", "\\prime", "H", "\\circ"})
_OWN = re.compile(
    r"\\pi\s*(?:_|\^\s*\{?\s*(?:\\(?!frac)|[A-Za-z*'](?!\s*/))|'|\(\s*[A-Za-z]\s*[,|\\)])"
    r"|\\(?!sqrt|frac|[dt]frac|exp|log|ln|sin|cos|tan|text|left|cdot|mathbb)[A-Za-z]+\s*\{\s*\\pi\s*\}"
    r"|^\s*\\pi\s*(?:=|\\in|<|>|\\sim|:)|(?<![\d.])1\s*-\s*\\pi(?![A-Za-z]|\s*[/_^])"
)
_STEP = re.compile(r"_\s*\{\s*([A-Za-z])\s*[+-]\s*1\s*\}")
_ORDER = r"(?:=|<|>|\\(?:le|ge|leq|geq|ne|neq|lt|gt)(?![A-Za-z]))"
_SET = re.compile(rf"(?:^|[,;])\s*({_LETTER})\s*{_ORDER}\s*-?\d[\d.]*\s*(?=$|[,;.])")


_GIVEN = re.compile(r"(?:^|[,;])\s*([A-Za-z])\s*=\s*\d[\d.,{}]*\s*(?=$|[,;.])")
_BELOW = re.compile(rf"(?<![\\A-Za-z])([A-Za-z])\s*_\s*({_SCRIPT})")
_COUNTING = re.compile(
    r"_\s*\{\s*([A-Za-z])\s*(?:=|\\in)|(?:^|[,;\s])([A-Za-z])\s*=\s*[01]\s*,"
    r"|\\(?:sum|prod)\s*_\s*\{?\s*([A-Za-z])"
)
_HOME = re.compile(r"\\mathbb\s*\{?\s*R\s*\}?\s*\^\s*\{([^$=]*)\}")
_SHIFTED = re.compile(rf"(?<![\\A-Za-z])({NAME}){_OPEN}\s*[nktij]\s*[+-]\s*\d+{_CLOSE}")
"""Functions that are called at other steps, `x(n - 1)`: signals."""
_LABELS = frozenset("kvqhfeopmxy")
"""Subscripts that tell what a number is of: the width of the keys, d_k."""
_FACTOR = re.compile(
    r"(?:\\(?:alpha|beta|gamma|delta|eta|epsilon|lambda|mu|rho|sigma|tau|theta|omega)|[\d)}])\s*"
    r"([fghpq])(?![A-Za-z'_^])(?!\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[])"
)
_NO_FACTOR = re.compile(
    rf"(?<![\\A-Za-z])([fghpq])'*(?:'|{_OPEN}\s*(?:{_ATOM}(?:\s*,\s*{_ATOM})*{_CLOSE})|\s*(?::|\\circ|\\in))"
    r"|(?:\\(?:nabla|circ|partial|int|min|max|lim)\s*|\\frac\s*\{\s*(?:d|\\partial)\s*)([fghpq])(?![A-Za-z])"
)
"""Letters of functions as factors, and as what they are mostly: called, primed, differentiated."""


@dataclass(frozen=True, slots=True)
class Habits:
    """marks: superscripts that are labels; families: names whose superscript digits are labels;
    own_pi: `\\pi` is a name of the document. numbers: names that it sets to a number, or bounds by
    one. steps: letters that count the steps of sequences (`x_{t+1}`). values: letters of functions
    that it writes as factors and never calls: the g of `v_k - \\eta g`. labelled: names of which
    the letter is a number or a size, and the subscript no index: the d_k beside `d = 512`.
    varying: names that it differentiates by their letters: \\theta of `d\\theta / ds`. constraints:
    those of the problems that it poses in displays. resized: names that it gives several
    sizes. chains: the letters of each chain of variables that it writes: X \\to Y \\to Z.
    of_matrices: it speaks of functions of matrices, as the matrix exponential; complex: of
    complex numbers; groups: of their elements;
    einstein: of sums that are not written. signals: functions
    that it calls at other steps, x(n - 1). moduli: the numbers modulo which it calculates, with
    the sections. foreign: its words are of a language that is not read."""

    marks: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    own_pi: bool = False
    numbers: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    labelled: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()
    constraints: frozenset[str] = frozenset()
    resized: frozenset[str] = frozenset()
    chains: frozenset[frozenset[str]] = frozenset()
    of_matrices: bool = False
    complex: bool = False
    groups: bool = False
    einstein: bool = False
    signals: frozenset[str] = frozenset()
    moduli: frozenset[tuple[int, tuple[int, ...]]] = frozenset()
    foreign: bool = False


def habits(formulas: Iterable[str], told: Iterable[tuple[str, str]] = ()) -> Habits:
    """The habits that formulas of a document show together. told: sizes that words give names."""
    texts = tuple(formulas)
    steps = _all(_STEP, texts)
    called = {m[1] or m[2] for text in texts for m in _NO_FACTOR.finditer(text)}
    return replace(
        _by_superscripts(texts),
        own_pi=any(_OWN.search(text) for text in texts),
        numbers=_all(_SET, texts),
        steps=steps,
        values=_all(_FACTOR, texts) - called,
        labelled=frozenset(_labelled(texts, steps)),
        varying=frozenset(map(_flat, _all(_SLOPE, texts))),
        constraints=constraints_in(texts),
        resized=_resized(texts, told),
        chains=chains_in(texts),
        signals=_all(_SHIFTED, texts),
    )


def _all(pattern: re.Pattern[str], texts: Iterable[str]) -> frozenset[str]:
    """What one group of a pattern finds in any of some texts."""
    return frozenset(found for text in texts for found in pattern.findall(text))


def _by_superscripts(texts: Iterable[str]) -> Habits:
    """Labels above letters, and names with digits there: a letter above that stands nowhere below
    is one."""
    raised: set[str] = set()
    marks: set[str] = set()
    families: set[str] = set()
    below: set[str] = set()
    for text in texts:
        for match in _RAISED.finditer(text) if "^" in text else ():
            _note(match, raised, marks, families)
        plain = re.sub(rf"\^\s*{_SCRIPT}", " ", text) if "^" in text else text
        below.update(re.findall(r"\\[A-Za-z]+|[A-Za-z]", plain))
    return Habits(frozenset(marks | (raised - below)), frozenset(families))


def _labelled(texts: Iterable[str], steps: frozenset[str]) -> Iterator[str]:
    """Names whose letter is a number, or which are sizes of spaces, with a subscript that is no
    index anywhere."""
    counting: set[str] = set()
    scripts: dict[str, set[str]] = {}
    sizes: set[str] = set()
    for text in texts:
        counting.update(m[1] or m[2] or m[3] for m in _COUNTING.finditer(text))
        for base, script in _BELOW.findall(text):
            scripts.setdefault(base, set()).add(_bare(script))
        homes = (pair for home in _HOME.findall(text) for pair in _BELOW.findall(home))
        sizes.update(f"{base}_{s}" for base, script in homes if (s := _bare(script)) in _LABELS)
    for base in _all(_GIVEN, texts) & scripts.keys():
        if not any(_is_index(script, counting) for script in scripts[base]):
            yield from (f"{base}_{script}" for script in scripts[base] & _LABELS)
    yield from (size for size in sizes if size[-1] not in counting | steps)


_VARIABLE = r"(?:\\hat\s*\{?\s*)?[A-Z]\s*\}?(?:\s*_\s*(?:\w|\{[^{}]*\}))?"
_ARROW = r"(?:\\(?:to|(?:long)?(?:left|right|leftright)arrow)(?![a-z])|\\multimap|→|←|↔)"
_CHAIN = re.compile(rf"{_VARIABLE}(?:\s*{_ARROW}\s*{_VARIABLE}){{2,}}")
_JOINED = re.compile(rf"\s*{_VARIABLE}(?:\s*(?:-|--|\\text\{{\s*-+\s*\}})\s*{_VARIABLE}){{2,}}\s*")
_CAPITAL = re.compile(r"(?<![A-Za-z\\])[A-Z](?![A-Za-z])")


def chains_in(formulas: Iterable[str]) -> frozenset[frozenset[str]]:
    r"""The letters of each chain that formulas write: `X \to Y \to Z`, `X - Y - Z` alone."""
    found = set()
    for text in formulas:
        joined = _JOINED.fullmatch(text)
        for chain in (joined[0],) if joined else _CHAIN.findall(text):
            letters = frozenset(_CAPITAL.findall(chain))
            if len(letters) > 2:
                found.add(letters)
    return frozenset(found)


_IN_SPACE = re.compile(
    rf"(?:^|[,;:&]|\\q?quad|\\[;:,])\s*({NAME}(?:_\s*{_SCRIPT})?)\s*\\in\s*"
    r"\\(?:mathbb\s*\{?\s*R\s*\}?|R|reals|Reals)(?![A-Za-z])"
    r"\s*\^\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\S)"
)
_SIZES = re.compile(r"\s*\w+\s*\\times\s*\w+\s*")
_IS_A = re.compile(
    r"[\s,]*(?:is|are|be|denotes?|being)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}", re.IGNORECASE
)
_MATRIX = re.compile(r"[\s-]*(?:[\w-]+\s+)?matri(?:x|ces)\s*", re.IGNORECASE)


def sizes_told(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """The names and sizes of `$A$ is an $n \\times n$ matrix`, `$n \\times n$ matrices $A$`."""
    for one, words, other in zip(runs, runs[1:], runs[2:], strict=False):
        if not (isinstance(one, Math) and isinstance(words, Words) and isinstance(other, Math)):
            continue
        if _SIZES.fullmatch(other.text) and _IS_A.fullmatch(words.text):
            yield one.text, other.text
        elif _SIZES.fullmatch(one.text) and _MATRIX.fullmatch(words.text):
            yield other.text, one.text


def _resized(formulas: Iterable[str], told: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The names that formulas put in several spaces, or that words give several sizes."""
    homes: dict[str, set[str]] = {}
    for name, size in told:
        homes.setdefault(_flat(name), set()).add("{" + _flat(size) + "}")
    for text in formulas:
        for match in _IN_SPACE.finditer(text):
            homes.setdefault(_flat(match[1]), set()).add(_flat(match[2]))
    return frozenset(name for name, found in homes.items() if len(found) > 1)


def _is_index(script: str, counting: set[str]) -> bool:
    """Whether a subscript counts: it is bound somewhere, or has arithmetic or digits in it."""
    return script in counting or re.fullmatch(r"[A-Za-z]+|\\[A-Za-z]+\{[A-Za-z]+\}", script) is None


def _note(match: re.Match[str], raised: set[str], marks: set[str], families: set[str]) -> None:
    """What one superscript shows."""
    sup, sub = _bare(match["sup"]), _bare(match["sub"] or "")
    if sup in _TRANSPOSES:
        return
    if re.fullmatch(r"\\?[A-Za-z]+", sup):
        raised.add(sup)
        if match["after"] or re.match(r"\\?[A-Za-z]", sub):
            marks.add(sup)
    elif sup == "1" or (sup == "0" and sub):
        families.add(_flat(match["base"]))


def _flat(name: str) -> str:
    """A name without spaces and braces."""
    return re.sub(r"[\s{}]", "", name)


def _bare(script: str) -> str:
    """A script without the braces around it."""
    return script.strip().removeprefix("{").removesuffix("}").strip()


def called_in(text: str) -> frozenset[str]:
    """The names that a formula writes before brackets with names or numbers in them, as calls are
    written: `u(c)`, `z_t(s)`, `g(0.05, 1)`."""
    return frozenset(_flat(match[1]) for match in _CALL.finditer(text))


_VARIABLE = rf"{NAME}(?:_\s*(?:\d|\{{\d+\}}))?"
_FUNCTION = re.compile(
    rf"\s*({_VARIABLE}){_OPEN}\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE})*{_CLOSE}\s*&?\s*"
    r"(?:=|:=|\\equiv|\\coloneqq|\\triangleq)"
)


def function_defined(text: str) -> str:
    """The name that a formula defines as a function: the u of `u(c) = \\ln c`, or nothing."""
    match = _FUNCTION.match(text)
    if match is None:
        return ""
    try:
        return canonical_name(match[1].strip())
    except Error:
        return ""  # no name after all


_MAPPING = re.compile(
    rf"\s*({NAME})\s*(?::|\\colon(?![A-Za-z]))[^=]*?(?:\\(?:long)?(?:to|rightarrow|mapsto)(?![A-Za-z])|→)"
)


def mapped_in(text: str) -> tuple[str, ...]:
    """The name of a mapping between sets that is not understood: it is no longer what it was."""
    match = _MAPPING.match(text)
    if match is None:
        return ()
    try:
        return (canonical_name(match[1].strip()),)
    except Error:
        return ()


_DEFINED = re.compile(
    rf"(?:^|\\\\|\\begin\s*\{{[^{{}}]*\}}|[,;]|\\quad)\s*&?\s*({NAME})({_SCRIPTS})\s*&?\s*"
    r"(?:=|:=|\\equiv|\\coloneqq|\\triangleq)"
)


def defined_in(text: str) -> tuple[str, ...]:
    """The names at the beginning of lines with an equality sign behind: what a formula that is not
    understood may define. With a subscript the whole and the base are meant."""
    found: dict[str, None] = {}
    for match in _DEFINED.finditer(text):
        for written in (match[1], match[1] + match[2]):
            try:
                found[canonical_name(written.strip())] = None
            except Error:
                continue  # no name after all
    return tuple(found)


_BROKEN = re.compile(rf"\s*({NAME})\s*(?:\\left\s*)?\((?:\\left|\\right|[\s()]|{NAME})*=")


def broken_function(text: str) -> tuple[str, ...]:
    r"""The name of the function that a formula defines whose brackets do not fit: the g of
    `g(\left(w\right) = \tanh w`."""
    match = _BROKEN.match(text)
    return (_flat(match[1]),) if match is not None else ()


def base_name(name: str) -> str:
    """A name without its scripts and braces: `c` of `c_t`, `\\hatp` of `\\hat{p}_1`."""
    match = re.match(NAME, name)
    return _flat(match[0] if match is not None else name)
