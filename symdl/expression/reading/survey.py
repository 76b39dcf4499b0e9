"""A first look over the syntax: what the notation itself says about each name.

`m_{t-1}` makes `m` a sequence, `W^T` makes `W` an array, `s(x) = ...` makes `s` a function,
`x_i \\in B` makes `B` a set, for the whole input, wherever the name stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS, WORDS
from symdl.expression.reading.arrays_survey import infer_arrays
from symdl.expression.reading.indices import index_items, letters
from symdl.expression.reading.notation import Notation, Role
from symdl.expression.reading.sightings import Sightings, look_over
from symdl.expression.reading.stated_domains import stated_domains
from symdl.expression.reading.syntax import is_bold
from symdl.expression.term import Symbol
from symdl.latex import syntax as s

_ARRAYS = frozenset({"vector", "matrix", "tensor"})
_BESIDE = frozenset({"matrix", "tensor"})
"""Roles of declared names that make arrays of the capitals beside them."""
_BOLD = ("mathbf", "boldsymbol", "vec")
_SINGLE = frozenset({"scalar", "constant", "function", "index", "set"})


def survey(trees: Iterable[s.Node], known: Mapping[str, Symbol]) -> Notation:
    """What the notation of all trees together says; `known` names are left alone."""
    found = Sightings()
    listed = list(trees)
    for tree in listed:
        look_over(tree, found)
    notation = Notation(indices=found.indices, counts=found.counts, values=found.values)
    if not found.says_anything:
        return notation  # numbers alone
    if not found.values.isdisjoint(c.DOMAINS):
        for tree in listed:
            notation.stated.update(stated_domains(tree, c.DOMAINS))
    free = found.forms - found.values - known.keys()
    notation.functions = {f for f in free if not has_meaning(f)}
    for name in found.sets:
        notation.roles[name] = Role("set", "set", False)
    if found.bold:
        _whole_arrays(found, notation, known)
    _index_roles(found, notation, known)
    if "T" not in known and "T" not in found.counts:
        found.transposed |= found.to_the_t
    for name, role in found.arguments.items():
        if name not in known and not is_bold(name):
            notation.roles.setdefault(name, Role(role, "array-function"))
    for name in found.measured - notation.roles.keys() - known.keys() - notation.indices:
        if not is_bold(name) and not _is_part(name, known):
            notation.roles[name] = Role(_array_role(name), "norm")
    for name in found.transposed - notation.roles.keys() - known.keys():
        if not is_bold(name) and not _is_part(name, known):
            notation.roles[name] = Role(_array_role(name), "transpose")
    declared = (known[name].role for name in found.values if name in known)
    if found.arrays or found.transposed or not _BESIDE.isdisjoint(declared):
        mixed = _only_vectors_bold(found.bold)
        infer_arrays(listed, notation, known, found.powers, found.stepped, mixed)
    return notation


def _is_part(name: str, known: Mapping[str, Symbol]) -> bool:
    """Whether `x_i` is a row of a matrix x that is known, or `X_b` an element of an array of
    matrices, and no name of its own."""
    head, _, sub = name.partition("_")
    base, sub = known.get(head), sub.strip("{}").removeprefix("\\text{")
    rank = 0 if base is None else len(base.shape or ())
    if rank > 2:
        return sub.isalpha() and sub.islower() and len(sub) < rank
    return rank == 2 and sub in _ROWS


_ROWS = frozenset("ijklmn")


def _only_vectors_bold(bold: set[str]) -> bool:
    r"""Whether small letters are bold and no capital is: `W\mathbf{x} + \mathbf{b}`."""
    inner = {name[name.find("{") + 1 : -1].lstrip("\\") for name in bold}
    return any(x[:1].islower() for x in inner) and not any(x[:1].isupper() for x in inner - {"I"})


def _array_role(name: str) -> str:
    inner = name[name.find("{") + 1 :].lstrip("\\")
    return "matrix" if inner[:1].isupper() else "vector"


def has_meaning(name: str) -> bool:
    """Whether a name before a bracket is a known function without any definition."""
    rows = name in WORDS or name in MACROS or name in c.OPERATOR_LETTERS
    return rows or name in c.ARRAY_WORDS or name in c.OPAQUE


def _whole_arrays(found: Sightings, notation: Notation, known: Mapping[str, Symbol]) -> None:
    """`x_i` beside `\\mathbf{x}` is its entry, `a_{ij}` and `A_{ij}` beside `\\mathbf{A}` are."""
    scripted = {name for name, _ in found.scripted}
    wholes = {w for w in found.bold - scripted if w not in known or known[w].role in _ARRAYS}
    for name, sub in found.scripted:
        if len(name) > 1 or name in known or (isinstance(sub, s.Number) and found.listed):
            continue
        pair = len(index_items(sub, found.indices)) == 2
        for letter in (name, name.upper()) if pair else (name,):
            whole = next((w for f in _BOLD if (w := f"\\{f}{{{letter}}}") in wholes), None)
            if whole is not None and (name not in found.values or letter != name):
                notation.wholes.setdefault(name, whole)


def _chosen_by_label(found: Sightings, known: Mapping[str, Symbol]) -> set[str]:
    """The y of `-z_y + \\log \\sum_j e^{z_j}`: the label chooses one of the entries that a sum runs
    over, where y is no array itself."""
    summed = {
        n for n, sub in found.scripted if isinstance(sub, s.Name) and sub.text in found.indices
    }
    chosen = {sub.text for n, sub in found.scripted if n in summed and isinstance(sub, s.Name)}
    arrays = found.bold | found.families | found.measured | found.arguments.keys()
    arrays |= found.transposed | found.to_the_t | {name for name, _ in found.scripted}
    return (chosen & c.LABEL_LETTERS) - arrays - known.keys()


def _index_roles(found: Sightings, notation: Notation, known: Mapping[str, Symbol]) -> None:
    notation.indices.update(_chosen_by_label(found, known))
    widths: dict[str, int] = {}
    timed: set[str] = set()
    for name, sub in found.scripted:
        items = index_items(sub, notation.indices)
        if not items or (name in known and known[name].role in _SINGLE):
            continue
        for item in items:
            notation.indices.update(n for n in letters(item) if n not in known)
        if name in known:
            continue
        widths[name] = max(widths.get(name, 0), len(items))
        if len(items) == 1 and _is_time(items[0]):
            timed.add(name)
    for name, width in widths.items():
        if name in notation.roles:
            continue
        if name in found.families and width == 1 and not is_bold(name):
            # the vectors x_i are the rows of a matrix, the matrices W_l are those of no array
            rows = name not in timed and name.lstrip("\\")[:1].islower()
            notation.roles[name] = Role("matrix" if rows else "sequence", "family")
        elif is_bold(name) or (name in timed and width == 1):
            if is_bold(name) or name not in found.to_the_t | found.transposed:
                notation.roles[name] = Role("sequence", "time", is_bold(name))
        else:
            role = ("vector", "matrix", "tensor")[min(width, 3) - 1]
            notation.roles[name] = Role(role, "index")


def _is_time(item: s.Node) -> bool:
    if isinstance(item, s.Sum):
        return len(item.terms) > 1
    return isinstance(item, s.Name) and item.text in c.TIME_LETTERS
