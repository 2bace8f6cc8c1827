"""The one way in which this project writes a file that must never be half written.

Temporary file in the same folder, a loop until every byte is written, fsync, rename over the target, fsync of the
folder: a full disk, a kill or a power cut leaves either the old file or the new one. To a record one only ever
appends, whole pieces: of one that the disk refuses, nothing stays.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

APPENDING: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)  # Windows would write \r\n


def write_atomically(path: str | Path, data: bytes) -> None:
    """Replace the file at `path` by `data`, or leave it as it was and raise.

    A symbolic link is followed, so that the file it points to is replaced and the link stays. An existing file
    keeps its mode.

    Raises:
        OSError: the disk is full, read-only or the like, or something other than a file has this name; no temporary
            file is left behind.
        ValueError: the path is none, since it holds a NUL.
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of(target)
    name = target.parent / f".{target.name[:40]}.{secrets.token_hex(4)}.tmp"
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb", buffering=0) as stream:
            _write_all(stream.fileno(), data)
            os.fsync(stream.fileno())
        if mode is not None:
            os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def append_whole(handle: int, data: bytes, size: int) -> int:
    """Write `data` at the end of an open file of `size` bytes, or leave it as long as it was; return its new size.

    Raises:
        OSError: the disk is full or the like.
    """
    try:
        _write_all(handle, data)
    except OSError:
        with contextlib.suppress(OSError):  # the first error says more
            os.ftruncate(handle, size)
        raise
    return size + len(data)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _mode_of(target: Path) -> int | None:
    """Return the mode of the file to be replaced, or None if there is none."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(0, "something other than a file has this name")  # replacing /dev/null would take it from all
    return stat.S_IMODE(mode)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder for syncing
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
