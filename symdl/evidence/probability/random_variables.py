r"""Which letters of a claim about expectations are random variables, and what is supposed of them:
independence, means of 0, the law they are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put

OPERATORS = frozenset({"expectation", "variance", "covariance"})
NUMBERS = frozenset("abc")


def is_operator(node: Term) -> bool:
    """Whether a node is an expectation, a variance or a covariance."""
    return node.op == "opaque" and node.data in OPERATORS


def is_independence(condition: Term) -> bool:
    r"""Whether a condition says that its random variables are independent of each other, all
    together: $X \perp Y$."""
    return condition.op == "relation" and set(condition.data) == {"perp"}


def family_of(condition: Term) -> Term | None:
    r"""The family of which members are independent: of $X_i \perp X_j$, X."""
    bases = {a.args[0] for a in condition.args if a.op == "entry" and len(a.args) == 2}
    indices = {a.args[1] for a in condition.args if a.op == "entry"}
    if len(bases) != 1 or len(condition.args) != 2 or len(indices) != 2:
        return None
    return bases.pop() if all(i.op == "symbol" for i in indices) else None


def together(condition: Term) -> frozenset[Term]:
    r"""Which random variables a condition says are independent; of `q_i \perp k_j`, which speaks of
    all members, the families."""
    members = [a for a in condition.args if a.op == "entry" and len(a.args) == 2]
    apart = len({m.args[1] for m in members}) == len(members) == len(condition.args)
    if apart and all(m.args[1].op == "symbol" for m in members):
        return frozenset(m.args[0] for m in members)
    return frozenset(condition.args)


def without_law(claim: Claim) -> Claim | None:
    r"""The claim without the law that all of its expectations name: what holds for all random
    variables holds in `\mathbb{E}_{x \sim p}`. None where they name several laws, or none."""
    assert claim.right is not None
    nodes = {n for side in (claim.left, claim.right) for n in postorder(side) if is_operator(n)}
    laws = {n.args[-1] for n in nodes if len(n.args) > 1}
    if len(laws) != 1 or any(len(n.args) != 2 or n.data == "covariance" for n in nodes):
        return None
    law = next(iter(laws))
    if law.op != "relation" or law.data != ("sim",) or law.args[0].op != "symbol":
        return None
    table = {n: make("opaque", n.args[0], data=n.data) for n in nodes}
    return replace(claim, left=put(claim.left, table), right=put(claim.right, table))


@dataclass(frozen=True, slots=True)
class Variables:
    """Which symbols of a claim are random, and which are numbers. independent: sets of random
    variables each of which is independent (all together, not only in pairs)."""

    random: frozenset[Term]
    numbers: frozenset[Term]
    independent: tuple[frozenset[Term], ...] = ()
    families: frozenset[Term] = frozenset()
    """Those that are families, the members of which are independent in pairs."""

    def words(self) -> str:
        """`random: X, Y; numbers: a, b`."""
        parts = []
        groups = [("independent", group) for group in self.independent]
        for word, these in (("random", self.random), ("numbers", self.numbers), *groups):
            if these:
                parts.append(f"{word}: {', '.join(sorted(map(plain, these)))}")
        return "; ".join(parts)


def variables_of(sides: Iterable[Term], declared: Callable[[Term], bool]) -> Variables | None:
    """The random variables of terms: what stands inside of expectations only, but for small
    letters beside capitals that are declared numbers or are called a, b, c. None where a capital,
    or all that an expectation is of, stands outside too: it may be either."""
    sides = list(sides)
    inside: set[Term] = set()
    outside: set[Term] = set()
    bodies: list[Term] = []
    for side in sides:
        stack = [side]
        while stack:
            node = stack.pop()
            if is_operator(node):
                bodies += node.args[:2] if node.data == "covariance" else node.args[:1]
            elif node.op == "symbol":
                outside.add(node)
            stack.extend(() if is_operator(node) else node.args)
    for body in bodies:
        inside |= free_symbols(body)
    outside &= {s for side in sides for s in free_symbols(side)}
    letters = {s for s in inside if s.data.role != "index"}
    if any(n in letters - free_symbols(side) for side in sides for n in postorder(side)):
        return None  # an integral binds a letter that is a random variable elsewhere
    named = {s for s in inside | outside if s.data.role not in ("index", "function")}
    counts = {s for body in bodies for s in _limits(body)}
    random, numbers = named - outside - counts, named & (outside | counts)
    if any(_is_capital(s) and not s.data.domain.integer for s in numbers):
        return None
    of_events = _in_events(bodies)
    fixed = {
        s
        for s in random
        if not _is_capital(s) and (s.data.name in NUMBERS or declared(s) or s in of_events)
    }
    if all(any(_is_capital(s) for s in free_symbols(body) & random) for body in bodies):
        random, numbers = random - fixed, numbers | fixed
    if any(not free_symbols(body) & random for body in bodies):
        return None
    return Variables(frozenset(random), frozenset(numbers))


def _limits(body: Term) -> Iterable[Term]:
    """The letters of how far sums go."""
    sums = (n for n in postorder(body) if n.op in ("sum", "product") and n.data == "range")
    return {name for node in sums for limit in node.args[1:-1] for name in free_symbols(limit)}


def _in_events(bodies: Iterable[Term]) -> set[Term]:
    """The letters of events, as the t of `P(X > t)`."""
    nodes = (n for body in bodies for n in postorder(body) if n.op == "indicator")
    return {name for node in nodes for name in free_symbols(node)}


def _is_capital(name: Term) -> bool:
    return bool(name.data.name[0].isupper())


@dataclass(frozen=True, slots=True)
class Law:
    """What is supposed beside: mean 0, no correlation of different variables, independence."""

    centred: bool = False
    uncorrelated: bool = False
    independent: bool = False

    def words(self, random: frozenset[Term]) -> str:
        """What is supposed, in words."""
        names = ", ".join(sorted(map(plain, random)))
        between = "independent" if self.independent else "uncorrelated" if self.uncorrelated else ""
        one = len(random) == 1
        said = [f"{'is' if one else 'are'} {between}"] if between else []
        if self.centred:
            said.append(f"{'has' if one else 'have'} mean 0")
        return f"{names} {' and '.join(said)}"
