"""Each finding points at the exact characters: 200 of them drawn, by slicing the source."""

from __future__ import annotations

import json
import random

from symdl.checking import check_bytes
from symdl.report.diagnostic import Finding

FORMULAS = (
    r"\tanh(x) = 2\sigma(2x) - 1",
    r"\tanh(x) = 2\sigma(x) - 1",
    r"\frac{d}{dx} x^3 = 3x^2",
    "1 + 1 = 3",
    "2^{10} = 1024",
    r"\int_0^1 x^2 dx = \frac{1}{3}",
    r"\sqrt{2} \approx 1.414",
    r"(a + b)^2 = a^2 + 2ab + b^2",
    r"\lim_{x \to \infty} \tanh(x) = 1",
    r"\sum_{k=1}^{4} k = 10",
)
WORDS = ("Now, ", "ünïcode: ", "\U0001d465 costs \\$5, ", "so ", "**then** ", "\t")


def documents(draw: random.Random) -> tuple[str, str]:
    """A name and a text of 12 formulas between words, in one of the kinds of documents."""
    kind = draw.choice(("md", "tex", "rst", "ipynb", "py"))
    wraps = {
        "rst": (":math:`{}`", "\n\n.. math:: {}\n\n"),
        "py": (":math:`{}`",),
        "tex": ("${}$", "\\({}\\)", "\\begin{{equation}}{}\\end{{equation}}"),
    }.get(kind, ("${}$", "\\({}\\)", "$$\n{}\n$$"))
    end = draw.choice(("\n\n", "\r\n\r\n")) if kind != "py" else "\n\n"
    lines = [
        draw.choice(WORDS).strip("\t") + draw.choice(wraps).format(draw.choice(FORMULAS)) + "."
        for _ in range(12)
    ]
    text = end.join(lines)
    if kind == "py":
        text = f'r"""{text}"""\n'
    return f"a.{kind}", text


def slice_of(text: str, finding: Finding) -> str:
    """The characters of a text from a finding's start to its end."""
    lines = text.split("\n")[finding.line - 1 : finding.end_line]
    lines[-1] = lines[-1][: finding.end_column - 1]
    lines[0] = lines[0][finding.column - 1 :]
    return "\n".join(lines)


def test_two_hundred_findings_are_where_they_say() -> None:
    seen = 0
    for seed in range(25):
        name, text = documents(random.Random(seed))
        data = text
        if name.endswith("ipynb"):
            cells = [{"cell_type": "markdown", "source": text.splitlines(keepends=True)}]
            data = json.dumps({"nbformat": 4, "cells": cells})
        findings = check_bytes(name, data.encode())
        assert not [f for f in findings if f.verdict == "not-understood"], name
        for finding in findings:
            assert slice_of(text, finding) == finding.latex, (name, finding.place)
            seen += 1
    assert seen >= 200


def test_what_words_say_twice_stands_at_two_places() -> None:
    said = (
        "Let $x = (3, 4)$. The norm of $x$ is 6. The Euclidean norm of $x$ is 6.",
        "The value 0.5 is small. The maximum of the derivative of sigmoid is 0.5.",
        "We plot tanh. The tanh is convex.",
    )
    for text in said:
        *_, last = check_bytes("a.md", text.encode())
        assert last.verdict == "refuted"
        assert last.column - 1 == text.rindex(last.latex), text
