"""Subscripts, superscripts, primes, postfix operators."""

from __future__ import annotations

from symdl.document.errors import ReadError
from symdl.latex import macros as m
from symdl.latex.atoms import Atoms
from symdl.latex.syntax import Chain, Empty, Name, Node, Postfix, Scripts

SCRIPTS = frozenset({m.SUB, m.SUP, m.PRIME})
BEHIND = frozenset({m.SUB, m.SUP, m.PRIME, m.POST})
_POSTFIX_LIMIT = 10


class Scripted(Atoms):
    """Operands with what stands behind them."""

    def factor(self) -> Node:
        """The operand that begins here, with its scripts."""
        read = self.READERS.get(self.kinds[self.i])
        node = self.atom() if read is None else read(self)
        return self.scripts(node) if self.kinds[self.i] in BEHIND else node

    def scripts(self, base: Node) -> Node:
        """`base` with the scripts and postfix operators that stand behind it."""
        start = base.start
        if self.loose is base:
            raise self.fail(
                "braces are invisible: what does the script belong to?",
                base.start,
                self.ends[self.i],
                "write (..) around the base",
            )
        postfix = 0
        while True:
            sub, sup, primes = self.marks()
            if sub is not None or sup is not None or primes:
                end = max(n.end for n in (base, sub, sup) if n is not None)
                base = Scripts(start, max(end, self.last_end()), base, sub, sup, primes)
            if self.kinds[self.i] != m.POST:
                return base
            postfix += 1
            if postfix > _POSTFIX_LIMIT:
                place = self.starts[self.i], self.ends[self.i]
                raise self.fail("too many postfix operators", *place)
            operator = self.postfix()
            base = Postfix(start, self.last_end(), operator, base)
            if self.kinds[self.i] not in BEHIND:
                return base

    def marks(self) -> tuple[Node | None, Node | None, int]:
        """The subscript, the superscript and the number of primes that stand here."""
        sub: Node | None = None
        sup: Node | None = None
        primes = 0
        while (kind := self.kinds[self.i]) in SCRIPTS:
            i = self.i
            self.i = i + 1
            if kind == m.PRIME:
                if sup is not None:
                    raise self.fail_here("a prime behind a superscript", "write it before")
                primes += len(self.texts[i])
            elif kind == m.SUB:
                if sub is not None:
                    raise self.twice("subscripts", i, "join them in braces: x_{a,b}")
                sub = self.script(i, "the subscript")
            elif (count := self.primes_in_braces()) and sup is None:
                primes += count
            elif sup is not None:
                raise self.twice("superscripts", i, "add brackets: (x^a)^b or x^{a^b}")
            else:
                sup = self.script(i, "the superscript")
        return sub, sup, primes

    def twice(self, what: str, i: int, hint: str) -> ReadError:
        return self.fail(f"two {what}", self.starts[i], self.ends[i], hint)

    def postfix(self) -> str:
        """The postfix operator that stands here; `!!` is one."""
        i = self.i
        self.i = i + 1
        operator = self.texts[i]
        behind = self.kinds[i + 1] == m.POST and self.starts[i + 1] == self.ends[i]
        if operator == "!" and behind and self.texts[i + 1] == "!":
            self.i = i + 2
            return "!!"
        return operator

    def script(self, i: int, what: str) -> Node:
        kind = self.kinds[self.i]
        if kind == m.LBRACE and self.kinds[self.i + 2] == m.RBRACE:
            inner = self.kinds[self.i + 1]
            if inner in (m.SIGN, m.LINK):
                self.kinds[self.i + 1] = m.NAME
        if kind == m.LBRACE and self.kinds[self.i + 1] == m.LINK:
            return self.stars()
        if kind == m.LBRACE and self.kinds[self.i + 1] == m.REL:
            return self.compared()
        if (
            kind == m.NAME
            and self.texts[self.i] in m.SIGNS
            and self.kinds[self.i + 1] == m.NUM
            and self.starts[self.i + 1] == self.ends[self.i]
        ):
            raise self.fail_here(
                f"only the sign would be {what}",
                f"write {self.shown(i)}{{-{self.texts[self.i + 1]}}}",
            )
        return self.argument(i, what)

    def stars(self) -> Node:
        """`x^{**}`: several marks are one name."""
        first = self.i + 1
        last = first
        while self.kinds[last] == m.LINK:
            last += 1
        if self.kinds[last] != m.RBRACE:
            self.i = first
            raise self.missing_operand()
        self.i = last + 1
        return Name(self.starts[first], self.ends[last - 1], "".join(self.texts[first:last]))

    def compared(self) -> Node:
        r"""`\mathbb{R}_{>0}`, `x_{<t}`: a relation whose left side is what carries the script."""
        first = self.i + 1
        self.i = first + 1
        self.enter()
        right = self.sum()
        self.depth -= 1
        if self.kinds[self.i] != m.RBRACE:
            raise self.fail_here(f"{self.shown(self.i)} does not belong here")
        self.i += 1
        start, place = self.starts[first], (self.starts[first], self.ends[first])
        nothing = Empty(start, start)
        return Chain(start, right.end, (nothing, right), (self.texts[first],), (place,))

    def primes_in_braces(self) -> int:
        r"""How many primes `^\prime` or `^{\prime\prime}` says; passes over them."""
        i = self.i
        if self.kinds[i] == m.NAME and self.texts[i] == r"\prime":
            self.i = i + 1
            return 1
        if self.kinds[i] != m.LBRACE:
            return 0
        j, count = i + 1, 0
        while True:
            if self.kinds[j] == m.NAME and self.texts[j] == r"\prime":
                count += 1
            elif self.kinds[j] == m.PRIME:
                count += len(self.texts[j])
            else:
                break
            j += 1
        if count and self.kinds[j] == m.RBRACE:
            self.i = j + 1
            return count
        return 0
