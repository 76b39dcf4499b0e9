"""`symdl recheck`: evidence checked by a second checker that searches nothing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter

from symdl.commands.output import deliver

STATUSES = {
    "certified": "",
    "retested": " (tried at points, no more)",
    "untested": " (as its source says, no more)",
    "silent": " (claims nothing)",
    "rejected": "",
}


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl recheck`."""
    parser.add_argument("file", metavar="FILE", help="what symdl check --evidence wrote")
    parser.add_argument("--strict", action="store_true", help="what is not certified also fails")
    parser.add_argument("--verbose", action="store_true", help="show every record")


def run(options: Namespace) -> int:
    """Print what is rejected, and how many records are certified; 1 if something is rejected."""
    from symdl.certifying import claims_of
    from symdl.document.errors import Error, FileError
    from symdl.document.formula import read_bytes
    from symdl.evidence.recheck.document import recheck
    from symdl.evidence.record import Malformed, loads

    counts: Counter[str] = Counter()
    try:
        document = loads(read_bytes(options.file).decode())
        for status, place, reason in recheck(document, claims_of):
            counts[status] += 1
            if options.verbose or status == "rejected":
                deliver(f"{place}: {status}" + (f" ({reason})\n" if reason else "\n"))
    except FileError:
        raise
    except (Error, UnicodeDecodeError) as problem:
        what = problem if isinstance(problem, Malformed) else f"its sources do not read: {problem}"
        deliver(f"{options.file}: rejected ({what})\n")
        return 1
    told = ", ".join(f"{counts[s]} {s}{more}" for s, more in STATUSES.items() if counts[s])
    deliver(f"{counts.total()} records: {told}\n")
    weak = counts["retested"] + counts["untested"]
    return int(counts["rejected"] > 0 or (options.strict and weak > 0))
