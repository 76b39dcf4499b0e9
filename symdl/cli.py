"""The command line. Each command is a module of `symdl.commands`, imported when it is used."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from symdl.version import VERSION

COMMANDS = {
    "check": "check the formula library, or files and folders",
    "read": "show how a line of LaTeX is read",
    "derive": "derivative of a library formula or of LaTeX",
    "export": "code or LaTeX of a formula, or of its derivative",
    "accuracy": "how exact the code of a formula is, in units of the last place",
    "eval": "value of a formula at given arguments",
    "list": "the formulas of the library",
    "show": "one formula of the library",
    "explain": "what the code of a finding means",
    "recheck": "evidence checked again by a second checker",
}

_STATUS = """\
exit status: 0 nothing refuted; 1 something refuted, ill-formed or (with --strict) undecided;
2 wrong usage or unreadable file; 3 an internal error"""


_OF_MATHEMATICS = frozenset({"read", "derive", "export", "accuracy", "eval"})
_NEGATED = re.compile(r"-[^-].*[\\^_(){}|/+*=]|-[\\({|\[]")
"""Mathematics behind a minus: no option has such signs."""

COLLECTIONS = (100_000, 50, 50)
"""When the collector of a command looks for garbage: in a short life hardly anything ever is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    gc.set_threshold(*COLLECTIONS)
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _options(words)
    if options.command is None:
        print("usage: symdl COMMAND ...   (symdl --help shows the commands)", file=sys.stderr)
        return 2
    try:
        run = import_module(f"symdl.commands.{options.command}").run
        status = int(run(options))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _quiet_pipe()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        return _unwritten(error)
    except Exception as error:  # a bug: told as one, with exit status 3
        return _failed(error)
    return status


def _options(words: Sequence[str]) -> argparse.Namespace:
    """The options; plain words may stand before and after them (`eval x^2 --digits 5 x=3`)."""
    parser = _parser(words)
    if not _OF_MATHEMATICS.isdisjoint(words):  # what has a blank is no option
        words = [f" {word}" if _NEGATED.match(word) else word for word in words]
    options, rest = parser.parse_known_args(words)
    for name, value in vars(options).items():
        setattr(options, name, _without_blank(value))
    rest = _without_blank(rest)
    plain = next((name for name in ("words", "paths") if hasattr(options, name)), None)
    options_left = any(w.startswith("-") and not _NEGATED.match(w) for w in rest)
    if rest and (plain is None or options_left):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if plain is not None:
        getattr(options, plain).extend(rest)
    return options


def _without_blank(value: Any) -> Any:
    """Mathematics behind a minus as it was given."""
    if isinstance(value, list):
        return [_without_blank(v) for v in value]
    negated = isinstance(value, str) and value[:1] == " " and _NEGATED.match(value[1:])
    return value[1:] if negated else value


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with the arguments of the one command that is used."""
    parser = argparse.ArgumentParser(
        prog="symdl",
        description="Reads deep-learning mathematics, derives gradients, runs it, checks it.",
        epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"symdl {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    used = next((word for word in words if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if name == used:
            import_module(f"symdl.commands.{name}").arguments(command)
    return parser


def _quiet_pipe() -> int:
    """The reader of our output has gone: nothing is left to say, not even by the shutdown."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def _unwritten(error: OSError) -> int:
    """Where the report should go there is no room (a full disk), or nothing to write to."""
    print(f"symdl: cannot write the output: {error.strerror or error}", file=sys.stderr)
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2


def _failed(error: Exception) -> int:
    from symdl.document.errors import Error, FileError, InternalError, UnknownName

    if not isinstance(error, Error):
        import traceback

        traceback.print_exc()
        print("symdl: internal error (please report it)", file=sys.stderr)
        return 3
    from symdl.commands.output import print_error

    print_error(error)
    if isinstance(error, InternalError):
        return 3
    return 2 if isinstance(error, FileError | UnknownName) else 1
