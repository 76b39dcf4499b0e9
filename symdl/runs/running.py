"""A run over many files: which ones, what is known of them already, in how many processes.

Only what is new is checked, and only then is anything heavy imported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from symdl.document.kinds import is_document
from symdl.document.places import SUFFIXES, checked_files, formula_files, library_folder, shown
from symdl.report.diagnostic import Checked, Finding
from symdl.runs import cache
from symdl.runs.dispatch import Dispatch, FileRun
from symdl.runs.limits import Limits
from symdl.runs.pieces import Kept, Work, failure

LIMITS = Limits()

Progress = Callable[[int, int, str], None]
"""Called with the number of files done, of all files, and the next file's name."""


def check_paths(
    paths: Sequence[str] = (),
    *,
    cached: bool = True,
    jobs: int = 1,
    options: Sequence[str] = (),
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Checked:
    """Check files and folders (none: the formula library).

    Every file has findings, however bad it is, in the order of the files. `options` are words
    that change verdicts (they are part of the cache's key), `limits` hold for each claim.
    Interrupted (Ctrl-C), the run returns what is done.
    """
    began = time.monotonic()
    run = _Run(cached, jobs, tuple(options), limits, progress or _silent)
    files = list(_files(paths, run.failed))
    interrupted = False
    try:
        run.over(files)
    except KeyboardInterrupt:
        interrupted = True
        run.done |= {f.work.name: f.findings for f in run.begun if f.work.name not in run.done}
    found = [finding for name in files for finding in run.done.get(name, ())]
    return Checked(
        findings=(*run.failed, *found),
        formulas=len(run.done),
        seconds=time.monotonic() - began,
        cached=run.known,
        interrupted=interrupted,
    )


def _silent(done: int, total: int, name: str) -> None:
    """No progress is shown."""


def _files(paths: Sequence[str], failed: list[Finding]) -> Iterator[str]:
    """The files of the paths, each once; a path that leads to none is a failure."""
    seen: set[str] = set()
    for path in paths or [str(library_folder())]:
        if os.path.isdir(path):
            below = checked_files(path) if paths else formula_files(path)
            names = [shown(name) for name in below]
            if not names:
                failed.append(failure(path, "no-formulas", "no formula file in this folder"))
        elif not os.path.exists(path):
            failed.append(failure(path, "unreadable-file", "there is no such file"))
            continue
        elif not os.path.isfile(path):
            failed.append(failure(path, "unreadable-file", "not a regular file"))
            continue
        elif not path.endswith(SUFFIXES) and not is_document(path):
            message = (
                "this kind of file is not read: formula files end in .yaml, "
                "documents in .md, .ipynb, .tex, .rst or .py"
            )
            failed.append(failure(path, "unreadable-file", message))
            continue
        else:
            names = [shown(path)]
        for name in names:
            if os.path.realpath(name) not in seen:
                seen.add(os.path.realpath(name))
                yield name


class _Run:
    """What a run has found so far."""

    def __init__(
        self,
        cached: bool,
        jobs: int,
        options: tuple[str, ...],
        limits: Limits,
        progress: Progress,
    ) -> None:
        self.cached, self.jobs, self.options = cached, jobs, options
        self.limits, self.progress = limits, progress
        self.begun: list[FileRun] = []
        self.done: dict[str, tuple[Finding, ...]] = {}
        self.failed: list[Finding] = []
        self.known = 0
        self.total = 0

    def over(self, files: Sequence[str]) -> None:
        """Check all files; afterwards `done` has the findings of each that could be opened."""
        self.total = len(files)
        code = cache.code_fingerprint() if self.cached else ""
        work = tuple(self.unknown(files, code))
        if work:
            import symdl.checking  # noqa: F401 - once here, and not in each of the workers

            self.dispatch(work, code)

    def unknown(self, files: Sequence[str], code: str) -> Iterator[tuple[str, bytes, str]]:
        """Names, contents and keys of the files whose findings are not in the cache."""
        common = self.common_key(code) if self.cached else ""
        for name in files:
            try:
                data = _read(name)
            except OSError as error:
                reason = f"cannot read this file: {error.strerror or error}"
                self.failed.append(failure(name, "unreadable-file", reason))
                continue
            key = cache.key_of(common, name, data) if self.cached else ""
            if not self.recall(name, key):
                yield name, data, key

    def dispatch(self, work: Sequence[tuple[str, bytes, str]], code: str) -> None:
        """Check files in workers, and keep what is found; of an interrupted run what is found so
        far."""
        keys = {name: key for name, _, key in work}
        second = "second-reader" in self.options
        todo = [Work(name, data, second, self.cached) for name, data, _ in work]
        dispatch = Dispatch(todo, self.jobs, self.limits, self.announce)
        self.begun = dispatch.files
        if self.cached:
            for file in dispatch.files:
                file.verdicts = _verdicts(file.work.name, code)
        try:
            for file in dispatch:
                self.done[file.work.name] = file.findings
                if self.cached:
                    self.keep(file, keys[file.work.name], code)
        except KeyboardInterrupt:
            for file in dispatch.files:
                if self.cached and file.used and file.work.name not in self.done:
                    cache.save(_claims(file.work.name), code, file.verdicts)
            raise

    def keep(self, file: FileRun, key: str, code: str) -> None:
        """Save the findings of a file and the verdicts on its claims; a bug is not worth it."""
        if any(finding.code == "internal-error" for finding in file.findings):
            return
        name = file.work.name
        cache.save(_subject(name), key, [finding.as_dict() for finding in file.findings])
        cache.save(_claims(name), code, {k: file.verdicts[k] for k in sorted(file.used)})

    def announce(self, name: str) -> None:
        self.progress(len(self.done), self.total, name)

    def common_key(self, code: str) -> str:
        """Everything beside the file itself that a verdict may depend on."""
        limits = f"{self.limits.seconds:g} {self.limits.memory}"
        texts: list[str | bytes] = [code, limits, *self.options]
        for path in formula_files(library_folder()):
            texts += [path.name, _read(str(path))]
        return cache.key_of(*texts)

    def recall(self, name: str, key: str) -> bool:
        """Take the findings of a file from the cache, if it has them."""
        if not key:
            return False
        value: Any = cache.load(_subject(name), key)
        try:
            findings = tuple(Finding.from_dict(entry) for entry in value)
        except TypeError:  # nothing kept, or an entry of another layout
            return False
        self.done[name] = findings
        self.known += 1
        return True


def _subject(name: str) -> str:
    return "check:" + os.path.realpath(name)


def _claims(name: str) -> str:
    return "claims:" + os.path.realpath(name)


def _verdicts(name: str, code: str) -> Kept:
    """The verdicts that are known of the claims of a file."""
    value: Any = cache.load(_claims(name), code)
    return value if isinstance(value, dict) else {}


def _read(name: str) -> bytes:
    if not os.path.isfile(name):  # a FIFO would wait for a writer, a device never end
        raise OSError("not a regular file")
    with open(name, "rb") as file:
        return file.read()


def check_content(name: str, data: bytes, limits: Limits = LIMITS) -> tuple[Finding, ...]:
    """The findings of a file given its content, each claim within its limits."""
    import symdl.checking  # noqa: F401 - before the fork

    (file,) = Dispatch([Work(name, data)], 1, limits, lambda _: None)
    return file.findings
