"""What is seen in a walk over the syntax: scripts, bold letters, transposes, norms, sums.

Nothing is concluded here, for the rest of the input may say more; survey.py does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from symdl.expression import conventions as c
from symdl.expression.reading.capitals import (
    are_matrices,
    conjugated,
    distributes,
    is_recurrent,
    is_row_before,
    uninverted,
)
from symdl.expression.reading.indices import letters
from symdl.expression.reading.notation import NO_BASE, TRANSPOSES
from symdl.expression.reading.syntax import (
    bracket_of,
    children,
    defined_function,
    is_bold,
    is_step,
    with_differences,
)
from symdl.expression.spelling import name_of, pushed, superscript_label
from symdl.latex import syntax as s

_OF_MATRICES = frozenset({"trace", "det", "vec", "tril", "triu"})


@dataclass(slots=True)
class Sightings:
    """What a walk over the syntax collects before anything is concluded from it."""

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
    stepped: bool = False

    @property
    def says_anything(self) -> bool:
        """Whether anything was seen that more than indices and counts could be concluded from."""
        if self.values or self.scripted or self.forms or self.arrays or self.bold or self.sets:
            return True
        marked = self.transposed or self.to_the_t or self.measured or self.arguments
        return bool(marked or self.families or self.powers)


def look_over(tree: s.Node, found: Sightings) -> None:
    """Note what a tree shows: one loop over all nodes, because order does not matter."""
    stack: list[s.Node] = [tree]
    while stack:
        node = stack.pop()
        look = _LOOKS.get(type(node))
        if look is not None:
            stack.extend(look(node, found))
        else:
            stack.extend(children(node))


def _name(node: s.Name, found: Sightings) -> Iterable[s.Node]:
    found.values.add(node.text)
    return ()


def _styled(node: s.Styled, found: Sightings) -> Iterable[s.Node]:
    if node.font in ("mathbf", "boldsymbol", "bm"):
        found.arrays = True
        found.bold.add(name_of(node) or "")
    outside = pushed(node)
    return () if outside is None else (outside,)


def _accent(node: s.Accent, found: Sightings) -> Iterable[s.Node]:
    if node.kind == "vec":
        found.arrays = True
        found.bold.add(name_of(node) or "")
    outside = pushed(node)
    if outside is not None:
        return (outside,)
    return () if name_of(node) is not None else (node.body,)


def _scripts(node: s.Scripts, found: Sightings) -> Iterable[s.Node]:
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
        found.stepped = found.stepped or is_step(node.sup)
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


def _transposed_group(body: s.Node, sign: s.Node | None, found: Sightings) -> None:
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


def _product(node: s.Product, found: Sightings) -> Iterable[s.Node]:
    rest: list[s.Node] = []
    node = with_differences(node)
    factors, links = node.factors, node.links
    last = len(factors) - 1
    called = -1
    found.arrays = found.arrays or bool(conjugated(factors))
    for i, factor in enumerate(factors):
        if i == called and (argument := _of_transposed_value(factor)) is not None:
            found.arrays = True
            rest.append(argument)
            continue
        if i < last and links[i] == "" and bracket_of(factors[i + 1]) is not None:
            base = factor.base if isinstance(factor, s.Scripts) else factor
            name = name_of(base)
            turned = is_row_before(factor, factors[i + 1])
            if (
                (name in c.FUNCTION_LETTERS and not turned)
                or isinstance(base, s.Word)
                or base is factor
            ):
                if isinstance(factor, s.Scripts) and factor.sup is not None:
                    rest.append(factor.sup)
                if name is not None:
                    found.arrays = found.arrays or is_bold(name)
                    if name not in c.FUNCTION_LETTERS and distributes(factor, factors[i + 1]):
                        found.arrays = True
                    _array_argument(name, factors[i + 1], found)
                    _recurrent_argument(factors[i + 1], found)
                    called = i + 1
                    continue
        if i < last and links[i] in ("", "@", "\\odot"):
            found.arrays = found.arrays or links[i] != "" or are_matrices(factor, factors[i + 1])
        rest.append(factor)
    return rest


def _of_transposed_value(node: s.Node) -> s.Group | None:
    """The bracket with a name of `R(\\alpha)^\\top`: the value is transposed, not the name."""
    if not isinstance(node, s.Scripts) or not isinstance(node.base, s.Group) or node.sup is None:
        return None
    named = node.base.body is not None and name_of(node.base.body) is not None
    return node.base if named and name_of(node.sup) in TRANSPOSES else None


def _array_argument(function: str, argument: s.Node, found: Sightings) -> None:
    """The name that `softmax(z)` or `tr(A)` is taken of is an array."""
    group = bracket_of(argument)
    if group is not None and group.body is not None:
        _marked_argument(function, group.body, found)


def _recurrent_argument(argument: s.Node, found: Sightings) -> None:
    """The step of a recurrent layer, `\\tanh(W h_{t-1} + b)`, is an array."""
    group = bracket_of(argument)
    found.arrays = found.arrays or (group is not None and is_recurrent(group.body))


def _marked_argument(function: str, body: s.Node, found: Sightings) -> None:
    op = c.ARRAY_WORDS.get(function.lstrip("\\"))
    if isinstance(body, s.Product) and isinstance(body.factors[0], s.Number):
        body = body.factors[-1] if len(body.factors) == 2 else body
    body = uninverted(body)
    if op in ("trace", "det") and isinstance(body, s.Scripts) and body.sub is None:
        body = body.base if isinstance(body.sup, s.Number | s.Name) else body  # tr(X^3)
    name = name_of(body)
    if op is not None and name is not None:
        found.arguments[name] = "matrix" if op in _OF_MATRICES else "vector"


def _apply(node: s.Apply, found: Sightings) -> Iterable[s.Node]:
    """`\\det A`, `\\operatorname{tr} A` and `\\det(2A)` as `\\operatorname{det}(A)`."""
    argument = node.argument
    body = argument.body if isinstance(argument, s.Group) else argument
    _recurrent_argument(argument, found)
    if isinstance(node.head, s.Name | s.Word) and body is not None:
        _marked_argument(node.head.text, body, found)
    return children(node)


def _chain(node: s.Chain, found: Sightings) -> Iterable[s.Node]:
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


def _big(node: s.BigOperator, found: Sightings) -> Iterable[s.Node]:
    lower = node.lower
    summed = node.name in ("sum", "prod")
    if isinstance(lower, s.Sequence) and isinstance(lower.items[-1], s.Chain):
        for item in lower.items:
            _limit(item, summed, found)
    else:
        _limit(lower, summed, found)
    if summed and (last := _last_index(node.upper)) is not None:
        found.counts.add(last.text)
    found.counts.discard("\\infty")
    return [n for n in (lower, node.upper, node.body, *node.differentials) if n is not None]


def _limit(lower: s.Node | None, summed: bool, found: Sightings) -> None:
    """What one part of a lower limit shows."""
    if isinstance(lower, s.Chain) and isinstance(lower.operands[0], s.Name):
        name = lower.operands[0].text
        plain = summed or lower.relations[0] == "=" or name in c.INDEX_LETTERS
        if plain and lower.relations[0] != "->":
            found.indices.add(name)
    elif summed and lower is not None:
        found.indices.update(letters(lower))


def _last_index(upper: s.Node | None) -> s.Name | None:
    """The letter that says how far a sum goes: n, and the n of `n - 1`."""
    if isinstance(upper, s.Sum) and len(upper.terms) == 2 and isinstance(upper.terms[1], s.Number):
        upper = upper.terms[0]
    return upper if isinstance(upper, s.Name) else None


def _group(node: s.Group, found: Sightings) -> Iterable[s.Node]:
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


def _environment(node: s.Environment, found: Sightings) -> Iterable[s.Node]:
    found.arrays = found.arrays or node.name.endswith("matrix")
    return children(node)


_LOOKS: dict[type[s.Node], Callable[[Any, Sightings], Iterable[s.Node]]] = {
    s.Number: lambda node, found: (),
    s.Sum: lambda node, found: node.terms,
    s.Fraction: lambda node, found: (node.numerator, node.denominator),
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
