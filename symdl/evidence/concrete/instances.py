"""A claim at concrete sizes: pairs of nodes that are said to be equal, and what must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from itertools import product as places

from symdl.derivation.written_out import inferred_sizes
from symdl.evidence.arrays.settings import Setting, free_indices, open_indices, settings, size_names
from symdl.evidence.claim import Claim
from symdl.evidence.concrete import array_rules, binder_rules, joined_rules, values
from symdl.evidence.concrete.graph import Node, Undefined, Unwritten
from symdl.evidence.concrete.writing import Writer
from symdl.evidence.points import domain_of
from symdl.expression.dimensions import value_at
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, make, number, size

RULES_OF = (array_rules, binder_rules, joined_rules)
"""The modules that teach the writer its rules."""
PATTERNS: tuple[tuple[int, ...], ...] = (
    (1, 1, 1, 1), (2, 2, 2, 2), (1, 2, 1, 2), (2, 1, 2, 1), (2, 3, 2, 3), (3, 2, 3, 2),
    (2, 3, 4, 3), (3, 3, 3, 3), (4, 2, 3, 4), (5, 3, 2, 2),
)  # fmt: skip
PLACES = 12
"""Values of the free indices tried at each size."""
SHARED = 3_000
"""Operations up to which the places of one setting of sizes share what is written."""

Point = Mapping[Node, Fraction]


@dataclass
class Instance:
    """One setting: the writer, both sides entry by entry, equations that hold (each a node that
    is 0) and other conditions (pairs of nodes with their relation)."""

    setting: Setting
    writer: Writer
    shape: tuple[int, ...]
    left: list[Node]
    right: list[Node]
    equations: list[Node] = field(default_factory=list)
    relations: list[tuple[Node, str, Node]] = field(default_factory=list)

    @cached_property
    def heads(self) -> dict[Node, Term]:
        """The symbol that each variable of the whole instance is or is an entry of."""
        known = self.writer.variables
        nodes = values.needed(self.writer.graph, self.nodes)
        return {node: known[node][0] for node in nodes if node in known}

    @property
    def variables(self) -> dict[Node, Term]:
        """The variables as entries and symbols."""
        found = {}
        for node, head in self.heads.items():
            indices = [number(i + 1) for i in self.writer.variables[node][1]]
            found[node] = make("entry", head, *indices) if indices else head
        return found

    @property
    def nodes(self) -> list[Node]:
        """All nodes that matter."""
        sides = [n for a, _, b in self.relations for n in (a, b)]
        return [*self.left, *self.right, *self.equations, *sides]

    @property
    def is_rational(self) -> bool:
        """Whether everything is field arithmetic."""
        return values.is_rational(self.writer.graph, self.nodes)


def instances(
    claim: Claim, patterns: Sequence[tuple[int, ...]] = PATTERNS, large: bool = False
) -> Iterator[Instance]:
    """The claim at small sizes, small ones first; `large` where its own sizes are not small.
    Raises Unwritten where it cannot be written."""
    if open_indices(claim):
        raise Unwritten("a definition with an index of its own that nothing binds")
    names, indices = size_names(claim), free_indices(claim)
    known = inferred_sizes(claim.scope)
    for pattern in patterns if names else patterns[:1]:
        writer: Writer | None = None
        for setting in islice(settings(claim, names, indices, (pattern,)), PLACES):
            sizes = {**known, **setting.sizes}
            if writer is None or writer.sizes != sizes or len(writer.graph.rows) > SHARED:
                writer = Writer(claim.scope, sizes, large)
            try:
                made = _instance(claim, setting, writer)
            except Undefined:
                continue
            if made is not None:
                yield made


def _instance(claim: Claim, setting: Setting, writer: Writer) -> Instance | None:
    """The claim where its free indices are these, written by a writer of its sizes."""
    assert claim.right is not None
    env = {i: int(n.data.value) for i, n in setting.indices.items()}
    left, right = writer(claim.left, env), writer(claim.right, env)
    nodes = list(left.nodes), list(right.nodes)
    if left.shape and not right.shape and value_of(claim.right) == 0:
        nodes = nodes[0], nodes[1] * len(nodes[0])  # `AB = 0` says it of every entry
    elif left.shape != right.shape:
        raise Unwritten("the sides have unlike shapes")
    made = Instance(setting, writer, left.shape, *nodes)
    for condition in claim.conditions:
        if not _add_condition(made, claim, condition, env):
            return None
    return made


def _add_condition(made: Instance, claim: Claim, condition: Term, env: Mapping[Term, int]) -> bool:
    """Whether a condition may hold in this setting; what it asks of the variables is noted."""
    if _is_instance(claim, condition, env):
        return True
    if condition.op != "relation" or condition.data[0] not in _RELATIONS:
        raise Unwritten("a condition that is not written out")
    writer, graph = made.writer, made.writer.graph
    for table in _everywhere(made, claim, condition, env):
        sides = [writer(side, table) for side in condition.args]
        for a, relation, b in zip(sides, condition.data, sides[1:], strict=False):
            both = writer.elementwise((a, b), lambda x, y: graph.node("pair", x, y))
            for node in both.nodes:
                x, y = graph.rows[node][1]
                known = graph.value(graph.sub(x, y))
                if known is not None:
                    if not _RELATIONS[relation](known):
                        return False
                elif relation in ("=", "equiv"):
                    made.equations.append(graph.sub(x, y))
                else:
                    made.relations.append((x, relation, y))
    return True


def _is_instance(claim: Claim, condition: Term, env: Mapping[Term, int]) -> bool:
    """Whether a condition says of bound entries what a hypothesis says of all of them."""
    hypotheses = claim.scope.hypotheses
    if condition in hypotheses or not hypotheses:
        return False
    mine = free_indices(replace(claim, left=condition, right=None, conditions=()))
    return not mine.keys() <= env.keys() and any(size(h) == size(condition) for h in hypotheses)


def _everywhere(
    made: Instance, claim: Claim, condition: Term, env: Mapping[Term, int]
) -> Iterator[Mapping[Term, int]]:
    """A hypothesis holds for all values of its free indices, another condition for those of the
    claim and all of the others: the `p_i > 0` of a claim about a sum over i."""
    fixed = {} if condition in claim.scope.hypotheses else env
    mine = free_indices(replace(claim, left=condition, right=None, conditions=()))
    mine = {index: found for index, found in mine.items() if index not in fixed}
    ranges = []
    for found in mine.values():
        size = (value_at(found, made.writer.sizes) or 0) if isinstance(found, str) else 0
        ranges.append(range(1, size + 1) if isinstance(found, str) else found)
    for place in places(*ranges):
        yield {**fixed, **dict(zip(mine, place, strict=True))}


_RELATIONS = {
    "=": lambda d: d == 0,
    "equiv": lambda d: d == 0,
    "!=": lambda d: d != 0,
    ">": lambda d: d > 0,
    ">=": lambda d: d >= 0,
    "<": lambda d: d < 0,
    "<=": lambda d: d <= 0,
}

# --- points ---------------------------------------------------------------------------------------


def solved(made: Instance, point: Mapping[Node, Fraction]) -> dict[Node, Fraction] | None:
    """A point that meets the equations, near a given one: one variable of each is solved for.

    None where that fails (an equation that is not linear in a variable of its own), or where a
    condition is not known to hold.
    """
    found = dict(point)
    used: set[Node] = set()
    graph = made.writer.graph
    for equation in dict.fromkeys(made.equations):
        if values.is_rational(graph, [equation]):
            left = values.exactly(graph, [equation], found)
            if left is not None and not left[0]:
                used |= graph.variables_in(equation)
                continue
        mine = sorted(graph.variables_in(equation) - used, reverse=True)
        for variable in mine:
            value = _root(made, equation, variable, found)
            if value is not None and domain_of(made.heads[variable]).contains(value):
                found[variable] = value
                used |= graph.variables_in(equation)
                break
        else:
            return None
    return found if _holds(made, found) else None


def _root(
    made: Instance, equation: Node, variable: Node, point: Mapping[Node, Fraction]
) -> Fraction | None:
    graph = made.writer.graph
    if not values.is_rational(graph, [equation]):
        return None
    seen = []
    for x in (Fraction(0), Fraction(1), Fraction(2)):
        got = values.exactly(graph, [equation], {**point, variable: x})
        if got is None:
            return None
        seen.append(got[0])
    slope = seen[1] - seen[0]
    if not slope or seen[2] - seen[1] != slope:
        return None
    return -seen[0] / slope


def _holds(made: Instance, point: Mapping[Node, Fraction]) -> bool:
    graph = made.writer.graph
    if made.equations:
        if not values.is_rational(graph, made.equations):
            return False
        got = values.exactly(graph, made.equations, point)
        if got is None or any(got):
            return False
    for a, relation, b in made.relations:
        x, y = values.balls(graph, [a, b], point, 128)
        met = {
            ">": x > y,
            ">=": x >= y,
            "<": x < y,
            "<=": x <= y,
            "!=": not x.overlaps(y),
        }[relation]
        if not met:
            return False
    return True
