"""The guard ends what its parent began after it, when the parent is killed, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
PARENT = """
import subprocess, sys, time
from engine.guard import Guard
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
older = subprocess.Popen(sleep)
guard = Guard()
younger = subprocess.Popen(sleep)
if {told}:
    guard.watch()
print(older.pid, younger.pid, guard.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("told", [True, False])
def test_only_what_was_begun_after_the_guard_ends_with_a_killed_parent(told: bool) -> None:
    command = [sys.executable, "-c", PARENT.format(told=told)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        older, younger, guard = (psutil.Process(int(pid)) for pid in parent.stdout.readline().split())
        if not told:
            wait_until_looking(guard)
        parent.kill()
        gone, _ = psutil.wait_procs([younger, guard], timeout=10)
    assert set(gone) == {younger, guard}
    assert older.is_running()
    older.kill()
    older.wait()


def wait_until_looking(guard: psutil.Process) -> None:
    """Wait until the guard has slept a while between looks: it has made its first."""
    before = guard.num_ctx_switches().voluntary
    while guard.num_ctx_switches().voluntary < before + 20 or guard.cpu_times().user < 0.05:
        psutil.wait_procs([guard], timeout=0.05)
