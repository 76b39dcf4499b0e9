"""Work on terms as generators that ask for other work, run by one loop: depth costs no stack."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, MutableMapping
from types import GeneratorType
from typing import Any, TypeVar

Task = TypeVar("Task", bound=Hashable)
Value = TypeVar("Value")


def walked(
    first: Task,
    begin: Callable[[Task], Generator[Task, Value, Value] | Value],
    done: MutableMapping[Task, Value],
    opened: MutableMapping[Task, Any],
    settled: Callable[[Task], Task] | None = None,
) -> Value:
    """The value of a task. `begin` starts one, which yields tasks and is sent their values, or has
    its value at once.

    done: the values known, which grows. opened: the tasks begun and not ended, which `begin` looks
    at to refuse what is defined by itself. settled: a task as it is known by.
    """
    frames: list[tuple[Task, Generator[Task, Value, Value]]] = []
    task = first
    value: Value | None = None
    while True:
        if value is None:
            if settled is not None:
                task = settled(task)
            value = done.get(task)
            if value is None:
                begun: Any = begin(task)
                if isinstance(begun, GeneratorType):
                    frames.append((task, begun))
                    opened[task] = None
                else:
                    done[task] = value = begun
            if not frames:
                assert value is not None
                return value
        current, work = frames[-1]
        try:
            task = next(work) if value is None else work.send(value)
            value = None
        except StopIteration as stop:
            frames.pop()
            del opened[current]
            found: Value = stop.value
            done[current] = value = found
            if not frames:
                return found
