"""Messages through pipes, and what a process says in dying."""

from __future__ import annotations

import contextlib
import os
import struct

_HEAD = struct.Struct("<q")


def kept_open(opened: contextlib.ExitStack, end: int) -> int:
    """A file descriptor, closed with what was opened beside it."""
    opened.callback(os.close, end)
    return end


def write_message(end: int, data: bytes) -> None:
    """Write one message. Raises BrokenPipeError when the other side is gone."""
    left = memoryview(_HEAD.pack(len(data)) + data)
    while left:
        left = left[os.write(end, left) :]


def read_message(end: int) -> bytes | None:
    """One message, or None when the other side is gone."""
    head = _exactly(end, _HEAD.size)
    return None if head is None else _exactly(end, _HEAD.unpack(head)[0])


def _exactly(end: int, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        part = os.read(end, min(size - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)


def scratch() -> int:
    """A file without a name, for what a child and its libraries say in dying."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("symdl")
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def said_in(file: int) -> str:
    """The first and the last that a child has said: behind the reason why it ends, the handlers
    of loaded libraries may write pages of their own."""
    size, part = os.fstat(file).st_size, 1 << 15
    first = os.pread(file, part, 0)
    last = os.pread(file, part, max(part, size - part))
    return (first + last).decode("utf-8", "replace").strip()
