"""What goes wrong for a person: everything symdl raises derives from Error."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Self

from symdl.document.source import Span

if TYPE_CHECKING:
    from types import TracebackType


class Error(Exception):
    """Base of everything symdl raises.

    `code` names the kind of problem (`symdl explain CODE`), `span` where it stands
    (or None), `hint` what to do about it (or an empty string).
    """

    code = "error"

    def __init__(
        self, message: str, span: Span | None = None, hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.code = code or type(self).code

    @property
    def evidence(self) -> dict[str, Any]:
        """What else is known of the problem, as plain data."""
        return {}

    def placed(self, span: Span) -> Self:
        """The same problem at a place."""
        found = copy(self)
        found.span = span
        return found


class ReadError(Error):
    """Mathematics that cannot be read: the span says where reading stopped."""

    code = "unreadable"


class ShapeError(Error):
    """Operands whose shapes do not fit; the message names the failing axis."""

    code = "shape-mismatch"

    def __init__(
        self,
        message: str,
        span: Span | None = None,
        hint: str = "",
        *,
        inner: tuple[str, str] | None = None,
        broadcast: Mapping[str, Any] | None = None,
    ) -> None:
        """`inner`: the sizes of a matrix product that meet and differ; `broadcast`: what was
        aligned, as plain data."""
        super().__init__(message, span, hint)
        self.inner = inner
        self.broadcast = broadcast

    @property
    def evidence(self) -> dict[str, Any]:
        """How the operands were aligned."""
        return {} if self.broadcast is None else {"broadcasts": [dict(self.broadcast)]}


class FileError(Error):
    """A file that cannot be opened or is not what its name promises."""

    code = "unreadable-file"


class FormulaError(Error):
    """A formula file with a wrong structure (unknown key, wrong type, ...)."""

    code = "malformed-formula"


class DeriveError(Error):
    """A derivative that does not exist or is not known."""

    code = "no-derivative"


class CodeError(Error):
    """A term that has no code on the chosen back end."""

    code = "no-code"


class UnknownName(Error):
    """A formula name that the library does not have."""

    code = "unknown-name"


class InternalError(Error):
    """symdl contradicts itself (a proof fails its audit): a bug, never a verdict."""

    code = "internal-error"


class bugs_told:  # noqa: N801 (a context manager of its own: entered for each claim)
    """What is raised inside and is no Error is a bug of symdl: it becomes an InternalError at
    the place, with the original as its cause, so that one bad line costs no other its answer."""

    __slots__ = ("span",)

    def __init__(self, span: Span | None = None) -> None:
        self.span = span

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception) or isinstance(error, Error | MemoryError):
            return  # a limit of memory is no bug
        import os
        import traceback

        last = traceback.extract_tb(trace)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"
        message = f"symdl failed here: {type(error).__name__} at {place}: {error}"
        hint = "a bug of symdl: please report it with this line"
        raise InternalError(message, self.span, hint) from error
