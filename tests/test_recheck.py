"""Evidence as data: written for every verdict, accepted by the second checker, refused when it
was tampered with."""

from __future__ import annotations

import ast
import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import symdl
from symdl import cli
from symdl.certifying import STATEMENT, certify, claims_of
from symdl.document.errors import Error
from symdl.evidence.recheck.document import recheck
from symdl.evidence.recheck.goals import KINDS
from symdl.evidence.record import FORMAT, document, dumps, loads, seal
from symdl.version import VERSION

ROOT = Path(symdl.__file__).parent
FORMULA = """\
name: halved
title: A formula to tamper with
formula: f(x) = \\frac{x}{1 + e^{-x}}
source: {title: "own"}
symbols:
  x: {domain: real, meaning: input}
  k: {domain: "real > 0", meaning: rate}
claims:
  - f(x) - f(-x) = x
  - f'(0) = \\frac{1}{2}
  - \\log(k^2) = 2 \\log k
  - f(x) \\ge -1
  - x^2 > 1 \\text{ if } x > 1
  - x \\le |x|
  - claim: f(x) = x
    expect: refuted
  - claim: f(x) > x
    expect: refuted
  - \\lim_{x \\to -\\infty} f(x) = 0
  - e^{2} \\approx 7.389
  - \\pi \\approx 3.141
  - 2^{10} \\approx 1020
  - 2 (3 + 4) = 14
  - \\tanh(\\mathbb{R}) = (-1, 1)
  - \\int_0^1 x^2 \\, dx = \\frac{1}{3}
  - \\max_x (1 - x^2) = 1
  - \\log(1 + e^x) \\sim x \\text{ as } x \\to \\infty
  - claim: \\exp(\\mathbb{R}) = [0, \\infty)
    expect: refuted
examples:
  - given: {x: 2}
    expect:
      f(x): 1.761594
"""


def texts(document: Any) -> list[tuple[str, str]]:
    """Status and reason of each record; one rejection where the document is none."""
    try:
        data = loads(document if isinstance(document, str) else dumps(document))
        return [(status, reason) for status, _, reason in recheck(data, claims_of)]
    except Error as problem:
        return [("rejected", problem.message)]


def rejected(document: Any) -> bool:
    return any(status == "rejected" for status, _ in texts(document))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run over one formula file with every kind of claim writes."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "halved.yaml").write_text(FORMULA)
    target = folder / "evidence.json"
    words = ["check", str(folder), "--no-cache", "--evidence", str(target), "--output"]
    assert cli.main([*words, str(folder / "report.txt")]) == 0
    return loads(target.read_text())


# --- what is true is accepted ------------------------------------------------------------------

CLAIMS = [
    (r"(a + b)^2 = a^2 + 2ab + b^2", {}, "certified"),
    (r"\sigma(x) = \frac{1 + \tanh(x/2)}{2}", {}, "certified"),
    (r"|x| = \max(x, -x)", {}, "certified"),
    (r"x^2 = x", {}, "certified"),
    (r"e^x \ge 3x", {"x": "real < 0"}, "certified"),
    (r"e^x \ge 2x", {}, "certified"),
    (r"\sqrt{2} \approx 1.4142", {}, "certified"),
    (r"\sqrt{2} \approx 1.4143", {}, "certified"),
    (r"0.1 + 0.2 = 0.3", {}, "certified"),
    (r"\lim_{x \to \infty} \tanh x = 1", {}, "certified"),
    (r"\tanh(\mathbb{R}) = (-1, 1)", {}, "certified"),
    (r"\log(ab) = \log a + \log b", {"a": "real > 0", "b": "real > 0"}, "certified"),
    (r"y \in \mathbb{R}^3", {"y": "vector(3)"}, "certified"),
]


@pytest.mark.parametrize(("latex", "symbols", "status"), CLAIMS, ids=[c[0] for c in CLAIMS])
def test_true_evidence_is_accepted(latex: str, symbols: dict[str, str], status: str) -> None:
    assert [found for found, _ in texts(certify(latex, symbols=symbols))] == [status]


def test_evidence_of_a_file_is_accepted(evidence: dict[str, Any]) -> None:
    counts = Counter(status for status, _ in texts(evidence))
    assert counts["rejected"] == 0
    assert counts["silent"] == 1
    assert counts["certified"] >= 18
    assert len(evidence["records"]) == counts.total() == 20


def test_the_command_says_what_it_accepts(
    evidence: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(dumps(evidence))
    assert cli.main(["recheck", str(path)]) == 0
    assert "20 records" in capsys.readouterr().out
    assert cli.main(["recheck", str(path), "--strict"]) == 0
    assert cli.main(["recheck", str(path), "--verbose"]) == 0
    assert "halved.yaml:10:" in capsys.readouterr().out
    broken = copy.deepcopy(evidence)
    broken["records"][1]["verdict"] = "refuted"
    path.write_text(dumps(broken))
    assert cli.main(["recheck", str(path)]) == 1
    assert "the seal is broken" in capsys.readouterr().out
    path.write_text(dumps(sealed(broken)))
    assert cli.main(["recheck", str(path)]) == 1
    assert "rejected" in capsys.readouterr().out
    assert cli.main(["recheck", str(tmp_path / "missing.json")]) == 2


def test_strictly_only_what_is_certified_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(dumps(certify(r"\operatorname{softmax}(x)_i > 0", symbols={"x": "vector(n)"})))
    assert cli.main(["recheck", str(path)]) == 0
    assert "1 retested (tried at points, no more)" in capsys.readouterr().out
    assert cli.main(["recheck", str(path), "--strict"]) == 1


# --- the checker stands alone -------------------------------------------------------------------

ALLOWED = {"symdl.evidence.record", "symdl.evidence.meaning", "symdl.evidence.retest"}
ALLOWED |= {"symdl.evidence.ball_values"}
ALLOWED |= {
    f"symdl.evidence.retesting.{name}" for name in ("ends", "integrals", "limits", "points")
}
ALLOWED |= {"symdl.expression.domain", "symdl.expression.operators", "symdl.expression.term"}
KERNEL = ("kernel", "known", "quotients", "signs", "walk", "enclosing")
MOST_OF_THE_KERNEL, MOST_LINES = 360, 784


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    modules = {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    modules |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return {name for name in modules if name.startswith("symdl")}


def test_the_checker_imports_no_rung() -> None:
    files = sorted((ROOT / "evidence" / "recheck").glob("*.py"))
    beside = [ROOT / "evidence" / name for name in ("meaning.py", "retest.py", "ball_values.py")]
    beside += sorted((ROOT / "evidence" / "retesting").glob("*.py"))
    for path in (*files, *beside):
        own = {name for name in _imported(path) if name.startswith("symdl.evidence.recheck")}
        assert _imported(path) - own <= ALLOWED
    assert {
        name
        for name in _imported(ROOT / "evidence" / "record.py")
        if name.startswith("symdl.evidence")
    } == {"symdl.evidence.claim"}


def _code(path: Path) -> int:
    """Lines that are neither blank, nor comment, docstring or import."""
    tree = ast.parse(path.read_text())
    told = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(path.read_text().splitlines(), 1)
    return sum(
        bool(text.strip()) and not text.strip().startswith("#") and i not in told
        for i, text in lines
    )


def test_what_is_trusted_is_small() -> None:
    """The kernel of proofs, with its rules and arithmetic, and the whole checker."""
    sizes = {path.stem: _code(path) for path in (ROOT / "evidence" / "recheck").glob("*.py")}
    assert sum(sizes[name] for name in KERNEL) < MOST_OF_THE_KERNEL
    assert sum(sizes.values()) < MOST_LINES


# --- what was tampered with is refused ------------------------------------------------------------


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The document with a fresh seal."""
    return {**data, "seal": seal(data)}


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside of JSON data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*path, key))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    _at(data, path[:-1])[path[-1]] = value


def _some(data: dict[str, Any], draw: Random, holds: Callable[[Any], bool]) -> dict[str, Any]:
    return draw.choice([record for record in data["records"] if holds(record)])


def _flip_verdict(data: dict[str, Any], draw: Random) -> None:
    record = draw.choice(data["records"])
    kinds = ("proved", "refuted", "rounded", "approximate", "undecided", "definition")
    record["verdict"] = draw.choice([k for k in kinds if k != record["verdict"]])


def _change_latex(data: dict[str, Any], draw: Random) -> None:
    statement = draw.choice(data["records"])["statement"]
    place = draw.randrange(len(statement["latex"]))
    statement["latex"] = statement["latex"][:place] + "7" + statement["latex"][place + 1 :] + " "


def _change_number(data: dict[str, Any], draw: Random) -> None:
    numbers = [
        node
        for record in data["records"]
        for node in record["statement"]["nodes"]
        if node[0] == "number"
    ]
    chosen = draw.choice(numbers)
    chosen[2] = {"number": str(Fraction(chosen[2]["number"]) + 1), "text": chosen[2]["text"]}


def _change_operation(data: dict[str, Any], draw: Random) -> None:
    nodes = [node for record in data["records"] for node in record["statement"]["nodes"]]
    node = draw.choice([node for node in nodes if node[1]])
    node[0] = {"add": "mul", "mul": "add", "neg": "exp"}.get(node[0], "add")


def _change_domain(data: dict[str, Any], draw: Random) -> None:
    symbols = [
        node[2]
        for record in data["records"]
        for node in record["statement"]["nodes"]
        if node[0] == "symbol"
    ]
    chosen = draw.choice(symbols)
    chosen["domain"][0] = "-3" if chosen["domain"][0] is None else None


def _drop_part(data: dict[str, Any], draw: Random) -> None:
    record = _some(data, draw, lambda r: len(r["certificates"]) > 0)
    key = draw.choice(["parts", "derivatives", "nodes"])
    if not record["statement"][key]:
        key = "parts"
    record["statement"][key].pop()


def _points(record: dict[str, Any]) -> list[Any]:
    """The certificates of a refutation that name values of letters."""
    found = record["certificates"][0].get("goals", ())
    return [one for one in found if one.get("at")]


def _move_point(data: dict[str, Any], draw: Random) -> None:
    record = _some(data, draw, lambda r: r["verdict"] == "refuted" and _points(r))
    (certificate,) = _points(record)
    at = [draw.choice(["1/0", "", "x", "1e3", "0.5", None, 1]) for _ in certificate["at"]]
    certificate["at"] = at if at != certificate["at"] else []


def _change_digits(data: dict[str, Any], draw: Random) -> None:
    certificate = _some(data, draw, lambda r: r["verdict"] == "rounded")["certificates"][0]
    certificate["side"] = draw.choice(["left", "Right", "", 1, None])


def _other_kind(data: dict[str, Any], draw: Random) -> None:
    record = _some(data, draw, lambda r: len(r["certificates"]) > 0)
    certificate = record["certificates"][0]
    kinds = [
        "means",
        "fails",
        "at",
        "integral",
        "crossing",
        "nothing",
        "proof",
        "",
    ]
    certificate["kind"] = draw.choice([k for k in kinds if k != certificate["kind"]])


def _drop_certificate(data: dict[str, Any], draw: Random) -> None:
    _some(data, draw, lambda r: len(r["certificates"]) > 0)["certificates"].pop()


def _swap_records(data: dict[str, Any], draw: Random) -> None:
    records = data["records"]
    i, j = draw.sample(range(len(records)), 2)
    records[i], records[j] = records[j], records[i]


def _swap_statements(data: dict[str, Any], draw: Random) -> None:
    a, b = draw.sample(data["records"], 2)
    a["statement"], b["statement"] = b["statement"], a["statement"]


def _drop_record(data: dict[str, Any], draw: Random) -> None:
    data["records"].pop(draw.randrange(len(data["records"])))


def _repeat_record(data: dict[str, Any], draw: Random) -> None:
    data["records"].append(copy.deepcopy(draw.choice(data["records"])))


def _change_source(data: dict[str, Any], draw: Random) -> None:
    (name,) = data["sources"]
    old, new = draw.choice(
        [
            ("real > 0", "real"),
            ("2 \\log", "3 \\log"),
            ("7.389", "7.388"),
            ("- f(-x)", "+ f(-x)"),
            ("if } x > 1", "if } x > 0"),
            ("ge -1", "le -1"),
            ("\\frac{x}{1 + e", "\\frac{x}{2 + e"),
            ("\\frac{1}{3}", "\\frac{1}{4}"),
        ]
    )
    data["sources"][name] = data["sources"][name].replace(old, new)


def _change_relation(data: dict[str, Any], draw: Random) -> None:
    part = draw.choice(draw.choice(data["records"])["statement"]["parts"])
    part[1] = draw.choice([r for r in ("=", "<", "<=", "!=", "approx", "") if r != part[1]])


def _change_condition(data: dict[str, Any], draw: Random) -> None:
    record = _some(data, draw, lambda r: any(part[3] for part in r["statement"]["parts"]))
    (part,) = record["statement"]["parts"]
    relation = record["statement"]["nodes"][part[3][0]]
    change = draw.choice([part[3].pop, part[3].clear, lambda: part[3].append(part[3][0])])
    draw.choice([change, relation[1].reverse, lambda: relation.__setitem__(2, [">="])])()


def _parts_of(data: dict[str, Any], draw: Random, key: str) -> list[Any]:
    """What the certificates of some record, and those of their goals, have under a key."""

    def found(cert: Any) -> Iterator[Any]:
        yield from [cert[key]] if key in cert else []
        inner = [*cert.get("goals", ()), *(proof for _, proof in cert.get("branches", ()))]
        for one in inner:
            yield from found(one)

    having = lambda r: any(any(found(c)) for c in r["certificates"])  # noqa: E731
    return [x for c in _some(data, draw, having)["certificates"] for x in found(c) if x]


def _change_goals(data: dict[str, Any], draw: Random) -> None:
    goals = draw.choice(_parts_of(data, draw, "goals"))
    draw.choice([goals.pop, goals.clear, lambda: goals.append(goals[0])])()


def _change_steps(data: dict[str, Any], draw: Random) -> None:
    found = _parts_of(data, draw, "steps")
    asked = [step for steps in found for step in steps if step[0] in ("known", "form")]
    if asked and draw.random() < 0.5:  # what must be known there is never said
        for steps in found:
            steps[:] = [step for step in steps if step not in asked]
    else:
        wrong = draw.choice([["assume", [["1"]]], [], ["value", "log", []], ["sum"]])
        draw.choice(found).insert(0, wrong)


def _change_branches(data: dict[str, Any], draw: Random) -> None:
    branches = draw.choice(_parts_of(data, draw, "branches"))
    place = draw.randrange(len(branches))
    draw.choice([branches.clear, lambda: branches.pop(place), branches[place][0].clear])()


def _change_pieces(data: dict[str, Any], draw: Random) -> None:
    piece = draw.choice(draw.choice(_parts_of(data, draw, "pieces")))
    piece[draw.choice([2, 3])] = [str(draw.choice([2, -1, 7])), "0", ["add", 0, 1]]


def _change_which(data: dict[str, Any], draw: Random) -> None:
    which = draw.choice(_parts_of(data, draw, "which"))
    which[:] = draw.choice([[], [*which, 0], [7], [-1], ["0"]])


def _change_reading(data: dict[str, Any], draw: Random) -> None:
    certificate = _some(data, draw, lambda r: r["verdict"] == "proved")["certificates"][0]
    certificate["reading"] = draw.choice([1, 7, -1, "0", None])


def _other_certificates(data: dict[str, Any], draw: Random) -> None:
    """The certificates of a claim beside it: of what is refuted for what is proved."""
    a = _some(data, draw, lambda r: r["verdict"] == "refuted")
    b = _some(data, draw, lambda r: r["verdict"] in ("proved", "rounded"))
    a["certificates"], b["certificates"] = b["certificates"], a["certificates"]


def _wrong_type(data: dict[str, Any], draw: Random) -> None:
    record = draw.choice(data["records"])
    path = draw.choice([path for path in _places(record) if path != ("method",)])
    wrong = [None, True, 7, "x", [], {}, [[]], {"kind": []}, -1, "9" * 5_000]
    _put(record, path, draw.choice([w for w in wrong if w != _at(record, path)]))


def _unknown_key(data: dict[str, Any], draw: Random) -> None:
    record = draw.choice(data["records"])
    draw.choice([record, record["statement"], data])["extra"] = 1


DATA_CLASSES = (
    _flip_verdict, _change_latex, _change_number, _change_operation, _change_domain, _drop_part,
    _move_point, _change_digits, _other_kind, _drop_certificate, _swap_records, _swap_statements,
    _drop_record, _repeat_record, _change_source, _wrong_type, _unknown_key, _change_relation,
    _change_condition, _change_goals, _change_steps, _change_branches, _change_pieces,
    _change_which, _change_reading, _other_certificates,
)  # fmt: skip
HEAD = f'"format": {FORMAT}'
TEXT_CLASSES: tuple[Callable[[str, Random], str], ...] = (
    lambda text, draw: text[: draw.randrange(len(text) - 3)],
    lambda text, draw: text.replace(HEAD, f"{HEAD}, {HEAD}"),
    lambda text, draw: text.replace(HEAD, f'"format": {"9" * draw.choice([3, 6000])}'),
    lambda text, draw: text.replace('"records": [', '"records": ' + "[" * draw.choice([2, 99_999])),
    lambda text, draw: text.replace(HEAD, f'"format": {draw.choice(["NaN", "1e999", "1.0"])}'),
    lambda text, draw: draw.choice(
        ["", "{}", "[]", "null", "\x00", "evidence", '"x"', "1" * 9_999]
    ),
    lambda text, draw: text.replace('"symdl"', '"symdl"'[: draw.randrange(1, 6)]),
)


def _tampered(data: dict[str, Any], count: int, seed: int) -> Iterator[tuple[str, Any]]:
    """As many documents as asked for that are false or inconsistent, with stale and fresh seals."""
    draw = Random(seed)
    whole = dumps(data)
    for i in range(count):
        if i % 8 == 7:
            make = TEXT_CLASSES[i // 8 % len(TEXT_CLASSES)]
            yield f"text {i // 8 % len(TEXT_CLASSES)}", make(whole, draw)
            continue
        change = DATA_CLASSES[i % len(DATA_CLASSES)]
        changed = copy.deepcopy(data)
        change(changed, draw)
        assert changed != data
        yield change.__name__, sealed(changed) if i % 3 else changed


@pytest.mark.parametrize("count", [80, pytest.param(300, marks=pytest.mark.long)])
def test_tampered_evidence_is_rejected(evidence: dict[str, Any], count: int) -> None:
    accepted = [name for name, made in _tampered(evidence, count, 8) if not rejected(made)]
    assert accepted == []


# --- certificates of normal forms ------------------------------------------------------------


def _steps(proof: Any) -> Iterator[Any]:
    yield from proof["steps"]
    for _, inner in proof.get("branches", ()):
        yield from _steps(inner)


def _other_split(proof: Any) -> None:
    proof["split"][0].append(["1"])


def _drop_split(proof: Any) -> None:
    del proof["split"]


def _drop_branch(proof: Any) -> None:
    proof["branches"].pop()


def _same_branches(proof: Any) -> None:
    proof["branches"] = [[signs, proof["branches"][0][1]] for signs, _ in proof["branches"]]


def _drop_form(proof: Any) -> None:
    while "branches" in proof:
        proof = proof["branches"][-1][1]
    proof["steps"] = [step for step in proof["steps"] if step[0] != "form"]


def _double_powers(proof: Any) -> None:
    for step in _steps(proof):
        for item in step[1] if step[0] == "form" else ():
            item[1] *= 2


def _coefficient(proof: Any) -> None:
    for step in _steps(proof):
        if step[0] == "value":
            step[2][0][0][0] += "7"


def _wrong_generator(proof: Any) -> None:
    for step in _steps(proof):
        if step[0] == "value":
            step[1] = {"exp": "log", "log": "exp"}[step[1]]


def _no_slots(proof: Any) -> None:
    proof["slots"] = 0


ALTERED = [
    (r"|x| = \max(x, -x)", {}, (_other_split, _drop_split, _drop_branch, _no_slots)),
    (
        r"|x| = \sqrt{x^2}",
        {},
        (_other_split, _drop_split, _drop_branch, _same_branches, _drop_form),
    ),
    (
        r"\log(ab) = \log a + \log b",
        {"a": "real > 0", "b": "real > 0"},
        (_double_powers, _coefficient, _wrong_generator, _drop_form, _no_slots),
    ),
    (r"e^{2x} = e^x e^x", {}, (_double_powers, _coefficient, _drop_form, _no_slots)),
    (r"\sqrt{8} = 2\sqrt{2}", {}, (_double_powers, _coefficient, _drop_form, _no_slots)),
    (r"\sigma(x) > 0", {}, (_double_powers, _coefficient, _drop_form, _no_slots)),
    (
        r"a^{t+1} = a a^t",
        {"a": "real > 0", "t": "integer >= 1"},
        (_double_powers, _wrong_generator, _drop_form),
    ),
]


@pytest.mark.parametrize(("latex", "symbols", "changes"), ALTERED, ids=[a[0] for a in ALTERED])
def test_altered_certificates_are_rejected(
    latex: str, symbols: dict[str, str], changes: tuple[Callable[[Any], None], ...]
) -> None:
    made = certify(latex, symbols=symbols)
    assert texts(made) == [("certified", "")]
    for change in changes:
        changed = copy.deepcopy(made)
        change(changed["records"][0]["certificates"][0]["goals"][0])
        assert changed != made
        assert rejected(sealed(changed)), change.__name__


BESIDE = [
    (r"\sqrt{x^2} = x", {"x": "real > 0"}, {"x": "real"}),
    (r"|x| = x", {"x": "real >= 0"}, {"x": "real"}),
    (r"\frac{x}{|x|} = 1", {"x": "real > 0"}, {"x": "real != 0"}),
    (r"\frac{1}{x} > 0", {"x": "real > 0"}, {"x": "real"}),
    (r"1 - p > 0", {"p": "real > 0, < 1"}, {"p": "real >= 0, <= 1"}),
    (r"e^{-x} < 1", {"x": "real > 0"}, {"x": "real >= 0"}),
    (r"\log(1 + k) > 0", {"k": "real > 0"}, {"k": "real >= 0"}),
    (r"x y \ge 0", {"x": "real >= 0", "y": "real >= 0"}, {"x": "real >= 0", "y": "real"}),
    (r"\max(a, b) = a", {"a": "real > 1", "b": "real < 1"}, {"a": "real > 1", "b": "real"}),
]


@pytest.mark.parametrize(("latex", "true", "false"), BESIDE, ids=[b[0] for b in BESIDE])
def test_a_certificate_proves_nothing_false_beside_it(
    latex: str, true: dict[str, str], false: dict[str, str]
) -> None:
    """The statement under weaker declarations is false: no certificate of the true one fits."""
    made, other = certify(latex, symbols=true), certify(latex, symbols=false)
    assert texts(made) == [("certified", "")]
    assert other["records"][0]["verdict"].startswith("refuted")
    (record,) = copy.deepcopy(other["records"])
    record.update(verdict="proved", certificates=made["records"][0]["certificates"])
    assert rejected(document(VERSION, other["sources"], [record]))


@pytest.mark.parametrize(
    ("latex", "verdict"),
    [("x^2 = x", "proved"), ("x = x + 0", "refuted"), ("x \\ge -1", "proved"), ("1 = 2", "proved")],
)
def test_a_false_record_made_by_hand_is_rejected(latex: str, verdict: str) -> None:
    made = certify(latex)
    (record,) = made["records"]
    for kind in (*KINDS, "proof", "points", "nothing"):
        record["verdict"] = verdict
        record["certificates"] = [{"kind": kind, "part": 0, "at": ["0"]}, {"kind": kind}][:1]
        assert rejected(document(VERSION, made["sources"], [record]))


def test_types_count() -> None:
    made = certify("a = a")
    made["records"][0]["statement"]["line"] = True
    assert rejected(sealed(made))


def test_sources_are_read_again() -> None:
    made = certify("a = a", symbols={"a": "real > 0"})
    for source in ({"latex": 1, "given": [], "symbols": {}}, {"latex": "a = a"}, [], "a = a", None):
        assert rejected(sealed({**made, "sources": {STATEMENT: source}}))
    assert not rejected(json.dumps(made))


NOTE = """\
# Notes

The sigmoid is $\\sigma(x) = \\frac{1}{1 + e^{-x}}$,
with $\\sigma'(x) = \\sigma(x)(1 - \\sigma(x))$.

Let $f(x) = x^2$. Then $f'(x) = 2x$ and $f'(x) = 3x$, and $\\sqrt{2} \\approx 1.4142$.
"""


def test_documents_have_evidence(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text(NOTE)
    target = tmp_path / "evidence.json"
    words = ["check", str(tmp_path / "note.md"), "--no-cache", "--evidence", str(target)]
    assert cli.main([*words, "--output", str(tmp_path / "report.txt")]) == 1
    data = loads(target.read_text())
    by_verdict = Counter(record["verdict"] for record in data["records"])
    assert by_verdict["refuted"] == 1
    assert by_verdict["proved"] >= 2
    counts = Counter(status for status, _ in texts(data))
    assert counts["certified"] >= 4
    assert counts["rejected"] == 0
    (name,) = data["sources"]
    data["sources"][name] = NOTE.replace("2x$ and", "4x$ and")
    assert rejected(sealed(data))
