r"""Entropies of distributions on n values: `H(p, q) = H(p) + D_{KL}(p \| q)`.

The letters are vectors of n probabilities, none of them 0, and the entropies the sums that they
stand for (Cover and Thomas, Elements of Information Theory, section 2.3). A single letter may be
the chance of one of two values, so that a claim with nothing but `H(p)` is left as it is. They are
in the unit of the logarithms beside them (bits for base 2), in nats where there are none; a number
that is right in bits only is said to be in bits. Letters
with numbers (`p = (0.5, 0.5)`) and named distributions of one family (`p = \mathcal{N}(0, 1)`) are
what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.exact import exact
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.probability.known_laws import DEVIATIONS, law_of
from symdl.evidence.probability.laws import NORMAL
from symdl.evidence.verdict import HOLDING, Verdict
from symdl.expression.domain import POSITIVE
from symdl.expression.printer import latex
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, make, number, postorder
from symdl.expression.term import replace as put

SIZE = "n"
NATS, BITS = None, number(2)
"""Units of information, as the base of the logarithms: none is written for the natural ones."""
SUMS = {
    "H": r"-\sum_{{i=1}}^{{n}} {0}_i \log {0}_i",
    "cross": r"-\sum_{{i=1}}^{{n}} {0}_i \log {1}_i",
    "divergence": r"\sum_{{i=1}}^{{n}} {0}_i \log \frac{{{0}_i}}{{{1}_i}}",
}
TOTAL = r"\sum_{{i=1}}^{{n}} {0}_i = 1"


def judge_divergences(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between entropies of distributions; None for another claim."""
    bases = _bases(claim)
    base = bases.copy().pop() if len(bases) == 1 else NATS
    known = with_entropies(claim, base)
    if known is not claim:
        return judge(known) if bases else _in_nats_or_bits(claim, known, judge)
    sides = claim.sides
    nodes = dict.fromkeys(n for side in sides for n in postorder(side))
    said = {n: word for n in nodes if (word := _word(n, claim.scope)) is not None}
    names = sorted({a.data.name for n in said for a in n.args})
    words = set(said.values())
    plainly = "divergence" in words or words == {"H", "cross"}  # H(q, p) may be an energy
    if len(sides) < 2 or not plainly or not _only_there(claim, said, names):
        return None
    if claim.kind == "definition" and len(said) < 2:
        return None
    vectors = {name: Symbol(name, "vector", (SIZE,), POSITIVE, True) for name in names}
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **vectors})
    table = {n: _read(SUMS[word], scope, n, base) for n, word in said.items()}
    totals = tuple(read(TOTAL.format(name), scope).term for name in names)
    table |= {a: make("symbol", data=vectors[a.data.name]) for n in said for a in n.args}
    left, right = (put(side, table) for side in sides)
    relation = "=" if claim.relation == ":=" else claim.relation
    kind = classify(left, relation, right, scope, False, NOTHING)
    verdict = judge(
        replace(claim, kind=kind, relation=relation, left=left, right=right, scope=scope,
                conditions=(*claim.conditions, *totals), doubt="", latex="")
    )  # fmt: skip
    told = f"{', '.join(names)} as probabilities of n values"
    return replace(verdict, message=f"{verdict.message} ({told})")


def _bases(claim: Claim) -> set[Term | None]:
    """The bases of the logarithms that stand in a claim."""
    nodes = [n for side in claim.sides for n in postorder(side)]
    natural = {NATS for n in nodes if n.op == "log"}
    named = {number(_NAMED[n.op]) for n in nodes if n.op in _NAMED}
    return natural | named | {n.args[1] for n in nodes if n.op == "log_base"}


_NAMED = {"log2": 2, "log10": 10}


def _in_nats_or_bits(claim: Claim, known: Claim, judge: Judge) -> Verdict:
    """The verdict where nothing says the unit: in nats, or in bits if it holds in these."""
    verdict = judge(known)
    if verdict.kind != "refuted":
        return verdict
    in_bits = judge(with_entropies(claim, BITS))
    if in_bits.kind not in HOLDING:
        return verdict
    return replace(in_bits, message=f"in bits: {in_bits.message}")


def with_entropies(claim: Claim, base: Term | None) -> Claim:
    """The claim with the divergences and entropies of what is known written out, in the unit that
    logarithms to a base (`NATS`, `BITS`) have."""
    nodes = {n for side in claim.sides for n in postorder(side)}
    table = {n: found for n in nodes if (found := _written_out(n, claim.scope, base)) is not None}
    if not table:
        return claim
    left, right = (put(side, table) for side in claim.sides)
    relation = "=" if claim.relation == ":=" else claim.relation
    kind = classify(left, relation, right, claim.scope, False, NOTHING)
    known = replace(claim, kind=kind, relation=relation, left=left, right=right, doubt="", latex="")
    return replace(known, conditions=(*claim.conditions, *_deviations(table, claim.scope)))


def _deviations(nodes: Iterable[Term], scope: Scope) -> Iterator[Term]:
    """The sigma of a normal distribution with variance sigma^2 is a deviation: it is positive."""
    laws = (law_of(scope.values.get(a, a)) for node in nodes for a in node.args)
    for last in (law[1][-1] for law in laws if law is not None and law[0] is NORMAL):
        base = last.args[0] if last.op == "pow" else last
        if base is not last and base.op == "symbol" and base.data.name.split("_")[0] in DEVIATIONS:
            yield make("relation", base, number(0), data=(">",))


def _written_out(node: Term, scope: Scope, base: Term | None) -> Term | None:
    """An entropy or a divergence of lists of numbers, or a divergence within a family."""
    if node.op not in ("opaque", "call"):
        return None
    values = [scope.values.get(a, a) for a in node.args]
    if node.op == "opaque" and node.data == "divergence" and len(values) == 2:
        laws = [law_of(value) for value in values]
        if laws[0] is not None and laws[1] is not None and laws[0][0] is laws[1][0]:
            closed = laws[0][0].divergence
            if closed is None:
                return None
            nats = closed(*laws[0][1], *laws[1][1])
            return nats if base is None else nats / make("log", base)
    word = _word(node, scope)
    listed = [v.args for v in values if v.op == "vector" and all(map(_is_positive, v.args))]
    if word is None or len(listed) < len(values) or len({len(args) for args in listed}) != 1:
        return None
    first, last = listed[0], listed[-1]
    if word == "divergence":
        parts = [p * _logarithm(p / q, base) for p, q in zip(first, last, strict=True)]
    else:
        parts = [make("neg", p * _logarithm(q, base)) for p, q in zip(first, last, strict=True)]
    return make("add", *parts) if len(parts) > 1 else parts[0]


def _is_positive(entry: Term) -> bool:
    value = exact(entry)
    return value is not None and value > 0


def _logarithm(value: Term, base: Term | None) -> Term:
    return make("log", value) if base is None else make("log_base", value, base)


def _read(pattern: str, scope: Scope, node: Term, base: Term | None) -> Term:
    written = pattern.format(*(a.data.name for a in node.args))
    if base is not None:
        written = written.replace(r"\log", rf"\log_{{{latex(base)}}}")
    return read(written, scope).term


def _word(node: Term, scope: Scope) -> str | None:
    """What a node says of distributions: an entropy, a cross-entropy, a divergence."""
    if any(a.op != "symbol" or not a.data.name.islower() for a in node.args):
        return None
    if any(a.shape and a not in scope.values for a in node.args):
        return None
    if node.op == "opaque" and node.data == "divergence" and len(node.args) == 2:
        return "divergence"
    if node.op != "call" or node.data.primes or node.data.bars or node.data.function.name != "H":
        return None
    if "H" in scope.functions or scope.declares("H"):
        return None
    return {1: "H", 2: "cross"}.get(len(node.args))


def _only_there(claim: Claim, said: dict[Term, str], names: list[str]) -> bool:
    """Whether the letters, which nobody declares or defines, stand nowhere else but in their
    entries."""
    if SIZE in names or any(claim.scope.declares(name) for name in names):
        return False
    if any(a in claim.scope.values for node in said for a in node.args):
        return False  # what they are is not read
    waiting = list(claim.terms)
    while waiting:
        node = waiting.pop()
        if node.op == "symbol" and (node.data.name in names or node in claim.scope.values):
            return False
        entry = node.op == "entry" and len(node.args) == 2 and node.args[0].op == "symbol"
        waiting.extend(() if node in said else node.args[1:] if entry else node.args)
    return True
