"""Words that say what an operator is: `where \\sigma(x) is the logistic sigmoid`.

They add nothing when they say what is read anyway. Any other wording stays prose, so that a
sentence that gives a letter another meaning is never passed over.
"""

from __future__ import annotations

import re

from symdl.expression.operators import TABLE
from symdl.expression.reading.context import Context
from symdl.expression.term import Term
from symdl.latex import syntax as s

_SENTENCE = re.compile(r"(?:is|denotes|stands for|means) (?:the |an? )?(.+?)(?: function)?[.,;]?")
_NAMES = {
    "sigmoid": ("sigmoid", "logistic sigmoid", "logistic", "standard logistic"),
    "normal_cdf": (
        "standard normal cdf", "standard normal distribution", "standard gaussian cdf",
        "cumulative distribution function of the standard normal distribution",
    ),
    "gamma_function": ("gamma", "euler gamma"),
    "digamma": ("digamma",),
    "log": ("natural logarithm", "natural log"),
    "erf": ("error", "gauss error"),
}  # fmt: skip


def says_what_is_known(ctx: Context, condition: s.Node | None) -> bool:
    """Whether the clause only names the operator that its formula is read as."""
    if not isinstance(condition, s.Product) or not isinstance(condition.factors[-1], s.Word):
        return False
    match = _SENTENCE.fullmatch(condition.factors[-1].text.strip())
    inner = condition.factors[:-1]
    if match is None or not inner or condition.links[-1]:
        return False
    shown = inner[0]
    if len(inner) > 1:
        links = condition.links[: len(inner) - 1]
        shown = s.Product(inner[0].start, inner[-1].end, inner, links)
    term = _operator(ctx, shown)
    return term is not None and match[1].lower() in _NAMES.get(term.op, ())


def _operator(ctx: Context, node: s.Node) -> Term | None:
    """The call of an operator row on one plain name, which is all that the clause may show."""
    if not isinstance(node, s.Product) or len(node.factors) != 2:
        return None
    term = ctx.read(node)
    return term if term.op in TABLE and all(a.op == "symbol" for a in term.args) else None
