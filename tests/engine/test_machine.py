"""What this machine has is found out without torch and Ray."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from engine.machine import DRIVERS, has_gpu_driver, this_machine


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_that_the_system_shows_is_found(driver: str, tmp_path: Path) -> None:
    (tmp_path / driver).mkdir(parents=True)
    assert has_gpu_driver(tmp_path, tool=None)


def test_the_driver_s_tool_is_enough() -> None:
    assert has_gpu_driver(Path("/nowhere"), tool="C:/Windows/System32/nvidia-smi.exe")


def test_a_system_that_shows_no_driver_has_none(tmp_path: Path) -> None:
    assert not has_gpu_driver(tmp_path, tool=None)


def test_this_machine_has_cores_and_memory() -> None:
    room = this_machine().room
    assert room.cores >= 1
    assert 0 < room.memory <= psutil.virtual_memory().total
