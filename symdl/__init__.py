"""symdl reads deep-learning mathematics as people write it, derives, runs and checks it.

    >>> import symdl
    >>> symdl.read(r"\\frac{1}{1+e^{-x}}", symbols={"x": "real"})
    1/(1 + e^(-x))
    >>> symdl.check(r"\\tanh(x) = 2\\sigma(2x) - 1").kind
    'proved'

Names are loaded when they are first used: `import symdl` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.version import VERSION

if TYPE_CHECKING:
    from symdl.certifying import certify, recheck
    from symdl.checking import check_path
    from symdl.document.errors import (
        CodeError,
        DeriveError,
        Error,
        FileError,
        FormulaError,
        InternalError,
        ReadError,
        ShapeError,
        UnknownName,
    )
    from symdl.evidence.verdict import Verdict
    from symdl.faces.expression import Expression, read
    from symdl.faces.formula import Formula, load
    from symdl.faces.procedure import Procedure, procedure
    from symdl.faces.statement import check
    from symdl.report.diagnostic import Finding

__version__ = VERSION

__all__ = [
    "CodeError",
    "DeriveError",
    "Error",
    "Expression",
    "FileError",
    "Finding",
    "Formula",
    "FormulaError",
    "InternalError",
    "Procedure",
    "ReadError",
    "ShapeError",
    "UnknownName",
    "Verdict",
    "__version__",
    "certify",
    "check",
    "check_path",
    "load",
    "procedure",
    "read",
    "recheck",
]

_HOMES = {
    "symdl.certifying": ("certify", "recheck"),
    "symdl.checking": ("check_path",),
    "symdl.document.errors": (
        "CodeError",
        "DeriveError",
        "Error",
        "FileError",
        "FormulaError",
        "InternalError",
        "ReadError",
        "ShapeError",
        "UnknownName",
    ),
    "symdl.evidence.verdict": ("Verdict",),
    "symdl.faces.expression": ("Expression", "read"),
    "symdl.faces.formula": ("Formula", "load"),
    "symdl.faces.procedure": ("Procedure", "procedure"),
    "symdl.faces.statement": ("check",),
    "symdl.report.diagnostic": ("Finding",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'symdl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
