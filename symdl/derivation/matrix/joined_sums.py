r"""Sums over the same index in index notation, as one: `\sum_l a_l b_l - \sum_l a_l c_l` is
`\sum_l a_l (b_l - c_l)`."""

from __future__ import annotations

from symdl.expression.term import Term, combined, make, postorder, rebuild


def with_sums_joined(term: Term) -> Term:
    """The term in which summands that are sums over the same index and share a factor are one."""
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _joined(made) if made.op == "add" and made.shape == () else made
    return done[term]


def _joined(node: Term) -> Term:
    """A sum of sums as one sum; the node itself where they have nothing in common."""
    parts = [(a.args[0], True) if a.op == "neg" else (a, False) for a in node.args]
    first = parts[0][0]
    alike = all(p.op == "sum" and _range(p) == _range(first) for p, _ in parts)
    if not alike or first.op != "sum":
        return node
    factors = [_factors(p.args[-1]) for p, _ in parts]
    shared = [f for f in factors[0] if all(f in others for others in factors)]
    if not shared:
        return node
    rests = []
    for own, (_, minus) in zip(factors, parts, strict=True):
        for f in shared:
            own.remove(f)
        if not own:
            return node
        rest = combined("mul", own)
        rests.append(make("neg", rest) if minus else rest)
    body = combined("mul", [*shared, make("add", *rests)])
    return make("sum", *first.args[:-1], body, data=first.data)


def _range(node: Term) -> tuple[object, ...]:
    return (node.data, *node.args[:-1])


def _factors(body: Term) -> list[Term]:
    return list(body.args) if body.op == "mul" else [body]
