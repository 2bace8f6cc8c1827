"""The plots: live and recorded runs, drawn when somebody looks."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.metric_choice import MetricChoice
from app.plots.plot_panel import PlotPanel
from app.themes import DARK, LIGHT
from engine.catalogue import Catalogue
from engine.document import Document, Node
from engine.events import CheckpointSaved, EpisodesFinished, MetricsReported, ParamSet, RunStarted, Telemetry
from engine.picture_text import GRAPH, text_in
from engine.runs import RunFolder


@pytest.fixture
def panel(qtbot: QtBot, catalogue: Catalogue) -> PlotPanel:
    made = PlotPanel(DARK, catalogue)
    qtbot.addWidget(made)
    made.resize(900, 280)
    made.show()
    qtbot.waitExposed(made)
    return made


def start(panel: PlotPanel, folder: str = "/runs/one", seed: int = 1) -> None:
    panel.take(RunStarted(folder=folder, title="PPO", seed=seed))


def episodes(*returns: float, at: int = 0) -> EpisodesFinished:
    rows = [(at + 10 * number, number / 10, value, 10) for number, value in enumerate(returns, 1)]
    return EpisodesFinished(rows=tuple(rows))


def metrics(**values: float) -> MetricsReported:
    return MetricsReported(node="report_1", env_steps=10, seconds=0.1, updates=1, values=values)


def turned(at: int, seconds: float) -> ParamSet:
    return ParamSet(node="policy_1", name="clip", value=0.1, before=0.2, env_steps=at, seconds=seconds, updates=1)


def drawn(qtbot: QtBot, panel: PlotPanel) -> None:
    """Wait until everything that changed has been drawn; the first band of a process waits for SciPy to be imported."""
    qtbot.waitUntil(lambda: panel.up_to_date, timeout=30_000)


def every(n: int) -> Document:
    return Document(title="PPO", nodes=(Node(id="every_1", type="EveryN", params={"n": n}),))


def recorded_run(folder: Path, *returns: float, seed: int = 1, graph: Document | None = None) -> Path:
    run = RunFolder.create(folder, graph or Document(title="PPO"), seed)
    run.record(RunStarted(folder=str(folder), title="PPO", seed=seed))
    run.record(episodes(*returns))
    run.record(metrics(kl=0.5))
    run.close()
    return run.path


def colours_in(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_without_a_run_it_says_what_to_do(qtbot: QtBot, panel: PlotPanel) -> None:
    drawn(qtbot, panel)
    assert "Run the graph" in panel.charts.returns.empty_text


def test_before_the_first_episode_it_tells_the_steps_so_far(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(Telemetry(seconds=1, env_steps=1_024, env_steps_per_s=1, updates=0, episodes=0))
    drawn(qtbot, panel)
    assert panel.charts.returns.empty_text == "No finished episode yet: 1,024 env steps so far."


def test_episodes_and_their_mean_are_drawn(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 2, 6))
    drawn(qtbot, panel)
    assert not panel.charts.returns.empty_text
    assert ">3<" in panel.charts.returns.readout
    assert DARK.series[0] in colours_in(panel.charts.returns.grab().toImage())


def test_metrics_are_offered_as_they_come_and_explained(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(metrics(kl=0.5))
    drawn(qtbot, panel)
    panel.take(metrics(entropy=0.6))
    drawn(qtbot, panel)
    first, second = panel.charts.choices
    assert first.names == second.names == ("entropy", "kl")
    assert (first.currentText(), second.currentText()) == ("kl", "entropy")  # what was chosen stays
    what, healthy, do = first.toolTip().split("\n\n")
    assert what.startswith("kl: ")
    assert healthy == "Healthy: 0.003 to 0.05."
    assert do.startswith("Above: the policy changes too fast; lower the learning rate")
    assert ">0.5<" in panel.charts.metrics[0].readout


def test_a_hidden_panel_draws_nothing_until_it_is_seen(qtbot: QtBot, panel: PlotPanel) -> None:
    drawn(qtbot, panel)
    panel.hide()
    start(panel)
    panel.take(episodes(1, 2))
    assert panel.up_to_date
    assert panel.charts.returns.readout == ""
    panel.show()
    drawn(qtbot, panel)
    assert ">1.5<" in panel.charts.returns.readout


def test_many_events_are_drawn_ten_times_a_second(qtbot: QtBot, panel: PlotPanel) -> None:
    draws: list[float] = []
    panel._redraw.timeout.connect(lambda: draws.append(time.monotonic()))
    start(panel)
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        panel.take(episodes(1.0))
        QApplication.processEvents()
    assert 1 <= len(draws) <= 6


def test_a_new_run_takes_the_place_of_the_last_one(panel: PlotPanel) -> None:
    start(panel, "/runs/one")
    start(panel, "/runs/two")
    assert [run.folder for run in panel.runs] == ["/runs/two"]


def test_while_comparing_runs_are_laid_over_each_other_in_their_own_colours(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel, "/runs/one")
    panel.take(episodes(1, 2))
    panel.bar.overlay.setChecked(True)
    start(panel, "/runs/two", seed=2)
    panel.take(episodes(5, 6))
    drawn(qtbot, panel)
    assert [run.folder for run in panel.runs] == ["/runs/one", "/runs/two"]
    assert set(DARK.series[:2]) <= colours_in(panel.charts.returns.grab().toImage())
    assert all(colour in panel.charts.returns.readout for colour in DARK.series[:2])


def test_runs_of_the_same_seed_are_called_by_what_differs(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    folders = [recorded_run(tmp_path / str(n), 3, graph=every(n)) for n in (2, 4)]
    panel.show_runs(folders)
    qtbot.waitUntil(lambda: "seed 1 · n 4" in panel.bar.legend.whole)
    panel.bar.differences.setChecked(True)
    drawn(qtbot, panel)
    header = panel.differences.table.headerItem()
    assert [header.text(column) for column in range(3)] == ["", "n 2", "n 4"]


def test_runs_that_differ_in_nothing_are_called_by_their_folders(
    qtbot: QtBot, panel: PlotPanel, tmp_path: Path
) -> None:
    panel.show_runs([recorded_run(tmp_path / name, 3) for name in ("noon", "night")])
    qtbot.waitUntil(lambda: "seed 1 · night" in panel.bar.legend.whole)


def test_a_resumed_run_goes_on_in_its_own_curve(panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 2, 3))
    panel.take(RunStarted(folder="/runs/one", title="PPO", seed=1, resumed_at=20))
    panel.take(episodes(7, at=20))
    assert panel.runs[0].returns.y.tolist() == [1, 2, 7]


def test_a_title_is_shown_as_it_is_written(qtbot: QtBot, panel: PlotPanel) -> None:
    panel.take(RunStarted(folder="/runs/one", title="<b>PPO</b>", seed=1))
    drawn(qtbot, panel)
    assert "&lt;b&gt;PPO&lt;/b&gt;" in panel.bar.legend.whole


def test_a_recorded_run_is_read_from_its_folder(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    folder = recorded_run(tmp_path / "one", 3, 5)
    with qtbot.waitSignal(panel.loaded) as loaded:
        panel.show_run(folder)
    assert loaded.args == [str(folder)]
    assert panel.runs[0].means.y.tolist() == [3, 4]
    assert "kl" in panel.runs[0].metrics


def test_the_live_run_can_be_shown_again_after_a_recorded_one(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    start(panel, "/runs/live")
    panel.take(episodes(1))
    with qtbot.waitSignal(panel.loaded):
        panel.show_run(recorded_run(tmp_path / "one", 3, 5))
    panel.take(episodes(2, at=10))
    panel.show_run("/runs/live")
    assert panel.runs[0].returns.y.tolist() == [1, 2]


def test_showing_a_recorded_run_again_does_not_double_it(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    folder = recorded_run(tmp_path / "one", 3, 5)
    for _ in range(2):
        with qtbot.waitSignal(panel.loaded):
            panel.show_run(folder)
    assert len(panel.runs[0].returns) == 2


def test_a_run_that_cannot_be_read_is_told(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    with qtbot.waitSignal(panel.failed) as failed:
        panel.show_run(tmp_path / "nothing")
    assert "cannot be read" in failed.args[0]


def test_the_x_axis_can_be_chosen(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 2))  # ends at 20 env steps, after 0.2 s
    drawn(qtbot, panel)
    assert panel.charts.returns.area.viewRange()[0][1] == pytest.approx(20 * 1.02)
    panel.bar.looks.wished.emit({"axis": "seconds"})
    drawn(qtbot, panel)
    assert panel.charts.returns.area.viewRange()[0][1] == pytest.approx(0.2 * 1.02)


def test_the_cross_hair_reads_every_chart_at_one_place(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 3, 8))
    panel.take(metrics(kl=0.5))
    drawn(qtbot, panel)
    chart = panel.charts.returns
    place = chart.area.mapViewToScene(QPointF(20, 4)).toPoint()
    plot = chart._plot
    qtbot.mouseMove(plot.viewport(), plot.mapFromScene(place))
    qtbot.waitUntil(lambda: panel.bar.place.text() != "")
    assert panel.bar.place.text() == "20 env steps"
    assert ">2<" in chart.readout
    chart.hovered.emit(None)
    assert ">4<" in chart.readout  # the newest again


def test_zooming_by_hand_stops_the_following_and_a_fit_brings_it_back(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 2, 3, 4))
    drawn(qtbot, panel)
    viewport = panel.charts.returns._plot.viewport()
    centre = viewport.rect().center()
    wheel = QWheelEvent(
        centre, viewport.mapToGlobal(centre), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, wheel)
    drawn(qtbot, panel)
    zoomed = panel.charts.returns.area.viewRange()[0]
    assert zoomed[1] - zoomed[0] < 40
    assert panel.charts.metrics[0].area.viewRange()[0] == pytest.approx(zoomed)  # the charts move together
    panel.take(episodes(9, at=1_000))
    drawn(qtbot, panel)
    assert panel.charts.returns.area.viewRange()[0] == pytest.approx(zoomed)
    panel.bar.fit_wished.emit()
    drawn(qtbot, panel)
    assert panel.charts.returns.area.viewRange()[0][1] > 1_000


def test_the_theme_changes_with_the_curves(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1, 2, 6))
    panel.set_theme(LIGHT)
    drawn(qtbot, panel)
    colours = colours_in(panel.charts.returns.grab().toImage())
    assert {LIGHT.panel, LIGHT.series[0]} <= colours
    assert DARK.series[0] not in colours


def test_a_narrow_panel_keeps_the_return_chart(qtbot: QtBot, panel: PlotPanel) -> None:
    shown = []
    for width in (900, 600, 400):
        panel.resize(width, 280)
        shown.append([chart.isVisible() for chart in panel.charts.all])
    assert shown == [[True, True, True], [True, True, False], [True, False, False]]


def test_pictures_and_tables_are_saved(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    start(panel)
    panel.take(episodes(1, 2))
    drawn(qtbot, panel)
    for kind in ("png", "svg", "csv"):
        with qtbot.waitSignal(panel.saved):
            panel.save(kind, tmp_path / f"plot.{kind}")
    assert QImage(str(tmp_path / "plot.png")).width() == 2 * panel.charts.width()
    assert len((tmp_path / "plot.csv").read_text().splitlines()) == 1 + 3 * 2
    figure = (tmp_path / "plot.svg").read_text()
    assert "Episode return" in figure  # as letters
    assert "<image" not in figure


def test_pictures_carry_the_graph_of_the_run(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    with qtbot.waitSignal(panel.loaded):
        panel.show_run(recorded_run(tmp_path / "one", 3, 5))
    for kind in ("png", "svg"):
        panel.save(kind, tmp_path / f"plot.{kind}")
        assert text_in((tmp_path / f"plot.{kind}").read_bytes(), GRAPH) == (tmp_path / "one/graph.json").read_text()


def test_what_cannot_be_saved_is_told(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    for kind in ("png", "svg", "csv"):
        with qtbot.waitSignal(panel.failed):
            panel.save(kind, tmp_path / "no" / "folder")


def test_logarithmic_axes_are_marked_in_plain_numbers(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(*(10.0 ** (number / 25) for number in range(1, 101))))  # to 10,000 after 1,000 env steps
    panel.bar.looks.wished.emit({"log_x": True, "log_y": True})
    drawn(qtbot, panel)
    chart = panel.charts.returns
    assert panel.bar.looks.button.text() == "log xy"
    assert chart.area.viewRange()[0] == pytest.approx([math.log10(10 / 1.02), math.log10(1_000 * 1.02)])
    bottom, left = chart._bottom, chart._left
    assert bottom.tickStrings(bottom.major_ticks(), 1, 1) == ["10", "20", "50", "100", "200", "500", "1k"]
    assert {"10", "100", "1k"} <= set(left.tickStrings(left.major_ticks(), 1, 1))
    chart.hovered.emit(100.0)
    assert chart._hair.value() == pytest.approx(2)


def test_smoothing_draws_means_over_a_width_of_the_axis_with_the_metric_behind(
    qtbot: QtBot, panel: PlotPanel
) -> None:
    start(panel)
    panel.take(episodes(1, 2, 6))
    for at, kl in ((1_000, 0.0), (2_000, 1.0)):
        panel.take(MetricsReported(node="train_1", env_steps=at, seconds=at, updates=at, values={"kl": kl}))
    panel.bar.looks.wished.emit({"smooth": 1_000})
    drawn(qtbot, panel)
    chart = panel.charts.metrics[0]
    assert [drawing.trace.style for drawing in chart._drawings] == ["raw", "line"]
    assert ">0.5<" in chart.readout
    assert panel.bar.looks.button.text() == "mean of 1k steps"


def test_seeds_of_one_graph_become_a_middle_with_a_band(qtbot: QtBot, panel: PlotPanel, tmp_path: Path) -> None:
    folders = [recorded_run(tmp_path / f"seed-{seed}", seed, seed + 2, seed=seed) for seed in (1, 2, 6)]
    with qtbot.waitSignals([panel.loaded] * 3):
        panel.show_runs(folders)
    panel.bar.looks.wished.emit({"middle": "median"})
    drawn(qtbot, panel)
    assert "PPO · seeds 1, 2, 6" in panel.bar.legend.whole
    chart = panel.charts.returns
    assert [drawing.trace.style for drawing in chart._drawings] == ["raw", "raw", "raw", "band"]
    assert ">3 [2, 7]<" in chart.readout  # of the means 2, 3 and 7 at the end


def test_what_differs_between_two_runs_stands_beside_their_curves(
    qtbot: QtBot, panel: PlotPanel, tmp_path: Path
) -> None:
    first, second = (recorded_run(tmp_path / str(seed), 3, 5, seed=seed) for seed in (1, 2))
    with qtbot.waitSignals([panel.loaded] * 2):
        panel.show_difference(str(first), str(second))
    qtbot.waitUntil(panel.differences.isVisible)
    assert panel.differences.rows[0] == ("seed", "1", "2")  # what was changed stands first
    assert ("last return", "4", "4") in panel.differences.rows
    panel.show_run(first)
    qtbot.waitUntil(lambda: not panel.differences.isVisible())


def test_clearing_shows_no_run(qtbot: QtBot, panel: PlotPanel) -> None:
    start(panel)
    panel.take(episodes(1))
    panel.clear()
    drawn(qtbot, panel)
    assert "Run the graph" in panel.charts.returns.empty_text


def test_a_metric_list_prefers_what_people_look_at_first(qtbot: QtBot) -> None:
    choice = MetricChoice({})
    qtbot.addWidget(choice)
    choice.offer(["clip_fraction", "entropy", "policy_loss"], taken=["policy_loss"])
    assert choice.names == ("policy_loss", "entropy", "clip_fraction")
    assert choice.currentText() == "entropy"


def test_turned_parameters_are_ticks_on_every_chart_and_words_on_the_first(panel: PlotPanel, qtbot: QtBot) -> None:
    start(panel)
    for event in (episodes(1, 2, 3), metrics(kl=0.5), turned(15, 0.15), turned(25, 0.25)):
        panel.take(event)
    drawn(qtbot, panel)
    assert [[line.value() for line in chart.ticks.lines] for chart in panel.charts.all] == 3 * [[15, 25]]
    labels = [line.label for line in panel.charts.returns.ticks.lines]
    assert [label.format for label in labels] == 2 * ["clip 0.1"]
    assert labels[0].orthoPos != labels[1].orthoPos  # neighbours do not hide each other
    panel.charts.look(axis="seconds")
    drawn(qtbot, panel)
    assert [line.value() for line in panel.charts.returns.ticks.lines] == [0.15, 0.25]


def test_checkpoints_are_short_ticks_told_in_the_legend_and_can_be_hidden(panel: PlotPanel, qtbot: QtBot) -> None:
    start(panel)
    saved = [CheckpointSaved(folder=f"checkpoints/{at}", env_steps=at) for at in (15, 25)]
    for event in (episodes(1, 2, 3), metrics(kl=0.5), *saved, turned(35, 0.35)):
        panel.take(event)
    drawn(qtbot, panel)
    (ticks,) = panel.charts.returns.ticks.short
    assert list(ticks.xvals) == [15, 25]
    assert len(panel.charts.returns.ticks.lines) == 1
    assert panel.bar.legend.whole.endswith("┊ turned parameters&nbsp;&nbsp;&nbsp;╷ checkpoints")
    hide(panel, "Checkpoints")
    drawn(qtbot, panel)
    assert panel.charts.returns.ticks.short == []
    assert panel.bar.legend.whole.endswith("┊ turned parameters")
    assert panel.bar.looks.button.text() == "marks hidden"
    hide(panel, "Checkpoints")
    assert panel.bar.looks.button.text() == "View"


def hide(panel: PlotPanel, marks: str) -> None:
    """Choose a kind of marks in the view's menu: show those that are hidden, hide those that are shown."""
    menu = panel.bar.looks.fill_menu()
    (submenu,) = (action.menu() for action in menu.actions() if action.text() == "&Marks")
    next(action for action in submenu.actions() if action.text() == marks).trigger()
