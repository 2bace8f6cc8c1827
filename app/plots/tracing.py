"""Which traces show runs in a chart: of each run its line over its samples, or of several their middle and its band.

Colours belong to runs, in the order in which they are shown; where a middle is shown, the runs of one graph have the
colour of the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from PySide6.QtCore import QObject

from app.plots.curve import Curve
from app.plots.middles import Middles
from app.plots.run_curves import RunCurves
from app.plots.smoothed import Smoothed
from app.plots.trace import Trace
from app.plots.view import View
from engine.over_seeds import MIDDLES

MOST_SAMPLED: Final = 6  # runs whose samples stand behind their lines; those of more would hide each other
RETURNS: Final = ""  # stands for the return where a metric's name could stand


class Tracing:
    """Makes the traces of `runs` in a `view`; what smoothing and middles have cost is kept for the next time.

    Attributes:
        runs: what to show; may grow.
        view: how.
        middles: works out the bands; its `ready` says that there are newer traces.
    """

    def __init__(self, colour: Callable[[int], str], parent: QObject) -> None:
        self.runs: Sequence[RunCurves] = ()
        self.view = View()
        self.middles = Middles(parent)
        self._colour = colour
        self._smoothed: dict[tuple[Curve, str, float], Smoothed] = {}

    @property
    def groups(self) -> list[tuple[int, list[RunCurves]]]:
        """The runs of one graph together, each group with the number of its first run."""
        found: dict[str, tuple[int, list[RunCurves]]] = {}
        for number, run in enumerate(self.runs):
            found.setdefault(run.recipe, (number, []))[1].append(run)
        return list(found.values())

    def follow(self, names: Sequence[str]) -> None:
        """Take up what the runs have gained, for their returns and these metrics."""
        looks = (self.view.axis, self.view.smooth)
        curves = {curve for run in self.runs for curve in (run.returns, run.lengths, *run.metrics.values())}
        self._smoothed = {key: old for key, old in self._smoothed.items() if key[0] in curves and key[1:] == looks}
        if self.view.middle:
            places = [(f"{number} {name}", group, name) for number, group in self.groups for name in (RETURNS, *names)]
            found = {key: [curve for _, curve in self._lines(group, name)] for key, group, name in places}
            self.middles.want({key: (self.view.middle, self.view.axis, lines) for key, lines in found.items() if lines})

    def of(self, name: str) -> list[Trace]:
        """Return the traces of a metric, or of the return if the name is `RETURNS`."""
        if self.view.middle:
            return [trace for number, group in self.groups for trace in self._of_group(number, group, name)]
        lines = [Trace(line, self._colour(number), "line") for number, line in self._lines(self.runs, name)]
        return [*self._behind(name), *lines]

    def words(self) -> str:
        """Return what the lines of returns are."""
        if self.view.middle:
            return f"{MIDDLES[self.view.middle]} of seeds, 95 %"
        line = "mean" if self.view.smooth else "mean of 100"
        return f"each · {line}" if len(self.runs) <= MOST_SAMPLED else line

    def _behind(self, name: str) -> Iterator[Trace]:
        """Give what stands behind the lines: episodes, or a metric as it was reported where its line is smooth."""
        for number, run in enumerate(self.runs if len(self.runs) <= MOST_SAMPLED else ()):
            if name == RETURNS:
                yield Trace(run.returns, self._colour(number), "samples")
            elif self.view.smooth and (curve := run.curve(name)) is not None:
                yield Trace(curve, self._colour(number), "raw")

    def _of_group(self, number: int, group: Sequence[RunCurves], name: str) -> Iterator[Trace]:
        colour = self._colour(number)
        yield from (Trace(line, colour, "raw") for _, line in self._lines(group, name))
        middle, band = self.middles.bands.get(f"{number} {name}", (None, None))
        if middle is not None and middle.axes == (self.view.axis,):  # else it is about to be worked out anew
            yield Trace(middle, colour, "band", band)

    def _lines(self, runs: Sequence[RunCurves], name: str) -> Iterator[tuple[int, Curve]]:
        """Give the number and the line of each run that has one: smoothed, or the mean of 100 episodes."""
        for number, run in enumerate(runs):
            source = run.returns if name == RETURNS else run.curve(name)
            if source is not None and self.view.smooth:
                key = (source, self.view.axis, self.view.smooth)
                yield number, self._smoothed.setdefault(key, Smoothed(*key)).follow()
            elif source is not None:
                yield number, run.means if name == RETURNS else source
