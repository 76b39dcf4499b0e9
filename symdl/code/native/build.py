"""From C text to a loaded library: compiled once, kept by content, safe to share.

A library is compiled under a name of its own and moved to its place whole, so that two
processes, a crash or a full disk never leave half a library where one is looked for. Beside
it stands its digest: a file that does not match is compiled again, never loaded.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from symdl.document.cache_folder import cache_folder

OPTIMISED = (
    *("-O3", "-std=c11", "-fPIC", "-shared", "-fno-math-errno", "-fno-trapping-math"),
    "-ffp-contract=fast",
)
"""No -ffast-math: NaN, infinities and the order of operations are part of the meaning. A product
may be added unrounded, which only takes errors away."""
FLAGS: tuple[tuple[str, ...], ...] = (
    ("-march=native", "-mprefer-vector-width=512", "-fopenmp"),
    ("-march=native", "-fopenmp"),
    ("-march=native", "-fopenmp-simd"),
    ("-mcpu=native", "-fopenmp-simd"),
    (),
)
"""Tried in order until one compiles: not every compiler has OpenMP or these names."""
SECONDS = 60


class NoCompiler(Exception):
    """Nothing here compiles C; the text says what was tried. Never leaves `native`."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """A command that compiles C, and what it says of itself."""

    command: tuple[str, ...]
    version: str


def library(source: str) -> ctypes.CDLL:
    """The loaded library of a C text. Raises NoCompiler where it cannot be made."""
    compiler = found_compiler()
    key = _key(source, compiler)
    folder = cache_folder() / "native"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = folder / f"{key}.so"
        if _digest(kept) != _noted(kept):
            _install(source, compiler, kept)
        return ctypes.CDLL(str(kept))
    except OSError:
        # A folder that cannot be written, or a disk that is full: this process only.
        with tempfile.TemporaryDirectory(prefix="symdl-", ignore_cleanup_errors=True) as own:
            made = Path(own) / f"{key}.so"
            _compile(source, compiler, made)
            return ctypes.CDLL(str(made))


@cache
def found_compiler() -> Compiler:
    """The compiler of $CC, else of the system, else of the `ziglang` package."""
    tried: list[str] = []
    for command in _candidates():
        try:
            done = subprocess.run(
                [*command, "--version"], capture_output=True, text=True, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            tried.append(f"{shlex.join(command)}: {problem}")
            continue
        if done.returncode == 0:
            return Compiler(command, done.stdout.split("\n")[0])
        tried.append(f"{shlex.join(command)}: exit status {done.returncode}")
    raise NoCompiler("; ".join(tried) or "no C compiler was found (cc, gcc, clang, ziglang)")


def _candidates() -> list[tuple[str, ...]]:
    chosen = shlex.split(os.environ.get("CC", ""))
    if chosen:
        return [tuple(chosen)]
    named = [(path,) for path in map(shutil.which, ("cc", "gcc", "clang")) if path]
    zig = [(sys.executable, "-m", "ziglang", "cc")] if find_spec("ziglang") else []
    return [*named, *zig]


def _key(source: str, compiler: Compiler) -> str:
    """Changes with the text, the compiler, its flags and the machine it compiles for."""
    parts = (source, compiler.version, repr(compiler.command), repr((OPTIMISED, FLAGS)), _machine())
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@cache
def _machine() -> str:
    """What the code may use of this processor: a home folder can be shared between machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {platform.processor()} {flags}"


def _install(source: str, compiler: Compiler, kept: Path) -> None:
    """Compile beside the place and move the library, then its digest, there."""
    handle, name = tempfile.mkstemp(suffix=".so", prefix=".making-", dir=kept.parent)
    os.close(handle)
    made = Path(name)
    try:
        _compile(source, compiler, made)
        note = made.with_suffix(".digest")
        note.write_text(_digest(made), encoding="ascii")
        os.replace(made, kept)
        os.replace(note, kept.with_suffix(".digest"))
    finally:
        for left in (made, made.with_suffix(".digest")):
            left.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    """The digest of a library's bytes; empty if there is none."""
    try:
        return blake2b(path.read_bytes(), digest_size=20).hexdigest()
    except FileNotFoundError:
        return ""


def _noted(path: Path) -> str | None:
    try:
        return path.with_suffix(".digest").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None


def _compile(source: str, compiler: Compiler, target: Path) -> None:
    """Compile with the first set of flags that the compiler takes."""
    complaint = ""
    for flags in FLAGS:
        command = [*compiler.command, *OPTIMISED, *flags, "-x", "c", "-", "-o", str(target), "-lm"]
        try:
            done = subprocess.run(
                command, input=source, capture_output=True, text=True, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise NoCompiler(f"{compiler.command[0]}: {problem}") from None
        if done.returncode == 0:
            return
        complaint = done.stderr.strip().split("\n")[0]
    raise NoCompiler(f"{compiler.command[0]} does not compile the kernel: {complaint}")
