"""Operators that are kept, not computed (expectations, distributions), and indicators."""

from __future__ import annotations

from collections.abc import Callable

from symdl.expression import conventions as c
from symdl.expression.reading.context import Context
from symdl.expression.reading.heads import Head, arguments
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make
from symdl.latex import syntax as s


def indicator(ctx: Context, sign: s.Node, condition: s.Node | None) -> Term | None:
    """`\\mathbb{1}\\{x > 0\\}`, `\\mathbf{1}_{x > 0}`; None when it holds no condition."""
    if isinstance(condition, s.Group) and condition.open in ("(", "[", "{"):
        condition = condition.body
    if not isinstance(condition, s.Chain):
        return None
    ctx.note("indicator", sign)
    return make("indicator", ctx.read(condition))


RANDOM = frozenset({"expectation", "variance", "covariance", "probability"})
"""What is taken of random variables."""


def opaque(ctx: Context, head: Head, group: s.Group) -> Term:
    """`\\mathbb{E}_{x \\sim p}[f(x)]`, `\\mathrm{Var}(x)`, `\\mathcal{N}(0, 1)`."""
    name = c.OPAQUE.get(head.name or "") or c.OPAQUE[name_of(head.core) or ""]
    with ctx.expecting("random" if name in RANDOM else ""):
        barred = any(sign in _bars(name) for sign in _separators(group))
        args = [given(ctx, group, _bars(name))] if barred else list(arguments(ctx, group)[0])
    made = make("opaque", *args, *_subscript(ctx, head), data=name)
    if head.primes:
        ctx.fail("a primed operator is not read", head.node)
    return made if head.sup is None else make("pow", made, ctx.read(head.sup))


def is_of_power(made: Term, following: s.Node, group: s.Group) -> bool:
    r"""`\mathbb{E}(x - \mu)^2` is the mean of the squares: the bracket around a sum is its own.
    (`\mathbb{E}(x)^2` and `\mathbb{E}[x - \mu]^2` are squares of means.)"""
    if made.op != "opaque" or made.data != "expectation" or group.open != "(":
        return False
    plain = isinstance(following, s.Scripts) and following.sub is None and following.base is group
    return plain and isinstance(group.body, s.Sum) and len(group.body.terms) > 1


def _subscript(ctx: Context, head: Head) -> tuple[Term, ...]:
    node = head.node
    if not isinstance(node, s.Scripts) or node.sub is None or head.name in c.OPAQUE:
        return ()
    if isinstance(node.sub, s.Sequence):
        return tuple(ctx.read(item) for item in node.sub.items)
    return (ctx.read(node.sub),)


BARS = frozenset({"\\mid", "|"})


def _bars(name: str) -> frozenset[str]:
    r"""The signs that stand for `given` in an operator: two bars in `\mathbb{P}(A \| B)`, too,
    but not in `KL(p \| q)`."""
    return BARS | {"\\|"} if name in RANDOM else BARS


def _separators(group: s.Group) -> tuple[str, ...]:
    return group.body.separators if isinstance(group.body, s.Sequence) else ()


def given(ctx: Context, group: s.Group, bars: frozenset[str] = BARS) -> Term:
    """`x, y \\mid z` as `given`."""
    body = group.body
    assert isinstance(body, s.Sequence)
    bar = next(i for i, x in enumerate(body.separators) if x in bars)
    sides = [body.items[: bar + 1], body.items[bar + 1 :]]
    terms = [tuple(ctx.read(item) for item in side) for side in sides]
    if not all(terms):
        ctx.fail("something is missing beside the bar", group)
    return make("given", *(t[0] if len(t) == 1 else make("tuple", *t) for t in terms))


def _waits(following: s.Node | None) -> bool:
    """Whether behind `E_x` stands what an expectation is taken of."""
    inner = following.base if isinstance(following, s.Scripts) else following
    if isinstance(inner, s.Name) and inner is not following:
        return inner.text == "E"
    return isinstance(inner, s.Group) and inner.open == "{"


def opaque_head(
    ctx: Context, factor: s.Node, following: s.Node | None
) -> Callable[[Term], Term] | None:
    """`\\mathbb{E}_{x} f(x)` without a bracket: the operator waits for what follows."""
    base = factor.base if isinstance(factor, s.Scripts) else factor
    plain = isinstance(base, s.Name) and base.text == "E" and base is not factor
    if not plain and (not isinstance(base, s.Styled) or base.font != "mathbb"):
        return None
    if plain and not _waits(following):
        return None
    name = name_of(base)
    if name not in c.OPAQUE or ctx.declared(name) is not None:
        return None
    head = Head(factor)

    def apply(body: Term) -> Term:
        return make("opaque", body, *_subscript(ctx, head), data=c.OPAQUE[name])

    return apply
