"""A file that is saved is the old one or the new one, whatever happens: full disk, failing calls, kill."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.atomic import write_atomically

ROOT = Path(__file__).parent.parent.parent
OLD, NEW = b"old" * 100_000, b"new" * 200_000

FULL_DISK = """
import os, sys
from pathlib import Path
from engine.document import load, save
from engine.problems import GraphFileError
from tests.engine.graphs import ppo

room = int(sys.argv[1])
folder = Path(sys.argv[2])
assert os.system(f"mount -t tmpfs -o size={room} tmpfs {folder}") == 0
graph = folder / "graph.json"
save(ppo(), graph)
before = graph.read_bytes()
large = ppo().replace(description="x" * 20_000)
refused = ""
try:
    for copy in range(4):
        save(large.with_param("train_1", "note", "x" * 20_000 * copy), graph)
        before = graph.read_bytes()
except GraphFileError as error:
    refused = str(error)
assert graph.read_bytes() == before, "the old file is not intact"
assert os.listdir(folder) == ["graph.json"], os.listdir(folder)
load(graph)
print(refused)
"""

SAVE_FOR_EVER = """
import sys
from engine.atomic import write_atomically
old, new = b"old" * 100_000, b"new" * 200_000
print("ready", flush=True)
while True:
    write_atomically(sys.argv[1], new)
    write_atomically(sys.argv[1], old)
"""


def private_mounts() -> bool:
    """Whether this user may mount a small disk that nobody else sees."""
    try:
        return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def test_the_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    for data in (OLD, NEW, b""):
        write_atomically(target, data)
        assert target.read_bytes() == data
    assert os.listdir(tmp_path) == ["graph.json"]


def test_a_file_keeps_its_mode_and_a_new_one_gets_the_usual(tmp_path: Path) -> None:
    secret, usual, new = (tmp_path / name for name in ("secret", "usual", "new"))
    secret.write_bytes(OLD)
    secret.chmod(0o640)
    usual.write_bytes(OLD)
    write_atomically(secret, NEW)
    write_atomically(new, NEW)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "graph.json", tmp_path / "link.json"
    target.write_bytes(OLD)
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_nothing_but_a_file_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(OSError, match="something other than a file has this name"):
            write_atomically(path, NEW)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_name_as_long_as_the_system_takes_can_be_saved(tmp_path: Path) -> None:
    target = tmp_path / ("é" * 127)
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("call", ["open", "write", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_whichever_call_fails_the_old_file_is_intact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    target = tmp_path / "graph.json"
    target.write_bytes(OLD)
    monkeypatch.setattr(os, call, failing(getattr(os, call), error))
    with pytest.raises(OSError, match=os.strerror(error)):
        write_atomically(target, NEW)
    monkeypatch.undo()
    assert target.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["graph.json"]


def failing(call: Callable[..., Any], error: int) -> Callable[..., Any]:
    """Fails instead of the call; a write takes a thousand bytes first, as on a disk that fills up."""
    room = [1000]

    def fail(*given: Any, **named: Any) -> Any:
        if call.__name__ == "write" and room[0]:
            handle, data = given
            written = call(handle, data[: room[0]])
            room[0] -= written
            return written
        raise OSError(error, os.strerror(error))

    return fail


def test_a_write_that_takes_little_at_a_time_is_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: take(handle, data[:7_777]))
    write_atomically(tmp_path / "graph.json", NEW)
    monkeypatch.undo()
    assert (tmp_path / "graph.json").read_bytes() == NEW


@pytest.mark.skipif(not private_mounts(), reason="mounting a small disk takes root")
@pytest.mark.parametrize("kib", [16, 32, 48, 64, 80, 96])
def test_a_full_disk_leaves_the_old_graph_and_says_so(tmp_path: Path, kib: int) -> None:
    child = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", FULL_DISK, str(kib * 1024), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() == (
        f"{tmp_path}/graph.json: the graph was not saved: No space left on device "
        "(the file on disk is as it was; free some space or choose another folder)"
    )


def test_a_kill_at_any_instant_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    write_atomically(target, OLD)
    instants = random.Random(1)
    seen = set()
    for _ in range(20):
        command = [sys.executable, "-c", SAVE_FOR_EVER, str(target)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(instants.uniform(0, 0.02))
            child.kill()
        assert target.read_bytes() in (OLD, NEW)
        seen.add(target.read_bytes())
    assert seen == {OLD, NEW}  # the kills did come at different instants
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
