"""`symdl check`: every claim of formula files with its verdict."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from symdl.commands.limited import timeout_argument
from symdl.commands.output import deliver, wants_colour

if TYPE_CHECKING:
    from collections import Counter

    from symdl.report.diagnostic import Checked

FORMATS = ("text", "short", "json", "html", "junit", "sarif")


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl check`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="none: the formula library")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", metavar="FILE", help="write the report there")
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes")
    words = "processor time for each claim; one that needs more is undecided"
    timeout_argument(parser, 2.0, words)
    parser.add_argument(
        "--evidence", metavar="FILE", help="write what symdl recheck needs to check it again"
    )
    parser.add_argument(
        "--baseline", metavar="FILE", help="a JSON report: its failures are known and left out"
    )
    parser.add_argument("--strict", action="store_true", help="undecided and unread also fail")
    parser.add_argument(
        "--select", type=_kinds, metavar="KIND,...", help="only findings of these kinds"
    )
    parser.add_argument(
        "--fix", action="store_true", help="put proved mends into documents, after their diff"
    )
    parser.add_argument("--watch", action="store_true", help="check again when a file changes")
    parser.add_argument("--no-cache", action="store_true", help="check everything anew")
    parser.add_argument(
        "--second-reader",
        action="store_true",
        help="read every expression with a second reader too (extra second-reader)",
    )


def _jobs(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ValueError(text)


def _kinds(text: str) -> tuple[str, ...]:
    from symdl.evidence.kinds import KINDS

    words = tuple(word.strip() for word in text.split(",") if word.strip())
    unknown = [word for word in words if word not in KINDS]
    if unknown or not words:
        raise ArgumentTypeError(f"no kind {', '.join(unknown)}: one of {', '.join(KINDS)}")
    return words


def run(options: Namespace) -> int:
    """Check, report, and say with the exit status whether something is wrong."""
    if not options.watch:
        return _once(options)
    from symdl.runs.watching import changes

    status = 0
    try:
        for _ in changes(options.paths):
            status = _once(options)
            print("watching; Ctrl-C ends it", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return status


def _once(options: Namespace) -> int:
    """One run over the files."""
    from dataclasses import replace

    from symdl.report.diagnostic import exit_status

    old = _baseline(options.baseline)
    checked = _checked(options)
    if options.fix and _fixed(checked, options):
        checked = _checked(options)
    if options.evidence:
        from symdl.certifying import evidence_of
        from symdl.evidence.record import dumps

        deliver(dumps(evidence_of(checked, options.jobs)), options.evidence)
    if options.select:
        kept = tuple(f for f in checked.findings if f.kind in options.select or f.kind == "file")
        checked = replace(checked, findings=kept)
    if old is not None:
        from symdl.runs.baseline import without_known

        checked, known = without_known(checked, old)
        print(f"{known} known from {options.baseline}", file=sys.stderr)
    deliver(_rendered(checked, options), options.output)
    return exit_status(checked, options.strict)


def _checked(options: Namespace) -> Checked:
    from symdl.runs.limits import Limits
    from symdl.runs.running import check_paths

    checked = check_paths(
        options.paths,
        cached=not options.no_cache,
        jobs=options.jobs,
        options=("second-reader",) if options.second_reader else (),
        limits=Limits(options.timeout),
        progress=_progress if sys.stderr.isatty() else None,
    )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return checked


def _fixed(checked: Checked, options: Namespace) -> bool:
    """Whether files were mended: each diff is shown first, and on a terminal asked about."""
    from symdl.runs.fixing import fix_of
    from symdl.runs.limits import Limits
    from symdl.runs.running import check_content

    written = False
    for name in dict.fromkeys(f.file for f in checked.findings if "mend" in f.evidence):
        with open(name, "rb") as file:
            data = file.read()
        found = [f for f in checked.findings if f.file == name]
        fix = fix_of(name, data, found, lambda n, d: check_content(n, d, Limits(options.timeout)))
        if fix is None:
            continue
        print(fix.diff, end="", file=sys.stderr, flush=True)
        if sys.stdin is not None and sys.stdin.isatty():
            print(f"mend {name}? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().lower() not in ("y", "yes"):
                continue
        with open(name, "w", encoding="utf-8", newline="") as target:
            target.write(fix.new)
        written = True
    return written


def _baseline(path: str | None) -> Counter[tuple[str, str, str]] | None:
    if path is None:
        return None
    from symdl.runs.baseline import read_baseline

    return read_baseline(path)


def _progress(done: int, total: int, name: str) -> None:
    print(f"\r\x1b[K{done}/{total} {name[-60:]}", end="", file=sys.stderr, flush=True)


def _rendered(checked: Checked, options: Namespace) -> str:
    if options.format == "html":
        from symdl.notes.plots import plots_of
        from symdl.report.html import render as page

        return page(checked, plots_of(checked.findings))
    if options.format != "text":
        text: str = import_module(f"symdl.report.{options.format}").render(checked)
        return text
    from symdl.report.terminal import render

    colour = options.output is None and wants_colour(sys.stdout)
    return render(checked, lines=_lines_of, colour=colour, strict=options.strict)


@lru_cache(maxsize=64)
def _lines_of(name: str) -> Sequence[str]:
    name, _, cell = name.partition(":cell ")
    if not os.path.isfile(name):
        return ()
    try:
        with open(name, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
    except OSError:
        return ()
    if not cell:
        return text.split("\n")
    from symdl.document.errors import FileError
    from symdl.document.notebook import markdown_cells
    from symdl.document.source import Source

    try:
        found = (c for c in markdown_cells(Source(name, text)) if c.cell == int(cell))
        return next((c.text.split("\n") for c in found), ())
    except FileError:
        return ()
