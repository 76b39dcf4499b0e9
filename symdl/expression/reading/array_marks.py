"""What is known of the letters while arrays are inferred, and which are marked as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Set

from symdl.expression import conventions as c
from symdl.expression.reading.capitals import capital_terms, uninverted
from symdl.expression.reading.notation import Notation, Role
from symdl.expression.reading.syntax import is_bold, letter_of
from symdl.expression.spelling import name_of, run_of_letters
from symdl.expression.term import Symbol
from symdl.latex import syntax as s


class Marks:
    """The roles of letters as they are found. bold: arrays are in bold here, plain letters are
    numbers; mixed: only vectors are, `W\\mathbf{x}`; measured: inside of a norm."""

    __slots__ = ("bold", "known", "measured", "mixed", "notation", "powers")

    def __init__(
        self, notation: Notation, known: Mapping[str, Symbol], powers: set[str], mixed: bool
    ) -> None:
        self.notation = notation
        self.known = known
        self.powers = powers
        self.bold = False
        self.mixed = mixed
        self.measured = False

    def of_name(self, name: str) -> str:
        """m or v of a name that is declared, in bold or marked; else an empty string."""
        declared = self.known.get(name)
        if declared is not None:
            return {"matrix": "m", "tensor": "m", "vector": "v"}.get(declared.role, "")
        if is_bold(name):
            self.bold = True
            inner = name[name.index("{") + 1 :]
            return "m" if inner.lstrip("\\")[:1].isupper() else "v"
        role = self.notation.roles.get(name)
        return "" if role is None else {"matrix": "m", "vector": "v"}.get(role.role, "")

    def of_family(self, node: s.Scripts) -> str:
        """The kind of `x_i` where x is a family of arrays, or a declared array of matrices."""
        name = name_of(node.base) or ""
        if (left := self.axes_left(node)) is not None:
            return {1: "v", 2: "m"}.get(left, "")
        role = self.notation.roles.get(name)
        if role is None or role.rule != "family":
            return ""
        return "m" if name[:1].isupper() else "v"

    def plain_beside_bold(self, factors: tuple[s.Node, ...], kinds: list[str], i: int) -> None:
        r"""The W of `W\mathbf{x}`, `(W + V)\mathbf{x}_t` and `\mathbf{x}^T W`, where no capital is
        bold."""
        for at, beside, shape in ((i, i + 1, "v"), (i + 1, i, "r")) if self.mixed else ():
            if kinds[at] or (kinds[beside] != shape and not is_bold_step(factors[beside])):
                continue
            summed = capital_terms(factors[at])
            letters = self.capitals(factors, kinds, at, len(summed))
            for plain in map(uninverted, summed or (factors[at],)):
                if self.capital(plain) in letters and self.free(plain):
                    kinds[at] = self.mark(plain, "capital")

    def capitals(
        self, factors: tuple[s.Node, ...], kinds: list[str], at: int, summed: int
    ) -> Set[str]:
        r"""The letters that are matrices at a place: any between two vectors, or where there are
        two of them (`A B\mathbf{x}`, `A - B`)."""
        if at and kinds[at - 1] == "r":
            return c.MATRIX_LETTERS | c.FACTOR_LETTERS | c.BESIDE_BOLD
        left = letter_of(uninverted(factors[at - 1])) if at else ""
        paired = at > 0 and (kinds[at - 1] == "m" or left in c.BESIDE_BOLD)
        return c.MATRIX_LETTERS | c.BESIDE_BOLD if paired or summed > 1 else c.BESIDE_BOLD

    def capital(self, node: s.Node) -> str:
        """The W of `W`, `W_1`, `W_h` and `W_{hh}`, but not of its entry `W_i`."""
        if not isinstance(node, s.Scripts) or node.sup is not None or letter_of(node):
            return letter_of(node)
        role = self.notation.roles.get(name_of(node.base) or "")
        return "" if role is not None and role.rule == "index" else letter_of(node.base)

    def column(self, letter: str) -> bool:
        """Whether a letter before a row is a column: `b a^T` and `\\delta x^T` are matrices."""
        small = len(letter) == 1 and letter.islower() and letter not in c.INDEX_LETTERS
        return letter not in self.notation.indices and (small or letter == "\\delta")

    def family(self, node: s.Node, steps: bool = False, certain: bool = False) -> str:
        """`x_i` beside an array is the i-th array of a family; steps: `h_{t-1}` is a row too;
        certain: whatever the letter is."""
        if not isinstance(node, s.Scripts) or node.sub is None or node.sup is not None:
            return ""
        name = name_of(node.base)
        role = self.notation.roles.get(name or "")
        if name is None or role is None or role.rule not in ("index", "time"):
            return ""
        letter = letter_of(node.base)
        if role.role not in ("vector", "sequence"):
            return ""
        if not certain and letter not in c.VECTOR_LETTERS | {"k"}:
            return ""
        rows = (steps or role.rule == "index") and name.islower()
        self.notation.roles[name] = Role("matrix" if rows else "sequence", "family")
        return "v"

    def axes_left(self, node: s.Node) -> int | None:
        """The axes of an element of a declared array of matrices: 2 of `X_b`; None of others."""
        if not isinstance(node, s.Scripts) or node.sub is None:
            return None
        declared = self.known.get(name_of(node.base) or "")
        run = node.sub.text if isinstance(node.sub, s.Name) else run_of_letters(node.sub)
        if declared is None or declared.role != "tensor" or not run or not run.islower():
            return None
        return max(len(declared.shape or ()) - len(run), 0)

    def free(self, node: s.Node) -> bool:
        """Whether nothing is declared of a name, and it is no base of a power."""
        name = name_of(node)
        whole = self.axes_left(node) is None
        return name not in self.known and name not in self.powers and whole

    def mark(self, node: s.Node, rule: str) -> str:
        """Make a free name an array, by the rule that is told; its kind."""
        name = name_of(node)
        if name is None or not self.free(node) or name in self.notation.roles:
            return "" if name is None else self.of_name(name)
        capital = name.lstrip("\\")[:1].isupper()
        kind = "m" if capital or isinstance(node, s.Word) else "v"
        self.notation.roles[name] = Role("matrix" if kind == "m" else "vector", rule)
        return kind


def is_bold_step(node: s.Node) -> bool:
    r"""`\mathbf{h}_{t-1}`: one vector of many."""
    name = name_of(node.base) if isinstance(node, s.Scripts) and node.sub is not None else None
    return (
        name is not None and is_bold(name) and name[name.index("{") + 1 :].lstrip("\\")[0].islower()
    )
