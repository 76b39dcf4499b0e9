"""Decide a file of identities and non-identities.

    python benchmarks/identities.py PATH [--mutants N]

PATH is JSON lines with `lhs`, `rhs` in infix spelling, `true` (1 or 0) and `domains`
(`[low, high]`, ends open at a finite low or high; a third item `"int"`). With --mutants, N
random mutations (sign, factor, exponent, digit) of every true identity are decided too, and
those not refuted are shown: what is proved must be one that changes nothing, as (-x)^2.
"""

from __future__ import annotations

import ast
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import Error
from symdl.evidence.equality import judge_equality
from symdl.evidence.verdict import Verdict
from symdl.expression.domain import REAL, Domain
from symdl.expression.term import Term, constant, make, number, postorder, rebuild, symbol

BINARY = {ast.Add: "add", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
COMPARE = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}


def relation(a: Term, r: str, b: Term) -> Term:
    return make("relation", a, b, data=(r,))


def sqrt(u: Term) -> Term:
    return make("sqrt", u)


def gelu_tanh(x: Term) -> Term:
    inner = sqrt(2 / constant("pi")) * (x + decimal("0.044715") * x**3)
    return decimal("0.5") * x * (1 + make("tanh", inner))


def normal_cdf(x: Term) -> Term:
    return decimal("0.5") * (1 + make("erf", x / sqrt(number(2))))


def normal_pdf(x: Term) -> Term:
    return make("exp", -(x**2) / 2) / sqrt(2 * constant("pi"))


def elu(x: Term, a: Term) -> Term:
    return piecewise(relation(x, ">", number(0)), x, a * (make("exp", x) - 1))


def heaviside(x: Term) -> Term:
    zero = number(0)
    return make("piecewise", number(1), relation(x, ">", zero), zero, relation(x, "<", zero))


def piecewise(*parts: Term) -> Term:
    """pw(condition, value, condition, value, ..., [otherwise])."""
    pairs = [t for i in range(0, len(parts) - 1, 2) for t in (parts[i + 1], parts[i])]
    return make("piecewise", *pairs, *parts[len(parts) - len(parts) % 2 :])


FUNCTIONS: dict[str, Callable[..., Term]] = {
    "silu": lambda x: x * make("sigmoid", x),
    "mish": lambda x: x * make("tanh", make("softplus", x)),
    "gelu": lambda x: x * normal_cdf(x),
    "gelu_tanh": gelu_tanh,
    "Phi": normal_cdf,
    "phi": normal_pdf,
    "elu": elu,
    "heav": heaviside,
    "pw": piecewise,
    "log2": lambda x: make("log_base", x, number(2)),
    "diff": lambda f, x: differentiate(f, x).result,
}


def decimal(text: str) -> Term:
    return number(Fraction(text), text)


class Converter(ast.NodeVisitor):
    """Infix text (parsed by Python's ast, never evaluated) to Terms."""

    def __init__(self, domains: dict[str, Domain], text: str) -> None:
        self.domains, self.text = domains, text

    def convert(self) -> Term:
        return self.visit(ast.parse(self.text, mode="eval").body)

    def visit_Name(self, node: ast.Name) -> Term:
        if node.id == "pi":
            return constant("pi")
        return symbol(node.id, domain=self.domains.get(node.id, REAL))

    def visit_Constant(self, node: ast.Constant) -> Term:
        return decimal(ast.get_source_segment(self.text, node) or "")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Term:
        return -self.visit(node.operand)

    def visit_BinOp(self, node: ast.BinOp) -> Term:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Sub):
            return left - right
        return make(BINARY[type(node.op)], left, right)

    def visit_Compare(self, node: ast.Compare) -> Term:
        right = self.visit(node.comparators[0])
        return relation(self.visit(node.left), COMPARE[type(node.ops[0])], right)

    def visit_Call(self, node: ast.Call) -> Term:
        assert isinstance(node.func, ast.Name)
        args = [self.visit(a) for a in node.args]
        build = FUNCTIONS.get(node.func.id)
        return build(*args) if build else make(node.func.id, *args)


def domains_of(row: dict) -> dict[str, Domain]:
    found = {}
    for name, (low, high, *kind) in row["domains"].items():
        integer = kind == ["int"]
        found[name] = Domain(
            None if low is None else Fraction(low),
            None if high is None else Fraction(high),
            low is not None and not integer,
            high is not None and not integer,
            integer,
        )
    return found


def sides(row: dict) -> tuple[Term, Term]:
    domains = domains_of(row)
    return Converter(domains, row["lhs"]).convert(), Converter(domains, row["rhs"]).convert()


def mutants(term: Term, count: int, draw: random.Random) -> list[Term]:
    """The term with one place changed: a sign, a number, a factor, an exponent."""
    nodes = list(postorder(term))
    found = []
    for _ in range(count):
        node = draw.choice(nodes)
        changed = mutate(node, draw)
        if changed is not node:
            done: dict[Term, Term] = {node: changed}
            for other in nodes:
                if other not in done:
                    done[other] = rebuild(other, tuple(done[a] for a in other.args))
            found.append(done[term])
    return found


def mutate(node: Term, draw: random.Random) -> Term:
    if node.op == "number":
        return number(node.data.value + draw.choice((1, Fraction(1, 10), 2)))
    if node.op == "neg":
        return node.args[0]
    if node.op in ("symbol", "exp", "tanh", "sigmoid", "erf", "div", "pow", "log"):
        return draw.choice((-node, 2 * node, node**2, node * decimal("1.001")))
    return node if node.shape is None or node.op in ("relation", "piecewise") else -node


def report(rows: list[dict]) -> int:
    wrong = 0
    decided = 0
    times = []
    for row in rows:
        try:
            left, right = sides(row)
        except Error as problem:
            print(f"unread {row['id']}: {problem}")
            continue
        start = time.perf_counter()
        verdict = judge_equality(left, right)
        times.append((time.perf_counter() - start) * 1e3)
        good = verdict.kind == ("proved" if row["true"] else "refuted")
        decided += good
        if not good:
            bad = verdict.kind in ("proved", "refuted")
            wrong += bad
            print(f"{'WRONG' if bad else 'open '} {row['id']:16} {verdict.kind}: {verdict.message}")
    print(
        f"{decided} of {len(rows)} decided rightly, {wrong} wrongly; median "
        f"{statistics.median(times):.2f} ms, 90 % {sorted(times)[int(0.9 * len(times))]:.2f} ms, "
        f"longest {max(times):.1f} ms"
    )
    return wrong


def report_mutants(rows: list[dict], each: int) -> None:
    draw = random.Random(20)
    counts: dict[str, int] = {}
    for row in rows:
        if not row["true"]:
            continue
        left, right = sides(row)
        for mutant in mutants(right, each, draw):
            verdict: Verdict = judge_equality(left, mutant)
            counts[verdict.kind] = counts.get(verdict.kind, 0) + 1
            if verdict.kind != "refuted":
                print(f"{verdict.kind:10} {row['id']:16} {mutant!r}"[:230])
    print("mutants:", counts)


def main() -> int:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    wrong = report(rows)
    if "--mutants" in sys.argv:
        report_mutants(rows, int(sys.argv[sys.argv.index("--mutants") + 1]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
