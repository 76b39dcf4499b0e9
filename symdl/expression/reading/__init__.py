"""What a line of LaTeX means: Syntax and Scope in, a typed Term out.

Declarations decide first, then what the notation of the line itself shows, then the short
table in `conventions.py`; every convention that decided something is reported. What is
ambiguous beyond that is refused with its place and a hint. docs/reading.md is the manual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from functools import lru_cache

from symdl.document.errors import Error, ReadError, ShapeError
from symdl.document.source import Source, Span
from symdl.expression import conventions as c
from symdl.expression.conventions import COUNT, Applied
from symdl.expression.dimensions import names_in
from symdl.expression.reading.apply import read_apply
from symdl.expression.reading.arrays_checked import check_arrays
from symdl.expression.reading.atoms import (
    read_accent,
    read_dots,
    read_empty,
    read_name,
    read_number,
    read_styled,
    read_word,
)
from symdl.expression.reading.binders import read_big
from symdl.expression.reading.bold_products import with_bold_products
from symdl.expression.reading.brackets import with_entries
from symdl.expression.reading.chains import read_chain
from symdl.expression.reading.columns import with_binomials
from symdl.expression.reading.compositions import with_compositions
from symdl.expression.reading.conditions import read_conditioned
from symdl.expression.reading.connections import with_connections
from symdl.expression.reading.constant_arrays import with_constant_arrays
from symdl.expression.reading.context import Context, Reader, SpanMap
from symdl.expression.reading.dependent import (
    refuse_unclear_primes,
    with_dependent_letters,
    with_own_value,
)
from symdl.expression.reading.doubts import refuse_doubts
from symdl.expression.reading.families import with_families
from symdl.expression.reading.fractions import read_binomial, read_fraction, read_postfix, read_root
from symdl.expression.reading.groups import read_group, read_sequence
from symdl.expression.reading.limit_rows import with_limit_rows
from symdl.expression.reading.lists import read_list
from symdl.expression.reading.members import with_members
from symdl.expression.reading.notation import Notation
from symdl.expression.reading.products import read_product, read_sum
from symdl.expression.reading.qualities import with_qualities
from symdl.expression.reading.samples import with_samples
from symdl.expression.reading.scripts import read_scripts
from symdl.expression.reading.stated_domains import held_domains
from symdl.expression.reading.survey import survey
from symdl.expression.reading.syntax import parameters
from symdl.expression.reading.systems import read_environment
from symdl.expression.reading.words import with_words
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.term import Symbol, Term
from symdl.latex import syntax as s
from symdl.latex.parser import parse

_READERS: Mapping[type[s.Node], Reader] = {
    s.Number: read_number, s.Name: read_name, s.Word: read_word, s.Styled: read_styled,
    s.Accent: read_accent, s.Scripts: read_scripts, s.Fraction: read_fraction,
    s.Binomial: read_binomial, s.Root: read_root, s.Group: read_group,
    s.Sequence: read_sequence, s.Sum: read_sum, s.Product: read_product,
    s.Postfix: read_postfix, s.Apply: read_apply, s.BigOperator: read_big,
    s.Environment: read_environment, s.Chain: read_chain, s.Conditioned: read_conditioned,
    s.Dots: read_dots, s.Empty: read_empty,
}  # fmt: skip


_parsed = lru_cache(maxsize=128)(parse)
"""A line that is surveyed with its document is parsed once."""


@dataclass(frozen=True)
class Reading:
    """A line that was read: its Term, where each Term stood first, and the conventions used."""

    term: Term
    spans: Mapping[Term, Span]
    conventions: tuple[Applied, ...]
    source: Source


def read(source: Source | str, scope: Scope = EMPTY) -> Reading:
    """Read one line of LaTeX (an expression, a statement or a list of statements).

    Raises ReadError where reading stops and ShapeError where shapes do not fit, both with
    the span. Nothing is evaluated, dropped or guessed.

    >>> read(r"\\sigma(x) = \\frac{1}{1 + e^{-x}}").term
    relation[('=',)](sigmoid(x), div(1, add(1, exp(neg(x)))))
    """
    if isinstance(source, str):
        source = Source("<input>", source)
    plain = _as_spelt(_parsed(source).tree, source.text, scope)
    tree = with_qualities(plain)
    members = tree is not plain or "\\in" in source.text
    if members and isinstance(tree, s.Sequence | s.Conditioned):
        first = Context(source, scope, _notation((tree,), scope), _READERS)
        scope = with_members(first, tree)
    known = _with_sizes(scope)
    notation = _notation((tree,), known)
    context = Context(source, _unless_index(known, scope, notation), notation, _READERS, tree)
    term = with_own_value(context, with_dependent_letters(context, _whole(context, tree)))
    refuse_unclear_primes(context, term, tree)
    try:
        term = with_constant_arrays(context, term)
    except ShapeError as error:
        raise context.placed(error, tree) from None
    refuse_doubts(context, term)
    check_arrays(context, term)
    return Reading(term, SpanMap(context.places, source), tuple(context.applied.values()), source)


def _as_spelt(tree: s.Node, text: str, scope: Scope) -> s.Node:
    """The tree with limits in rows, words in italics, entries in square brackets, families of
    functions, compositions and binomial coefficients in columns as what they stand for."""
    tree = with_binomials(with_limit_rows(tree, text), text)
    tree = with_entries(with_words(with_connections(tree, text), text, scope), text)
    tree = with_bold_products(tree, text)
    tree = with_compositions(with_families(tree, text), text, scope)
    return with_samples(tree, text, scope)


def _with_sizes(scope: Scope) -> Scope:
    """The scope in which the sizes of declared arrays (`matrix(n, d_k)`) are known as counts."""
    named = names_in(dim for known in scope.symbols.values() for dim in known.shape or ())
    sizes = {
        dim for dim in named if dim not in scope.symbols and dim != "e"
    }  # e^x stays what it is
    if not sizes:
        return scope
    counts = {dim: Symbol(dim, "scalar", (), COUNT) for dim in sorted(sizes)}
    return scope.with_symbols({**counts, **scope.symbols})


def _unless_index(known: Scope, scope: Scope, notation: Notation) -> Scope:
    """Without the sizes that the line uses as indices (`x_n`)."""
    if known is scope or notation.indices.isdisjoint(known.symbols.keys() - scope.symbols.keys()):
        return known
    kept = {
        n: s for n, s in known.symbols.items() if n in scope.symbols or n not in notation.indices
    }
    return known.with_symbols(kept)


def _notation(trees: Iterable[s.Node], scope: Scope) -> Notation:
    return survey(trees, scope.symbols)


def _whole(ctx: Context, tree: s.Node) -> Term:
    """The Term of a whole input; a bracket around a whole statement is no part of it."""
    while isinstance(tree, s.Group) and tree.open in ("(", "["):
        body = tree.body
        items = body.items if isinstance(body, s.Sequence) else (body,)
        if not any(isinstance(i, s.Chain | s.Conditioned) for i in items):
            break
        if (tree.open == "(") != (tree.close == ")"):
            break
        ctx.note("enclosing-bracket", tree)
        assert body is not None
        tree = body
    if isinstance(tree, s.Sequence):
        term = read_list(ctx, tree)
        ctx.places.setdefault(term, tree)
        return term
    return ctx.read(tree)


def read_holding(source: Source, scope: Scope) -> Reading:
    r"""The meaning of a statement that holds. The x of `f(x) = x e^x` is the function's own: where
    another line makes x an array, and f cannot be read of arrays, it is a number here."""
    try:
        return read(source, scope)
    except (ReadError, ShapeError):
        tree = _parsed(source).tree
        left = tree.operands[0] if isinstance(tree, s.Chain) else tree
        own = {n for n in parameters(left) if n in scope.symbols and not scope.declares(n)}
        if not own:
            raise
        kept = {n: known for n, known in scope.symbols.items() if n not in own}
        return read(source, changed(scope, symbols=kept))


def survey_document(
    lines: Iterable[Source | str], scope: Scope = EMPTY, holding: Iterable[Source] = ()
) -> Scope:
    """The scope with what the notation of many lines together says of undeclared names.

    `m_t = ...` in one line makes `m_0` in another an entry of the same sequence. holding: further
    lines, which hold: what they say of a letter's values goes before what is usual for it. Lines
    that cannot be parsed are left out here; reading them tells why.
    """
    said, beside = _trees(holding, scope), _trees(lines, scope)
    notation = _notation((*said, *beside), scope)
    context = Context(Source("<survey>", ""), scope, notation, _READERS)
    nowhere = s.Empty(0, 0)
    # A Term is shared with readings in which somebody declared its name: here nobody did.
    terms = {name: context.symbol(name, nowhere) for name in notation.roles}
    found = {name: changed(term.data, declared=False) for name, term in terms.items()}
    for tree in said:
        for name, domain in held_domains(tree, c.DOMAINS).items():
            role = "index" if name in notation.indices else "scalar"
            found.setdefault(name, Symbol(name, role, (), domain))
    return scope.with_symbols({**found, **scope.symbols})


def _trees(lines: Iterable[Source | str], scope: Scope) -> list[s.Node]:
    trees: list[s.Node] = []
    for line in lines:
        try:
            text = Source("<input>", line) if isinstance(line, str) else line
            tree = with_words(with_qualities(_parsed(text).tree), text.text, scope)
            trees.append(with_samples(tree, text.text, scope))
        except Error:
            continue
    return trees
