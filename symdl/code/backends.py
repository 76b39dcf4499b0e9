"""The back ends as data: how each spells what is no function of a table row."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backend:
    """How one target language spells structure.

    column: the field of operator rows and kernels with its spellings. header: lines every
    module starts with. prepare: the line that makes parameters floating-point values of one
    type. typed: a number where nothing else gives a type. like: a result brought to the shape
    and type of the parameters. double: the type where there are no parameters. where, both,
    either, negation, equal, unequal: choice and conditions. wide: lines that remember the type,
    bring a parameter to double precision, and bring a result back. arrays: whether functions take
    whole arrays of any shape, beside numbers.
    """

    name: str
    column: str
    header: tuple[str, ...]
    prepare: str
    typed: str
    like: str
    double: str
    where: str
    both: str
    either: str
    negation: str
    power: str
    infinity: str
    equal: str = "{0} == {1}"
    unequal: str = "{0} != {1}"
    wide: tuple[str, ...] = ()
    arrays: bool = False


NUMPY = Backend(
    name="numpy",
    column="numpy",
    header=("import math", "import numpy as np"),
    prepare="{0} = _floats({1})",
    typed="{ref}.dtype.type({0})",
    like="_like({0}, {1})",
    double="np.float64",
    where="np.where({0}, {1}, {2})",
    both="({0}) & ({1})",
    either="({0}) | ({1})",
    negation="~({0})",
    power="{0}**{1}",
    infinity="np.inf",
    wide=("kind = {0}.dtype", "{0} = np.asarray({0}, np.float64)", "np.asarray({0}, kind)"),
    arrays=True,
)
TORCH = Backend(
    name="torch",
    column="torch",
    header=("import math", "import torch"),
    prepare="{0} = _floats({1})",
    typed="{ref}.new_tensor({0})",
    like="_like({0}, {1})",
    double="torch.float64",
    where="torch.where({0}, {1}, {2})",
    both="({0}) & ({1})",
    either="({0}) | ({1})",
    negation="~({0})",
    power="{0}**{1}",
    infinity="math.inf",
    arrays=True,
)
JAX = Backend(
    name="jax",
    column="jax",
    header=("import math", "import jax", "import jax.numpy as jnp"),
    prepare="{0} = _floats({1})",
    typed="jnp.asarray({0}, {ref}.dtype)",
    like="_like({0}, {1})",
    double="float",
    where="jnp.where({0}, {1}, {2})",
    both="({0}) & ({1})",
    either="({0}) | ({1})",
    negation="~({0})",
    power="{0}**{1}",
    infinity="jnp.inf",
    arrays=True,
)
C = Backend(
    name="c",
    column="c",
    header=("#include <math.h>", "#include <stddef.h>"),
    prepare="",
    typed="{0}",
    like="{0}",
    double="",
    where="({0} ? {1} : {2})",
    both="({0}) && ({1})",
    either="({0}) || ({1})",
    negation="!({0})",
    power="pow({0}, {1})",
    infinity="INFINITY",
)
VECTOR_C = replace(C, both="(({0}) & ({1}))", either="(({0}) | ({1}))")
"""C inside loops: conditions without jumps, so that a compiler can run many at once."""
SYMPY = Backend(
    name="sympy",
    column="sympy",
    header=("import sympy as sp",),
    prepare="",
    typed="{0}",
    like="{0}",
    double="",
    where="",
    both="sp.And({0}, {1})",
    either="sp.Or({0}, {1})",
    negation="sp.Not({0})",
    power="{0}**{1}",
    infinity="sp.oo",
    equal="sp.Eq({0}, {1})",
    unequal="sp.Ne({0}, {1})",
)
BACKENDS = {b.name: b for b in (NUMPY, TORCH, JAX, C, SYMPY)}
