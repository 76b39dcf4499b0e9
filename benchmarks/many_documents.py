"""Many formulas in many documents: time and memory of `symdl check` with two processes.

    python benchmarks/many_documents.py [--formulas 10000] [--files 100] [--jobs 2] [--large MB]

Writes notes with as many different claims to a folder of its own, checks them with an empty cache,
then once more with the cache. With --large also one file of that many megabytes, which must end
soon with a result or a diagnostic.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEMPLATES = (
    r"$({n} + x)^2 = x^2 + {m} x + {s}$",
    r"$\frac{{d}}{{dx}} x^{{{k}}} e^{{{n}x}} = ({k} x^{{{j}}} + {n} x^{{{k}}}) e^{{{n}x}}$",
    r"$\sigma(-{n}x) = 1 - \sigma({n}x)$",
    r"$\tanh({n}x) = 2\sigma({m}x) - 1$",
    r"${n} \cdot {k} + {m} = {r}$",
    r"$\sum_{{i=1}}^{{{n}}} i = {t}$",
    r"$\sqrt{{{s}}} = {n}$",
    r"$\int_0^{{{n}}} x\,dx = \frac{{{s}}}{{2}}$",
    r"$\log({n} x) = \log {n} + \log x$ for $x > 0$",
    r"$\max(0, {n}x) = {n} \max(0, x)$",
)


def formulas(count: int) -> list[str]:
    """True claims, no two alike."""
    found = []
    for place in range(count):
        n = 2 + place // len(TEMPLATES)
        k = 2 + n % 7
        values = {"n": n, "m": 2 * n, "s": n * n, "k": k, "j": k - 1}
        values |= {"r": n * k + 2 * n, "t": n * (n + 1) // 2}
        found.append(TEMPLATES[place % len(TEMPLATES)].format(**values))
    return found


def checked(path: Path, jobs: int, cache: Path) -> tuple[float, float, dict[str, int], int]:
    """Seconds, processor seconds, counts by verdict, exit status."""
    command = [sys.executable, "-m", "symdl", "check", str(path), "--jobs", str(jobs)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [*command, "--format", "json"], capture_output=True, env=environment, check=False
    )
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = json.loads(done.stdout)["summary"] if done.stdout.strip() else {}
    return wall, used, summary, done.returncode


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formulas", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--large", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        notes, cache = Path(folder, "notes"), Path(folder, "cache")
        notes.mkdir()
        lines = formulas(options.formulas)
        size = -(-len(lines) // options.files)
        for place in range(options.files):
            part = lines[place * size : (place + 1) * size]
            text = "# Notes\n\n" + "\n\n".join(f"We have {line}." for line in part) + "\n"
            Path(notes, f"notes_{place:03}.md").write_text(text, "utf-8")
        for name in ("cold", "unchanged"):
            wall, used, counts, status = checked(notes, options.jobs, cache)
            print(f"{name}: {wall:.1f} s ({used:.1f} s of processors), {counts}, exit {status}")
        if options.large:
            large = Path(folder, "large.md")
            line = "We have $(a + b)^2 = a^2 + 2ab + b^2$ and words without any mathematics.\n\n"
            large.write_text(line * (options.large * 1_000_000 // len(line)), "utf-8")
            wall, used, counts, status = checked(large, options.jobs, cache)
            print(
                f"{options.large} MB: {wall:.1f} s ({used:.1f} s of processors), {counts}, {status}"
            )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {peak:.0f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
