"""Kernels that take NumPy's array objects as they are: what has to be looked at before a call is
looked at in C, where it costs next to nothing."""

from __future__ import annotations

import ctypes
import platform
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from symdl.code.native.kept import Kernel
from symdl.code.native.kinds import ARRAY, NUMBER

HEADER = object.__basicsize__
"""Bytes of a Python object before its own fields."""
_WHOLE, _ALIGNED, _WRITABLE = 0x1, 0x100, 0x400
"""NumPy's flags of arrays."""
_LAYOUT = """\
#include <stddef.h>

/* What NumPy's array objects begin with (compared with an array before it is relied upon). */
typedef struct {
    char head[HEADER];
    char *data;
    int axes;
    ptrdiff_t *shape, *strides;
    void *base, *type;
    int flags;
} Array_;

static int like_(const Array_ *a, const Array_ *first, int axes, int flags)
{
    if (a->type != first->type || a->axes != axes || (a->flags & flags) != flags)
        return 0;
    for (int k = 0; k < axes; k++)
        if (a->shape[k] != first->shape[k])
            return 0;
    return 1;
}

/* How many elements the arguments have, if all are whole in memory and of one type and shape, and
   the results too (without their last `less` axes), and none is written while it is still read
   (in place, where each element is read before it is written); else 0. */
static long whole_(const Array_ **given, int count, const Array_ **made, const int *less,
                   int results, long bytes, int in_place)
{
    const Array_ *first = given[0];
    long n = first->axes > 0;
    for (int k = 0; k < first->axes; k++)
        n *= first->shape[k];
    for (int i = 0; i < count && n; i++)
        if (!like_(given[i], first, first->axes, READABLE))
            return 0;
    for (int j = 0; j < results && n; j++) {
        if (!like_(made[j], first, first->axes - less[j], WRITABLE))
            return 0;
        const char *start = made[j]->data;
        long size = bytes * (less[j] ? n / first->shape[first->axes - 1] : n);
        for (int i = 0; i < count; i++) {
            const char *own = given[i]->data;
            if (!(in_place && own == start) && own < start + size && start < own + bytes * n)
                return 0;
        }
    }
    return n;
}
""".replace("HEADER", str(HEADER))
_LAYOUT = _LAYOUT.replace("READABLE", hex(_WHOLE | _ALIGNED))
_LAYOUT = _LAYOUT.replace("WRITABLE", hex(_WHOLE | _ALIGNED | _WRITABLE))
_CALL = """\
/* kernel_0 on NumPy's array objects: 1 where something has to be brought into form first. */
int objects_0(PARAMETERS)
{
    const Array_ *loop__given[] = {GIVEN}, *loop__made[] = {MADE};
    const int loop__less[] = {LESS};
    long loop__n = whole_(loop__given, COUNT, loop__made, loop__less, RESULTS, BYTES, IN_PLACE);
    if (loop__n == 0)
        return 1;
    CALL
}
"""


def by_objects(
    names: Sequence[str],
    kinds: str,
    element: str,
    entries: Sequence[bool],
    rows: bool = False,
) -> str:
    """C text to stand behind `kernel_0`: the same for array objects. entries: whether each result
    has a value for each element (else one for each row)."""
    made = [f"result{k}_" for k in range(len(entries))]
    given = [f"{n}_" for n, kind in zip(names, kinds, strict=True) if kind == ARRAY]
    parameters = [
        f"const Array_ *{n}_" if kind == ARRAY else f"double {n}"
        for n, kind in zip(names, kinds, strict=True)
    ]
    passed = [
        f"(const {element} *){n}_->data" if kind == ARRAY else n
        for n, kind in zip(names, kinds, strict=True)
    ]
    passed += [f"({element} *){r}->data" for r in made]
    sizes = "loop__n / loop__width, loop__width" if rows else "loop__n"
    width = f"const long loop__width = {given[0]}->shape[{given[0]}->axes - 1];\n    "
    call = f"kernel_0({', '.join([*passed, sizes])});"
    texts = {
        "PARAMETERS": ", ".join([*parameters, *(f"const Array_ *{r}" for r in made)]),
        "GIVEN": ", ".join(given),
        "MADE": ", ".join(made),
        "LESS": ", ".join(str(int(not e)) for e in entries),
        "COUNT": str(len(given)),
        "RESULTS": str(len(made)),
        "BYTES": f"sizeof({element})",
        "IN_PLACE": str(int(not rows)),
        "CALL": f"{width}return {call}" if rows else f"{call}\n    return 0;",
    }
    return f"\n{_LAYOUT}\n" + re.sub(r"\b[A-Z_]{4,}\b", lambda found: texts[found[0]], _CALL)


@cache
def ways(types: tuple[type, ...]) -> tuple[str, int] | None:
    """How arguments of these types come, and which is the first array; None where one is neither
    array nor number, or all are numbers."""
    if not all(t in (np.ndarray, float, int) for t in types) or np.ndarray not in types:
        return None
    return "".join([ARRAY if t is np.ndarray else NUMBER for t in types]), types.index(np.ndarray)


def taking_objects(kernel: Any, kinds: str, outputs: int) -> Kernel:
    """An `objects_` function of a library that knows the types of its arguments."""
    passed: list[Any] = [ctypes.c_double if k == NUMBER else ctypes.py_object for k in kinds]
    kernel.argtypes = [*passed, *[ctypes.py_object] * outputs]
    kernel.restype = ctypes.c_int
    typed: Kernel = kernel
    return typed


class _Layout(ctypes.Structure):
    _fields_ = [
        ("head", ctypes.c_char * HEADER),
        ("data", ctypes.c_void_p),
        ("axes", ctypes.c_int),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("base", ctypes.c_void_p),
        ("type", ctypes.c_void_p),
        ("flags", ctypes.c_int),
    ]


@cache
def known_layout() -> bool:
    """Whether array objects are laid out as kernels take them to be."""
    if platform.python_implementation() != "CPython":
        return False
    whole, turned = np.empty((3, 5), np.float32), np.empty((3, 5)).T
    turned.flags.writeable = False
    return all(_is_as_known(a) for a in (whole, turned, np.empty(())))


def _is_as_known(array: np.ndarray[Any, Any]) -> bool:
    found = _Layout.from_address(id(array))
    if found.data != array.ctypes.data or found.axes != array.ndim:
        return False
    flags = _WHOLE * array.flags.c_contiguous | _ALIGNED * array.flags.aligned
    flags |= _WRITABLE * array.flags.writeable
    same: bool = found.flags & (_WHOLE | _ALIGNED | _WRITABLE) == flags and found.type == id(
        array.dtype
    )
    return same and tuple(found.shape[: array.ndim]) == array.shape
