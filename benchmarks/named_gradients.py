"""The gradients that everybody knows: how long their proofs take, how many wrong ones fall.

    python benchmarks/named_gradients.py [ROUNDS]

For each block of tests/cases/gradients.txt named below: the slowest proof of its true claims for
all sizes (by index forms; then the whole verdict, with its audit at concrete sizes), and how many
wrong variants were refuted. Milliseconds of processor time, the best of ROUNDS (5), one process.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from gradients import spent  # noqa: E402
from test_gradients import blocks  # noqa: E402

from symdl.derivation.index.equal import compare  # noqa: E402
from symdl.document.source import Source  # noqa: E402
from symdl.evidence.claim import Claim  # noqa: E402
from symdl.evidence.claims_read import claims  # noqa: E402
from symdl.evidence.conditions.stated import with_hypotheses  # noqa: E402
from symdl.evidence.ladder import judge  # noqa: E402
from symdl.expression.reading import read  # noqa: E402
from symdl.library.given import scope_of  # noqa: E402

NAMED = (
    "mean squared error in W",
    "mean squared error in X",
    "softmax",
    "cross-entropy from logits",
    "scaled dot-product attention",
    "layer normalization",
    "root mean square normalization",
)
BUDGET = 5.0


def claim_of(latex: str, given: list[str], symbols: dict[str, str]) -> Claim:
    """A line as the claim that is judged."""
    scope = scope_of(given, symbols, latex)
    return with_hypotheses(claims(read(Source("<case>", latex), scope), scope)[0])


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| gradient | true | proof ms | verdict ms | wrong | refuted | proved |")
    print("|---|---|---|---|---|---|---|")
    slowest = 0.0
    for name, symbols, given, listed in blocks():
        if name not in NAMED:
            continue
        proofs, verdicts, kinds = [], [], []
        for kind, latex in listed:
            claim = claim_of(latex, given, symbols)
            if kind == "wrong":
                kinds.append(judge(claim).kind)
                continue
            assert judge(claim).kind == "proved", latex
            sides = (claim.left, claim.right, claim.scope, claim.conditions)
            proofs.append(spent(lambda s=sides: compare(*s).is_zero, rounds))
            verdicts.append(spent(lambda c=claim: judge(c), rounds))
        slowest = max(slowest, *proofs)
        refuted, proved = kinds.count("refuted"), kinds.count("proved")
        told = f"{len(proofs)} | {max(proofs):.1f} | {max(verdicts):.1f} | {len(kinds)}"
        print(f"| {name} | {told} | {refuted} | {proved} |")
    told = "within" if slowest <= BUDGET else "over"
    print(f"\nslowest proof {slowest:.1f} ms ({told} {BUDGET} ms)")


if __name__ == "__main__":
    main()
