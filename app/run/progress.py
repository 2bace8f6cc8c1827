"""How far a run is, and how it went, in words: read from the engine's numbers, without widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.plots.figures import count, duration, figure
from engine.events import RunEnded, Telemetry
from engine.problems import Problem

UNITS: Final = {"env_steps": "env steps", "updates": "updates", "episodes": "episodes"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the way to a stop condition is done: `share` from 0 to 1, and the condition in words."""

    share: float
    until: str


def progress(stop: Mapping[str, float], numbers: Telemetry) -> Progress | None:
    """Return the progress towards the stop condition that is nearest; None if there is none.

    Example: with `{"env_steps": 1000, "seconds": 60}`, 500 env steps after 6 s are half of the way to 1,000 env steps.
    """
    ways = [
        Progress(min(max(_value(numbers, name) / limit, 0.0), 1.0), _words(name, limit))
        for name, limit in stop.items()
        if limit > 0
    ]
    return max(ways, key=lambda way: way.share, default=None)


def figures(numbers: Telemetry) -> tuple[tuple[str, str], ...]:
    """Return what is shown of the numbers: names and values in fixed order.

    Example: `(("env steps", "41,024"), ("steps/s", "20.1k"), ("elapsed", "2 s"), ("return", "233.3"))`; the return
    is a dash until an episode has finished.
    """
    mean = numbers.return_mean_100
    return (
        ("env steps", f"{numbers.env_steps:,}"),
        ("steps/s", count(numbers.env_steps_per_s, digits=3)),
        ("elapsed", duration(int(numbers.seconds))),
        ("return", "–" if mean is None else figure(mean)),
    )


def why_ended(ended: RunEnded) -> str:
    """Return one line on how the run ended; where it failed, each problem with its node."""
    if ended.problems:
        return "; ".join(str(Problem.from_json(dict(problem))) for problem in ended.problems)
    best = ended.summary.get("best_return_mean_100")
    return f"best mean return {figure(best)}" if isinstance(best, int | float) else ""


def _value(numbers: Telemetry, name: str) -> float:
    value = getattr(numbers, name, None)
    return float(value) if isinstance(value, int | float) else 0.0


def _words(name: str, limit: float) -> str:
    if name == "return_mean_100":
        return f"mean return {figure(limit)}"
    return duration(limit) if name == "seconds" else f"{limit:,.0f} {UNITS.get(name, name)}"
