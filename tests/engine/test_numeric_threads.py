"""numpy computes on one thread in the engine: its matrices are small, and threads that wait for each other are slow."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = "import engine.kinds, os; print(os.environ['OPENBLAS_NUM_THREADS'])"


@pytest.mark.parametrize(("theirs", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "4"}, "4")])
def test_numpy_gets_one_thread_unless_the_user_says_how_many(theirs: dict[str, str], threads: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | theirs
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == threads
