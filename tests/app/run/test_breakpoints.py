"""Breakpoints belong to a graph file and to this user: they are kept beside the graph, never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.run.breakpoints import NAME, Breakpoints
from engine.inspecting import Breakpoint

ONE = Breakpoint(wire="a.b→c.d", condition="return > 200")
EVERY = Breakpoint(wire="c.d→e.f")


def test_they_are_kept_for_each_graph_and_come_back_with_it(tmp_path: Path) -> None:
    kept = Breakpoints(tmp_path)
    kept.open(tmp_path / "ppo.json")
    kept.put(ONE)
    kept.put(EVERY)
    kept.open(tmp_path / "dqn.json")
    assert kept.all == ()
    again = Breakpoints(tmp_path)
    again.open(tmp_path / "ppo.json")
    assert again.all == (ONE, EVERY)


def test_one_can_be_switched_off_and_removed(tmp_path: Path) -> None:
    kept = Breakpoints(tmp_path)
    kept.put(ONE)
    kept.put(EVERY)
    kept.enable(ONE, False)
    assert [one.enabled for one in kept.all] == [False, True]
    kept.put(ONE)  # the same place and condition: on again, and there once
    assert kept.all == (EVERY, ONE)
    kept.remove(EVERY)
    assert kept.all == (ONE,)


def test_those_of_a_graph_that_is_saved_for_the_first_time_or_elsewhere_come_along(tmp_path: Path) -> None:
    kept = Breakpoints(tmp_path)
    kept.put(ONE)
    assert not (tmp_path / NAME).exists()
    kept.save_as(tmp_path / "new.json")
    again = Breakpoints(tmp_path)
    again.open(tmp_path / "new.json")
    assert again.all == (ONE,)


@pytest.mark.parametrize("text", ["", "{", '{"g": [{"wire": 3}]}'])
def test_a_file_that_is_damaged_counts_as_empty(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text)
    kept = Breakpoints(tmp_path)
    kept.open(tmp_path / "ppo.json")
    assert kept.all == ()
    kept.put(ONE)
    assert "return > 200" in (tmp_path / NAME).read_text()


def test_a_disk_that_refuses_is_told_and_the_breakpoint_holds_all_the_same(tmp_path: Path, qtbot) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    kept = Breakpoints(tmp_path / "state")
    kept.open(tmp_path / "ppo.json")
    with qtbot.waitSignal(kept.failed) as told:
        kept.put(ONE)
    assert told.args[0].startswith("The breakpoints could not be kept: ")
    assert kept.all == (ONE,)
