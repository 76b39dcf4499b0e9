"""Subscripts, superscripts and primes: entry, label or name; power, transpose or label."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.operators import MACROS
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import read_difference, read_evaluated
from symdl.expression.reading.labels import labelled
from symdl.expression.reading.notation import NO_BASE
from symdl.expression.reading.opaque import indicator
from symdl.expression.reading.powers import primes_and_power, raised
from symdl.expression.reading.spaces import half_line, read_norm, sizes_of
from symdl.expression.reading.subscripts import declared_scalar, entries_of, subscripted
from symdl.expression.spelling import SAMPLES, name_of
from symdl.expression.term import Term, constant, make, number
from symdl.expression.vocabulary import NAMES
from symdl.latex import syntax as s


def read_scripts(ctx: Context, node: s.Scripts) -> Term:
    """A base with scripts: the subscript is decided first, then primes, then the rest."""
    found = _of_its_own(ctx, node)
    if found is not None:
        return found
    name = name_of(node.base)
    if name is None:
        return scripts_on(ctx, node, ctx.read(node.base))
    _refuse_name(ctx, node, name)
    if node.sub is not None and name.endswith(SAMPLES):
        ctx.note("sample-superscript", node)
    sup = node.sup
    primed = name + "'" * node.primes
    if node.primes and primed in ctx.bound and node.sub is None:
        bound = ctx.symbol(primed, node)
        return bound if sup is None else raised(ctx, node, bound, sup)
    if sup is not None:
        whole = labelled(ctx, node, name)
        if whole is not None:
            return whole
    return primes_and_power(ctx, node, subscripted(ctx, node, name), sup)


def _of_its_own(ctx: Context, node: s.Scripts) -> Term | None:
    """What scripts make of some bases alone: bars and norms, sets, degrees, indicators."""
    base = node.base
    if isinstance(base, s.Group):
        found = _on_group(ctx, node, base)
        if found is not None:
            return found
    if isinstance(base, s.Styled) and base.font == "mathbb":
        if isinstance(node.sub, s.Chain) and name_of(base) not in c.INDICATORS:
            return half_line(ctx, node, base, node.sub)
        if node.sup is not None:
            return _space(ctx, node, base)
    if _is_sign(node.sup, "\\circ"):
        ctx.fail("degrees are not read", node, "angles are in radians: write 90 \\pi / 180")
    times = _power_of_number(ctx, node)
    if times is not None:
        return times
    one = isinstance(base, s.Number) and base.text == "1"
    if (one or name_of(base) in c.INDICATORS) and node.sub is not None and node.sup is None:
        return indicator(ctx, base, node.sub)
    return None


def _on_group(ctx: Context, node: s.Scripts, base: s.Group) -> Term | None:
    """An evaluation bar, a difference in square brackets, a norm, a positive part."""
    if base.open == "" and base.body is not None:
        return read_evaluated(ctx, node, ctx.read(base.body))
    if base.open == "[" and base.close == "]" and node.sub is not None and node.sup is not None:
        return read_difference(ctx, node, base)
    if base.open == "\\|" and node.sub is not None:
        return read_norm(ctx, node, base)
    if base.open == "\\langle" and name_of(node.sub or base) in _FROBENIUS:
        return primes_and_power(ctx, node, ctx.read(base), node.sup)
    if node.sub is not None and node.sup is None and _is_sign(node.sub, "+"):
        return _positive_part(ctx, node, base)
    _refuse_items(ctx, node, base)
    return None


_FROBENIUS = frozenset({"F", "\\mathrm{F}"})
"""The index of the inner product of matrices, the sum of the products of their entries."""


def _refuse_name(ctx: Context, node: s.Scripts, name: str) -> None:
    """Refuse names that stand for nothing alone, and a set whose 0 is not told."""
    if name == "\\mathbb{R}" and _is_sign(node.sub, "+"):
        hint = "write \\mathbb{R}_{>0} or \\mathbb{R}_{\\ge 0}"
        ctx.fail("whether 0 belongs to this set is not written", node, hint, "ambiguous")
    if name in NO_BASE and ctx.declared(name) is None:
        ctx.fail(f"{name} needs something to act on", node)
    if name in MACROS and ctx.declared(name) is None:
        ctx.fail(f"{name} needs an argument", node, f"write {name}(x)")


def _power_of_number(ctx: Context, node: s.Scripts) -> Term | None:
    """`n2^{n-1}` where n is known and n2 is not: n times a power of 2."""
    base, sup = node.base, node.sup
    if not isinstance(base, s.Name) or sup is None or node.sub is not None or node.primes:
        return None
    letter, digits = base.text[:1], base.text[1:]
    known = letter in ctx.bound or declared_scalar(ctx, letter)
    if not digits.isdigit() or not known or ctx.declared(base.text) is not None:
        return None
    if isinstance(sup, s.Number):
        hint = f"write {letter}_{digits}, {letter} \\cdot {digits}, or declare {base.text}"
        ctx.fail("a name with digits or a product", node, hint, "ambiguous")
    power = s.Scripts(
        node.start + 1, node.end, s.Number(node.start + 1, base.end, digits), None, sup
    )
    first = ctx.read(s.Name(node.start, node.start + 1, letter))
    return make("mul", first, ctx.read(power))


def scripts_on(ctx: Context, node: s.Scripts, base: Term) -> Term:
    """The scripts of a node on a Term that was read already (a bracket, a call)."""
    if node.sub is not None:
        base = entries_of(ctx, node.sub, base, len(base.shape or ()))
    if node.primes and base.op not in NAMES:
        base = _derived(ctx, node, base)
        return base if node.sup is None else raised(ctx, node, base, node.sup)
    return primes_and_power(ctx, node, base, node.sup)


def _derived(ctx: Context, node: s.Scripts, base: Term) -> Term:
    """`(x^2)'`, whose variable the whole statement tells (see dependent.py)."""
    ctx.places.setdefault(base, node)
    return make("prime", base, data=node.primes)


def _space(ctx: Context, node: s.Scripts, base: s.Styled) -> Term:
    """`\\mathbb{R}^{m \\times n}`; `\\mathbb{R}^+` are the positive numbers."""
    home = ctx.read(base)
    sup = node.sup
    if home.op != "number_set" or node.sub is not None or node.primes:
        return scripts_on(ctx, node, home)
    if isinstance(sup, s.Name) and sup.text == "+" and home.data == "R":
        return make("interval", number(0), constant("infinity"), data="()")
    sizes = [] if sup is None else sizes_of(ctx, sup)
    return make("space", *(ctx.read(size) for size in sizes), data=home.data)


def _is_sign(node: s.Node | None, sign: str) -> bool:
    return isinstance(node, s.Name) and node.text == sign


def _positive_part(ctx: Context, node: s.Scripts, group: s.Group) -> Term:
    """`[x]_+`, `(x)_+` and `|x|_+` are `\\max(0, x)`."""
    if group.open not in ("(", "[", "|") or group.body is None or node.primes:
        ctx.fail("this sign is not read here", node)
    ctx.note("positive-part", node)
    return make("max", number(0), ctx.read(group.body))


def _refuse_items(ctx: Context, node: s.Scripts, group: s.Group) -> None:
    """`\\{x_i\\}_{i=1}^n`: a list of items has no value of its own."""
    braced = group.open == "{" and node.sub is not None
    if braced or (isinstance(node.sub, s.Chain) and group.open in ("(", "[")):
        hint = "only single items have a Term: write x_i and say what i is"
        ctx.fail("a family of items is not read", node, hint)
