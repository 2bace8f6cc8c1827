"""A curve's means over a width of its x axis: smoothing that means the same however many samples there are."""

from __future__ import annotations

import numpy as np

from app.plots.curve import Curve


class Smoothed:
    """Keeps a second curve beside a growing one: at each sample, the mean of those within `width` before it.

    Example: samples 1, 3 and 8 at 0, 10 and 20 env steps, smoothed over 10 env steps, are 1, 2 and 5.5.

    Attributes:
        curve: the means; brought up to date by `follow`.
    """

    def __init__(self, source: Curve, axis: str, width: float) -> None:
        self.curve = Curve(source.axes)
        self._source, self._axis, self._width = source, axis, width
        self._cuts = source.cuts

    def follow(self) -> Curve:
        """Add the means of what the source has gained, at the cost of that and one width; return the means."""
        if self._cuts != self._source.cuts:
            self._cuts, self.curve = self._source.cuts, Curve(self._source.axes)
        done, x = len(self.curve), self._source.x(self._axis)
        if done < len(x):
            reach = int(np.searchsorted(x, x[done] - self._width))
            sums = np.concatenate(([0.0], np.cumsum(self._source.y[reach:])))
            starts = np.searchsorted(x, x[done:] - self._width) - reach
            ends = np.arange(done - reach + 1, len(sums))
            self.curve.extend(self._source.places[done:], (sums[ends] - sums[starts]) / (ends - starts))
        return self.curve
