"""Checkpoints come back exactly as they went in, or are refused with file and reason."""

from __future__ import annotations

import errno
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import checkpoints
from engine.packing import pack, unpack
from engine.problems import Problem, RunFolderError

STATE: dict[str, Any] = {
    "policy_1": {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "version": 7},
    "counters": {"env_steps": 300, "best": -math.inf, "recent": [1.0, 2.5]},
}


class Tensor:
    """Answers as a torch tensor does; torch itself takes two seconds to import."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> np.ndarray:
        return self.array


def test_a_checkpoint_gives_back_what_was_written(tmp_path: Path) -> None:
    folder = checkpoints.write(tmp_path, STATE, 300)
    state, env_steps = checkpoints.load(folder)
    assert folder.name == "000000300"
    assert env_steps == 300
    assert state["counters"] == STATE["counters"]
    assert state["policy_1"]["version"] == 7
    np.testing.assert_array_equal(state["policy_1"]["weights"], [[0, 1, 2], [3, 4, 5]])
    assert state["policy_1"]["weights"].dtype == np.float32


def test_tensors_come_back_as_arrays(tmp_path: Path) -> None:
    step = Tensor(np.array(3.0))  # as Adam's: no dimension at all
    turned = Tensor(np.arange(6).reshape(2, 3).T)  # not contiguous
    state, _ = checkpoints.load(checkpoints.write(tmp_path, {"step": step, "turned": turned}, 1))
    assert state["step"].shape == ()
    np.testing.assert_array_equal(state["turned"], [[0, 3], [1, 4], [2, 5]])


def test_a_torch_optimizer_survives(tmp_path: Path) -> None:
    import torch

    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([weight], lr=0.1)
    weight.sum().backward()
    optimizer.step()
    state, _ = checkpoints.load(checkpoints.write(tmp_path, optimizer.state_dict(), 1))
    assert set(state) == {"state", "param_groups"}
    assert state["param_groups"][0]["betas"] == (0.9, 0.999)
    np.testing.assert_allclose(state["state"][0]["exp_avg"], [0.1, 0.1], rtol=1e-6)


leaves = st.none() | st.booleans() | st.integers(-(2**130), 2**130) | st.floats(allow_nan=False) | st.text()
keys = st.text() | st.integers() | st.just("$array") | st.just("a.b")
trees = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner) | st.lists(inner).map(tuple), max_leaves=12
)


@settings(max_examples=50)
@given(st.dictionaries(keys, trees))
def test_every_nested_value_comes_back_equal(state: dict[Any, Any]) -> None:
    arrays, tree = pack(state)
    assert unpack(arrays, tree) == state


def test_two_arrays_whose_paths_read_alike_stay_two() -> None:
    state = {"a": {"b": np.array([1])}, "a.b": np.array([2])}
    again = unpack(*pack(state))
    assert (again["a"]["b"], again["a.b"]) == ([1], [2])


def test_what_cannot_be_kept_is_named_by_its_path() -> None:
    with pytest.raises(TypeError, match=r"cannot keep train_1\.callback: it is a function"):
        pack({"train_1": {"callback": lambda: None}})
    with pytest.raises(TypeError, match=r"cannot keep x: it is a object array"):
        pack({"x": np.array([None])})


def test_the_two_newest_are_kept(tmp_path: Path) -> None:
    for env_steps in (100, 200, 300):
        checkpoints.write(tmp_path, STATE, env_steps)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["000000200", "000000300"]


def test_a_second_one_at_the_same_step_replaces_the_first(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, {"version": 1, "w": np.zeros(2)}, 100)
    folder = checkpoints.write(tmp_path, {"version": 2, "w": np.ones(2)}, 100)
    assert checkpoints.newest(tmp_path) is not None
    assert checkpoints.load(folder)[0]["version"] == 2
    assert len(list(folder.iterdir())) == 3


def every_file(parent: Path) -> list[Path]:
    return sorted(file for file in parent.rglob("*") if file.is_file())


def test_no_flipped_byte_is_loaded(tmp_path: Path) -> None:
    folder = checkpoints.write(tmp_path, STATE, 300)
    for file in every_file(folder):
        whole = file.read_bytes()
        for offset in range(0, len(whole), 7):
            file.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
            with pytest.raises(RunFolderError) as refusal:
                checkpoints.load(folder)
            assert refusal.value.problems[0].where.file == str(file)
        file.write_bytes(whole)
    assert checkpoints.load(folder)[1] == 300


def test_no_truncated_file_is_loaded(tmp_path: Path) -> None:
    folder = checkpoints.write(tmp_path, STATE, 300)
    for file in every_file(folder):
        whole = file.read_bytes()
        for length in range(0, len(whole), len(whole) // 10):
            file.write_bytes(whole[:length])
            with pytest.raises(RunFolderError, match="this checkpoint is damaged"):
                checkpoints.load(folder)
        file.write_bytes(whole)


def test_a_damaged_newest_falls_back_to_the_one_before_and_says_so(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, STATE, 100)
    damaged = checkpoints.write(tmp_path, STATE, 200)
    (arrays,) = damaged.glob("*.safetensors")
    arrays.write_bytes(arrays.read_bytes()[:-1])
    complaints: list[Problem] = []
    saved = checkpoints.newest(tmp_path, complaints.append)
    assert saved is not None
    assert saved[1] == 100
    assert [str(complaint) for complaint in complaints] == [
        f"{arrays}: this checkpoint is damaged: it has 103 bytes, and 104 were written"
    ]


def test_going_on_from_the_one_before_gives_up_the_damaged_one(tmp_path: Path) -> None:
    for env_steps in (100, 900):
        checkpoints.write(tmp_path, STATE, env_steps)
    checkpoints.write(tmp_path, STATE, 150)
    assert [folder.name for folder in checkpoints.finished(tmp_path)] == ["000000150", "000000100"]


def test_if_all_are_damaged_each_is_named(tmp_path: Path) -> None:
    for env_steps in (100, 200):
        (checkpoints.write(tmp_path, STATE, env_steps) / "manifest.json").write_text("{}")
    with pytest.raises(RunFolderError) as refusal:
        checkpoints.newest(tmp_path)
    assert len(refusal.value.problems) == 2


def test_where_none_was_finished_there_is_none(tmp_path: Path) -> None:
    unfinished = checkpoints.write(tmp_path, STATE, 100)
    (unfinished / "manifest.json").unlink()
    assert checkpoints.newest(tmp_path) is None
    assert checkpoints.newest(tmp_path / "nowhere") is None


WRITER = """
import sys; from pathlib import Path; import numpy as np; from engine import checkpoints
for env_steps in range(1, 1_000_000):
    checkpoints.write(Path(sys.argv[1]), {"w": np.full(20_000, env_steps), "env_steps": env_steps}, env_steps)
    print(env_steps, flush=True)
"""


@pytest.mark.parametrize("moment", [0.0, 0.003, 0.007, 0.011, 0.017])
def test_killed_at_any_moment_it_has_the_newest_or_the_one_before(tmp_path: Path, moment: float) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as writer:
        assert writer.stdout is not None
        for _ in range(4):
            writer.stdout.readline()
        time.sleep(moment)  # not for something to happen: it is the instant of the kill that varies
        writer.kill()
        finished = 4 + len(writer.stdout.read().splitlines())
    complaints: list[Problem] = []
    saved = checkpoints.newest(tmp_path, complaints.append)
    assert saved is not None
    assert saved.env_steps in (finished, finished + 1)
    assert saved.state["env_steps"] == saved.env_steps == saved.state["w"][0]
    assert complaints == []


@pytest.mark.parametrize("failing_call", range(1, 5))
def test_a_full_disk_leaves_the_one_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_call: int
) -> None:
    checkpoints.write(tmp_path, STATE, 100)
    calls = 0
    write = os.write

    def full_disk(handle: int, data: Any) -> int:
        nonlocal calls
        calls += 1
        if calls >= failing_call:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data)

    monkeypatch.setattr(os, "write", full_disk)
    if failing_call <= 3:
        with pytest.raises(OSError, match="No space left"):
            checkpoints.write(tmp_path, STATE, 200)
    else:
        checkpoints.write(tmp_path, STATE, 200)  # three files, three writes: the fourth never comes
    monkeypatch.undo()
    saved = checkpoints.newest(tmp_path)
    assert saved is not None
    assert saved[1] == (100 if failing_call <= 3 else 200)
