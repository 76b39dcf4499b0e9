"""The page of a document: mathematics typeset, claims marked, nothing becomes markup."""

from __future__ import annotations

import re
from pathlib import Path
from xml.dom.minidom import parseString

import pytest

from symdl.checking import check_bytes
from symdl.report.diagnostic import Checked
from symdl.report.html import render
from symdl.report.mathml import mathml

EXAMPLES = Path(__file__).parent.parent / "examples"


def page_of(path: Path) -> str:
    return render(Checked(check_bytes(str(path), path.read_bytes())))


def test_the_page_shows_the_document_with_each_mistake_open() -> None:
    text = page_of(EXAMPLES / "notes_with_mistakes.md")
    assert text.count('class="claim') > 60
    assert text.count(" open>") >= 20
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links <= set(re.findall(r' id="([^"]+)"', text))
    for element in re.findall(r"<math.*?</math>", text, flags=re.DOTALL):
        parseString(element)


def test_nothing_of_a_document_becomes_markup(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    path = tmp_path / "a&b<i>.md"
    path.write_text(
        f"# Title {evil}\n\n$x = {evil}$ and $\\text{{{evil}}} + 1 = 2$ and $1 + 1 = 3$ {evil}\n\n"
        f"| a {evil} | b |\n|---|---|\n| `{evil}` | ${evil}$ |\n\n- {evil}\n"
    )
    text = page_of(path)
    assert "<script" not in text
    assert "<img" not in text
    assert "onerror=alert(1)>" not in text
    assert "a&b<i>" not in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    assert not re.search(r"<[a-z][^<>]*\s(?:src|href)=[\"']?(?!#)\w", text)


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        (r"x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\sum_{i=1}^n i", "<munderover>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "<mtr><mtd>"),
        (r"\sqrt[3]{x}", "<mroot>"),
        (r"a < b & c", "<mo>&lt;</mo>"),
        (r"\unknown", "<mtext>\\unknown</mtext>"),
        ("{" * 500, "<math>"),
        (r"\begin{cases} 1 \\ 2", "<mtable"),
        (r"\frac", "<mfrac>"),
        ("}^_&\\", "<math>"),
    ],
)
def test_formulas_are_typeset(latex: str, part: str) -> None:
    made = mathml(latex)
    parseString(made)
    assert part in made
