"""A formula read where it stands: what other sections declare gives way where it does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source, excerpt, whole
from symdl.expression.reading import Reading, read
from symdl.expression.reading.syntax import is_bold
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name
from symdl.expression.term import Call, Symbol, Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.notes.definitions.letter_e import with_own_e, without_own_e
from symdl.notes.definitions.log_base import in_own_base
from symdl.notes.definitions.scalar_with_entries import scalar_with_entries, without_scalar
from symdl.notes.items import in_other_items
from symdl.notes.scope.habits import function_defined
from symdl.notes.scope.homes import is_array
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import forget, undeclare, without_far
from symdl.notes.scope.queries import point_in, with_point


def is_firm(source: Source, known: Known) -> bool:
    """Whether a text speaks of two arrays at least, each declared in an open section, and in no
    other item of its list, and of none that has its shape by what it was set to or by a convention.
    """
    text = source.text
    letters = set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", text))
    if letters & {"\\boldsymbol", "\\mathbf", "\\textbf", "\\bm", "\\vec", "I"}:
        return False  # letters that are written in bold elsewhere; the identity fits anywhere
    symbols = known.scope.symbols.items()
    named = [n for n, s in symbols if is_array(s) and n in (letters if len(n) == 1 else text)]
    origins = [known.origins.get(("symbol", name)) for name in named]
    if not all(origin is not None and known.is_here(origin) for origin in origins):
        return False
    if known.habits.resized.intersection(named):
        return False
    if any(o is not None and in_other_items(o.span, whole(source)) for o in origins):
        return False
    values = (key for key, value in known.scope.values.items() if value.shape)
    set_to = any(key.op == "symbol" and key.data.name in letters for key in values)
    return len(named) > 1 and not set_to


def read_in(source: Source, known: Known) -> tuple[Reading, Known]:
    """The reading of a text where this is known, with logarithms in the base of the document. A
    number given for a name ends what another section declared of it. Raises ReadError."""
    reading, known = _read_in(source, known)
    return in_own_base(reading, known), known


def _read_in(source: Source, known: Known) -> tuple[Reading, Known]:
    point = point_in(source.text)
    if point and not is_array(known.scope.symbols.get(point, Symbol(point))):
        source = with_point(source, point)
        known = undeclare(forget(known, point), point)
    if _DIFFERENTIALS.search(source.text):
        known = _without_size_d(undeclare(forget(known, "d"), "d"), source.text)
    if known.soft and len(_soft_arrays(source.text, known)) == 1:
        known = replace(known, scope=known.firm, soft=frozenset())
    try:
        reading = read(source, _scope_of(known, source.text))
    except Error as error:
        if name := scalar_with_entries(source, error):
            return _with_entries(source, known, name)
        reading, known = _read_anew(source, known, error)
    again = _as_function(source, reading.term, known)
    if again is not None:
        return again
    for part in parts_of(reading.term):
        if part.op == "relation" and part.args[0].op == "symbol" and is_literal(part.args[1]):
            left, right = part.args[:2]
            if left.shape != () and right.shape == () and left.data.name in known.scope.symbols:
                known = undeclare(known, left.data.name)
                return read(source, known.scope), known
    return reading, known


def _read_anew(source: Source, known: Known, error: Error) -> tuple[Reading, Known]:
    """The reading of a formula that cannot be read with all that is known, with less of it: what
    is only known from closed sections gives way. Raises the first error where that is no help."""
    ways = [with_own_e(source, known, error), _with_list(source, known, error)]
    ways += [replace(known, scope=known.firm, soft=frozenset())] if known.soft else []
    ways.append(without_far(known, source.text))
    for less in ways:
        if less is None or less.scope is known.scope:
            continue
        try:
            return read(source, _scope_of(less, source.text)), less
        except Error:
            continue  # the next way
    raise error


_PAIR = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|vec|hat|bar)\{?)?([a-hp-su-z])\}?\s*=\s*"
    r"\[\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\]\s*[.,;]?\s*"
)
_USUAL_INTERVALS = frozenset({("0", "1"), ("-1", "1"), ("0", "2"), ("0", "10"), ("0", "100")})


def _with_list(source: Source, known: Known, error: Error) -> Known | None:
    """The knowledge in which a small letter is a list of two numbers: `$x = [0.2, 0.4]$`. The ends
    of an interval that is usual are left open."""
    pair = _PAIR.fullmatch(source.text)
    if error.code != "ambiguous" or pair is None or pair.groups()[1:] in _USUAL_INTERVALS:
        return None
    left = source.text[: source.text.index("=")]
    name = canonical_name(left)
    listed = Symbol(name, "vector", (2,), declared=True)
    scope = replace(known.scope, symbols={**known.scope.symbols, name: listed})
    return replace(known, scope=scope)


def _with_entries(source: Source, known: Known, name: str) -> tuple[Reading, Known]:
    """The reading in which a name with subscripts is another one than the number that it is
    elsewhere; what a closed section says of the number is given up."""
    apart = without_scalar(known, name)
    reading = read(source, _scope_of(apart, source.text))
    origins = (o for (_, key), o in known.origins.items() if _spelled(key) == name)
    return reading, known if any(map(known.is_here, origins)) else apart


def _spelled(key: object) -> str:
    return str(key.data.name) if isinstance(key, Term) and key.op == "symbol" else str(key)


_OF_VECTORS = frozenset("abcpquvwxyz")


def _without_far_numbers(scope: Scope, known: Known, text: str) -> Scope:
    """The scope without what a closed section says of letters of vectors, for a formula that has
    an array of an open one: `Qx` is no multiple of Q because x was a number elsewhere."""
    if not known.soft:
        return scope
    letters = set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", text))
    near = (n for n, s in scope.symbols.items() if n not in known.soft and n in letters)
    if not any(scope.symbols[name].declared and is_array(scope.symbols[name]) for name in near):
        return scope
    far = known.soft & _OF_VECTORS & letters
    gone = {n for n in far if n in scope.symbols and not is_array(scope.symbols[n])}
    return replace(scope, symbols={n: s for n, s in scope.symbols.items() if n not in gone})


def _scope_of(known: Known, text: str) -> Scope:
    """The scope for one formula: without the sequences and far functions whose letters are
    something else in it."""
    scope = without_own_e(_without_far_functions(known, text), text)
    scope = _without_far_numbers(scope, known, text)
    scope = _with_values(scope, known, text)
    own = {
        name
        for name in known.habits.numbers & scope.symbols.keys()
        if scope.symbols[name].role == "sequence" and _stands_whole(name, text)
    }
    own |= {
        name
        for name, symbol in scope.symbols.items()
        if symbol.role == "sequence" and _stands_as_array(name, text, known)
    }
    spelt = _bold_as_named(text)
    own |= {
        name
        for name, symbol in scope.symbols.items()
        if symbol.role == "sequence" and is_bold(name) and not symbol.declared
        if _stands_whole(name, spelt)
    }
    if not own:
        return scope
    kept = {name: symbol for name, symbol in scope.symbols.items() if name not in own}
    return replace(scope, symbols=kept)


def _bold_as_named(text: str) -> str:
    r"""A text with its bold letters as they are named: `\mathbf x` and `\textbf{x}` are
    `\mathbf{x}`, which is a vector where it stands whole, whatever has a subscript elsewhere."""
    found = re.sub(r"\\(?:textbf|bf)(?=\s*[\{])", r"\\mathbf", text)
    found = re.sub(r"\\(?:bm|pmb)(?=\s*[\{\\])", r"\\boldsymbol", found)
    return re.sub(r"\\(mathbf|boldsymbol)\s*\{?\s*(\\?[A-Za-z]+)\s*\}?", r"\\\1{\2}", found)


def _stands_as_array(name: str, text: str, known: Known) -> bool:
    r"""Whether the letter of a sequence is that of an array here: `\max_i x_i \le f(x)` has it
    whole and with a subscript that counts no steps."""
    if name not in text or "_" not in text:
        return False
    letter = rf"(?<![A-Za-z\\]){re.escape(name)}"
    scripts = set(re.findall(rf"{letter}\s*_\s*(\{{[^{{}}]*\}}|\w)", text))
    plain_ones = {script.strip("{} ") for script in scripts} <= _COUNTERS - known.habits.steps
    return (
        bool(scripts)
        and plain_ones
        and re.search(rf"\(\s*{re.escape(name)}\s*\)", text) is not None
    )


_COUNTERS = frozenset("ijklmn")


def _with_values(scope: Scope, known: Known, text: str) -> Scope:
    r"""The scope in which a letter of functions that the document writes as a factor, and never
    calls, is a number before a bracket: the g of `\eta g (1 + \beta)`; and `d_k` beside a number d
    is a name."""
    own = known.habits.values - scope.functions.keys() - scope.symbols.keys()
    own = frozenset(n for n in own if re.search(rf"(?<![A-Za-z\\]){n}\s*(?:\\left)?\s*\(", text))
    if "_" in text:
        own |= known.habits.labelled - scope.symbols.keys()
    if not own:
        return scope
    return replace(scope, symbols={**scope.symbols, **{name: Symbol(name) for name in own}})


def _stands_whole(name: str, text: str) -> bool:
    """Whether the letter of a sequence stands here without a subscript only: the eta of `\\eta g_t`
    beside a schedule `\\eta_t`."""
    letter = rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z'])"
    if len(name) == 1:  # letters side by side are factors: the x of `2xy`
        text = _COMMAND.sub(" ", text)
        letter = rf"{re.escape(name)}(?!')"
    return re.search(letter, text) is not None and not re.search(rf"{letter}\s*_", text)


_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname\*?|mathit)\s*\{[^{}]*\}|\\[A-Za-z]+")


def _without_far_functions(known: Known, text: str) -> Scope:
    """The scope without functions of closed sections whose letters stand here as values: the p of
    `p(1 - p)`, the k of `a_k`."""
    far = [
        name
        for name in known.scope.functions
        if len(name) == 1 or (name.startswith("\\") and name[1:].isalpha())
        if (origin := known.origins.get(("function", name))) is not None
        if not known.is_here(origin) and _stands_bare(name, text)
    ]
    if not far:
        return known.scope
    functions = {n: f for n, f in known.scope.functions.items() if n not in far}
    return replace(known.scope, functions=functions)


def _stands_bare(name: str, text: str) -> bool:
    """Whether a letter stands somewhere in a text without an argument."""
    bare = (
        rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z'])(?!\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[^_])"
    )
    return re.search(bare, text) is not None


def _as_function(source: Source, term: Term, known: Known) -> tuple[Reading, Known] | None:
    """The reading of `u(c) = ...` as the definition of a function where `u` was read as a factor,
    whatever it is elsewhere."""
    name = function_defined(source.text)
    first = next(parts_of(term), term)
    left = first.args[0] if first.op == "relation" else first
    if not name or left.op not in ("mul", "matmul", "hadamard"):
        return None
    own = Symbol(name, "function")
    scope = forget(known, name).scope
    known = replace(known, scope=replace(scope, symbols={**scope.symbols, name: own}))
    try:
        return read(source, known.scope), known
    except Error:
        return None  # it is a product after all


def with_arguments(term: Term, known: Known) -> Term:
    """The term in which a derivative of a function by its name (`\\nabla f`) is of its value."""
    table: dict[Term, Term] = {}
    for node in postorder(term):
        if node.op == "gradient" and len(node.args) == 1 and node.args[0].op == "call":
            called = node.args[0]
            own = known.scope.functions.get(str(called.data.function.name))
            if own is not None and called.args == own.parameters and len(own.parameters) == 1:
                table[node] = make("gradient", called, *called.args, data=node.data)
            continue
        if node.op not in ("derivative", "gradient") or node.args[0].op != "symbol":
            continue
        name = node.args[0].data.name
        own = known.scope.functions.get(name)
        if own is None and node.args[0] not in known.scope.values:
            value = _named_value(node, known)
            if value is not None:
                table[node] = make(node.op, value, *node.args[1:], data=node.data)
        if own is None or node.args[0] in known.scope.values:
            continue
        if all(variable in own.parameters for variable in node.args[1:]):
            function = known.scope.symbols.get(name) or Symbol(name, "function")
            value = make("call", *own.parameters, data=Call(function))
            table[node] = make(node.op, value, *node.args[1:], data=node.data)
    return put(term, table) if table else term


def _named_value(slope: Term, known: Known) -> Term | None:
    r"""The value of a function of the library that is differentiated by its name alone (`\partial
    \text{LSE} / \partial x_i`), at what it is differentiated by; None for any other name."""
    name = str(slope.args[0].data.name)
    bases = {v.args[0] if v.op == "entry" else v for v in slope.args[1:]}
    if len(bases) != 1 or not _WORD.match(name) or known.scope.symbols.get(name) is not None:
        return None
    (base,) = bases
    if base.op != "symbol":
        return None
    try:
        written = name if name.startswith("\\") else rf"\text{{{name}}}"
        value = read(Source("name", f"{written}({base.data.name})"), known.scope).term
    except Error:
        return None  # no function of one argument
    outer = known.scope.outer
    called = value.op == "call" and (outer is None or outer(name) is None)
    if called or value.op in ("mul", "opaque") or len(free_symbols(value)) != 1:
        return None
    return put(value, dict.fromkeys(free_symbols(value), base))


_WORD = re.compile(r"(?:\\(?:text|mathrm|operatorname)\{[A-Za-z]{2,}\}|[A-Za-z]{2,})$")
_DIFFERENTIALS = re.compile(r"\\[dt]?frac\s*\{\s*d[^{}]*\}\s*\{\s*d\s*[a-zA-Z\\]")
"""Where `d` is the sign of a derivative, whatever else is called so."""


def _without_size_d(known: Known, text: str) -> Known:
    """The knowledge without arrays of a size d that a text does not speak of."""
    for name, found in known.scope.symbols.items():
        if "d" in (found.shape or ()) and name not in text:
            known = undeclare(known, name)
    return known


def _soft_arrays(text: str, known: Known) -> set[str]:
    """The names in a text that another section declares as arrays. One alone is more often
    used anew (`x`) than meant."""
    arrays = {name for name in known.soft if (s := known.scope.symbols.get(name)) and s.shape}
    letters = set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", text))
    return {name for name in arrays if name in (letters if len(name) == 1 else text)}


def trimmed(source: Source) -> Source:
    """Without white space, punctuation and a sign for `therefore` or `because` around it."""
    text = source.text
    begins = re.match(r"\s*(?:\\(?:therefore|because)(?![A-Za-z])\s*)?", text)
    start = begins.end() if begins is not None else 0
    end = len(
        re.sub(
            r"(?:[\s.,;]|\\[,;!]|\\q?quad|~|\\(?:square|blacksquare|Box|qed|hfill)(?![A-Za-z]))+$",
            "",
            text,
        )
    )
    return excerpt(source, start, max(start, end))


_NUMBERED_ROW = re.compile(
    r"(?:^|\\\\|\\begin\s*\{\w+\*?\})(?:\s|&)*"
    r"(\(\s*(?:\d{1,2}|[ivx]{1,4}|[a-h])\s*\)(?=\s*(?:\\[;:,]|\\q?quad|~|&)))"
)


def unnumbered(source: Source) -> Source:
    r"""A formula without the numbers that its rows begin with: `(1) \; x = y \\ (2) \; y = z`."""
    text = source.text
    for match in _NUMBERED_ROW.finditer(text):
        text = text[: match.start(1)] + " " * len(match[1]) + text[match.end(1) :]
    if text == source.text:
        return source
    return Source(source.name, text, source, range(len(text) + 1))


def parts_of(term: Term) -> Iterator[Term]:
    if term.op in ("statements", "and"):
        for part in term.args:
            yield from parts_of(part)
    else:
        yield term
