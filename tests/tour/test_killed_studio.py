"""A studio that is killed outright (SIGKILL) takes no work with it: the next one offers it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from engine import gallery
from tests.tour.test_tour import set_parameter
from tests.tour.visitor import MISSING, Visitor, screen, studio

AT_MOST = 2.0 + 3.0  # seconds of work that may be lost, and what a busy machine may add


@pytest.mark.ray
@pytest.mark.timeout(400)
@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}, which this machine lacks")
def test_what_was_done_two_seconds_before_is_offered_and_the_file_is_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    shutil.copy(gallery.path("ppo_cartpole"), file)
    saved = file.read_bytes()
    with screen() as display:
        with studio(display, tmp_path, file) as visitor:
            set_parameter(visitor, "policy_1", "learning rate", "0.0005")
            wait_for_copy(visitor, tmp_path / "state")
            visitor.studio.kill()
            visitor.studio.wait()
        assert file.read_bytes() == saved
        with studio(display, tmp_path, file) as visitor:
            visitor.find("StaticText", "Unsaved work on mine.json was found")
            visitor.click(visitor.find("Button", "Restore"))
            visitor.see_go("Button", "Restore")
            visitor.click(visitor.find("Node", "policy_1"))
            visitor.find("SpinBox", "learning rate", lambda thing: thing.text == "0.0005")
            visitor.press("ctrl+q")
            visitor.click(visitor.find("Button", "Discard"))
            assert visitor.studio.wait(timeout=60) == 0
        assert file.read_bytes() == saved


def wait_for_copy(visitor: Visitor, state: Path) -> None:
    """Wait until the work is on disk, and no longer than may be lost."""
    until = time.monotonic() + AT_MOST
    while not any("0.0005" in copy.read_text() for copy in state.rglob("recovery/*.json")):
        assert time.monotonic() < until, "no copy of the work has been written"
        visitor.blink()
