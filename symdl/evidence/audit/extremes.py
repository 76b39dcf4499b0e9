r"""The audit of extreme values: nowhere does a term pass what is proved to be its extreme value."""

from __future__ import annotations

from symdl.evidence.audit.relations import audit_relation
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import narrowed_to
from symdl.evidence.kinds import EQUAL
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols
from symdl.expression.term import replace as replace_terms

_BOUNDS = {"min_over": ">=", "inf_over": ">=", "argmin": ">="} | {
    "max_over": "<=", "sup_over": "<=", "argmax": "<="}  # fmt: skip
_PLACES = frozenset({"argmin", "argmax"})


def audit_extreme(claim: Claim) -> int | None:
    """At how many points a term was compared with its extreme value; None where a claim states
    none. Raises InternalError where the term certainly passes it."""
    stated = _stated(claim)
    if stated is None:
        return None
    body, relation, value = stated
    return audit_relation(body, relation, value, claim.conditions)


def _stated(claim: Claim) -> tuple[Term, str, Term] | None:
    """The term, how it lies to its extreme value, and that value."""
    if claim.right is None or claim.relation not in EQUAL:
        return None
    for part, value in ((claim.left, claim.right), (claim.right, claim.left)):
        if part.op not in _BOUNDS or part.data not in ("all", "set") or value.shape != ():
            continue
        variable, body = part.args[0], part.args[-1]
        if variable.shape != () or body.shape != () or variable in free_symbols(value):
            return None
        if part.op in _PLACES:
            value = substitute(body, {variable: value})
        if part.data == "set":
            inside = narrowed_to(variable, part.args[1])
            if inside is None:
                return None
            body = replace_terms(body, {variable: inside})
        return body, _BOUNDS[part.op], value
    return None
