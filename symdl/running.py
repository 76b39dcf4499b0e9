"""A run over many files: which ones, what is known of them already, in how many processes.

Only what is new is checked, and only then is anything heavy imported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from symdl import cache
from symdl.places import SUFFIXES, formula_files, library_folder, shown
from symdl.report.diagnostic import Checked, Finding

Progress = Callable[[int, int, str], None]
"""Called with the number of files done, of all files, and the next file's name."""


def check_paths(
    paths: Sequence[str] = (),
    *,
    cached: bool = True,
    jobs: int = 1,
    options: Sequence[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Check files and folders (none: the formula library), one after the other.

    Every file has findings, however bad it is. `options` are words that change verdicts
    (they are part of the cache's key). Interrupted (Ctrl-C), the run returns what is done.
    """
    began = time.monotonic()
    run = _Run(cached, jobs, tuple(options), progress or _silent)
    files = list(_files(paths, run.failed))
    interrupted = False
    try:
        run.over(files)
    except KeyboardInterrupt:
        interrupted = True
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
            names = [shown(name) for name in formula_files(path)]
            if not names:
                failed.append(_failure(path, "no-formulas", "no formula file in this folder"))
        elif not os.path.exists(path):
            failed.append(_failure(path, "unreadable-file", "there is no such file"))
            continue
        elif not os.path.isfile(path):
            failed.append(_failure(path, "unreadable-file", "not a regular file"))
            continue
        elif not path.endswith(SUFFIXES):
            message = "this kind of file is not read; formula files end in .yaml"
            failed.append(_failure(path, "unreadable-file", message))
            continue
        else:
            names = [shown(path)]
        for name in names:
            if os.path.realpath(name) not in seen:
                seen.add(os.path.realpath(name))
                yield name


def _failure(name: str, code: str, message: str) -> Finding:
    return Finding(
        file=name,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        formula=None,
        latex="",
        kind="file",
        verdict="not-understood",
        method="",
        message=message,
        code=code,
    )


class _Run:
    """What a run has found so far."""

    def __init__(
        self, cached: bool, jobs: int, options: tuple[str, ...], progress: Progress
    ) -> None:
        self.cached, self.jobs, self.options, self.progress = cached, jobs, options, progress
        self.done: dict[str, tuple[Finding, ...]] = {}
        self.failed: list[Finding] = []
        self.known = 0
        self.total = 0

    def over(self, files: Sequence[str]) -> None:
        """Check all files; afterwards `done` has the findings of each that could be opened."""
        self.total = len(files)
        common = self.common_key() if self.cached else ""
        work: list[tuple[str, bytes, str]] = []
        for name in files:
            try:
                data = _read(name)
            except OSError as error:
                reason = error.strerror or str(error)
                self.failed.append(
                    _failure(name, "unreadable-file", f"cannot read this file: {reason}")
                )
                continue
            key = cache.key_of(common, name, data) if self.cached else ""
            if not self.recall(name, key):
                work.append((name, data, key))
        keys = {name: key for name, _, key in work}
        todo = [(n, d, "second-reader" in self.options) for n, d, _ in work]
        for name, findings in _each(todo, self.jobs, self.announce):
            self.done[name] = findings
            if self.cached and not any(f.code == "internal-error" for f in findings):
                cache.save(_subject(name), keys[name], [f.as_dict() for f in findings])

    def announce(self, name: str) -> None:
        self.progress(len(self.done), self.total, name)

    def common_key(self) -> str:
        """Everything beside the file itself that a verdict may depend on."""
        texts: list[str | bytes] = [cache.code_fingerprint(), *self.options]
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


def _read(name: str) -> bytes:
    if not os.path.isfile(name):  # a FIFO would wait for a writer, a device never end
        raise OSError("not a regular file")
    with open(name, "rb") as file:
        return file.read()


# --- in one process or several --------------------------------------------------------------


Work = tuple[str, bytes, bool]
"""A file's name and content, and whether a second reader reads it too."""


def _each(
    work: list[Work], jobs: int, announce: Callable[[str], None]
) -> Iterable[tuple[str, tuple[Finding, ...]]]:
    if jobs > 1 and len(work) > 1:
        return _in_processes(work, jobs, announce)
    return _in_turn(work, announce)


def _in_turn(
    work: list[Work], announce: Callable[[str], None]
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    for name, data, second in work:
        announce(name)
        yield name, check_safely(name, data, second)


def check_safely(name: str, data: bytes, second_reader: bool = False) -> tuple[Finding, ...]:
    """The findings of a file; a bug of symdl is a finding too, so that no file is lost to it."""
    from symdl.checking import check_bytes

    try:
        return check_bytes(name, data, second_reader)
    except Exception as error:
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"
        message = f"symdl failed on this file: {type(error).__name__} at {place}: {error}"
        return (_failure(name, "internal-error", message),)


def _in_processes(
    work: list[Work], jobs: int, announce: Callable[[str], None]
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """The same in worker processes. When one dies (killed, out of memory), the files that have
    no answer yet are checked again, each in a process of its own."""
    from concurrent.futures import as_completed
    from concurrent.futures.process import BrokenProcessPool

    waiting = {item[0]: item for item in work}
    pool = _pool(min(jobs, len(work)))
    try:
        futures = {pool.submit(check_safely, *item): name for name, item in waiting.items()}
        for future in as_completed(futures):
            findings, name = future.result(), futures[future]
            del waiting[name]
            announce(name)
            yield name, findings
    except BrokenProcessPool:
        yield from _one_by_one(list(waiting.values()))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _one_by_one(waiting: list[Work]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    from concurrent.futures.process import BrokenProcessPool

    for item in waiting:
        with _pool(1) as pool:
            try:
                yield item[0], pool.submit(check_safely, *item).result()
            except BrokenProcessPool:
                message = "the process that checked this file ended without an answer"
                yield item[0], (_failure(item[0], "internal-error", message),)


def _pool(workers: int) -> Any:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["symdl.checking"])
    return ProcessPoolExecutor(workers, mp_context=context)
