"""Shows a run in a terminal: a live table where there is a screen, one line every few seconds where there is none.

Both follow the same `Progress`. Colours and movement are left out when the output is no terminal or `NO_COLOR` is set;
rich sees to the colours.
"""

from __future__ import annotations

import time
from typing import Final, Protocol

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from engine.events import ActorRestarted, CheckpointSaved, Event, Log, NodeState, RunStarted, Telemetry, VideoRecorded
from engine.printable import printable
from engine.progress import Progress

LINE_EVERY: Final = 5.0  # seconds between lines of the plain display
METRICS: Final = 3  # pairs of name and value in one row of the table
BAR: Final = 30  # columns


class Display(Protocol):
    """Something that shows a run while it trains; used as a context, so that it ends with the run."""

    def __enter__(self) -> Display: ...

    def __exit__(self, *error: object) -> None: ...

    def take(self, event: Event) -> None:
        """Show what an event tells."""


def display(console: Console, progress: Progress, verbosity: int) -> Display:
    """Return the display that fits the console and the wish: quiet below 0, talkative above."""
    if verbosity < 0:
        return Silence()
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveTable(console, progress, verbosity)
    return Lines(console, progress, verbosity)


class Silence:
    """Shows nothing."""

    def __enter__(self) -> Silence:
        return self

    def __exit__(self, *error: object) -> None: ...

    def take(self, event: Event) -> None:
        """Pass over the event."""


class Lines:
    """One line every few seconds, for logs and pipes."""

    def __init__(self, console: Console, progress: Progress, verbosity: int) -> None:
        self.console = console
        self.progress = progress
        self.verbosity = verbosity
        self.last = -LINE_EVERY

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None: ...

    def take(self, event: Event) -> None:
        """Print the event if it is worth a line, or the figures if it is time."""
        self.progress.take(event)
        if text := remark(event, self.verbosity):
            self._print(text)
        if isinstance(event, Telemetry) and event.env_steps and time.monotonic() - self.last >= LINE_EVERY:
            self.last = time.monotonic()
            self._print(figures(self.progress))

    def _print(self, text: str) -> None:
        self.console.print(printable(text), markup=False, soft_wrap=True)


class LiveTable:
    """A table that redraws itself four times a second."""

    def __init__(self, console: Console, progress: Progress, verbosity: int) -> None:
        self.progress = progress
        self.verbosity = verbosity
        self.live = Live(self, console=console, refresh_per_second=4)

    def __enter__(self) -> LiveTable:
        self.live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.live.stop()

    def take(self, event: Event) -> None:
        """Take the event's figures over; print what is worth a line above the table."""
        self.progress.take(event)
        if text := remark(event, self.verbosity):
            self.live.console.print(printable(text), markup=False)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(_heading(self.progress), _figures_table(self.progress), _stop_table(self.progress))


def remark(event: Event, verbosity: int = 0) -> str:
    """Return the line that an event deserves besides the figures, or nothing.

    Warnings, errors, restarts and what keeps a run from repeating itself always have one; checkpoints, node states and
    information only when talkative.
    """
    match event:
        case RunStarted() if event.why_not_deterministic:
            return f"The same seed may give other numbers next time: {event.why_not_deterministic}."
        case ActorRestarted():
            return f"{event.source} was replaced ({event.restarts}): {event.cause}"
        case Log() if event.level != "info" or verbosity > 0:
            lines = event.text.strip().splitlines() or [""]
            text = event.text if verbosity > 0 else lines[-1]  # of a traceback, what it comes to
            return f"{event.level}: {f'{event.node}: ' if event.node else ''}{text}"
        case CheckpointSaved() if verbosity > 0:
            return f"checkpoint at {event.env_steps:,} env steps: {event.folder}"
        case VideoRecorded() if verbosity > 0:
            return f"video at {event.env_steps:,} env steps: {event.file}"
        case NodeState() if verbosity > 0:
            return f"{event.node}: {event.state}{f', {event.detail}' if event.detail else ''}"
        case _:
            return ""


def figures(progress: Progress) -> str:
    """Return the run's figures as one line.

    Example: `4,096 env steps  2,048/s  updates 2  episodes 187  return 21.4 (best 22.0)  policy_loss -0.0123  0:02`.
    """
    numbers = progress.numbers
    if numbers is None:
        return progress.state
    best = f" (best {short(progress.best)})" if progress.best is not None else ""
    losses = [f"{name} {short(value)}" for name, value in progress.metrics.items() if "loss" in name]
    parts = [
        f"{numbers.env_steps:,} env steps",
        f"{numbers.env_steps_per_s:,.0f}/s",
        f"updates {numbers.updates:,}",
        f"episodes {numbers.episodes:,}",
        f"return {short(numbers.return_mean_100)}{best}",
        *losses,
        clock(progress.elapsed),
    ]
    return "  ".join(parts)


def short(value: float | None) -> str:
    """Return a figure in few characters; a dash for one that there is not yet.

    Example: 487.25 is "487.2", 0.0123456 is "0.01235", None is "–".
    """
    if value is None:
        return "–"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, hours if it comes to that: 75 is "1:15", 3,675 is "1:01:15"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _heading(progress: Progress) -> Text:
    title = progress.title or "untitled graph"
    return Text.assemble(
        (printable(title), "bold"), f"  seed {progress.seed}  {clock(progress.elapsed)}  ", (progress.state, "cyan")
    )


def _figures_table(progress: Progress) -> Table:
    """Return a table of two rows of counters and as many of metrics as there are."""
    table = Table.grid(padding=(0, 2))
    for _ in range(METRICS):
        table.add_column(style="dim")
        table.add_column(justify="right", min_width=9)
    numbers = progress.numbers
    cells = {
        "env steps": f"{numbers.env_steps:,}" if numbers else "–",
        "env steps/s": f"{numbers.env_steps_per_s:,.0f}" if numbers else "–",
        "updates": f"{numbers.updates:,}" if numbers else "–",
        "return, mean of 100": short(numbers.return_mean_100 if numbers else None),
        "best": short(progress.best),
        "episodes": f"{numbers.episodes:,}" if numbers else "–",
        **{name: short(value) for name, value in progress.metrics.items()},
    }
    flat = [part for name_and_value in cells.items() for part in name_and_value]
    for start in range(0, len(flat), 2 * METRICS):
        table.add_row(*flat[start : start + 2 * METRICS])
    return table


def _stop_table(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, share in progress.reached().items():
        bar = ProgressBar(total=1.0, completed=share, width=BAR)
        table.add_row(Text(f"until {name} {progress.stop[name]:,.10g}", "dim"), bar, f"{share:.0%}")
    return table
