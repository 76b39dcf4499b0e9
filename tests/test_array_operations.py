"""An operation of arrays has a rule in each place that must know it, or is named here.

Where a rule is missing in other places (derivatives, sizes that fit) less is found, nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from symdl.code.emit_arrays import ARRAY_SPELLERS
from symdl.derivation.index import equal
from symdl.evidence.concrete import instances
from symdl.expression.printing.latex_forms import FORMS
from symdl.expression.shapes import ARRAY_OPERATIONS

TERMS = Path(__file__).parent.parent / "docs" / "terms.md"
INDEX_FORMS = equal.RULES_OF[0].RULES  # one table, to which each of these modules adds its rules
AT_SIZES = instances.RULES_OF[0].RULES
WRITTEN_OUT = {"matrix", "vector", "cardinality"}
"""By their entries, and as numbers, before anything is proved of them."""
PLACES: dict[str, tuple[Collection[str], set[str]]] = {
    "LaTeX": (FORMS, set()),
    "index forms, for every size": (INDEX_FORMS, WRITTEN_OUT),
    "values at small sizes": (AT_SIZES, WRITTEN_OUT),
    "code": (ARRAY_SPELLERS, {"cardinality"}),
    "docs/terms.md": (set(re.findall(r"`(\w+)`", TERMS.read_text("utf-8"))), set()),
}


@pytest.mark.parametrize("place", PLACES)
def test_each_operation_of_arrays_has_a_rule(place: str) -> None:
    rules, lacking = PLACES[place]
    assert set(rules) >= ARRAY_OPERATIONS - lacking
    assert not lacking & set(rules), "it has one now"
