"""A first look over the syntax: what the notation itself says about each name.

`m_{t-1}` makes `m` a sequence, `W^T` makes `W` an array, `s(x) = ...` makes `s` a function,
`x_i \\in B` makes `B` a set, for the whole input, wherever the name stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS, WORDS
from symdl.expression.spelling import name_of, pushed, run_of_letters
from symdl.expression.term import Symbol
from symdl.latex import syntax as s

NO_BASE = frozenset({"\\nabla", "\\partial", "\\log", "\\mathbb{E}", "\\mathbb{R}", "\\Delta"})
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


@dataclass(slots=True)
class _Found:
    """What the walk collects before anything is concluded."""

    scripted: list[tuple[str, s.Node]] = field(default_factory=list)
    transposed: set[str] = field(default_factory=set)
    to_the_t: set[str] = field(default_factory=set)
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
    free = found.forms - found.values - set(known)
    notation.functions = {f for f in free if not has_meaning(f)}
    for name in found.sets:
        notation.roles[name] = Role("set", "set", False)
    _index_roles(found, notation, known)
    if "T" not in known and "T" not in found.counts:
        found.transposed |= found.to_the_t
    for name, role in found.arguments.items():
        if name not in known and not is_bold(name):
            notation.roles.setdefault(name, Role(role, "array-function"))
    for name in found.transposed - set(notation.roles) - set(known):
        if not is_bold(name):
            role = "matrix" if name[:1].isupper() or name[1:2].isupper() else "vector"
            notation.roles[name] = Role(role, "transpose")
    if found.arrays or found.transposed:
        from symdl.expression.reading_arrays_survey import infer_arrays

        infer_arrays(listed, notation, known, found.powers)
    return notation


def has_meaning(name: str) -> bool:
    """Whether a name before a bracket is a known function without any definition."""
    rows = name in WORDS or name in MACROS or name in c.OPERATOR_LETTERS
    return rows or name in c.ARRAY_WORDS or name in c.OPAQUE


def is_bold(name: str) -> bool:
    """Whether a name is printed bold or with an arrow."""
    return name.startswith(("\\mathbf{", "\\boldsymbol{", "\\vec{"))


def _index_roles(found: _Found, notation: Notation, known: Mapping[str, Symbol]) -> None:
    widths: dict[str, int] = {}
    timed: set[str] = set()
    for name, sub in found.scripted:
        items = index_items(sub, notation.indices)
        if not items or name in known:
            continue
        for item in items:
            notation.indices.update(n for n in _letters(item) if n not in known)
        widths[name] = max(widths.get(name, 0), len(items))
        if len(items) == 1 and _is_time(items[0]):
            timed.add(name)
    for name, width in widths.items():
        if name in notation.roles:
            continue
        if is_bold(name) or (name in timed and width == 1):
            notation.roles[name] = Role("sequence", "time", is_bold(name))
        else:
            role = ("vector", "matrix", "tensor")[min(width, 3) - 1]
            notation.roles[name] = Role(role, "index")


def _is_time(item: s.Node) -> bool:
    if isinstance(item, s.Sum):
        return len(item.terms) > 1
    return isinstance(item, s.Name) and item.text in c.TIME_LETTERS


def _letters(node: s.Node) -> Iterator[str]:
    if isinstance(node, s.Name):
        yield node.text
    elif isinstance(node, s.Scripts):
        return
    else:
        for child in children(node):
            yield from _letters(child)


def index_items(sub: s.Node, indices: set[str]) -> tuple[s.Node, ...]:
    """The single indices of a subscript, or () when it is a label.

    `ij` is two indices, `i,j` too, `t-1` and `2i` one; digits and words are none.
    """
    if isinstance(sub, s.Sequence):
        if set(sub.separators) - {","} or len(sub.separators) >= len(sub.items):
            return ()
        if all(isinstance(i, s.Number) for i in sub.items):
            return ()
        parts = [index_items(i, indices) or _fixed(i) for i in sub.items]
        return tuple(p for part in parts for p in part) if all(parts) else ()
    if isinstance(sub, s.Name):
        return (sub,) if sub.text in c.INDEX_LETTERS or sub.text in indices else ()
    if isinstance(sub, s.Product):
        return _product_items(sub, indices)
    if isinstance(sub, s.Sum):
        return (sub,) if len(sub.terms) > 1 and _index_like(sub, indices) else ()
    if isinstance(sub, s.Scripts):
        plain = node_is_index(sub.base, indices) if sub.sub is None else True
        return (sub,) if plain and _index_like(sub, indices) else ()
    return (sub,) if isinstance(sub, s.Dots) else ()


def node_is_index(node: s.Node, indices: set[str]) -> bool:
    """Whether a node is a letter that stands for an index."""
    return isinstance(node, s.Name) and (node.text in c.INDEX_LETTERS or node.text in indices)


def _fixed(node: s.Node) -> tuple[s.Node, ...]:
    return (node,) if isinstance(node, s.Number | s.Group) else ()


def _product_items(sub: s.Product, indices: set[str]) -> tuple[s.Node, ...]:
    run = run_of_letters(sub)
    if run is None:
        if all(index_items(f, indices) for f in sub.factors) and not any(sub.links):
            return sub.factors
        return (sub,) if _index_like(sub, indices) else ()
    if run in c.LABELS or not all(x in c.INDEX_LETTERS or x in indices for x in run):
        return ()
    return sub.factors


def _index_like(node: s.Node, indices: set[str]) -> bool:
    """Whether arithmetic over numbers and index letters (any single letter in a sum)."""
    if isinstance(node, s.Number):
        return True
    if isinstance(node, s.Name):
        small = len(node.text) == 1 and (node.text.islower() or node.text in c.COUNT_LETTERS)
        return small or node.text in c.INDEX_LETTERS or node.text in indices
    if isinstance(node, s.Scripts):
        lower = isinstance(node.base, s.Name) and node.base.text[:1].islower()
        known = _index_like(node.base, indices) if node.sub is None else True
        return lower and node.sup is None and known
    if isinstance(node, s.Sum | s.Product):
        return all(_index_like(child, indices) for child in children(node))
    return False


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
    outside = pushed(node)
    return () if outside is None else (outside,)


def _accent(node: s.Accent, found: _Found) -> Iterable[s.Node]:
    found.arrays = found.arrays or node.kind == "vec"
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
            if isinstance(node.sub, s.Sum) and len(node.sub.terms) == 2:
                first = node.sub.terms[0]
                if isinstance(first, s.Name):
                    found.indices.add(first.text)
    elif name is not None and isinstance(node.base, s.Name):
        found.values.add(name)
    if node.sup is not None:
        full = name if node.sub is None else name_of(s.Scripts(0, 0, node.base, node.sub))
        if name_of(node.sup) in TRANSPOSES:
            if full is not None:
                letter = isinstance(node.sup, s.Name) and node.sup.text == "T"
                (found.to_the_t if letter else found.transposed).add(full)
            found.arrays = True
            return (*rest, node.base) if name is None else rest
        rest.append(node.sup)
        if full is not None and isinstance(node.sup, s.Number):
            found.powers.add(full)
    if name is None or is_bold(name):
        rest.append(node.base)
    return rest


def _product(node: s.Product, found: _Found) -> Iterable[s.Node]:
    rest: list[s.Node] = []
    node = with_differences(node)
    factors, links = node.factors, node.links
    last = len(factors) - 1
    for i, factor in enumerate(factors):
        if i < last and links[i] == "" and bracket_of(factors[i + 1]) is not None:
            base = factor.base if isinstance(factor, s.Scripts) else factor
            name = name_of(base)
            if name in c.FUNCTION_LETTERS or isinstance(base, s.Word) or base is factor:
                if isinstance(factor, s.Scripts) and factor.sup is not None:
                    rest.append(factor.sup)
                if name is not None:
                    found.arrays = found.arrays or is_bold(name)
                    _array_argument(name, factors[i + 1], found)
                    continue
        if i < last and links[i] in ("", "@"):
            found.arrays = found.arrays or links[i] == "@" or _capitals(factor, factors[i + 1])
        rest.append(factor)
    return rest


def _array_argument(function: str, argument: s.Node, found: _Found) -> None:
    """The name that `softmax(z)` or `tr(A)` is taken of is an array."""
    group = bracket_of(argument)
    op = c.ARRAY_WORDS.get(function)
    if op is None or group is None or group.body is None:
        return
    name = name_of(group.body)
    if name is not None:
        found.arguments[name] = "matrix" if op in ("trace", "det") else "vector"


def with_differences(node: s.Product) -> s.Product:
    """The product with `\\Delta x` as one name, written as an accent."""
    factors, links = list(node.factors), list(node.links)
    for i in range(len(factors) - 2, -1, -1):
        sign, following = factors[i], factors[i + 1]
        if not isinstance(sign, s.Name) or sign.text != "\\Delta" or links[i]:
            continue
        base = following.base if isinstance(following, s.Scripts) else following
        if not isinstance(base, s.Name | s.Styled | s.Accent | s.Word):
            continue
        made: s.Node = s.Accent(sign.start, base.end, "Delta", base)
        if isinstance(following, s.Scripts):
            parts = (following.sub, following.sup, following.primes)
            made = s.Scripts(sign.start, following.end, made, *parts)
        factors[i : i + 2] = [made]
        del links[i]
    if len(factors) == len(node.factors):
        return node
    return s.Product(node.start, node.end, tuple(factors), tuple(links))


def letter_of(node: s.Node) -> str:
    """The letter of `W` or `W_1`, else an empty string."""
    if isinstance(node, s.Scripts) and isinstance(node.sub, s.Number) and node.sup is None:
        node = node.base
    return node.text if isinstance(node, s.Name) else ""


def _capitals(left: s.Node, right: s.Node) -> bool:
    if letter_of(left) not in c.MATRIX_LETTERS:
        return False
    letter = letter_of(right)
    return letter in c.MATRIX_LETTERS or letter in c.VECTOR_LETTERS


def bracket_of(node: s.Node) -> s.Group | None:
    """The group `(..)` or `[..]` of a node that is one, perhaps with scripts behind it."""
    while isinstance(node, s.Scripts | s.Postfix):
        node = node.base if isinstance(node, s.Scripts) else node.body
    return node if isinstance(node, s.Group) and node.open in "([" else None


def _chain(node: s.Chain, found: _Found) -> Iterable[s.Node]:
    first = node.operands[0]
    if node.relations[:1] and node.relations[0] in ("=", ":="):
        name = defined_function(first)
        if name is not None:
            found.forms.add(name)
    for relation, right in zip(node.relations, node.operands[1:], strict=True):
        name = name_of(right) if relation in ("in", "notin") else None
        if name is not None and not name.startswith("\\mathbb"):
            found.sets.add(name)
    return node.operands


def defined_function(node: s.Node) -> str | None:
    """The name in `name(x, y)` where the bracket holds different plain names only."""
    if not isinstance(node, s.Product) or len(node.factors) != 2 or any(node.links):
        return None
    group = node.factors[1]
    if not isinstance(group, s.Group) or group.open != "(" or group.body is None:
        return None
    items = group.body.items if isinstance(group.body, s.Sequence) else (group.body,)
    names = [name_of(i) for i in items]
    return name_of(node.factors[0]) if None not in names and len(set(names)) == len(names) else None


def _big(node: s.BigOperator, found: _Found) -> Iterable[s.Node]:
    lower = node.lower
    summed = node.name in ("sum", "prod")
    if isinstance(lower, s.Chain) and isinstance(lower.operands[0], s.Name):
        if lower.relations[0] != "->":
            found.indices.add(lower.operands[0].text)
    elif summed and lower is not None:
        found.indices.update(_letters(lower))
    if summed and isinstance(node.upper, s.Name):
        found.counts.add(node.upper.text)
    found.counts.discard("\\infty")
    return [n for n in (lower, node.upper, node.body, *node.differentials) if n is not None]


def _environment(node: s.Environment, found: _Found) -> Iterable[s.Node]:
    found.arrays = found.arrays or node.name.endswith("matrix")
    return children(node)


_LOOKS: dict[type[s.Node], Callable[[Any, _Found], Iterable[s.Node]]] = {
    s.Environment: _environment,
    s.Name: _name,
    s.Styled: _styled,
    s.Accent: _accent,
    s.Scripts: _scripts,
    s.Product: _product,
    s.Chain: _chain,
    s.BigOperator: _big,
}

_FIELDS: dict[type[s.Node], tuple[str, ...]] = {
    s.Styled: ("body",), s.Accent: ("body",), s.Scripts: ("base", "sub", "sup"),
    s.Fraction: ("numerator", "denominator"), s.Binomial: ("upper", "lower"),
    s.Root: ("body", "degree"), s.Group: ("body",), s.Sequence: ("items",), s.Sum: ("terms",),
    s.Product: ("factors",), s.Postfix: ("body",), s.Apply: ("head", "argument"),
    s.BigOperator: ("lower", "upper", "body", "differentials"), s.Chain: ("operands",),
    s.Conditioned: ("body", "condition"),
}  # fmt: skip


def children(node: s.Node) -> list[s.Node]:
    """The nodes directly inside a node."""
    if isinstance(node, s.Environment):
        return [cell for row in node.rows for cell in row if cell is not None]
    inside: list[s.Node] = []
    for name in _FIELDS.get(type(node), ()):
        value = getattr(node, name)
        if isinstance(value, tuple):
            inside.extend(value)
        elif value is not None:
            inside.append(value)
    return inside
