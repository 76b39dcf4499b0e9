"""How LaTeX mathematics is spelled: a tree in which every node knows its place.

The tree says nothing about meaning: `f(x)` is a juxtaposition of a name and a
group, `W^T` a base with a superscript. Deciding is the task of `expression/`.
`start` and `end` are offsets into the source that was parsed.
"""

from __future__ import annotations

from dataclasses import dataclass

from symdl.document.source import Source, Span


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; `start` and `end` bound its characters."""

    start: int
    end: int

    def span(self, source: Source) -> Span:
        """The place of this node in `source`."""
        return Span(source, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """Digits as written; `text` is normal: no separators, e.g. `200000`, `0.90`, `1e-8`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A letter (`x`), a Greek or other symbol macro (`\\beta`, `\\ell`), or a run of
    letter and digits written together as a name where the author did so (`W1`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Word(Node):
    """Text in \\text, \\mathrm, \\operatorname, ...: `font` is the macro without backslash,
    `text` the content with runs of white space made one and `\\_` read as `_`. Operators that
    papers declare under a macro of their own (`\\softmax`) have the font `operatorname`. Text
    with spaces (`is even`) is prose."""

    font: str
    text: str


@dataclass(frozen=True, slots=True)
class Styled(Node):
    """A letter or expression in another font: `\\mathbf{x}`, `\\mathcal{N}`, `\\mathbb{R}`."""

    font: str
    body: Node


@dataclass(frozen=True, slots=True)
class Accent(Node):
    """`\\hat{m}`, `\\bar x`, `\\tilde`, `\\dot`, `\\overline`, `\\vec`, ... `label` is what is
    written over or under it by `\\overset`, `\\underset`, `\\underbrace{x}_{label}`."""

    kind: str
    body: Node
    label: Node | None = None


@dataclass(frozen=True, slots=True)
class Scripts(Node):
    """Base with subscript, superscript and a count of primes (each may be absent).

    `x_{i,j}` has a Sequence as subscript; `x'` has primes 1; the base of `{}_2F` is an Empty,
    which readers may refuse. Signs and stars as scripts are Names: `x^+`, `x^*`."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    """`\\frac{a}{b}`, `\\tfrac`, `\\dfrac`, `{a \\over b}`; `/` is an InfixDivision instead."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    """`\\binom{n}{k}`."""

    upper: Node
    lower: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    """`\\sqrt{x}` or `\\sqrt[n]{x}`."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A bracketed node. `open` and `close` are canonical: one of
    `( ) [ ] { } | \\| \\lfloor \\rfloor \\lceil \\rceil \\langle \\rangle`; half-open
    intervals have unlike ends. An end that is invisible is empty: `\\left\\{ .. \\right.`, and the
    bar of `f|_{x=0}`, which is a Group with an empty `open`, the product before it as body, in
    Scripts. Invisible TeX braces are no Group. `body` is None when empty, and a Sequence when
    it has separators (a trailing comma makes one too)."""

    open: str
    close: str
    body: Node | None


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """Items between separators: `,` `;` `:` `\\mid` (also `|` as a bar), `\\|`, and `\\quad` or a
    line break between complete statements (both given as `,`). `separators[i]` stands behind
    `items[i]`; a trailing comma gives as many separators as items."""

    items: tuple[Node, ...]
    separators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Signed summands in order: signs are `+ - \\pm \\mp`; a sign before the first is kept,
    else the first sign is empty."""

    signs: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors in order. `links[i]` joins factor i and i+1: empty for juxtaposition, else
    `\\cdot * \\times @ \\odot \\circ \\otimes \\ast`, `/` or `\\div` (division by the next factor
    only), `\\bmod \\pmod \\oplus \\ominus \\oslash \\cup \\cap \\setminus \\wedge \\vee`. Signs
    inside (`2 \\times -3`) are Sum nodes of one term."""

    factors: tuple[Node, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Postfix(Node):
    """`n!`, `n!!` and `5\\%`."""

    operator: str
    body: Node


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """A function macro with its argument: `\\tanh x`, `\\log(1+x)`, `\\sin^2 x`, `\\exp\\{...\\}`,
    `\\log_2 x`. `head` is the Name of the macro or Scripts around it. A bracketed argument is
    the Group; otherwise the argument is the product that follows up to the next sign,
    relation, separator, explicit link (`\\cdot`, `/`, ...), function macro or big operator; the
    operand in braces of `\\log{x}` ends it. A script behind a bracketed argument stands around
    the Apply: `\\cos(x)^2`. A function without argument is a Name. Words in `\\operatorname`,
    `\\mathrm` or `\\text` are not applied here (juxtaposition), except `\\operatorname` directly
    followed by an unbracketed operand."""

    head: Node
    argument: Node


@dataclass(frozen=True, slots=True)
class BigOperator(Node):
    """`\\sum \\prod \\int \\oint \\lim`, and with limits `\\max \\min \\sup \\inf`; `argmax` and
    `argmin` also without. `name` without backslash (`argmax` also from
    `\\operatorname*{arg\\,max}`, `\\arg\\max`, `\\mathop{\\mathrm{argmax}}`,
    `\\underset{x}{\\mathrm{argmax}}`). `body` is the whole product that follows, with its links
    (None if there is none). The body of an integral is a sum and ends before the differentials,
    whose variables (`x` of `dx`) are in `differentials`. `\\max(a, b)` without limits is an Apply
    instead."""

    name: str
    lower: Node | None
    upper: Node | None
    body: Node | None
    differentials: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment(Node):
    """`matrix pmatrix bmatrix vmatrix Vmatrix smallmatrix array cases aligned align split
    gathered ...` with rows of cells; a cell may be None (empty). Rows of aligned systems have
    one cell, without the alignment marks; a line that begins or ends with a sign or link is
    joined with its neighbour. A `substack` is one too. `equation` of one line is its content."""

    name: str
    rows: tuple[tuple[Node | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operands joined by relations: `a = b \\approx c`. Relations are canonical:
    `= != < <= > >= approx sim equiv propto := <- -> => <=> in notin subset subseteq mapsto
    ll gg ni`. `places[i]` is the (start, end) of relation i. In a row of an aligned system
    the first operand may be an Empty (the chain continues the row above)."""

    operands: tuple[Node, ...]
    relations: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Conditioned(Node):
    """A node with words that restrict it: `a, \\text{if } x > 0`, `\\forall x`,
    `\\text{otherwise}`. `word` is one of `if for where otherwise when with with-probability and
    or forall exists such-that`; `condition` is None for otherwise, and a Sequence when it has
    several items. The body is Empty where nothing is restricted (the second cell of a row of
    cases)."""

    body: Node
    word: str
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """`\\ldots`, `\\cdots`, `\\dots`, `...`."""

    text: str


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """Nothing where something may be missing: the left side of `&= b`."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole parsed input: the tree, its source, and the labels and tags met (`\\tag{3}`),
    and the trailing punctuation (`.`, `,`, `;`) that belongs to the sentence."""

    source: Source
    tree: Node
    labels: tuple[str, ...] = ()
    punctuation: str = ""
