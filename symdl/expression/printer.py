"""Terms written back the way a person would, in the author's order and form.

`latex` is read back to the same Term under the same declarations; `plain` is for terminals.
Nothing recurses: a chain of 10,000 layers prints like one of two. A term whose text would
exceed a million characters raises symdl.Error (common parts are written out at each use).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from symdl.expression.operators import LETTERS, TABLE
from symdl.expression.printing.latex_forms import FORMS
from symdl.expression.printing.latex_parts import applied, macro, name, words
from symdl.expression.printing.pieces import ATOM, POWER, Piece, piece
from symdl.expression.printing.plain_forms import plain_piece
from symdl.expression.term import Term, postorder, rebuild, replace, size

_CONSTANTS = {"pi": "\\pi", "e": "e", "infinity": "\\infty"}
_DOTS = {"cdots": "\\cdots"}


def latex(term: Term) -> str:
    """The LaTeX of a Term, with as few brackets as its reading allows.

    >>> from symdl.expression.term import make, symbol
    >>> x = symbol("x")
    >>> latex(1 / (1 + make("exp", -x)))
    '\\\\frac{1}{1 + e^{-x}}'
    """
    term = _with_images(term)
    taken = {node.data.name for node in postorder(term) if node.op == "symbol"}
    done: dict[Term, Piece] = {}
    for node in postorder(term):
        done[node] = _piece(node, [done[a] for a in node.args], taken)
    return done[term].text


def plain(term: Term) -> str:
    """A Term as text for a terminal.

    >>> from symdl.expression.term import make, symbol
    >>> x = symbol("x")
    >>> plain(1 / (1 + make("exp", -x)))
    '1/(1 + e^(-x))'
    """
    return _plain_once(term) if size(term) <= SHORT else _plain(term)


SHORT = 100
"""Terms whose text is kept: the names and conditions of a claim are told several times."""


def _plain(term: Term) -> str:
    done: dict[Term, Piece] = {}
    for node in postorder(term):
        if node.op == "image":
            return _plain(_with_images(term))
        done[node] = plain_piece(node, [done[a] for a in node.args])
    return done[term].text


_plain_once = lru_cache(maxsize=1024)(_plain)


def _piece(node: Term, ps: list[Piece], taken: set[str]) -> Piece:
    if not node.args and node.op in _ATOMS:
        return _ATOMS[node.op](node)
    if node.op == "exp" and "e" in taken:
        return applied("\\exp")(node, ps)
    form = FORMS.get(node.op)
    return form(node, ps) if form else applied(_head(node.op, taken))(node, ps)


def _head(op: str, taken: set[str]) -> str:
    """How a scalar function is spelled: its letter unless that names something here."""
    row = TABLE.get(op)
    if row is None:
        return f"\\operatorname{{{op}}}"
    if row.letter and row.letter not in taken and LETTERS[row.letter] is row:
        return row.letter
    return macro(row) or f"\\operatorname{{{row.words[0]}}}"


def _with_images(term: Term) -> Term:
    """An image written as people do: the body with the set in place of the variable."""
    if all(node.op != "image" for node in postorder(term)):
        return term
    done: dict[Term, Term] = {}
    for node in postorder(term):
        args = tuple(done[a] for a in node.args)
        image = node.op == "image"
        done[node] = replace(args[2], {args[0]: args[1]}) if image else rebuild(node, args)
    return done[term]


def _number(node: Term) -> Piece:
    return piece(node.data.text, level=POWER if "e" in node.data.text.lower() else ATOM)


def _symbol(node: Term) -> Piece:
    text = name(node.data.name)
    return piece(text, level=POWER if "^" in text or "'" in text else ATOM)


_ATOMS: dict[str, Callable[[Term], Piece]] = {
    "number": _number,
    "symbol": _symbol,
    "constant": lambda node: piece(_CONSTANTS[node.data]),
    "text": lambda node: piece(words(node.data)),
    "dots": lambda node: piece(_DOTS.get(node.data, "\\ldots")),
    "number_set": lambda node: piece(f"\\mathbb{{{node.data}}}"),
}
