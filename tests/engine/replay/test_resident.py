"""What the system says a process with a full buffer has grown by, beside what the form told of the buffer.

`test_memory` adds up the arrays; here the process is measured, with all that Python, numpy and the allocator need.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.replay.memory import row_bytes, transition_columns
from tests.engine.replay.filling import ROWS

PRIORITISED, UNIFORM = "prioritised", ""


def grown(what: str, capacity: int, drawing: str) -> int:
    command = [sys.executable, "-m", "tests.engine.replay.filling", what, str(capacity), drawing]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("drawing", [UNIFORM, PRIORITISED])
@pytest.mark.parametrize(
    ("what", "capacity"),
    [("vectors", 1_000_000), ("frames", 10_000), pytest.param("frames", 50_000, marks=pytest.mark.slow)],
)
def test_a_process_grows_by_what_was_told_and_two_parts_in_a_hundred_at_most(
    what: str, capacity: int, drawing: str
) -> None:
    told = row_bytes(transition_columns(ROWS[what], ((), "int64")), bool(drawing)) * capacity
    assert 0.9 * told < grown(what, capacity, drawing) <= 1.02 * told
