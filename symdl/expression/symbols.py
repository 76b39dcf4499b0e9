"""Declarations of symbols, and the canonical name under which a symbol is known."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.expression import dimensions
from symdl.expression.domain import REAL, Domain
from symdl.expression.spelling import name_of
from symdl.expression.term import Dim, Shape, Symbol

_GREEK_TEXT = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda
    mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta
    Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell
"""
GREEK = frozenset(_GREEK_TEXT.split())
ACCENTS = frozenset({"hat", "bar", "tilde", "dot", "ddot", "vec"})
ROLES = (
    "real", "scalar", "integer", "natural", "vector", "matrix", "tensor",
    "function", "index", "constant", "sequence", "set",
)  # fmt: skip
_RANKS = {"vector": 1, "matrix": 2}
_SHAPED = frozenset({"vector", "matrix", "tensor", "index", "sequence"})
_SIGNS = {"positive": "> 0", "negative": "< 0", "nonnegative": ">= 0", "nonzero": "!= 0"}
_SIGN = re.compile(r"\s*(positive|negative|non-?negative|non-?zero)\b\s*", re.IGNORECASE)
_HEAD = re.compile(r"\s*([A-Za-z]+)\s*(?:\(([^()]*)\))?\s*")
_BOUND = re.compile(r"\s*(<=|>=|!=|<|>|=|≤|≥|≠)\s*([-+]?[0-9.]+(?:[eE][-+]?\d+)?(?:/\d+)?)\s*(,|$)")
_SAME = {"≤": "<=", "≥": ">=", "≠": "!="}
HINT = "write for example: real > 0, < 1   vector(n)   matrix(m, n) > 0   constant = 0.9"


def declare(key: str, text: str, span: Span | None = None) -> Symbol:
    """The symbol that a declaration describes.

    `text` is a role (`real`, `integer`, `natural`, `vector(n)`, `matrix(m, n)`,
    `tensor(b, h, n)`, `index(n)`, `sequence`, `sequence(n)`, `set`, `function`, `constant`)
    and, behind it, bounds of the values: `> 0, < 1`, `!= 0`, `= 0.9`, or before it a sign:
    `positive integer`, `nonzero`.

    >>> declare("beta_1", "real >= 0, < 1").domain.contains(Fraction(1))
    False
    """
    said = _without_sign(text)
    head = _HEAD.match(said)
    if head is None or head[1] not in ROLES:
        raise ReadError(f"'{text.strip()}' declares nothing", span, HINT, "bad-declaration")
    role = head[1]
    shape = _shape(role, head[2], span)
    domain = _bounds(said[head.end() :], role, span)
    if role == "index":
        size = shape[0] if shape else None
        domain = _index_domain(domain, size)
        shape = ()
    role = {"real": "scalar", "integer": "scalar", "natural": "scalar"}.get(role, role)
    return Symbol(canonical_name(key), role, shape, domain, True)


def _without_sign(text: str) -> str:
    """A declaration with its sign as a bound behind its role; a positive matrix may be one that is
    positive definite, and has none."""
    sign = _SIGN.match(text)
    role = text[sign.end() :].strip() or "real" if sign is not None else ""
    if sign is None or role.startswith(tuple(_SHAPED)):
        return text
    bound = _SIGNS[sign[1].lower().replace("-", "")]
    return f"{role}, {bound}" if _BOUND.search(role) else f"{role} {bound}"


def _shape(role: str, inside: str | None, span: Span | None) -> Shape:
    if inside is None:
        return None if role in ("vector", "matrix", "tensor", "set") else ()
    if role not in _SHAPED:
        raise ReadError(f"'{role}' has no dimensions", span, HINT, "bad-declaration")
    shape = tuple(_dimension(part.strip(), span) for part in inside.split(",") if part.strip())
    if len(shape) != _RANKS.get(role, len(shape) or 1):
        message = f"a {role} with {len(shape)} dimensions"
        raise ReadError(message, span, HINT, "bad-declaration")
    return shape


def _dimension(text: str, span: Span | None) -> Dim:
    if text.isdigit():
        return int(text)
    if re.fullmatch(r"\\?[A-Za-z][\w\\{}^]*", text):
        return canonical_name(text)
    tokens = dimensions.tokens(text) or []
    names = {t: canonical_name(t) for t in tokens if t[0].isalpha() or t[0] == "\\"}
    found = dimensions.combined(tokens, names)
    if found is None or (isinstance(found, int) and found < 1):
        message = f"'{text}' is no dimension"
        hint = "a dimension is a whole number, a name, or a sum or product of these (n + m, 2n)"
        raise ReadError(message, span, hint, "bad-declaration")
    return found


def _bounds(text: str, role: str, span: Span | None) -> Domain:
    found = _said(text, role)
    if isinstance(found, str):
        raise ReadError(found, span, HINT, "bad-declaration")
    return found


@lru_cache(maxsize=256)
def _said(text: str, role: str) -> Domain | str:
    """The domain of a role within bounds, or what is wrong with them."""
    integer = role in ("integer", "natural", "index")
    lower = Fraction(0) if role == "natural" else None
    found = Domain(lower=lower, integer=integer) if integer else REAL
    place = 0
    while text[place:].strip():
        match = _BOUND.match(text, place)
        if match is None:
            return f"'{text[place:].strip()}' is no bound"
        found = _bounded(found, _SAME.get(match[1], match[1]), Fraction(match[2]))
        place = match.end()
    empty = found.lower is not None and found.upper is not None and found.lower > found.upper
    return "no number lies in these bounds" if empty else found


def _bounded(d: Domain, sign: str, value: Fraction) -> Domain:
    if sign == "!=":
        return Domain(*_ends(d), d.integer, (*d.excluded, value))
    lower, upper, lower_open, upper_open = _ends(d)
    if sign in (">", ">=", "="):
        lower, lower_open = value, sign == ">"
    if sign in ("<", "<=", "="):
        upper, upper_open = value, sign == "<"
    return Domain(lower, upper, lower_open, upper_open, d.integer, d.excluded)


def _ends(d: Domain) -> tuple[Fraction | None, Fraction | None, bool, bool]:
    return d.lower, d.upper, d.lower_open, d.upper_open


def _index_domain(domain: Domain, size: Dim | None) -> Domain:
    lower = domain.lower if domain.lower is not None else Fraction(1)
    upper = Fraction(size) if isinstance(size, int) else domain.upper
    return Domain(lower, upper, domain.lower_open, domain.upper_open, True, domain.excluded)


@lru_cache(maxsize=1024)
def canonical_name(key: str) -> str:
    """The name a symbol is known by, from its LaTeX or a plain key.

    >>> canonical_name("beta_1"), canonical_name("m_hat"), canonical_name("lr")
    ('\\\\beta_1', '\\\\hat{m}', 'lr')
    """
    key = key.strip()
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*", key):
        return _from_key(key.split("_"), key)
    from symdl.latex.parser import parse

    tree = parse(Source(key, key)).tree
    name = name_of(tree)
    if name is None:
        raise ReadError(f"'{key}' is no name", tree.span(Source(key, key)), "", "bad-name")
    return name


def _from_key(parts: list[str], key: str) -> str:
    base = parts[0]
    greek = base in GREEK
    if not greek and len(base) > 1:
        return key
    name = f"\\{base}" if greek else base
    rest = parts[1:]
    while rest and rest[0] in ACCENTS:
        name = f"\\{rest.pop(0)}{{{name}}}"
    if not rest:
        return name
    labels = [_label(part) for part in rest]
    label = ",".join(labels)
    return f"{name}_{label}" if len(label) == 1 or label[1:].isalpha() else f"{name}_{{{label}}}"


def _label(part: str) -> str:
    if part in GREEK:
        return f"\\{part}"
    return f"\\text{{{part}}}" if part.isalpha() and len(part) > 1 else part
