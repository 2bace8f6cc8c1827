"""Signals: the first asks for a clean stop, the second ends the process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.interruption import Interruption

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_once_for_a_stop(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(number)
    with Interruption() as interruption:
        assert interruption() is None
        signal.raise_signal(number)
        command = interruption()
        assert command is not None
        assert command.type == "stop"
        assert interruption() is None
    assert signal.getsignal(number) == before
    assert "Press Ctrl-C again to end at once" in capfd.readouterr().err


def test_a_handler_that_ray_puts_in_place_is_replaced_again() -> None:
    with Interruption() as interruption:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        interruption()
        signal.raise_signal(signal.SIGTERM)
        assert interruption.wished


def test_the_second_signal_ends_the_process() -> None:
    code = (
        "import signal; from engine.interruption import Interruption\n"
        "with Interruption():\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "print('still here')"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert child.returncode == -signal.SIGINT
    assert child.stdout == ""
