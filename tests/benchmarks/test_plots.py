"""What plots cost: long curves on the screen, and long records until there is something to see.

Times are those of a processor where that is what matters: what else the machine does is no cost of ours.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.plots.plot_panel import PlotPanel
from app.qt import application
from app.themes import DARK
from engine.catalogue import Catalogue, find
from engine.document import Document
from engine.events import EpisodesFinished, MetricsReported, RunStarted, Telemetry, to_line
from engine.runs import RunFolder
from tests.app.turns import Turns

pytestmark = pytest.mark.bench
RUNS, POINTS = 20, 100_000
FRAMES = 30
METRICS = ("policy_loss", "value_loss", "entropy", "kl", "clip_fraction")


@pytest.fixture(scope="session")
def qapp() -> object:
    return application(["studio"])


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return find()


@pytest.fixture
def panel(qtbot: QtBot, catalogue: Catalogue) -> PlotPanel:
    made = PlotPanel(DARK, catalogue)
    qtbot.addWidget(made)
    made.resize(1280, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def as_in_the_studio() -> Iterator[None]:
    """Keep the collector from what stands already, as the studio does from its start on."""
    gc.freeze()
    yield
    gc.unfreeze()


def report(what: str, milliseconds: float) -> float:
    print(f"{what}: {milliseconds:.1f} ms")  # noqa: T201  # a benchmark's whole point
    return milliseconds


def fill(panel: PlotPanel) -> None:
    """Lay 20 runs of 100,000 episodes and as many values of a metric over each other."""
    numbers = np.random.default_rng(0)
    panel.bar.overlay.setChecked(True)
    steps = np.arange(1.0, POINTS + 1) * 10
    places = np.column_stack((steps, steps / 1_000, np.arange(POINTS)))
    for number in range(RUNS):
        panel.take(RunStarted(folder=f"/runs/{number}", title="PPO", seed=number))
        run, returns = panel.runs[-1], 200 + np.cumsum(numbers.normal(size=POINTS)) / 10
        run.returns.extend(places, returns + numbers.normal(scale=20, size=POINTS))
        run.means.extend(places, returns)
        run.take(MetricsReported(node="train_1", env_steps=10, seconds=0.01, updates=0, values={"kl": 0.02}))
        run.metrics["kl"].extend(places, np.abs(numbers.normal(0.02, 0.005, POINTS)))


def milliseconds_a_frame(panel: PlotPanel) -> float:
    """Return the median time to make all charts new, down to their pixels."""
    times = []
    for _ in range(FRAMES):
        began = time.process_time()
        panel.charts.prepare()
        for chart in panel.charts.all:
            panel.charts.draw(chart)
        panel.charts.grab()
        times.append(1_000 * (time.process_time() - began))
    return float(np.median(times))


@pytest.mark.parametrize(
    "view",
    [{}, {"log_y": True}, {"log_x": True}, {"smooth": 10_000}, {"axis": "seconds"}],
    ids=["as they are", "log y", "log x", "smoothed", "wall time"],
)
def test_twenty_curves_of_100_000_points_are_drawn_30_times_a_second(
    qtbot: QtBot, panel: PlotPanel, view: dict[str, object]
) -> None:
    fill(panel)
    panel.charts.look(**view)
    qtbot.waitUntil(lambda: panel.up_to_date, timeout=20_000)
    assert report(f"20 curves of 100,000 points, {view or 'as they are'}, a frame", milliseconds_a_frame(panel)) < 33


def recorded(folder: Path, lines: list[bytes]) -> Path:
    """Make a run's folder with these events."""
    run = RunFolder.create(folder, Document(title="PPO"), 1)
    (run.path / "events.jsonl").write_bytes(b"".join(lines))
    return run.path


def a_million_events() -> list[bytes]:
    """Mix events as a long run does: mostly telemetry, one report of metrics and one of episodes in four of them."""
    lines = [to_line(RunStarted(folder="/runs/one", title="PPO", seed=1))]
    values = dict.fromkeys(METRICS, 0.125)
    for number in range(1, 500_000):
        at = {"env_steps": number * 100, "seconds": number / 10, "updates": number}
        if number % 2:
            lines.append(to_line(MetricsReported(node="train_1", values=values, **at)))
        else:
            rows = ((number * 100, number / 10, float(number % 500), 100),)
            lines.append(to_line(EpisodesFinished(rows=rows)))
        lines.append(to_line(Telemetry(env_steps_per_s=1_000.0, episodes=number, **at)))
    return lines


@pytest.mark.usefixtures("as_in_the_studio")
def test_a_million_events_show_their_first_plot_within_three_seconds_and_never_hold_the_window_up(
    qtbot: QtBot, panel: PlotPanel, tmp_path: Path
) -> None:
    folder = recorded(tmp_path / "long", a_million_events())
    turns, began = Turns(), time.perf_counter()
    with qtbot.waitSignal(panel.loaded, timeout=120_000):
        panel.show_run(folder)
        qtbot.waitUntil(lambda: bool(panel.charts.returns.readout), timeout=20_000)
        first = 1_000 * (time.perf_counter() - began)
    qtbot.waitUntil(lambda: panel.up_to_date)
    whole = 1_000 * (time.perf_counter() - began)
    assert report("1,000,000 events, the longest turn of the window", 1_000 * turns.longest) < 50
    assert report("1,000,000 events, the first plot", first) < 3_000
    assert report(f"1,000,000 events, all of {len(panel.runs[0].returns):,} episodes", whole) < 10_000


def test_a_million_recorded_episodes_open_in_three_seconds(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    rows = [tuple((10 * number, number / 10, float(number % 100), 10) for number in range(at, at + 100))
            for at in range(0, 1_000_000, 100)]  # fmt: skip
    folder = recorded(tmp_path / "long", [to_line(EpisodesFinished(rows=some)) for some in rows])
    began = time.process_time()
    with qtbot.waitSignal(panel.loaded, timeout=30_000):
        panel.show_run(folder)
    qtbot.waitUntil(lambda: panel.up_to_date)
    assert report("1,000,000 episodes", 1_000 * (time.process_time() - began)) < 3_000
