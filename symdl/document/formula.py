"""A formula file: YAML -> raw Formula, in which every text still knows its place.

Nothing is read as mathematics here. formulas/README.md describes the keys for authors and
formulas/schema.json for editors.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from symdl.document.errors import FileError, FormulaError
from symdl.document.formula_keys import (
    Keys,
    entries_in,
    items_in,
    text_in,
    word_list_in,
    words_in,
)
from symdl.document.raw_formula import (
    Assigned,
    Citation,
    ClaimEntry,
    ExampleEntry,
    ParameterEntry,
    RawFormula,
    SymbolEntry,
    Value,
)
from symdl.document.source import Source, Span
from symdl.document.yaml_nodes import QUOTE_HINT, Entries, Items, Node, Scalar, parse_yaml

MAX_BYTES = 1_000_000
"""A formula file is a page: larger ones are refused before they are parsed."""


EXPECTATIONS = ("refuted", "shape-mismatch")
"""What a claim may be said to be instead of true."""


def read_bytes(path: Path | str) -> bytes:
    """What a file holds. Raises FileError when it cannot be read."""
    name = str(path)
    nowhere = Span(Source(name, ""), 0, 0)
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise OSError("not a regular file")
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"cannot read this file: {reason}", nowhere) from None


@lru_cache(maxsize=256)
def formula_of(name: str, data: bytes, kind: str = "") -> RawFormula:
    """The formula that a file of this name holds; the library's own files are asked for twice.

    Raises FileError and FormulaError with the place.
    """
    return parse_formula(decode_source(name, data), kind)


def decode_source(name: str, data: bytes) -> Source:
    """The bytes of a file as a Source. Raises FileError when they are not UTF-8 text."""
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        readable = Source(name, data[: error.start].decode("utf-8"))
        end = len(readable.text)
        raise FileError(
            f"not a text file: byte 0x{data[error.start]:02x} is not UTF-8",
            Span(readable, end, end),
            "save the file as UTF-8",
        ) from None


def parse_formula(file: Source, kind: str = "") -> RawFormula:
    """The formula in a YAML text. Raises FormulaError with line, column and hint."""
    if len(file.text) > MAX_BYTES:
        raise FormulaError(f"longer than {MAX_BYTES:,} characters", Span(file, 0, 0))
    root = parse_yaml(file)
    if root is None or (isinstance(root, Scalar) and not root.text.strip()):
        raise FormulaError(
            "the file is empty", Span(file, 0, 0), "a formula file has at least name and formula"
        )
    keys = Keys(root, "formula file", _TOP_KEYS)
    name = keys.required("name", _name)
    return RawFormula(
        file=file,
        name=name,
        title=keys.get("title", words_in, name.text),
        lines=keys.required("formula", _lines),
        kind=keys.get("kind", words_in, kind),
        citation=keys.get("source", _citation, None),
        symbols=keys.get("symbols", _symbols, ()),
        parameters=keys.get("parameters", _parameters, ()),
        claims=keys.get("claims", _claims, ()),
        examples=keys.get("examples", _examples, ()),
        tags=keys.get("tags", word_list_in, ()),
        aliases=keys.get("aliases", word_list_in, ()),
        see=keys.get("see", word_list_in, ()),
    )


_TOP_KEYS = (
    *("name", "title", "kind", "formula", "source", "symbols", "parameters"),
    *("claims", "examples", "tags", "aliases", "see"),
)
_SYMBOL_KEYS = ["domain", "shape", "role", "type", "latex", "meaning"]


def _name(node: Node, what: str) -> Source:
    name = text_in(node, what)
    if not name.text.replace("-", "_").isidentifier() or name.text != name.text.lower():
        raise FormulaError(
            f"{what}: {name.text!r} is not a formula name",
            node.span,
            "use lower-case letters, digits and _, as in leaky_relu",
        )
    return name


def _lines(node: Node, what: str) -> tuple[Source, ...]:
    if not isinstance(node, Items):
        return (text_in(node, what),)
    if not node.items:
        raise FormulaError(f"{what}: the list is empty", node.span)
    return tuple(text_in(item, what) for item in node.items)


def _citation(node: Node, what: str) -> Citation:
    keys = Keys(node, what, ["title", "authors", "section", "equation", "year", "url"])
    return Citation(
        title=keys.required("title", words_in),
        authors=keys.get("authors", _one_or_more, ""),
        section=keys.get("section", words_in, ""),
        equation=keys.get("equation", words_in, ""),
        year=keys.get("year", words_in, ""),
        url=keys.get("url", words_in, ""),
    )


def _one_or_more(node: Node, what: str) -> str:
    return ", ".join(word_list_in(node, what)) if isinstance(node, Items) else words_in(node, what)


def _symbols(node: Node, what: str) -> tuple[SymbolEntry, ...]:
    return tuple(_symbol(key, value) for key, value in entries_in(node, what))


def _symbol(key: Scalar, node: Node) -> SymbolEntry:
    if isinstance(node, Scalar):
        text = text_in(node, f"symbol {key.text}")
        return SymbolEntry(key.source, text.text, node.span)
    return _declared(key, Keys(node, f"symbol {key.text}", _SYMBOL_KEYS), node.span)


def _declared(key: Scalar, keys: Keys, span: Span) -> SymbolEntry:
    """`type`, or role, shape and domain put together in one declaration text."""
    domain = keys.get("domain", words_in, "")
    declaration = keys.get("type", words_in, "")
    if declaration and ("shape" in keys.found or "role" in keys.found):
        raise FormulaError(f"{keys.what}: type already says the role and the shape", span)
    if not declaration:
        declaration = _shaped(keys)
    if declaration:
        declaration = f"{declaration} {domain.removeprefix('real').lstrip()}".rstrip()
    for part in ("type", "shape", "domain", "role"):
        if part in keys.found:
            span = keys.found[part].span
            break
    return SymbolEntry(
        key.source,
        declaration or domain or "real",
        span,
        keys.get("latex", text_in, None),
        keys.get("meaning", words_in, ""),
    )


_ARRAYS = {1: "vector", 2: "matrix"}
_ROLES = (
    *("scalar", "vector", "matrix", "tensor", "function"),
    *("index", "constant", "sequence", "set"),
)


def _shaped(keys: Keys) -> str:
    """`matrix(m, n)` from role and shape; empty for a plain scalar."""
    role = keys.get("role", words_in, "")
    if role and role not in _ROLES:
        hint = "roles: " + ", ".join(_ROLES)
        raise FormulaError(f"{keys.what}: unknown role {role!r}", keys.found["role"].span, hint)
    dimensions = keys.get("shape", _dimensions, ())
    if not dimensions:
        return "" if role == "scalar" else role
    if role in ("", "vector", "matrix", "tensor"):
        role = _ARRAYS.get(len(dimensions), "tensor")
    return f"{role}({', '.join(dimensions)})"


def _dimensions(node: Node, what: str) -> tuple[str, ...]:
    """`(m, n)`, `(n,)` or a YAML list."""
    if isinstance(node, Items):
        return word_list_in(node, what)
    text = text_in(node, what).text.strip()
    if text.startswith("(") and text.endswith(")"):
        return tuple(part.strip() for part in text[1:-1].split(",") if part.strip())
    raise FormulaError(f"{what}: expected a shape such as '(m, n)'", node.span, QUOTE_HINT)


def _parameters(node: Node, what: str) -> tuple[ParameterEntry, ...]:
    return tuple(_parameter(key, value) for key, value in entries_in(node, what))


def _parameter(key: Scalar, node: Node) -> ParameterEntry:
    what = f"parameter {key.text}"
    if isinstance(node, Scalar):
        return ParameterEntry(SymbolEntry(key.source, "real", node.span), text_in(node, what))
    keys = Keys(node, what, ["value", *_SYMBOL_KEYS])
    return ParameterEntry(_declared(key, keys, node.span), keys.required("value", text_in))


def _claims(node: Node, what: str) -> tuple[ClaimEntry, ...]:
    return tuple(_claim(item) for item in items_in(node, what))


def _claim(node: Node) -> ClaimEntry:
    if not isinstance(node, Entries):
        return ClaimEntry(text_in(node, "claim"))
    if all(key.text not in ("claim", "expect", "note") for key, _ in node.entries):
        text_in(node, "claim")
    keys = Keys(node, "claim", ("claim", "expect", "note"))
    return ClaimEntry(
        keys.required("claim", text_in),
        keys.get("expect", _expectation, ""),
        keys.get("note", words_in, ""),
    )


def _expectation(node: Node, what: str) -> str:
    text = words_in(node, what)
    if text not in EXPECTATIONS:
        hint = "one of " + ", ".join(EXPECTATIONS) + "; leave it out for a claim that holds"
        raise FormulaError(f"{what}: unknown value {text!r}", node.span, hint)
    return text


def _examples(node: Node, what: str) -> tuple[ExampleEntry, ...]:
    return tuple(_example(item) for item in items_in(node, what))


def _example(node: Node) -> ExampleEntry:
    keys = Keys(node, "example", ("given", "expect", "note"))
    expect = keys.required("expect", _assigned)
    if not expect:
        raise FormulaError("example: nothing is expected", node.span)
    return ExampleEntry(
        keys.get("given", _assigned, ()), expect, node.span, keys.get("note", words_in, "")
    )


def _assigned(node: Node, what: str) -> tuple[Assigned, ...]:
    return tuple(
        Assigned(key.source, _value(value, f"{what} {key.text}"))
        for key, value in entries_in(node, what)
    )


def _value(node: Node, what: str) -> Value:
    """A text or nested lists of texts; nesting is bounded by the YAML reader."""
    if not isinstance(node, Items):
        return text_in(node, what)
    if not node.items:
        raise FormulaError(f"{what}: the list is empty", node.span)
    return tuple(_value(item, what) for item in node.items)
