"""What happened during a run, as ticks on its curves: turned parameters, replaced workers, checkpoints.

What changes how a run goes on is a line through the whole chart, with words where there is room. Checkpoints, which
may be many and change nothing, are short ticks on the x axis, drawn by one item for each run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.plots.figures import figure, written
from app.plots.view import MARKS, View
from app.themes import Theme, number_font
from engine.events import ParamSet

ROWS: Final = (0.92, 0.77, 0.62)  # heights of labels, as shares of the view: neighbours do not lie on each other
POINTS: Final = 8.0
SIDES: Final = ((0, 0.5), (1, 0.5))  # of a line on which its label lies, in the left and the right half of the view


STYLES: Final = MappingProxyType(
    {
        "turned": ("┊", Qt.PenStyle.DotLine),
        "replaced": ("╎", Qt.PenStyle.DashLine),
        "resumed": ("│", Qt.PenStyle.SolidLine),
        "checkpoint": ("╷", Qt.PenStyle.SolidLine),
    }
)  # how each kind looks: in a legend, and in a chart
SHORT: Final = (0.0, 0.05)  # from where to where ticks on the x axis reach, as shares of the view


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a run: its x on each axis, a few words, and its kind, a key of `MARKS`."""

    places: Mapping[str, float]
    text: str
    kind: str = "turned"


def legend(kinds: Collection[str]) -> list[str]:
    """Return what marks of these kinds look like and mean.

    Example: `legend({"checkpoint"})` is `["╷ checkpoints"]`.
    """
    return [f"{STYLES[kind][0]} {title.lower()}" for kind, title in MARKS.items() if kind in kinds]


def mark_of(event: ParamSet) -> Mark:
    """Return the mark of a turned parameter.

    Example: learning_rate turned to 0.0001 after 41,000 env steps is marked `"learning_rate 0.0001"` there.
    """
    plain = isinstance(event.value, int | float) and not isinstance(event.value, bool)
    value = figure(event.value) if plain else written(event.value)
    places = {"env_steps": event.env_steps, "seconds": event.seconds, "updates": event.updates}
    return Mark(places, f"{event.name} {value}")


class Ticks:
    """The marks that a chart shows: a line each and, if the chart has room for words, a label; checkpoints are short.

    Attributes:
        lines: what is drawn of those that are not checkpoints, in their order.
        short: the ticks of checkpoints, those of a colour together.
    """

    def __init__(self, plot: pg.PlotItem, labelled: bool) -> None:
        self._plot, self._labelled = plot, labelled
        self._shown: tuple[tuple[tuple[Mark, str], ...], View] = ((), View())
        self._words: dict[str, str] = {}
        self.lines: list[pg.InfiniteLine] = []
        self.short: list[pg.VTickGroup] = []

    def set_theme(self, theme: Theme) -> None:
        """Write words so that they can be read on top of curves."""
        self._words = {"color": theme.text, "fill": theme.panel}
        (marks, view), self._shown = self._shown, ((), View())
        self.show(marks, view)

    def show(self, marks: Sequence[tuple[Mark, str]], view: View) -> None:
        """Show these marks, each in its colour, in a view; nothing is done if they are shown already."""
        if (tuple(marks), view) == self._shown:
            return
        self._shown = (tuple(marks), view)
        for item in (*self.lines, *self.short):
            self._plot.removeItem(item)
        long = [(mark, colour) for mark, colour in marks if mark.kind != "checkpoint"]
        self.lines = [self._line(number, mark, view, colour) for number, (mark, colour) in enumerate(long)]
        short: dict[str, list[float]] = {}
        for mark, colour in marks:
            if mark.kind == "checkpoint":
                short.setdefault(colour, []).append(view.shown(mark.places[view.axis]))
        self.short = [pg.VTickGroup(places, SHORT, pg.mkPen(colour, width=2)) for colour, places in short.items()]
        for item in (*self.lines, *self.short):
            self._plot.addItem(item, ignoreBounds=True)

    def _line(self, number: int, mark: Mark, view: View, colour: str) -> pg.InfiniteLine:
        words = mark.text.replace("{", "{{").replace("}", "}}")  # pyqtgraph formats a label with the line's place
        about = {"position": ROWS[number % len(ROWS)], "anchors": SIDES, **self._words}
        line = pg.InfiniteLine(
            pos=view.shown(mark.places[view.axis]),
            angle=90,
            pen=pg.mkPen(colour, width=1, style=STYLES[mark.kind][1]),
            label=words if self._labelled else None,
            labelOpts=about,
        )
        if self._labelled:
            line.label.setFont(number_font(POINTS))
        return line
