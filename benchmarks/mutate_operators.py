"""Break each operator row in turn and see that tests/test_operators.py notices.

    python benchmarks/mutate_operators.py

Mutants: the row removed; the sign of each partial derivative flipped (or 1 in place of 0);
two partials swapped; a partial doubled; the definition or the ball negated; the domain, the
conditions or the places without derivative forgotten; the NumPy code of another row; a word
lost. Prints the survivors; exit status 1 if there are any.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pytest  # noqa: E402
import test_operators as tests  # noqa: E402

from symdl.evidence.balls import precision  # noqa: E402
from symdl.expression.domain import REAL  # noqa: E402
from symdl.expression.operators import TABLE  # noqa: E402
from symdl.expression.operators.row import Operator  # noqa: E402
from symdl.expression.term import Term, make, number, symbol  # noqa: E402

CHECKS: tuple[Callable[[str], None], ...] = (
    tests.test_values,
    tests.test_domains,
    tests.test_derivatives,
    tests.test_written_exponents,
    tests.test_definitions,
    tests.test_numpy_code,
)


def _changed_partial(row: Operator, place: int, how: Callable[[Term], Term]) -> Operator:
    original = row.partials
    assert original is not None

    def partials(*args: Term) -> tuple[Term, ...]:
        found = list(original(*args))
        found[place] = how(found[place])
        return tuple(found)

    return dataclasses.replace(row, partials=partials)


def _negative(t: Term) -> Term:
    return number(1) if t is number(0) else make("neg", t)


def _double(t: Term) -> Term:
    return number(1) if t is number(0) else make("mul", number(2), t)


def _swapped(row: Operator) -> Operator:
    original = row.partials
    assert original is not None
    return dataclasses.replace(
        row, partials=lambda *args: (original(*args)[1], original(*args)[0], *original(*args)[2:])
    )


def _negated_definition(row: Operator) -> Operator:
    original = row.definition
    assert original is not None
    return dataclasses.replace(row, definition=lambda *args: -original(*args))


def _negated_ball(row: Operator) -> Operator:
    return dataclasses.replace(row, ball=lambda *xs: -row.ball(*xs))


def mutants(row: Operator) -> Iterator[tuple[str, Operator]]:
    """Every broken version of a row, with its name."""
    if row.partials is not None:
        count = len(row.partials(*(symbol(f"x_{i}") for i in range(row.arity or 2))))
        for place in range(count):
            yield f"sign of partial {place}", _changed_partial(row, place, _negative)
            yield f"partial {place} doubled", _changed_partial(row, place, _double)
        if count > 1 and row.name not in ("add",):
            yield "partials swapped", _swapped(row)
        yield "no partials", dataclasses.replace(row, partials=None)
    if row.definition is not None:
        yield "definition negated", _negated_definition(row)
    yield "ball negated", _negated_ball(row)
    for place, domain in enumerate(row.domain):
        if domain != REAL:
            wider = (*row.domain[:place], REAL, *row.domain[place + 1 :])
            yield f"domain {place} forgotten", dataclasses.replace(row, domain=wider)
    if any(s != REAL and s != d for s, d in zip(row.smooth, row.domain, strict=False)):
        yield "smooth forgotten", dataclasses.replace(row, smooth=(REAL,))
    if row.defined is not None:
        yield "conditions forgotten", dataclasses.replace(row, defined=None)
    if row.kinks is not None and row.name != "pow":
        yield "kinks forgotten", dataclasses.replace(row, kinks=None)
    if row.numpy and row.name != "neg":
        yield "other NumPy code", dataclasses.replace(row, numpy="-(" + row.numpy + ")")


def killed(name: str) -> bool:
    """Whether some check of a row fails."""
    for check in CHECKS:
        try:
            with precision(tests.BITS):
                check(name)
        except pytest.skip.Exception:
            continue
        except Exception:
            return True
    return False


def _with(name: str, row: Operator | None, check: Callable[[], bool]) -> bool:
    """A check while the table holds another row (None: none) under a name."""
    original = TABLE[name]
    try:
        if row is None:
            del TABLE[name]
        else:
            TABLE[name] = row
        return check()
    finally:
        TABLE[name] = original


def _names_differ() -> bool:
    try:
        tests.test_every_row_has_cases()
    except AssertionError:
        return True
    return False


def main() -> int:
    """Run every mutant; the exit status."""
    start = time.perf_counter()
    sound = [name for name in TABLE if killed(name)]
    if sound:
        print("fails unchanged:", ", ".join(sound))
        return 1
    total = 0
    survivors: list[str] = []
    for name, row in list(TABLE.items()):
        total += 1
        if not _with(name, None, _names_differ):
            survivors.append(f"{name}: removed")
        for label, mutant in mutants(row):
            total += 1
            if not _with(name, mutant, lambda name=name: killed(name)):
                survivors.append(f"{name}: {label}")
    for line in survivors:
        print("survives:", line)
    took = time.perf_counter() - start
    print(f"{total - len(survivors)} of {total} mutants found in {took:.1f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
