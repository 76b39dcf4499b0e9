"""Deriving, from one place: `differentiate` for one variable, `gradient` for many."""

from symdl.derivation.forward import Derivation, Step, differentiate
from symdl.derivation.gradient import Gradient, gradient
from symdl.derivation.kinks import Kink

__all__ = ["Derivation", "Gradient", "Kink", "Step", "differentiate", "gradient"]
