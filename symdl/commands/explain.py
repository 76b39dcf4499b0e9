"""`symdl explain CODE`: what the code of a finding means."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from symdl.commands.output import deliver


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl explain`."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="none: all codes")


def run(options: Namespace) -> int:
    """Print the text of a code, or the list of codes."""
    from symdl.report.codes import explanation, explanations

    if options.code is None:
        width = max(map(len, explanations()))
        for found in explanations().values():
            deliver(f"{found.code.ljust(width)}  {found.title}\n")
        return 0
    chosen = explanation(options.code)
    if chosen is not None:
        deliver(f"{chosen.code}: {chosen.title}\n\n{chosen.text}\n")
        return 0
    from difflib import get_close_matches

    from symdl.document.errors import UnknownName

    near = get_close_matches(options.code, explanations(), n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "symdl explain lists all codes"
    raise UnknownName(f"no code is called {options.code!r}", hint=hint)
