"""The one way in which this project writes a file that must never be half written.

Temporary file in the same folder, a loop until every byte is written, fsync, rename over the target, fsync of the
folder: a full disk, a kill or a power cut leaves either the old file or the new one.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def write_atomically(path: str | Path, data: bytes) -> None:
    """Replace the file at `path` by `data`, or leave it as it was and raise.

    A symbolic link is followed, so that the file it points to is replaced and the link stays. An existing file
    keeps its mode.

    Raises:
        OSError: the disk is full, read-only or the like; no temporary file is left behind.
    """
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb", buffering=0) as stream:
            _write_all(stream.fileno(), data)
            os.fchmod(stream.fileno(), _mode_of(target))
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _mode_of(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder for syncing
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
