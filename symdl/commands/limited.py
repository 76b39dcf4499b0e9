"""Work of the command line that may be heavy, within limits of time and memory."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable

SECONDS = 10.0
"""Processor time for a derivative, a value or code."""


def timeout_argument(parser: ArgumentParser, seconds: float, what: str) -> None:
    """--timeout SECONDS."""
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=seconds,
        metavar="SECONDS",
        help=f"{what} ({seconds:g})",
    )


def _seconds(text: str) -> float:
    from symdl.document.errors import Error
    from symdl.runs.limits import limits_of

    try:
        return limits_of(float(text)).seconds
    except (ValueError, Error):
        raise ArgumentTypeError(f"{text!r} is no number of seconds") from None


def limited(make: Callable[[], str], options: Namespace) -> str:
    """The text that is made, within `options.timeout`. Raises Error when a limit is met."""
    from symdl.document.errors import Error, InternalError
    from symdl.runs.limits import Died, Limits
    from symdl.runs.workers import can_fork, guarded

    if not can_fork():
        return make()
    try:
        text: str = guarded(make, Limits(options.timeout))
    except Died as died:
        death = died.death
        if death.cause == "crash":
            raise InternalError(death.words) from None
        hint = "--timeout SECONDS allows more" if death.cause == "time" else ""
        raise Error(f"resource limit: {death.words}", None, hint, "resource-limit") from None
    return text
