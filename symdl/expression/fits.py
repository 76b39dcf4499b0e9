"""Sizes of arrays that are open: which are one, in one attempt to fit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Sized:
    """The sizes of the axes of a node; `row` for a transposed vector, which has one axis."""

    axes: tuple[object, ...]
    row: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The size of an axis that is put together: of pairs (Kronecker, vec), or end to end."""

    parts: tuple[object, ...]
    pairs: bool


class Unfit(Exception):
    """Raised where two sizes that must be one are two."""


@dataclass(slots=True)
class Fit:
    """One attempt: the ranks supposed of open names, the names that may be larger than they
    look (`sides`), those whose labels are all one (`x^{(i)}`), and which sizes are one."""

    ranks: Mapping[Term, int]
    sides: frozenset[Term] = frozenset()
    alike: frozenset[Term] = frozenset()
    one: dict[object, object] = field(default_factory=dict)
    axes: dict[Term, tuple[object, ...]] = field(default_factory=dict)
    wanted: dict[Term, int] = field(default_factory=dict)

    def symbol(self, node: Term) -> Sized | None:
        """The sizes of a name, fresh ones where they are not known."""
        if node not in self.ranks:
            return None if node.shape is None else Sized(tuple(node.shape))
        if node not in self.axes:
            self.axes[node] = tuple(object() for _ in range(self.ranks[node]))
        return Sized(self.axes[node])

    def constant(self, node: Term) -> Sized | None:
        """The sizes of `\\mathbf{1}` and `I`: fresh ones where none is written."""
        if node.args:
            return None if node.shape is None else Sized(tuple(node.shape))
        if node not in self.axes:
            self.axes[node] = (object(),) * (1 if node.op == "ones" else 2)
        return Sized(self.axes[node])

    def root(self, size: object) -> object:
        """What stands for all sizes that are one with this one."""
        while size in self.one:
            size = self.one[size]
        return size

    def equate(self, left: object, right: object) -> None:
        """Make two sizes one. Raises Unfit when both are known and differ."""
        left, right = self.root(left), self.root(right)
        if left == right:
            return
        if isinstance(left, Joined) and isinstance(right, Joined):
            if left.pairs != right.pairs or len(left.parts) != len(right.parts):
                raise Unfit
            for a, b in zip(left.parts, right.parts, strict=True):
                self.equate(a, b)
        elif not isinstance(left, int | str | Joined) and not self._holds(right, left):
            self.one[left] = right
        elif not isinstance(right, int | str | Joined) and not self._holds(left, right):
            self.one[right] = left
        else:
            raise Unfit

    def _holds(self, whole: object, part: object) -> bool:
        """Whether a size is put together of another one: n of n m is none of the two."""
        whole = self.root(whole)
        if not isinstance(whole, Joined):
            return False
        return any(self.root(p) is part or self._holds(p, part) for p in whole.parts)


def is_bold(name: Term) -> bool:
    """Whether a name is set in bold, as that of an array."""
    return str(name.data.name).startswith(("\\mathbf", "\\boldsymbol", "\\vec"))
