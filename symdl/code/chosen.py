"""Logarithms of what is chosen from a softmax: `log softmax(u)_{ii}` is the entry of log-softmax.

A probability may be rounded to 0, of which there is no logarithm; its logarithm is a plain number.
"""

from __future__ import annotations

from symdl.expression.term import Term, make, postorder, rebuild


def with_logs_inside(term: Term) -> Term:
    """The term with logarithms of entries, diagonals and transposes of a softmax as those of its
    logarithm."""
    if all(n.op != "log" or _chosen(n.args[0]) is None for n in postorder(term)):
        return term
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        inner = _chosen(made.args[0]) if made.op == "log" else None
        done[node] = made if inner is None else inner
    return done[term]


def with_log_softmax(term: Term) -> Term:
    """The term with the logarithm of a softmax as one operation: its Jacobian is a difference of
    numbers up to 1, where quotients of exponentials would overflow."""
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        inner = made.args[0] if made.op == "log" else made
        if inner is not made and inner.op == "softmax":
            made = make("log_softmax", *inner.args, data=inner.data)
        done[node] = made
    return done[term]


def _chosen(term: Term) -> Term | None:
    """The logarithm of entries of a softmax of known axes, None for anything else."""
    if term.op not in ("entry", "diag", "transpose") or term.args[0].op != "softmax":
        return None
    whole = term.args[0]
    axes = len(whole.shape) if whole.shape is not None else 0
    if axes == 0 or (term.op == "entry" and len(term.args) - 1 != axes):
        return None
    if term.op == "diag" and axes != 2:
        return None
    logs = make("log_softmax", *whole.args, data=whole.data)
    return rebuild(term, (logs, *term.args[1:]))
