"""`symdl list`: the formulas of the library by kind."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from symdl.commands.output import deliver


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl list`."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: Namespace) -> int:
    """Print name, title and kind of every formula."""
    from symdl.library import all_formulas

    formulas = list(all_formulas())
    if options.format == "json":
        import json

        rows = [{"name": f.name.text, "title": f.title, "kind": f.kind} for f in formulas]
        deliver(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return 0
    width = max((len(f.name.text) for f in formulas), default=0)
    kind = None
    for formula in formulas:
        if formula.kind != kind:
            kind = formula.kind
            deliver(f"{kind}\n")
        deliver(f"  {formula.name.text.ljust(width)}  {formula.title}\n")
    return 0
