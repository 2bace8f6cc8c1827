"""The legend: everything where there is room, and in a narrow row still something of every run."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.plots.legend import Legend, Named, _shares

RUNS = [
    Named("PPO on CartPole · seed 1 · workers 2", "workers 2", "#0000ff"),
    Named("PPO on CartPole · seed 1 · workers 4", "workers 4", "#ff0000"),
]
MARKS = ["╷ checkpoints"]


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    made = Legend()
    qtbot.addWidget(made)
    made.show_runs(RUNS, MARKS)
    made.show()
    return made


def test_with_room_it_tells_everything(legend: Legend) -> None:
    legend.resize(1200, 20)
    assert legend.text() == legend.whole
    assert all(run.name in legend.text() for run in RUNS)
    assert "checkpoints" in legend.text()


def test_marks_give_way_then_long_names_then_their_beginnings(legend: Legend) -> None:
    legend.resize(360, 20)
    assert "checkpoints" not in legend.text()
    assert "checkpoints" in legend.toolTip()
    assert "CartPole" not in legend.text()
    assert "workers 4" in legend.text()
    legend.show_runs([Named(run.name, run.name, run.colour) for run in RUNS], MARKS)
    assert legend.text().count("…") == 2
    assert "workers 2" in legend.text()
    assert legend.sizeHint().width() <= 360


def test_where_not_even_short_names_fit_the_others_are_counted(legend: Legend) -> None:
    legend.show_runs(RUNS * 10, [])
    legend.resize(400, 20)
    assert "more" in legend.text()
    assert legend.sizeHint().width() <= 400


@pytest.mark.parametrize(
    ("wanted", "room", "shares"),
    [([20, 100, 100], 120, [20, 50, 50]), ([30, 30], 100, [30, 30]), ([100, 10], 50, [40, 10]), ([], 10, [])],
)
def test_short_names_leave_their_room_to_long_ones(wanted: list[int], room: int, shares: list[int]) -> None:
    assert _shares(wanted, room) == shares
