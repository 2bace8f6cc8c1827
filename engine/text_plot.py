"""Draws a reward curve with characters, for terminals."""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.return_curve import ReturnCurve

HEIGHT: Final = 14  # rows
POINTS: Final = 400  # more than the columns of any terminal, times the two halves of each
TICKS: Final = 5


def draw(curve: ReturnCurve, width: int) -> str:
    """Return a picture, `width` columns wide, of the mean return of the last 100 episodes over env steps.

    A curve of fewer than two episodes has nothing to draw and gives an empty string.
    """
    if len(curve.returns) < 2:
        return ""
    from plotext import figure

    every = max(1, len(curve.returns) // POINTS)
    steps = np.asarray(curve.env_steps, dtype=float)[::every]
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, HEIGHT)
    figure.title("episode return, mean of the last 100")
    figure.label("env steps")
    figure.draw(figure.signal(steps.tolist(), curve.means()[::every].tolist(), marker="hd").lines())
    ticks = np.linspace(steps[0], steps[-1], TICKS)
    figure.ruler("x").ticks(ticks.tolist(), [short_count(tick) for tick in ticks])
    return str(figure.build().string(True))


def short_count(count: float) -> str:
    """Return a count in few characters: 950 is "950", 12,300 is "12k", 1,500,000 is "1.5M"."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f}M"
    return f"{count / 1000:.0f}k" if count >= 10_000 else f"{count:.0f}"
