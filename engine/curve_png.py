"""Draws a run's reward curve into a PNG file, for papers, chats and people without the studio."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np

from engine.atomic import write_atomically
from engine.picture_text import GRAPH, with_text
from engine.return_curve import ReturnCurve

SIZE: Final = (8.0, 4.5)  # inches
DPI: Final = 150
DOTS: Final = 20_000  # more episodes than this are thinned: the picture has no room for them, and drawing takes seconds
DOT, LINE, TEXT, GRID = "#7FB2D9", "#0B5A94", "#333A42", "#D9DEE3"


def write(curve: ReturnCurve, title: str, path: Path, graph: str) -> None:
    """Draw each episode's return as a dot and the mean of the last 100 as a line, and save it at `path`.

    The picture carries `graph`, the text of the graph that ran, so that the studio can give it back.

    Raises:
        OSError: the disk refused.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)  # no pyplot: it keeps figures and picks a window system
    axes = figure.add_subplot()
    _draw(axes, curve)
    _dress(axes, title)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    write_atomically(path, with_text(picture.getvalue(), GRAPH, graph))


def _draw(axes: Any, curve: ReturnCurve) -> None:
    steps, returns, means = np.asarray(curve.env_steps), np.asarray(curve.returns), curve.means()
    every = max(1, len(steps) // DOTS)
    axes.plot(steps[::every], returns[::every], ".", color=DOT, markersize=3, alpha=0.6, label="each episode")
    axes.plot(steps[::every], means[::every], color=LINE, linewidth=2, label="mean of the last 100")
    if not len(steps):
        axes.text(0.5, 0.5, "no episode ended", ha="center", va="center", color=TEXT, transform=axes.transAxes)


def _dress(axes: Any, title: str) -> None:
    axes.set_title(title, color=TEXT, loc="left", parse_math=False)  # a title may hold dollar signs
    axes.set_xlabel("env steps", color=TEXT)
    axes.set_ylabel("episode return", color=TEXT)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(color=GRID, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=TEXT)
    axes.legend(frameon=False, labelcolor=TEXT)
