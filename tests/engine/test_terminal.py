"""What a terminal shows of a run: the live table, the plain lines, the plot made of characters."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from engine.events import Event, Log, MetricsReported, NodeState, RunEnded, RunStarted, Telemetry
from engine.progress import Progress
from engine.return_curve import ReturnCurve
from engine.terminal import Lines, LiveTable, clock, display, figures, short
from engine.text_plot import draw, short_count


def numbers(env_steps: int, episodes: int, mean: float | None) -> Telemetry:
    return Telemetry(
        seconds=2.0, env_steps=env_steps, env_steps_per_s=2048.0, updates=2, episodes=episodes, return_mean_100=mean
    )


LOSS = MetricsReported(node="report_1", env_steps=4096, seconds=2.0, updates=2, values={"policy_loss": -0.01234})


def shown(kind: type[Lines] | type[LiveTable], *events: Event, verbosity: int = 0, tty: bool = True) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=tty, color_system=None, highlight=False)
    progress = Progress("PPO on CartPole", 7, {"env_steps": 8192.0})
    with kind(console, progress, verbosity) as open_display:
        for event in events:
            open_display.take(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_holds_counters_return_losses_and_the_way_to_the_stop() -> None:
    table = shown(LiveTable, LOSS, numbers(4096, 187, 21.44))
    for part in ("PPO on CartPole", "seed 7", "4,096", "2,048", "187", "21.44", "policy_loss", "-0.01234", "50%"):
        assert part in table


def test_lines_hold_the_same_figures_without_a_terminal() -> None:
    progress = Progress("", 0, {})
    for event in (LOSS, numbers(4096, 187, 22.0), numbers(4096, 187, 21.4)):
        progress.take(event)
    assert figures(progress).rpartition("  ")[0] == (
        "4,096 env steps  2,048/s  updates 2  episodes 187  return 21.4 (best 22)  policy_loss -0.01234"
    )


@pytest.mark.parametrize("kind", [Lines, LiveTable])
def test_what_a_terminal_would_obey_is_written_out(kind: type[Lines] | type[LiveTable]) -> None:
    text = shown(kind, Log(level="warning", text="gone\x1b[5m\x9b"), tty=False)
    assert r"warning: gone\x1b[5m\x9b" in text
    assert "\x1b[5m" not in text


def test_lines_come_every_few_seconds_only() -> None:
    assert shown(Lines, *[numbers(4096 + n, 187, 21.4) for n in range(9)], tty=False).count("env steps") == 1


def test_a_run_that_cannot_repeat_itself_says_why() -> None:
    started = RunStarted(folder="runs/a", title="A3C", seed=7)
    free = started.model_copy(update={"why_not_deterministic": "gather_1 takes items as they are done"})
    assert shown(Lines, started, tty=False) == ""
    assert shown(Lines, free, tty=False) == (
        "The same seed may give other numbers next time: gather_1 takes items as they are done.\n"
    )


def test_warnings_are_always_told_and_states_only_when_asked() -> None:
    events = (Log(level="warning", text="the disk is nearly full"), NodeState(node="train_1", state="running"))
    assert shown(Lines, *events, tty=False) == "warning: the disk is nearly full\n"
    assert "train_1: running" in shown(Lines, *events, verbosity=1, tty=False)


def test_a_traceback_is_shown_whole_only_when_asked() -> None:
    event = Log(level="error", node="train_1", text="Traceback (most recent call last):\n  ...\nValueError: no rows\n")
    assert shown(Lines, event, tty=False) == "error: train_1: ValueError: no rows\n"
    assert "Traceback" in shown(Lines, event, verbosity=1, tty=False)


def test_the_display_fits_the_console() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True)
    pipe = Console(file=io.StringIO(), force_terminal=False)
    progress = Progress("", 0, {})
    assert isinstance(display(screen, progress, 0), LiveTable)
    assert isinstance(display(pipe, progress, 0), Lines)
    with display(screen, progress, -1) as quiet:
        quiet.take(numbers(1, 1, 1.0))
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == ""


def test_no_colour_where_none_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with LiveTable(console, Progress("PPO", 0, {"env_steps": 10.0}), 0) as table:
        table.take(numbers(5, 1, 1.0))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[3" not in console.file.getvalue()  # 30 to 38 are colours


def test_the_best_return_counts_full_windows_and_ends_exact() -> None:
    progress = Progress("", 0, {})
    progress.take(numbers(10, 99, 50.0))
    assert progress.best is None
    progress.take(numbers(20, 100, 40.0))
    assert progress.best == 40.0
    progress.take(RunEnded(status="finished", summary={"best_return_mean_100": 41.5}))
    assert (progress.best, progress.state) == (41.5, "finished")


def test_the_way_to_each_stop_condition() -> None:
    progress = Progress("", 0, {"env_steps": 200.0, "return_mean_100": -250.0, "seconds": 1.0})
    assert progress.reached() == {"env_steps": 0.0, "return_mean_100": 0.0, "seconds": 0.0}
    progress.take(numbers(50, 1, -1000.0))
    assert progress.reached() == {"env_steps": 0.25, "return_mean_100": 0.0, "seconds": 1.0}


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (487.25, "487.2"), (0.0123456, "0.01235"), (-1234.5, "-1,234.5")]
)
def test_figures_are_short(value: float | None, text: str) -> None:
    assert short(value) == text


def test_clocks_and_counts_are_short() -> None:
    assert [clock(seconds) for seconds in (9, 75, 3675)] == ["0:09", "1:15", "1:01:15"]
    assert [short_count(count) for count in (950, 12_300, 1_500_000)] == ["950", "12k", "1.5M"]


def test_the_text_plot_fits_the_width_and_has_no_colour() -> None:
    curve = ReturnCurve()
    for step in range(1, 2001):
        curve.env_steps.append(step * 10)
        curve.returns.append(step / 4)
    plot = draw(curve, 60)
    assert {len(line) for line in plot.splitlines()} == {60}
    assert "\x1b" not in plot
    assert "20k" in plot
    assert draw(ReturnCurve(), 60) == ""
