"""Which undeclared names must be arrays, concluded from what they are multiplied with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS, WORDS
from symdl.expression.reading.array_marks import Marks
from symdl.expression.reading.capitals import (
    conjugated,
    conjugates,
    distributes,
    is_ones,
    is_recurrent,
    is_row_before,
    regresses,
    solves,
    terms_of,
    uninverted,
)
from symdl.expression.reading.kinds import PRODUCT
from symdl.expression.reading.notation import TRANSPOSES, Notation, Role
from symdl.expression.reading.syntax import (
    bracket_of,
    children,
    is_step,
    letter_of,
    rebuilt,
)
from symdl.expression.spelling import name_of
from symdl.expression.term import Symbol
from symdl.latex import syntax as s

_EQUATIONS = frozenset({"=", ":=", "<-", "approx", "equiv"})
_ROUNDS = 3


def infer_arrays(
    trees: Iterable[s.Node],
    notation: Notation,
    known: Mapping[str, Symbol],
    powers: set[str],
    stepped: bool,
    mixed: bool,
) -> None:
    """Add roles for letters that stand beside arrays; repeated until nothing is new."""
    work = _Inference(notation, known, powers, mixed)
    listed = list(trees)
    if stepped:
        listed = [rebuilt(tree, partial(_unlabelled, known)) for tree in listed]
    for _ in range(_ROUNDS):
        before = len(notation.roles)
        for tree in listed:
            work.kind(tree)
        if len(notation.roles) == before:
            return


class _Inference(Marks):
    __slots__ = ()

    def kind(self, node: s.Node) -> str:
        """m, v, r or an empty string (a scalar, or not known)."""
        name = name_of(node)
        if name is not None:
            family = self.of_family(node) if isinstance(node, s.Scripts) else ""
            return family or self.of_name(name)
        if isinstance(node, s.Scripts):
            return self.scripts(node)
        if isinstance(node, s.Product):
            return self.product(node)
        if isinstance(node, s.Apply):
            for child in children(node):
                self.kind(child)
            return self.of_applied(node)
        if isinstance(node, s.Sum):
            return self.joined(node.terms)
        if isinstance(node, s.Chain):
            return self.chain(node)
        if isinstance(node, s.Group) and node.body is not None and node.open == "\\|":
            outside, self.measured = self.measured, True
            self.kind(node.body)
            self.measured = outside
            return ""
        if isinstance(node, s.Group) and node.body is not None and node.open in "([{":
            return self.kind(node.body) if node.open != "{" else ""
        if isinstance(node, s.Environment) and node.name.endswith("matrix"):
            return "m"
        if isinstance(node, s.Fraction):
            self.kind(node.denominator)
            return self.kind(node.numerator)
        for child in children(node):
            self.kind(child)
        return ""

    def chain(self, node: s.Chain) -> str:
        """Sides of an equation are of one kind; what other relations join is not."""
        self.upstream(node)
        found = ""
        run = [node.operands[0]]
        for relation, operand in zip(node.relations, node.operands[1:], strict=True):
            if relation not in _EQUATIONS:
                found = self.joined(tuple(run)) or found
                run = []
            run.append(operand)
        return self.joined(tuple(run)) or found

    def upstream(self, node: s.Chain) -> None:
        """The delta of `\\delta = \\frac{\\partial L}{\\partial y}` beside a vector y: what a
        derivative by an array is called has its axes."""
        for side in node.operands if _EQUATIONS.issuperset(node.relations) else ():
            variable = derived_by(side)
            kind = "" if variable is None else self.of_name(variable)
            for other in node.operands if kind in ("v", "m") else ():
                name = name_of(other)
                free = name is not None and self.free(other) and not self.bold
                if name is not None and free and name not in self.notation.indices:
                    role = "matrix" if kind == "m" else "vector"
                    self.notation.roles.setdefault(name, Role(role, "neighbour"))

    def scripts(self, node: s.Scripts) -> str:
        if isinstance(node.base, s.Group | s.Apply):
            self.kind(node.base)
        if node.sup is not None and name_of(node.base) in ("e", None):
            self.kind(node.sup)  # e^{-w^T x_i}
        inner = self.kind(node.base) if node.sub is None else self.of_family(node)
        if node.sub is not None and inner:
            turned = node.sup is not None and name_of(node.sup) in TRANSPOSES
            return "r" if turned and inner == "v" else inner
        if node.sup is None or node.sub is not None:
            if node.sup is not None:
                full = name_of(s.Scripts(0, 0, node.base, node.sub))
                if full is not None and name_of(node.sup) in TRANSPOSES:
                    return {"v": "r", "r": "v"}.get(self.of_name(full), self.of_name(full))
            return ""
        if name_of(node.sup) in TRANSPOSES:
            return {"v": "r", "r": "v"}.get(inner, inner)
        return inner if isinstance(node.sup, s.Sum) else ("v" if inner == "v" else "")

    def product(self, node: s.Product) -> str:
        factors, links = node.factors, node.links
        for base in conjugated(factors):
            self.powers.discard(letter_of(base))
            self.mark(base, "capital")
        kinds = [self.kind(f) for f in factors]
        for i in range(len(factors) - 1):
            if links[i] == "" and self.called(factors[i], factors[i + 1]):
                called = bracket_of(factors[i + 1])
                if i and kinds[i - 1] == "r" and called is not None and called.body is not None:
                    self.recurrent(called.body)
                kinds[i] = ""
                kinds[i + 1] = self.of_call(factors[i], factors[i + 1], kinds[i + 1])
                whole = bracket_of(factors[i + 1]) is factors[i + 1]
                squashed = name_of(factors[i]) == "\\sigma" and whole and self.kind(factors[i + 1])
                if i and links[i - 1] == "" and (kinds[i + 1] or squashed):
                    kinds[i - 1] = kinds[i - 1] or self.layer(factors[i - 1])
            elif links[i] in ("", "@"):
                self.neighbours(factors, kinds, i, links[i] == "@")
            elif links[i] == "\\odot":
                self.level(factors, kinds, i)
        result = ""
        for kind in kinds:
            result = PRODUCT.get(result + kind, "") if result and kind else result or kind
        return result

    def called(self, left: s.Node, right: s.Node) -> bool:
        if bracket_of(right) is None or is_row_before(left, right):
            return False
        base = left.base if isinstance(left, s.Scripts) else left
        name = name_of(base)
        return (
            isinstance(base, s.Word)
            or name in c.FUNCTION_LETTERS
            or name in c.OPERATOR_LETTERS
            or name in self.notation.functions
        )

    def of_call(self, head: s.Node, argument: s.Node, kind: str) -> str:
        """The functions that work entry by entry or over the last axis keep the kind."""
        name = name_of(head) or ""
        group = bracket_of(argument)
        if group is not None and group.body is not None and is_recurrent(group.body):
            self.recurrent(group.body)
            kind = self.kind(group.body)
        row = c.ARRAY_WORDS.get(name)
        if row == "diag" and bracket_of(argument) is argument:
            return "m"
        keeps = name in WORDS or name in c.OPERATOR_LETTERS or row in ("softmax", "log_softmax")
        return kind if keeps and bracket_of(argument) is argument else ""

    def of_applied(self, node: s.Apply) -> str:
        """The kind of `\\tanh(Wx)`, which works entry by entry."""
        entrywise = isinstance(node.head, s.Name) and node.head.text in MACROS
        inner = node.argument
        if entrywise and is_recurrent(inside_of(node)):
            self.recurrent(inside_of(node))
        pair = inner.factors if isinstance(inner, s.Product) else ()
        called = len(pair) == 2 and self.called(*pair)  # \\log \\sigma(Wx)
        keeps = entrywise and (called or bracket_of(inner) is inner)
        return self.kind(inner) if keeps else ""

    def beside_row(self, node: s.Apply) -> str:
        """The q of `p^T \\log q` and `p^T \\log(1 - q)`: a function of entries behind a row is
        taken of a column."""
        group = node.argument if isinstance(node.argument, s.Group) else None
        inside = node.argument if group is None or group.body is None else group.body
        for term in inside.terms if isinstance(inside, s.Sum) else (inside,):
            letter = letter_of(term)
            small = len(letter) == 1 and letter.islower() and letter not in self.notation.indices
            if small and self.free(term):
                self.mark(term, "neighbour")
        self.recurrent(inside)
        return self.of_applied(node) or self.kind(node.argument)

    def recurrent(self, inside: s.Node | None) -> None:
        """The W and h of `g^T \\tanh(W_{hh} h_{t-1} + W_{xh} x_t)`: a matrix and a step of many."""
        for term in terms_of(inside):
            pair = isinstance(term, s.Product) and term.links == ("",) and not self.bold
            left, right = term.factors if pair and isinstance(term, s.Product) else (term, term)
            capital = _base_letter(left) in c.MATRIX_LETTERS and self.free(left)
            if pair and capital and self.family(right, steps=True):
                self.mark(left, "capital")

    def summed_behind_row(self, node: s.Node, last: bool) -> str:
        """The x and y of `h^T (x - y)`, and the A and B of `w^T (A + B) w`."""
        body = node.body if isinstance(node, s.Group) and node.open == "(" else None
        if body is not None:
            self.recurrent(body)
        terms = body.terms if isinstance(body, s.Sum) else ()
        letters = [letter_of(term) for term in terms]
        single = all(len(x) == 1 and x not in self.notation.indices for x in letters)
        if len(terms) < 2 or not single or not all(map(self.free, terms)):
            return ""
        fits = all(map(str.islower, letters)) if last else c.MATRIX_LETTERS.issuperset(letters)
        kinds = [self.mark(term, "neighbour") for term in terms] if fits else [""]
        return kinds[0]

    def layer(self, node: s.Node) -> str:
        """W_2 of `W_2 \\tanh(W_1 x)`: a numbered capital beside the values of a function of an
        array."""
        numbered = isinstance(node, s.Scripts) and letter_of(node) in c.MATRIX_LETTERS
        return self.mark(node, "neighbour") if numbered and not self.bold else ""

    def neighbours(
        self, factors: tuple[s.Node, ...], kinds: list[str], i: int, product: bool
    ) -> None:
        """Mark the factors i and i + 1 when one of them makes the other an array."""
        left, right = factors[i], factors[i + 1]
        first, second = letter_of(uninverted(left)), letter_of(uninverted(right))
        if product:
            kinds[i] = kinds[i] or self.mark(left, "neighbour")
            kinds[i + 1] = kinds[i + 1] or self.mark(right, "neighbour")
        small = len(second) == 1 and second.islower() and second not in self.notation.indices
        row = kinds[i] == "r" or (i + 2 == len(factors) and _is_row(kinds[: i + 1]))
        if row and not kinds[i + 1] and small and self.free(right):
            kinds[i + 1] = self.mark(right, "neighbour")
        if kinds[i] == "r" and not kinds[i + 1] and isinstance(right, s.Apply):
            kinds[i + 1] = self.beside_row(right)
        if row and not kinds[i + 1]:
            kinds[i + 1] = self.summed_behind_row(right, last=i + 2 == len(factors))
        if kinds[i + 1] == "r" and not kinds[i]:
            if i + 2 < len(factors) and _base_letter(factors[i + 2])[:1].islower():
                return  # y w^T x and y_i w^T x_i: y times a number
            if self.column(first) and self.free(left):
                kinds[i] = self.mark(left, "neighbour")
        if not kinds[i] and first in c.MATRIX_LETTERS and is_ones(right) and self.free(left):
            kinds[i] = self.mark(uninverted(left), "capital")
        pair = first in c.MATRIX_LETTERS and (
            second in c.MATRIX_LETTERS or second in c.VECTOR_LETTERS
        )
        pair = pair or conjugates(left, right) or regresses(left, right)
        pair = pair or (self.measured and first in c.MATRIX_LETTERS and bool(self.family(right)))
        pair = pair or (solves(left, right) and second not in self.notation.indices)
        if not kinds[i] and isinstance(right, s.Apply) and self.of_applied(right):
            kinds[i] = self.layer(left)
        self.plain_beside_bold(factors, kinds, i)
        spread = () if self.bold else distributes(left, right)
        if spread and all(map(self.free, spread)):
            for capital in spread:
                self.mark(capital, "capital")
            kinds[i], kinds[i + 1] = "m", "m"
        if pair and not self.bold and self.free(left) and self.free(right):
            kinds[i] = kinds[i] or self.mark(uninverted(left), "capital")
            kinds[i + 1] = kinds[i + 1] or self.mark(uninverted(right), "neighbour")
        elif kinds[i] == "m" and regresses(left, right):
            kinds[i + 1] = kinds[i + 1] or self.mark(right, "neighbour")
        elif kinds[i] and not kinds[i + 1]:
            kinds[i + 1] = self.beside(uninverted(right), second, kinds[i])
        elif kinds[i + 1] and not kinds[i]:
            kinds[i] = self.beside(uninverted(left), first, kinds[i + 1])

    def level(self, factors: tuple[s.Node, ...], kinds: list[str], i: int) -> None:
        """Mark the letters beside `\\odot`: it joins arrays, entry by entry."""
        for place in (i, i + 1):
            letter = letter_of(factors[place])
            group = bracket_of(factors[place])
            if group is not None and is_recurrent(group.body):
                self.recurrent(group.body)
                kinds[place] = self.kind(group)
            if not kinds[place] and len(letter) == 1 and not self.bold:
                kinds[place] = self.mark(factors[place], "neighbour")
            elif not kinds[place] and not self.bold:
                inner = inside_of(factors[place])
                kinds[place] = self.family(inner, steps=True, certain=True)

    def beside(self, node: s.Node, letter: str, kind: str) -> str:
        if not letter and not self.bold:
            return "" if kind == "v" else self.family(node)  # y_i x_i: a number times a vector
        array = letter in c.MATRIX_LETTERS or letter in c.VECTOR_LETTERS
        array = array or (kind == "m" and letter in c.FACTOR_LETTERS)
        plain = not self.bold or (self.mixed and kind == "m" and letter in c.BESIDE_BOLD)
        return self.mark(node, "neighbour") if array and plain else ""

    def joined(self, nodes: tuple[s.Node, ...]) -> str:
        kinds = [self.kind(n) for n in nodes]
        found = next((k for k in kinds if k), "")
        if found and not self.bold:
            for node, kind in zip(nodes, kinds, strict=True):
                plain = letter_of(node)
                if not kind and len(plain) == 1 and plain not in c.INDEX_LETTERS - {"c"}:
                    if found == "m" and plain.isupper():
                        self.powers.discard(plain)  # the P of `P = X X^T` has matrix powers
                    self.mark(node, "neighbour")
                elif kind in ("", "m") and "v" in kinds:
                    self.summand(node)
        return found

    def summand(self, node: s.Node) -> None:
        """`y - X\\beta` beside a vector y: a matrix and the vector behind it."""
        if not isinstance(node, s.Product) or len(node.factors) != 2 or node.links != ("",):
            return
        left, right = node.factors
        first, second = letter_of(uninverted(left)), letter_of(right)
        greek = second.startswith("\\") and second in c.GREEK_VECTORS
        if first in c.MATRIX_LETTERS | {"\\Phi"} and greek and self.free(right):
            self.mark(uninverted(left), "capital")
            self.mark(right, "neighbour")


def _is_row(kinds: list[str]) -> bool:
    """Whether factors make a row: the `a^T X X^T` before b."""
    found = kinds[0]
    for kind in kinds[1:]:
        found = PRODUCT.get(found + kind, "") if found and kind else ""
    return found == "r"


def _unlabelled(known: Mapping[str, Symbol], node: s.Node) -> s.Node:
    r"""x in the place of `x^{(i)}`: what stands beside one of many makes all of them arrays."""
    if not isinstance(node, s.Scripts) or not is_step(node.sup) or name_of(node) in known:
        return node
    return node.base if node.sub is None else s.Scripts(node.start, node.end, node.base, node.sub)


def _base_letter(node: s.Node) -> str:
    return letter_of(node.base if isinstance(node, s.Scripts) else node)


def inside_of(node: s.Node) -> s.Node:
    r"""The `c_t` of `\tanh(c_t)`, which works entry by entry; else the node itself."""
    if not isinstance(node, s.Apply) or not isinstance(node.head, s.Name):
        return node
    group = bracket_of(node.argument) if node.head.text in MACROS else None
    return node if group is None or group.body is None else group.body


def derived_by(node: s.Node) -> str | None:
    r"""The y of `\frac{\partial L}{\partial y}`; None for another fraction."""
    if not isinstance(node, s.Fraction):
        return None
    parts = []
    for part in (node.numerator, node.denominator):
        pair = part.factors if isinstance(part, s.Product) else ()
        if len(pair) != 2 or name_of(pair[0]) not in ("\\partial", "d"):
            return None
        parts.append(name_of(pair[1]))
    return parts[1] if parts[0] is not None else None
