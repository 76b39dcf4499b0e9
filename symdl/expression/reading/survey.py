"""A first look over the syntax: what the notation itself says about each name.

`m_{t-1}` makes `m` a sequence, `W^T` makes `W` an array, `s(x) = ...` makes `s` a function,
`x_i \\in B` makes `B` a set, for the whole input, wherever the name stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.expression import conventions as c
from symdl.expression.domain import Domain
from symdl.expression.operators import MACROS, WORDS
from symdl.expression.reading.indices import index_items, letters
from symdl.expression.reading.stated_domains import stated_domains
from symdl.expression.reading.syntax import (
    bracket_of,
    children,
    defined_function,
    is_bold,
    letter_of,
    with_differences,
)
from symdl.expression.spelling import name_of, pushed, superscript_label
from symdl.expression.term import Symbol
from symdl.latex import syntax as s

NO_BASE = frozenset({"\\nabla", "\\partial", "\\log", "\\mathbb{E}", "\\mathbb{R}", "\\Delta"})
_ARRAYS = frozenset({"vector", "matrix", "tensor"})
_BESIDE = frozenset({"matrix", "tensor"})
"""Roles of declared names that make arrays of the capitals beside them."""
_BOLD = ("mathbf", "boldsymbol", "vec")
_SINGLE = frozenset({"scalar", "constant", "function", "index", "set"})
TRANSPOSES = frozenset({"T", "\\top", "\\intercal", "\\mathrm{T}", "\\mathsf{T}"})


@dataclass(frozen=True, slots=True)
class Role:
    """What notation makes of a name: its role, by which rule, and whether it has axes."""

    role: str
    rule: str
    array: bool = True


@dataclass(slots=True)
class Notation:
    """The facts of one input (or of a whole document)."""

    functions: set[str] = field(default_factory=set)
    roles: dict[str, Role] = field(default_factory=dict)
    indices: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    wholes: dict[str, str] = field(default_factory=dict)
    stated: dict[str, Domain] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """What the walk collects before anything is concluded."""

    scripted: list[tuple[str, s.Node]] = field(default_factory=list)
    bold: set[str] = field(default_factory=set)
    listed: bool = False
    transposed: set[str] = field(default_factory=set)
    to_the_t: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    measured: set[str] = field(default_factory=set)
    arguments: dict[str, str] = field(default_factory=dict)
    powers: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    indices: set[str] = field(default_factory=set)
    arrays: bool = False


def survey(trees: Iterable[s.Node], known: Mapping[str, Symbol]) -> Notation:
    """What the notation of all trees together says; `known` names are left alone."""
    found = _Found()
    listed = list(trees)
    for tree in listed:
        _walk(tree, found)
    notation = Notation(indices=found.indices, counts=found.counts, values=found.values)
    if not found.values.isdisjoint(c.DOMAINS):
        for tree in listed:
            notation.stated.update(stated_domains(tree, c.DOMAINS))
    free = found.forms - found.values - set(known)
    notation.functions = {f for f in free if not has_meaning(f)}
    for name in found.sets:
        notation.roles[name] = Role("set", "set", False)
    if found.bold:
        _whole_arrays(found, notation, known)
    _index_roles(found, notation, known)
    if "T" not in known and "T" not in found.counts:
        found.transposed |= found.to_the_t
    for name, role in found.arguments.items():
        if name not in known and not is_bold(name):
            notation.roles.setdefault(name, Role(role, "array-function"))
    for name in found.measured - set(notation.roles) - set(known) - notation.indices:
        if not is_bold(name) and not _is_part(name, known):
            notation.roles[name] = Role(_array_role(name), "norm")
    for name in found.transposed - set(notation.roles) - set(known):
        if not is_bold(name) and not _is_part(name, known):
            notation.roles[name] = Role(_array_role(name), "transpose")
    declared = (known[name].role for name in found.values if name in known)
    if found.arrays or found.transposed or not _BESIDE.isdisjoint(declared):
        from symdl.expression.reading.arrays_survey import infer_arrays

        infer_arrays(listed, notation, known, found.powers)
    return notation


def _is_part(name: str, known: Mapping[str, Symbol]) -> bool:
    """Whether `x_i` is a row of a matrix x that is known, and no name of its own."""
    base = known.get(name.partition("_")[0])
    rows = base is not None and len(base.shape or ()) > 1
    return rows and name.partition("_")[2].strip("{}") in _ROWS


_ROWS = frozenset("ijklmn")


def _array_role(name: str) -> str:
    inner = name[name.find("{") + 1 :].lstrip("\\")
    return "matrix" if inner[:1].isupper() else "vector"


def has_meaning(name: str) -> bool:
    """Whether a name before a bracket is a known function without any definition."""
    rows = name in WORDS or name in MACROS or name in c.OPERATOR_LETTERS
    return rows or name in c.ARRAY_WORDS or name in c.OPAQUE


def _whole_arrays(found: _Found, notation: Notation, known: Mapping[str, Symbol]) -> None:
    """`x_i` beside `\\mathbf{x}` is its entry, `a_{ij}` and `A_{ij}` beside `\\mathbf{A}` are."""
    scripted = {name for name, _ in found.scripted}
    wholes = {w for w in found.bold - scripted if w not in known or known[w].role in _ARRAYS}
    for name, sub in found.scripted:
        if len(name) > 1 or name in known or (isinstance(sub, s.Number) and found.listed):
            continue
        pair = len(index_items(sub, found.indices)) == 2
        for letter in (name, name.upper()) if pair else (name,):
            whole = next((w for f in _BOLD if (w := f"\\{f}{{{letter}}}") in wholes), None)
            if whole is not None and (name not in found.values or letter != name):
                notation.wholes.setdefault(name, whole)


def _index_roles(found: _Found, notation: Notation, known: Mapping[str, Symbol]) -> None:
    widths: dict[str, int] = {}
    timed: set[str] = set()
    for name, sub in found.scripted:
        items = index_items(sub, notation.indices)
        if not items or (name in known and known[name].role in _SINGLE):
            continue
        for item in items:
            notation.indices.update(n for n in letters(item) if n not in known)
        if name in known:
            continue
        widths[name] = max(widths.get(name, 0), len(items))
        if len(items) == 1 and _is_time(items[0]):
            timed.add(name)
    for name, width in widths.items():
        if name in notation.roles:
            continue
        if name in found.families and width == 1 and not is_bold(name):
            # the vectors x_i are the rows of a matrix, the matrices W_l are those of no array
            rows = name not in timed and name.lstrip("\\")[:1].islower()
            notation.roles[name] = Role("matrix" if rows else "sequence", "family")
        elif is_bold(name) or (name in timed and width == 1):
            if is_bold(name) or name not in found.to_the_t | found.transposed:
                notation.roles[name] = Role("sequence", "time", is_bold(name))
        else:
            role = ("vector", "matrix", "tensor")[min(width, 3) - 1]
            notation.roles[name] = Role(role, "index")


def _is_time(item: s.Node) -> bool:
    if isinstance(item, s.Sum):
        return len(item.terms) > 1
    return isinstance(item, s.Name) and item.text in c.TIME_LETTERS


# The walk: one loop over all nodes, because order does not matter ------------------------


def _walk(tree: s.Node, found: _Found) -> None:
    stack: list[s.Node] = [tree]
    while stack:
        node = stack.pop()
        look = _LOOKS.get(type(node))
        if look is not None:
            stack.extend(look(node, found))
        else:
            stack.extend(children(node))


def _name(node: s.Name, found: _Found) -> Iterable[s.Node]:
    found.values.add(node.text)
    return ()


def _styled(node: s.Styled, found: _Found) -> Iterable[s.Node]:
    if node.font in ("mathbf", "boldsymbol", "bm"):
        found.arrays = True
        found.bold.add(name_of(node) or "")
    outside = pushed(node)
    return () if outside is None else (outside,)


def _accent(node: s.Accent, found: _Found) -> Iterable[s.Node]:
    if node.kind == "vec":
        found.arrays = True
        found.bold.add(name_of(node) or "")
    outside = pushed(node)
    if outside is not None:
        return (outside,)
    return () if name_of(node) is not None else (node.body,)


def _scripts(node: s.Scripts, found: _Found) -> Iterable[s.Node]:
    rest: list[s.Node] = []
    name = name_of(node.base)
    if node.sub is not None:
        rest.append(node.sub)
        if name is not None and name not in NO_BASE:
            found.scripted.append((name, node.sub))
            label = None if node.sup is None else superscript_label(node.sup)
            if label is not None:
                found.scripted.append((f"{name}^{label}", node.sub))
            if isinstance(node.sub, s.Sum) and len(node.sub.terms) == 2:
                first = node.sub.terms[0]
                if isinstance(first, s.Name):
                    found.indices.add(first.text)
    elif name is not None and isinstance(node.base, s.Name):
        found.values.add(name)
    if node.sup is not None:
        full = name if node.sub is None else name_of(s.Scripts(0, 0, node.base, node.sub))
        turned = node.sup
        if isinstance(turned, s.Sum) and turned.signs == ("-",):
            turned = turned.terms[0]  # W^{-T}
        if isinstance(turned, s.Product) and isinstance(turned.factors[0], s.Group):
            turned = turned.factors[1] if turned.links == ("",) else turned  # W^{(l)T}, not e^{2T}
        if name_of(turned) in TRANSPOSES:
            if node.sub is not None and name is not None:
                found.families.add(name)
            if full is not None:
                letter = isinstance(turned, s.Name) and turned.text == "T"
                (found.to_the_t if letter else found.transposed).add(full)
            found.arrays = True
            if isinstance(node.base, s.Group) and node.base.body is not None:
                _transposed_group(node.base.body, turned, found)
            return (*rest, node.base) if name is None else rest
        rest.append(node.sup)
        if full is not None and isinstance(node.sup, s.Number):
            found.powers.add(full)
    if name is None or is_bold(name):
        rest.append(node.base)
    return rest


def _transposed_group(body: s.Node, sign: s.Node | None, found: _Found) -> None:
    """`(x - \\mu)^T`: the letters are arrays; beside a number, `(1 - \\beta)^T`, they are not."""
    terms = body.terms if isinstance(body, s.Sum) else (body,)
    if any(isinstance(t, s.Number) for t in terms):
        return
    letter = isinstance(sign, s.Name) and sign.text == "T"
    for term in terms:
        name = name_of(term)
        if isinstance(term, s.Scripts) and term.sub is not None and term.sup is None:
            found.families.add(name_of(term.base) or "")
        elif isinstance(term, s.Scripts) and isinstance(term.sup, s.Group) and term.sub is None:
            base = name_of(term.base)  # (W^{(l)})^T
            (found.to_the_t if letter else found.transposed).add(base or "")
        if name is not None:
            (found.to_the_t if letter else found.transposed).add(name)


def _product(node: s.Product, found: _Found) -> Iterable[s.Node]:
    rest: list[s.Node] = []
    node = with_differences(node)
    factors, links = node.factors, node.links
    last = len(factors) - 1
    found.arrays = found.arrays or bool(conjugated(factors))
    for i, factor in enumerate(factors):
        if i < last and links[i] == "" and bracket_of(factors[i + 1]) is not None:
            base = factor.base if isinstance(factor, s.Scripts) else factor
            name = name_of(base)
            if name in c.FUNCTION_LETTERS or isinstance(base, s.Word) or base is factor:
                if isinstance(factor, s.Scripts) and factor.sup is not None:
                    rest.append(factor.sup)
                if name is not None:
                    found.arrays = found.arrays or is_bold(name)
                    if name not in c.FUNCTION_LETTERS and distributes(factor, factors[i + 1]):
                        found.arrays = True
                    _array_argument(name, factors[i + 1], found)
                    continue
        if i < last and links[i] in ("", "@", "\\odot"):
            found.arrays = found.arrays or links[i] != "" or _capitals(factor, factors[i + 1])
        rest.append(factor)
    return rest


def _array_argument(function: str, argument: s.Node, found: _Found) -> None:
    """The name that `softmax(z)` or `tr(A)` is taken of is an array."""
    group = bracket_of(argument)
    if group is not None and group.body is not None:
        _marked_argument(function, group.body, found)


def _marked_argument(function: str, body: s.Node, found: _Found) -> None:
    op = c.ARRAY_WORDS.get(function.lstrip("\\"))
    if isinstance(body, s.Product) and isinstance(body.factors[0], s.Number):
        body = body.factors[-1] if len(body.factors) == 2 else body
    name = name_of(uninverted(body))
    if op is not None and name is not None:
        found.arguments[name] = "matrix" if op in ("trace", "det") else "vector"


def uninverted(node: s.Node) -> s.Node:
    """A of `A^{-1}`, else the node itself."""
    if isinstance(node, s.Scripts) and node.sub is None and isinstance(node.sup, s.Sum):
        return node.base
    return node


def conjugates(left: s.Node, right: s.Node) -> bool:
    """`P^{-1} A` and `D P^{-1}`: an inverse beside a capital would be a fraction of numbers."""
    inverted = uninverted(left) is not left or uninverted(right) is not right
    letters = {letter_of(uninverted(left)), letter_of(uninverted(right))}
    return inverted and letters <= c.MATRIX_LETTERS | c.FACTOR_LETTERS


def conjugated(factors: tuple[s.Node, ...]) -> tuple[s.Node, ...]:
    """The capitals of `P D^2 P^{-1}`, bare of their exponents: numbers would cancel. Else none."""
    bases = tuple(f.base if isinstance(f, s.Scripts) and f.sub is None else f for f in factors)
    inverted = {letter_of(uninverted(f)) for f in factors if uninverted(f) is not f}
    plain = {letter_of(f) for f in factors}
    capitals = c.MATRIX_LETTERS | c.FACTOR_LETTERS
    return bases if inverted & plain & capitals and set(map(letter_of, bases)) <= capitals else ()


def solves(left: s.Node, right: s.Node) -> bool:
    """`A^{-1} b`: an inverted capital beside a small letter that is no index is a matrix beside a
    vector; numbers would be a fraction."""
    power = left.sup if isinstance(left, s.Scripts) else None
    inverted = isinstance(power, s.Sum) and power.signs == ("-",)
    if not inverted or not isinstance(power, s.Sum) or not isinstance(power.terms[0], s.Number):
        return False
    letter = letter_of(right)
    small = len(letter) == 1 and letter.islower() and letter not in c.INDEX_LETTERS
    capital = letter_of(uninverted(left)) in c.MATRIX_LETTERS | c.FACTOR_LETTERS
    return small and capital and power.terms[0].text == "1"


def summed_capitals(node: s.Node) -> tuple[s.Node, ...]:
    """B and C of `(B + C)`; none where anything else is summed."""
    body = node.body if isinstance(node, s.Group) and node.open in ("(", "[") else None
    if not isinstance(body, s.Sum) or len(body.terms) < 2:
        return ()
    return body.terms if all(letter_of(t) in c.MATRIX_LETTERS for t in body.terms) else ()


def distributes(left: s.Node, right: s.Node) -> tuple[s.Node, ...]:
    """The capitals of `A(B + C)` and `(A + B)C`, read as those of `AB + AC`; else none."""
    for letter, group in ((left, right), (right, left)):
        if letter_of(uninverted(letter)) in c.MATRIX_LETTERS and summed_capitals(group):
            return (uninverted(letter), *summed_capitals(group))
    return ()


def regresses(left: s.Node, right: s.Node) -> bool:
    """`X\\beta`, `X\\theta`: the design matrix before its coefficients."""
    return letter_of(left) in c.DESIGN_MATRICES and letter_of(right) in c.COEFFICIENTS


def _capitals(left: s.Node, right: s.Node) -> bool:
    if conjugates(left, right) or solves(left, right) or distributes(left, right):
        return True
    if regresses(left, right):
        return True
    if letter_of(uninverted(left)) not in c.MATRIX_LETTERS:
        return False
    letter = letter_of(uninverted(right))
    return letter in c.MATRIX_LETTERS or letter in c.VECTOR_LETTERS


def _apply(node: s.Apply, found: _Found) -> Iterable[s.Node]:
    """`\\det A` and `\\det(2A)` as `\\operatorname{det}(A)`."""
    argument = node.argument
    body = argument.body if isinstance(argument, s.Group) else argument
    if isinstance(node.head, s.Name) and body is not None:
        _marked_argument(node.head.text, body, found)
    return children(node)


def _chain(node: s.Chain, found: _Found) -> Iterable[s.Node]:
    first = node.operands[0]
    if node.relations[:1] and node.relations[0] in ("=", ":="):
        name = defined_function(first)
        if name is not None:
            found.forms.add(name)
    if is_bold(name_of(first) or ""):
        found.listed = True  # \\mathbf{x} = [x_1, x_2] defines
    for relation, right in zip(node.relations, node.operands[1:], strict=True):
        name = name_of(right) if relation in ("in", "notin") else None
        if name is not None and not name.startswith("\\mathbb"):
            found.sets.add(name)
    return node.operands


def _big(node: s.BigOperator, found: _Found) -> Iterable[s.Node]:
    lower = node.lower
    summed = node.name in ("sum", "prod")
    if isinstance(lower, s.Chain) and isinstance(lower.operands[0], s.Name):
        name = lower.operands[0].text
        plain = summed or lower.relations[0] == "=" or name in c.INDEX_LETTERS
        if plain and lower.relations[0] != "->":
            found.indices.add(name)
    elif summed and lower is not None:
        found.indices.update(letters(lower))
    if summed and isinstance(node.upper, s.Name):
        found.counts.add(node.upper.text)
    found.counts.discard("\\infty")
    return [n for n in (lower, node.upper, node.body, *node.differentials) if n is not None]


def _group(node: s.Group, found: _Found) -> Iterable[s.Node]:
    """What a norm or an inner product is taken of has axes."""
    if node.open in ("\\|", "\\langle") and node.body is not None:
        body = node.body
        items = body.items if isinstance(body, s.Sequence) else (body,)
        terms = [t for item in items for t in (item.terms if isinstance(item, s.Sum) else (item,))]
        for term in terms:
            name = name_of(term)
            if isinstance(term, s.Scripts) and term.sub is not None and term.sup is None:
                base = name_of(term.base)
                if base is not None:
                    found.families.add(base)
            if name is not None:
                found.measured.add(name)
                found.arrays = True
    return () if node.body is None else (node.body,)


def _environment(node: s.Environment, found: _Found) -> Iterable[s.Node]:
    found.arrays = found.arrays or node.name.endswith("matrix")
    return children(node)


_LOOKS: dict[type[s.Node], Callable[[Any, _Found], Iterable[s.Node]]] = {
    s.Apply: _apply,
    s.Environment: _environment,
    s.Group: _group,
    s.Name: _name,
    s.Styled: _styled,
    s.Accent: _accent,
    s.Scripts: _scripts,
    s.Product: _product,
    s.Chain: _chain,
    s.BigOperator: _big,
}
