r"""Expectations, variances and covariances, written in moments of the random variables in them.

Expectation is linear: of a sum of products of random variables with numbers it is the sum of the
moments with these numbers. A variance is $E[X^2] - E[X]^2$, a covariance $E[XY] - E[X]E[Y]$
(Feller, An Introduction to Probability Theory, volume 1, chapter IX). A moment is a symbol of its
own: a mean, a covariance for two factors (whose mean is that plus the product of both means), for
more factors the mean as it is. What is no sum or product of random variables (a function of one) is
one itself. So what holds for all values of these symbols holds for all random variables whose
moments exist; the converse is not so, and nothing is refuted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from symdl.evidence.probability.random_variables import Law, Variables, is_operator
from symdl.expression.domain import NONNEGATIVE, REAL
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, combined, free_symbols, make, number, postorder, symbol
from symdl.expression.term import rebuild as rebuilt
from symdl.expression.term import replace as put

MOST_MONOMIALS, HIGHEST = 64, 6
ONE, ZERO = number(1), number(0)

Monomial = tuple[Term, ...]
"""Random factors, in an order of their own (of matrices: as they are written)."""
Sum = dict[Monomial, Term]
"""Monomials with the numbers before them."""


class NotMoments(Exception):
    """An expectation that is not taken apart: the message says why."""


@dataclass(slots=True)
class Moments:
    """Writes terms in moments; `names` has the name of each, one for each word and factors (what
    is printed alike may be of different letters)."""

    variables: Variables
    law: Law = field(default_factory=Law)
    names: dict[tuple[str, Monomial], str] = field(default_factory=dict)
    bounds: dict[Term, None] = field(default_factory=dict)

    def written(self, root: Term) -> Term:
        """A term with its expectations written in moments. Raises NotMoments."""
        made: dict[Term, Term] = {}
        for node in postorder(root):
            args = tuple(made[a] for a in node.args)
            made[node] = self._operator(node, args) if is_operator(node) else _again(node, args)
        return made[root]

    @property
    def are_any(self) -> bool:
        """Whether there are random variables with whatever values these moments have: means of
        families, and variances of those whose members are independent."""
        return all(
            word in ("E", "Var")
            and len(key) == 1
            and key[0].op == "symbol"
            and key[0].shape != ()
            and (word == "E" or key[0] in self.variables.families)
            for word, key in self.names
        )

    @property
    def are_free(self) -> bool:
        """Whether some random variables, independent ones, have whatever values these moments
        have: means, and variances that are not negative, of single numbers."""
        return all(
            word in ("E", "Var")
            and len(key) == 1
            and key[0].op == "symbol"
            and key[0].shape == ()
            and key[0].data.domain == REAL
            for word, key in self.names
        )

    @property
    def told(self) -> str:
        """Which random variables these are, in words."""
        names = ", ".join(sorted(map(plain, self.variables.random)))
        return f"independent members of {names} with such means and variances"

    def _operator(self, node: Term, args: tuple[Term, ...]) -> Term:
        count = 2 if node.data == "covariance" else 1
        if len(args) != count or any(a.op == "given" for a in args):
            raise NotMoments("an expectation under a condition or a named distribution")
        sums = [self._sum(a) for a in args]
        if node.data == "expectation":
            return self._mean(sums[0])
        return self._bilinear(sums[0], sums[-1])

    def _bilinear(self, first: Sum, last: Sum) -> Term:
        """The covariance of two sums, from those of their monomials."""
        if len(first) * len(last) > 2 * MOST_MONOMIALS:
            raise NotMoments("too many products of random variables")
        parts = [
            _product(_product(a, b), self._between(one, other))
            for one, a in first.items()
            for other, b in last.items()
            if one and other
        ]
        return combined("add", [p for p in parts if p is not ZERO] or [ZERO])

    def _between(self, one: Monomial, other: Monomial) -> Term:
        if len(one) == len(other) == 1:
            return self._covariance(*sorted((one[0], other[0]), key=_place))
        product = self._moment(tuple(sorted(one + other, key=_place)))
        return _minus(product, _product(self._moment(one), self._moment(other)))

    # --- sums of products ---------------------------------------------------------------------

    def _sum(self, body: Term) -> Sum:
        found: dict[Term, Sum] = {}
        for node in postorder(body):
            if free_symbols(node) & self.variables.random:
                found[node] = self._combined(node, found)
            else:
                found[node] = {(): node}
            if len(found[node]) > MOST_MONOMIALS:
                raise NotMoments("too many products of random variables")
        return found[body]

    def _combined(self, node: Term, found: Mapping[Term, Sum]) -> Sum:
        parts = [found[a] for a in node.args if a in found]
        if node.op == "add":
            return _added(parts)
        if node.op == "neg":
            return {key: make("neg", value) for key, value in parts[0].items()}
        if node.op == "mul" or (node.op == "matmul" and node.shape is not None):
            total = parts[0]
            for part in parts[1:]:
                total = _times(total, part)
            return total
        if node.op == "div" and set(parts[1]) == {()}:
            below = parts[1][()]
            return {key: make("div", value, below) for key, value in parts[0].items()}
        exponent = value_of(node.args[1]) if node.op == "pow" else None
        if exponent is not None and exponent in range(1, HIGHEST + 1):
            total = parts[0]
            for _ in range(int(exponent) - 1):
                total = _times(total, parts[0])
            return total
        return {(node,): ONE}

    # --- moments ------------------------------------------------------------------------------

    def _mean(self, total: Sum) -> Term:
        parts = [_product(value, self._moment(key)) for key, value in total.items()]
        return combined("add", parts)

    def _moment(self, key: Monomial) -> Term:
        if not key:
            return ONE
        if len(key) == 1:
            return self._first(key[0])
        if self._apart(key):
            groups = _independent(key, self.variables.random)
            if len(groups) > 1:
                factors = [self._moment(group) for group in groups]
                return make("mul", *factors)
        if len(key) == 2:
            return make("add", self._covariance(*key), make("mul", *map(self._first, key)))
        return self._named("E", key)

    def _apart(self, key: Monomial) -> bool:
        """Whether all random variables of some factors are independent."""
        names = {name for atom in key for name in free_symbols(atom) & self.variables.random}
        return self.law.independent or any(names <= group for group in self.variables.independent)

    def _first(self, atom: Term) -> Term:
        if atom.op == "sum" and atom.data in ("range", "all"):
            return self._of_sum(atom)
        if any(n.op in ("sum", "product", "max_over") for n in postorder(atom)):
            raise NotMoments("a sum inside of a function of random variables")
        if self.law.centred and atom.op == "symbol":
            return ZERO
        if atom.op == "entry" and atom.args[0].op == "symbol":
            return self._member("E", atom)
        if any(n.op == "entry" for n in postorder(atom)):
            raise NotMoments("a function of one of many random variables")
        return self._named("E", (atom,))

    def _member(self, word: str, atom: Term) -> Term:
        """A moment of a member of a family, as one of the family of these."""
        base, *indices = atom.args
        domain = NONNEGATIVE if word == "Var" else REAL
        family = replace(base.data, name=self._name(word, (base,)), domain=domain)
        return make("entry", make("symbol", data=family), *indices)

    def _of_family(self, one: Term, other: Term) -> Term | None:
        """The covariance of two sums over a family whose members are independent in pairs: the sum
        of the variances with the numbers before them."""
        index, *limits, body = one.args
        again, *others, second = other.args
        if one.data not in ("range", "all") or (one.data, limits) != (other.data, others):
            return None
        first, last = self._sum(body), self._sum(put(second, {again: index}))
        (key, *more), weights = [k for k in first if k], [first, last]
        if more or any(set(w) - {key, ()} or key not in w for w in weights):
            return None
        spread = self._spread(key, index)
        if spread is None:
            return None
        factors = [part for part in (first[key], last[key], spread) if part is not ONE]
        return make("sum", index, *limits, combined("mul", factors), data=one.data)

    def _spread(self, key: Monomial, index: Term) -> Term | None:
        """The variance of a product of members of different families, all of them independent: the
        product of the second moments less the square of that of the means."""
        if any(m.op != "entry" or m.args[1:] != (index,) for m in key):
            return None
        bases = {m.args[0] for m in key}
        if len(bases) < len(key) or not bases <= self.variables.families:
            return None
        if len(key) == 1:
            return self._member("Var", key[0])
        if not any(bases <= group for group in self.variables.independent):
            return None
        squares = [self._member("E", m) ** number(2) for m in key]
        seconds = [self._member("Var", m) + s for m, s in zip(key, squares, strict=True)]
        return _minus(combined("mul", seconds), combined("mul", squares))

    def _of_sum(self, atom: Term) -> Term:
        index, *limits, body = atom.args
        if any(free_symbols(limit) & self.variables.random for limit in limits):
            raise NotMoments("a sum of randomly many variables")
        return make("sum", index, *limits, self._mean(self._sum(body)), data=atom.data)

    def _covariance(self, one: Term, other: Term) -> Term:
        if one.op == other.op == "sum" and (found := self._of_family(one, other)) is not None:
            return found
        if one is other and one.op == "entry" and one.args[0].op == "symbol":
            return self._member("Var", one)
        if any(n.op in ("entry", "sum", "product") for a in (one, other) for n in postorder(a)):
            raise NotMoments("products of many random variables")
        if one is other:
            return self._named("Var", (one,))
        if self.law.uncorrelated and {one.op, other.op} == {"symbol"}:
            return ZERO
        if self._apart((one, other)) and len(_independent((one, other), self.variables.random)) > 1:
            return ZERO
        found = self._named("Cov", (one, other))
        square = make("mul", *(self._named("Var", (a,)) for a in (one, other)))
        seconds = [self._moment((a, a)) for a in (one, other)]
        product = make("add", found, make("mul", *map(self._first, (one, other))))
        for bound in (
            (found**2, square),
            (make("abs", found), make("sqrt", square)),
            (product**2, make("mul", *seconds)),
        ):
            self.bounds[make("relation", *bound, data=("<=",))] = None
        return found

    def _named(self, word: str, key: Monomial) -> Term:
        return symbol(self._name(word, key), domain=NONNEGATIVE if word == "Var" else REAL)

    def _name(self, word: str, key: Monomial) -> str:
        if (word, key) not in self.names:
            separator = ", " if word == "Cov" else " "
            text = f"{word}[{separator.join(map(plain, key))}]"
            while text in self.names.values():
                text += "'"
            self.names[word, key] = text
        return self.names[word, key]


def _again(node: Term, args: tuple[Term, ...]) -> Term:
    return node if args == node.args else rebuilt(node, args)


def _added(parts: Iterable[Sum]) -> Sum:
    total: Sum = {}
    for part in parts:
        for key, value in part.items():
            total[key] = make("add", total[key], value) if key in total else value
    return total


def _times(one: Sum, other: Sum) -> Sum:
    total: Sum = {}
    for left, a in one.items():
        for right, b in other.items():
            key = left + right
            key = tuple(sorted(key, key=_place))
            value = _product(a, b)
            total[key] = make("add", total[key], value) if key in total else value
        if len(total) > 2 * MOST_MONOMIALS:
            raise NotMoments("too many products of random variables")
    return total


def _place(atom: Term) -> tuple[str, str]:
    """Where a factor stands among others: what is printed alike is told apart by its letters."""
    return plain(atom), " ".join(sorted(s.data.name for s in free_symbols(atom)))


def _product(a: Term, b: Term) -> Term:
    if ZERO in (a, b):
        return ZERO
    if a is ONE or b is ONE:
        return b if a is ONE else a
    return make("mul", a, b)


def _minus(a: Term, b: Term) -> Term:
    return a if b is ZERO else make("add", a, make("neg", b))


def _independent(key: Monomial, random: frozenset[Term]) -> list[Monomial]:
    """The factors in groups that have no random variable in common."""
    groups: list[tuple[set[Term], Monomial]] = []
    for atom in key:
        names = set(free_symbols(atom) & random)
        members: Monomial = (atom,)
        apart = []
        for its, group in groups:
            if its & names:
                names, members = its | names, group + members
            else:
                apart.append((its, group))
        groups = [*apart, (names, members)]
    return [members for _, members in groups]
