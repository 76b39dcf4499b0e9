"""Small distributions of random variables, at which claims about expectations are tried.

Dependent variables take three values together; independent ones take theirs each by itself, so that
the outcomes are all tuples of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from symdl.evidence.probability.random_variables import is_operator
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder
from symdl.expression.term import rebuild as rebuilt
from symdl.expression.term import replace as put

WEIGHTS = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
VALUES = ((1, 2, 4), (-1, 2, 3), (0, 1, 1), (-4, -2, -1))
"""Values that a first random variable takes with these weights; the others take them in turn."""
MOST_INDEPENDENT = 3


@dataclass(frozen=True, slots=True)
class Distribution:
    """Random variables with the values of each, taken together or independently."""

    values: tuple[tuple[Term, tuple[int, ...]], ...]
    independent: bool = False

    def outcomes(self) -> Iterator[tuple[Fraction, dict[Term, Term]]]:
        """Each outcome with its probability."""
        places = range(len(WEIGHTS))
        if not self.independent:
            for place in places:
                yield WEIGHTS[place], {name: number(v[place]) for name, v in self.values}
            return
        for chosen in product(places, repeat=len(self.values)):
            table = {n: number(v[at]) for (n, v), at in zip(self.values, chosen, strict=True)}
            yield prod((WEIGHTS[at] for at in chosen), start=Fraction(1)), table

    def words(self) -> str:
        """`X = 1, 2, 4 with probabilities 1/2, 1/3, 1/6`."""
        values = "; ".join(f"{plain(n)} = {', '.join(map(str, v))}" for n, v in self.values)
        alone = ", independently, " if self.independent else " "
        return f"{values}{alone}with probabilities {', '.join(map(str, WEIGHTS))}"


def distributions(
    random: Iterable[Term], independent: Sequence[frozenset[Term]]
) -> Iterator[Distribution]:
    """Distributions of random variables of which these sets are independent; none where only
    some of them are, or too many."""
    names = sorted(random, key=plain)
    apart = any(set(names) <= group for group in independent)
    if (independent and not apart) or (apart and len(names) > MOST_INDEPENDENT):
        return
    for values in VALUES:
        table = tuple((name, values[i % 3 :] + values[: i % 3]) for i, name in enumerate(names))
        if all(name.data.domain.contains(Fraction(v)) for name in names for v in values):
            yield Distribution(table, apart)


def at(root: Term, chance: Distribution) -> Term:
    """A term with each expectation as the sum over the outcomes of the random variables."""
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        if not is_operator(node):
            made[node] = node if args == node.args else rebuilt(node, args)
        elif node.data == "expectation":
            made[node] = _mean(args[0], chance)
        else:
            first, last = args[0], args[-1]
            means = make("mul", _mean(first, chance), _mean(last, chance))
            made[node] = make("add", _mean(make("mul", first, last), chance), make("neg", means))
    return made[root]


def _mean(body: Term, chance: Distribution) -> Term:
    parts = [make("mul", number(weight), put(body, values)) for weight, values in chance.outcomes()]
    return make("add", *parts)
