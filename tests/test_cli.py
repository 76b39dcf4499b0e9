"""The command line: what goes where, with which exit status, and how quickly it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from symdl.cli import COMMANDS, main

SIGMOID = r"""name: sigmoid2
formula: f(x) = \frac{1}{1 + e^{-x}}
symbols: {x: real}
claims:
  - f'(x) = f(x)(1 - f(x))
"""
WRONG = SIGMOID + "  - f(x) = f(-x)\n"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "symdl", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **environment},
        timeout=60,
    )


def test_every_command_has_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], *([name] for name in COMMANDS)):
        with pytest.raises(SystemExit) as left:
            main([*words, "--help"])
        assert left.value.code == 0
        assert "usage: symdl" in capsys.readouterr().out


def test_wrong_usage_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    for words in (
        ["chek"],
        ["check", "--format", "xml"],
        ["check", "--jobs", "0"],
        ["check", "a.yaml", "--formt", "json"],
        ["eval", "x", "--digits", "0", "x=1"],
        ["derive", "x", "--wrt", "x", "y"],
    ):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2
    assert capsys.readouterr().out == ""


def test_check_says_what_is_refuted_where(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(SIGMOID)
    Path("b.yaml").write_text(WRONG)
    assert main(["check", "a.yaml"]) == 0
    assert "1 formula, 1 claim: 1 proved" in capsys.readouterr().out
    assert main(["check", "a.yaml", "b.yaml"]) == 1
    out = capsys.readouterr().out
    assert "--> b.yaml:6:5 in sigmoid2" in out
    assert "6 |   - f(x) = f(-x)\n  |     ^^^^^^^^^^^^" in out
    assert ": left " in out


def test_formats_and_output_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.yaml").write_text(WRONG)
    assert main(["check", "b.yaml", "--format", "short"]) == 1
    assert capsys.readouterr().out.startswith("b.yaml:6:5: error[")
    assert main(["check", "b.yaml", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["summary"]["refuted"] == 1
    refuted = next(f for f in data["findings"] if f["verdict"] == "refuted")
    assert (refuted["file"], refuted["line"], refuted["column"]) == ("b.yaml", 6, 5)
    assert refuted["counterexample"]["at"]
    for kind in ("text", "short", "json", "html", "junit", "sarif"):
        assert main(["check", "b.yaml", "--format", kind, "--output", f"report.{kind}"]) == 1
        assert Path(f"report.{kind}").read_text()
    assert capsys.readouterr().out == ""
    assert main(["check", "b.yaml", "--output", "no/such/folder"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_select_keeps_one_kind(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.yaml").write_text(WRONG)
    assert main(["check", "b.yaml", "--select", "derivative", "--format", "json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {f["kind"] for f in findings} == {"derivative"}


def test_the_cache_answers_the_second_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.yaml").write_text(WRONG)

    def report(*words: str) -> tuple[str, int]:
        main(["check", "b.yaml", *words])
        text = capsys.readouterr().out
        return text.rsplit("(", 1)[0], text.count("1 cached")

    first = report()
    assert first[1] == 0
    assert report() == (first[0], 1)
    assert report("--no-cache") == first
    Path("b.yaml").write_text(WRONG.replace("f(-x)", "f(x)"))
    assert report()[1] == 0


def test_jobs_lose_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.yaml").write_text(SIGMOID)
    Path("bad.yaml").write_text("name: x\n")
    Path("wrong.yaml").write_text(WRONG)
    names = ["bad.yaml", "good.yaml", "wrong.yaml"]
    main(["check", *names, "--format", "json", "--no-cache"])
    alone = json.loads(capsys.readouterr().out)
    main(["check", *names, "--format", "json", "--no-cache", "--jobs", "2"])
    assert json.loads(capsys.readouterr().out) == alone
    assert {f["file"] for f in alone["findings"]} == set(names)


def test_a_bug_on_one_file_is_told_and_the_others_are_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import symdl.checking

    Path("a.yaml").write_text(SIGMOID)
    Path("b.yaml").write_text(WRONG)
    real = symdl.checking.pieces_of_file

    def broken(name: str, data: bytes, second_reader: bool) -> object:
        if name == "a.yaml":
            raise ZeroDivisionError("a bug")
        return real(name, data, second_reader)

    monkeypatch.setattr(symdl.checking, "pieces_of_file", broken)
    assert main(["check", "a.yaml", "b.yaml"]) == 3
    out = capsys.readouterr().out
    assert "error[internal-error]: symdl failed on this file: ZeroDivisionError" in out
    assert "--> b.yaml:6:5" in out


def test_interrupted_it_reports_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from symdl.runs.running import _Run

    Path("a.yaml").write_text(WRONG)
    Path("b.yaml").write_text(SIGMOID)

    def interrupted(_run: _Run, name: str) -> None:
        if name == "b.yaml":
            raise KeyboardInterrupt

    monkeypatch.setattr(_Run, "announce", interrupted)
    assert main(["check", "a.yaml", "b.yaml"]) == 1
    out = capsys.readouterr().out
    assert "--> a.yaml:6:5" in out
    assert "interrupted" in out


def test_read_derive_export_eval(capsys: pytest.CaptureFixture[str]) -> None:
    def out(*words: str) -> str:
        assert main(list(words)) == 0
        return capsys.readouterr().out

    shown = out("read", "W x", "--symbol", "W: matrix(m, n)", "--symbol", "x: vector(n)")
    assert "shape    (m,)" in shown
    assert "matmul" in shown
    assert json.loads(out("read", "x + 1", "--format", "json"))["free"] == ["x"]
    assert out("derive", "x^2", "--wrt", "x") == "2x\n"
    steps = out("derive", "sigmoid", "--wrt", "x", "--steps")
    assert steps.startswith("d/dx [σ(x)]\n   = d/dx [1/(1 + e^(-x))]")
    assert steps.endswith("= e^(-x)/(1 + e^(-x))^2                simplify\n")
    assert "align*" in out("derive", "x^2", "--wrt", "x", "--steps", "--format", "latex")
    assert json.loads(out("derive", "x^2", "--wrt", "x", "--format", "json"))["latex"] == "2x"
    assert out("eval", r"\frac{a}{b}", "a=1", "b=3") == "1/3\n"
    assert out("eval", "sigmoid", "x=2") == "0.880797077977882\n"
    assert out("eval", "sigmoid", "x=0", "--derivative", "x") == "0.25\n"
    assert out("eval", "L", "w=3", "--given", "L = (1 - w)^2") == "4\n"
    assert "def f(x)" in out("export", "sigmoid", "--to", "numpy", "--derivative", "x")
    assert "f = sp.S(1) / (1 + sp.exp(-x))\n" in out("export", "sigmoid", "--to", "sympy")
    assert r"\frac" in out("export", "sigmoid", "--to", "latex")


def test_list_show_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "  sigmoid " in capsys.readouterr().out
    assert main(["list", "--format", "json"]) == 0
    assert {"name", "title", "kind"} == set(json.loads(capsys.readouterr().out)[0])
    assert main(["show", "Logistic"]) == 0
    assert capsys.readouterr().out.startswith("sigmoid: Logistic sigmoid (activation)")
    assert main(["explain", "malformed-formula"]) == 0
    assert capsys.readouterr().out.startswith("malformed-formula: ")
    assert main(["explain"]) == 0
    capsys.readouterr()
    assert main(["explain", "malformed"]) == 2
    assert "malformed-formula" in capsys.readouterr().err


def test_errors_go_to_stderr_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    for words, status, told in (
        (["read", r"x + \foo"], 1, "unknown macro"),
        (["show", "sigmiod"], 2, "did you mean sigmoid"),
        (["eval", "sigmiod", "x=1"], 2, "did you mean sigmoid"),
        (["eval", "x + y", "x=1"], 1, "no value for y"),
        (["derive", "x^2", "--wrt", "z"], 1, "free symbols: x"),
        (["read", "x", "--symbol", "x: matrx"], 1, "declares nothing"),
    ):
        assert main(words) == status, words
        captured = capsys.readouterr()
        assert captured.out == ""
        assert told in captured.err, words


def test_a_closed_pipe_is_quiet() -> None:
    command = f"{sys.executable} -m symdl list | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_no_colour_where_nobody_sees_it() -> None:
    Path("b.yaml").write_text(WRONG)
    done = run("check", "b.yaml", FORCE_COLOR="1")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


def test_output_survives_an_ascii_terminal() -> None:
    done = run("show", "adam", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0


def test_ctrl_c_ends_a_run_with_a_report() -> None:
    if sys.platform == "win32":
        pytest.skip("signals differ")
    for i in range(200):
        Path(f"f{i:03}.yaml").write_text(SIGMOID.replace("claims:\n", "claims:\n  - x = x\n" * 1))
    process = subprocess.Popen(
        [sys.executable, "-m", "symdl", "check", ".", "--no-cache"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    too_early = -signal.SIGINT  # before Python itself was ready, on a busy machine
    assert process.returncode in (0, 130, too_early)
    if process.returncode == 130 and out:
        assert "interrupted" in out


def test_a_second_reader_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("latex2sympy2_extended")
    assert main(["read", r"x^2 + \frac{1}{x}", "--second"]) == 0
    assert "second   agrees" in capsys.readouterr().out
    assert main(["read", r"2(3)", "--second"]) == 0  # read there as the mixed number 2 + 3
    assert "second   disagrees" in capsys.readouterr().out
    Path("c.yaml").write_text("name: c\nformula: a = 2(3)\nclaims:\n  - 2(3) = 6\n")
    assert main(["check", "c.yaml"]) == 0
    assert main(["check", "c.yaml", "--second-reader", "--format", "json"]) == 0
    findings = json.loads(capsys.readouterr().out.split("nothing refuted\n")[-1])["findings"]
    assert "readers-disagree" in {f["code"] for f in findings}
    assert main(["check", "c.yaml", "--second-reader", "--strict"]) == 1


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_starts_as_quickly_as_argparse(words: list[str]) -> None:
    """Twice the bare interpreter with argparse, in processor time; the best of several runs."""

    def best(*command: str) -> float:
        times = []
        for _ in range(5):
            before = os.times()
            subprocess.run([sys.executable, *command], capture_output=True, check=True)
            after = os.times()
            spent = after.children_user - before.children_user
            times.append(spent + after.children_system - before.children_system)
        return min(times)

    os.environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
    assert best("-m", "symdl", *words) < 2 * best("-c", "import argparse") + 0.02


def _lying_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Identities of one claim are called proved without a look at them."""
    from symdl.evidence import ladder
    from symdl.evidence.claim import Claim
    from symdl.evidence.rungs import Rung
    from symdl.evidence.verdict import Verdict, proved

    rungs = ladder.RUNGS["identity"]

    def lie(written: Claim, _closed: Claim) -> Verdict | None:
        if "f(-x)" in written.latex:
            return proved("normal-form", "equal")
        return None

    monkeypatch.setitem(ladder.RUNGS, "identity", (Rung(lie), *rungs))


def _wrong_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    """The derivative of exp is said to be twice as large."""
    from dataclasses import replace

    from symdl.expression.operators import TABLE
    from symdl.expression.term import Term, make

    def doubled(x: Term) -> tuple[Term]:
        return (2 * make("exp", x),)

    monkeypatch.setitem(TABLE, "exp", replace(TABLE["exp"], partials=doubled))


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("inject", "line"), [(_lying_rung, "6:5"), (_wrong_derivative, "5:5")], ids=["rung", "rule"]
)
def test_a_contradiction_is_an_internal_error_and_the_rest_is_reported(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    inject: Callable[[pytest.MonkeyPatch], None],
    line: str,
    jobs: str,
) -> None:
    text = WRONG + "  - f(0) = \\frac{1}{2}\n  - f(x) < 0\n"
    Path("a.yaml").write_text(text)
    Path("b.yaml").write_text("name: b\nformula: g(x) = x\nclaims:\n  - g(2) = 2\n")
    with monkeypatch.context() as patched:
        inject(patched)
        for _ in range(2):  # what is known to be wrong is not kept
            assert main(["check", "a.yaml", "b.yaml", "--jobs", jobs]) == 3
            out = capsys.readouterr().out
            assert "error[internal-error]" in out
            assert "fails its audit" in out
            assert f"--> a.yaml:{line}" in out
            assert "--> a.yaml:8:5" in out  # f(x) < 0 is refuted all the same
        main(["check", "a.yaml", "b.yaml", "--jobs", jobs, "--format", "json"])
        found = json.loads(capsys.readouterr().out)["findings"]
        assert [f["verdict"] for f in found if f["latex"].endswith(("{2}", "= 2"))] == [
            "proved",
            "proved",
        ]
    assert main(["check", "a.yaml", "b.yaml", "--jobs", jobs]) == 1
    assert "internal-error" not in capsys.readouterr().out
