"""What the notation of an input makes of its names: the facts that a survey finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.expression.domain import Domain

NO_BASE = frozenset({"\\nabla", "\\partial", "\\log", "\\mathbb{E}", "\\mathbb{R}", "\\Delta"})
TRANSPOSES = frozenset({"T", "\\top", "\\intercal", "\\mathrm{T}", "\\mathsf{T}"})


@dataclass(frozen=True, slots=True)
class Role:
    """What notation makes of a name: its role, by which rule, and whether it has axes."""

    role: str
    rule: str
    array: bool = True


@dataclass(slots=True)
class Notation:
    """The facts of one input (or of a whole document)."""

    functions: set[str] = field(default_factory=set)
    roles: dict[str, Role] = field(default_factory=dict)
    indices: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    wholes: dict[str, str] = field(default_factory=dict)
    stated: dict[str, Domain] = field(default_factory=dict)
