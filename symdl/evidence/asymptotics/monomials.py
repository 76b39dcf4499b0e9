"""Products of powers of pi, e, primes, logarithms and parameters: their signs, balls and texts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from symdl.evidence.balls import exactly
from symdl.expression.domain import Domain

Atom = tuple[str, Any]
"""("prime", p), ("pi", 0), ("e", 0), ("log", p), ("symbol", its Term), ("log of", its Term), or
("exp", a monomial): e to it."""
Monomial = tuple[tuple[Atom, Fraction], ...]


def is_positive(atom: Atom) -> bool:
    """Whether an atom is certainly positive."""
    return _atom_sign(atom) > 0


def sign_of(monomial: Monomial) -> int:
    """1 or -1 if it is certain, else 0."""
    sign = 1
    for atom, power in monomial:
        own = _atom_sign(atom)
        if own < 0 and power.denominator == 1:
            own = 1 if power % 2 == 0 else -1
        elif own < 0:
            own = 0
        sign *= own
    return sign


def _atom_sign(atom: Atom) -> int:
    kind, key = atom
    if kind not in ("symbol", "log of"):
        return 1
    domain: Domain = key.data.domain
    if kind == "symbol":
        if domain.positive:
            return 1
        below = domain.upper is not None and (
            domain.upper < 0 or (domain.upper == 0 and not domain.contains(Fraction(0)))
        )
        return -1 if below else 0
    if domain.lower is not None and (domain.lower > 1 or (domain.lower == 1 and domain.lower_open)):
        return 1
    below_one = domain.upper is not None and (
        domain.upper < 1 or (domain.upper == 1 and domain.upper_open)
    )
    return -1 if below_one and domain.positive else 0


def ball_of(monomial: Monomial) -> Any:
    """An arb that contains the value, for each value that parameters may take."""
    product = arb(1)
    for atom, power in monomial:
        product = product * _atom_power(atom, power)
    return product


def _atom_power(atom: Atom, power: Fraction) -> Any:
    kind, key = atom
    if kind == "log of":
        return arb(0, arb.pos_inf())
    if kind == "symbol":
        base = _domain_ball(key.data.domain)
        if power.denominator == 1:
            return base ** int(power)
        return (base.log() * exactly(power)).exp() if base > 0 else arb.nan()
    if kind == "e":
        return exactly(power).exp()
    if kind == "exp":
        return (ball_of(key) * exactly(power)).exp()
    base = {"pi": arb.pi, "prime": lambda: arb(key), "log": lambda: arb(key).log()}[kind]()
    return base ** int(power) if power.denominator == 1 else base ** exactly(power)


def _domain_ball(domain: Domain) -> Any:
    if domain.lower is None or domain.upper is None:
        return arb(0, arb.pos_inf())
    return exactly(domain.lower).union(exactly(domain.upper))


def shown(monomial: Monomial, coefficient: Any) -> str:
    """A multiple of a monomial as text."""
    parts = [str(coefficient)] if coefficient != 1 or not monomial else []
    for (kind, key), power in monomial:
        logs = {"log": f"log({key})", "log of": f"log({key!r})"}
        if kind == "exp":
            logs["exp"] = f"exp({shown(key, 1)})"
        name = {"prime": str(key), "pi": "pi", "e": "e", **logs}.get(kind, repr(key))
        parts.append(name if power == 1 else f"{name}^({power})")
    return "*".join(parts)
