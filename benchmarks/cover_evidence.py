"""Measure how much of the evidence room the tests run, by branches.

    python benchmarks/cover_evidence.py [--jobs J] [--into FOLDER] [--left] [TEST ...]

The tests (all of the default run unless some are named) run under coverage.py (`pip install
coverage` brings it) in parts, J of them at a time. Claims are judged in children, which are killed
when they have answered, so each saves what it ran before it answers, and has more time (SLOWED).
What is measured is a copy of the sources as they are at the start: edits meanwhile change nothing.
Prints the number of branches that no test takes in each file, the worst last (--left: the branches
too), and the shares of all; FOLDER keeps the copy, coverage's data and report, and pytest's words.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import coverage
import pytest

ROOT = Path(__file__).parent.parent
PARTS = 12
SLOWED = 4
COPIED = ("symdl", "formulas", "tests", "examples", "benchmarks", "docs")
ELSEWHERE = ("test_page_in_browser", "torch", "test_native")
"""Words in names of files of tests that judge no claim and take long under tracing."""


def main() -> int:
    words = argparse.ArgumentParser(usage=(__doc__ or "").split("\n\n")[1].strip())
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    words.add_argument("--into", type=Path)
    words.add_argument("--left", action="store_true")
    words.add_argument("tests", nargs="*")
    asked = words.parse_args()
    into = (asked.into or Path(tempfile.mkdtemp())).resolve()
    copy_sources(into / "copy")
    names = [*asked.tests] or default_tests(into / "copy")
    parts = [part for k in range(PARTS) if (part := names[k::PARTS])]
    with ThreadPoolExecutor(asked.jobs) as pool:
        told = list(pool.map(lambda part: run_part(into, part), parts))
    (into / "tests.txt").write_text("\n".join(told), encoding="utf-8")
    print(*(said.rstrip().splitlines()[-1] for said in told), sep="\n")
    print_figures(combined(into), asked.left)
    return 0


def copy_sources(copy: Path) -> None:
    """What the tests need, as it is now; where measured before, in its place."""
    shutil.rmtree(copy, ignore_errors=True)
    for old in copy.parent.glob("data*"):
        old.unlink()
    for name in COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, copy)


def default_tests(copy: Path) -> list[str]:
    """Files of tests, and the room whose examples are tests too."""
    files = sorted(file.name for file in (copy / "tests").glob("test_*.py"))
    return [f"tests/{f}" for f in files if not any(w in f for w in ELSEWHERE)] + ["symdl/evidence"]


def run_part(into: Path, tests: list[str]) -> str:
    """Run some tests under coverage; what pytest says."""
    copy, settings = into / "copy", into / "settings.ini"
    settings.write_text(
        f"[run]\nbranch = true\nparallel = true\nsource = {copy}/symdl/evidence\n"
        f"data_file = {into}/data\npatch = subprocess, _exit\nplugins = cover_evidence\n"
        "disable_warnings = no-data-collected, module-not-measured\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest"]
    paths = os.pathsep.join((str(copy), str(copy / "benchmarks")))
    return subprocess.run(
        [*command, "-q", "-p", "cover_evidence", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


def combined(into: Path) -> dict[str, Any]:
    """What all processes ran, as coverage tells it."""
    measured = coverage.Coverage(data_file=str(into / "data"), branch=True, config_file=False)
    measured.combine([str(into)])
    measured.save()
    measured.json_report(outfile=str(into / "coverage.json"), ignore_errors=True)
    return dict(json.loads((into / "coverage.json").read_text(encoding="utf-8")))


def print_figures(told: dict[str, Any], left: bool) -> None:
    """Branches not taken by file, and the shares of branches and lines."""
    for name, file in sorted(told["files"].items(), key=lambda of: len(of[1]["missing_branches"])):
        missing, summary = file["missing_branches"], file["summary"]
        if missing:
            shown = name.partition("symdl/evidence/")[2]
            print(f"{shown}: {len(missing)} of {summary['num_branches']}")
            if left:
                print(*(f"    {shown}:{line} -> {behind}" for line, behind in missing), sep="\n")
    totals = told["totals"]
    branches = totals["covered_branches"], totals["num_branches"]
    lines = totals["covered_lines"], totals["num_statements"]
    for (ran, all_of), what in ((branches, "branches"), (lines, "lines")):
        print(f"{100 * ran / all_of:.2f} % of {all_of} {what}")


# --- in the processes that are measured -----------------------------------------------------------


def coverage_init(_registry: Any, _options: dict[str, str]) -> None:
    """Called by coverage where it starts: children will save what they ran."""
    from symdl.runs import workers

    live = workers.live

    def measured_live(answer: Any, limits: Any, *rest: Any) -> None:
        measured = coverage.Coverage.current()
        if measured is not None and measured._collector is not None:
            measured._collector._clear_data()  # of the parent, which saves it itself

            def answered(job: Any, mark: Any, tell: Any) -> None:
                def told(reply: Any) -> None:
                    saved(measured)
                    tell(reply)

                answer(job, lambda *step: mark(*step[:2], SLOWED * (*step, 1.0)[2]), told)
                saved(measured)

            live(answered, limits, *rest)
        live(answer, limits, *rest)

    workers.live = measured_live  # type: ignore[assignment]


def saved(measured: coverage.Coverage) -> None:
    """Save, and let no timer end the process meanwhile."""
    left = signal.setitimer(signal.ITIMER_PROF, 0)
    measured.save()
    signal.setitimer(signal.ITIMER_PROF, *left)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Trace again where Python has dropped the tracer (an exception within it)."""
    measured = coverage.Coverage.current()
    if sys.gettrace() is None and measured is not None and measured._collector is not None:
        for tracer in measured._collector.tracers:
            tracer.stop()
            tracer.start()


if __name__ == "__main__":
    sys.exit(main())
