"""C as one header: functions that any number of files may include, and a main that tests them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from symdl.code.names import comment

_FUNCTION = re.compile(r"^double (\w+)\((.*)\)$", re.MULTILINE)
TOLERANCE = 1e-9


def header(source: str, expected: Sequence[tuple[Sequence[float], Sequence[float]]]) -> str:
    """The header of a module that `emit` wrote for C.

    expected: arguments and the results that the test main compares with. It is compiled where
    SYMDL_TEST is defined: `cc -DSYMDL_TEST -x c f.h -lm && ./a.out`.
    """
    found = _FUNCTION.search(source)
    assert found is not None, "emit writes one function"
    name, parameters = found[1], found[2]
    guard = f"SYMDL_{name.upper()}_H"
    inline = _FUNCTION.sub(r"static inline double \1(\2)", source)
    inline = re.sub(r"^static double", "static inline double", inline, flags=re.MULTILINE)
    outs = [p.split("*")[-1] for p in parameters.split(", ") if "*" in p]
    return (
        f"#ifndef {guard}\n#define {guard}\n{inline}\n"
        f"#ifdef SYMDL_TEST\n{_main(name, outs, expected)}#endif\n\n#endif\n"
    )


def _main(name: str, outs: Sequence[str], expected: Sequence[tuple[Any, Any]]) -> str:
    """Each row of the table: the arguments, then the results."""
    width = len(expected[0][0]) if expected else 0
    rows = ",\n".join(
        "        {" + ", ".join(map(_literal, (*given, *wanted))) + "}"
        for given, wanted in expected
    )
    count = 1 + len(outs)
    given = ", ".join(
        [*(f"table[i][{k}]" for k in range(width)), *(f"&got[{k + 1}]" for k in range(len(outs)))]
    )
    remark = comment(f"arguments, then results: compared to {TOLERANCE:g}")
    return f"""#include <stdio.h>

int main(void)
{{
    /* {remark} */
    static const double table[][{width + count}] = {{
{rows}
    }};
    int failed = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {{
        double got[{count}];
        got[0] = {name}({given});
        for (int k = 0; k < {count}; k++) {{
            double wanted = table[i][{width} + k];
            if (!(fabs(got[k] - wanted) <= {TOLERANCE!r} * (1 + fabs(wanted)))) {{
                printf("row %d, result %d: %.17g, not %.17g\\n", (int)i, k, got[k], wanted);
                failed = 1;
            }}
        }}
    }}
    puts(failed ? "failed" : "ok");
    return failed;
}}
"""


def _literal(value: float) -> str:
    text = repr(float(value))
    return {"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"}.get(text, text)
