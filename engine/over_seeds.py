"""What runs of one graph with several seeds have in common: the middle of their returns, and how sure it is.

One seed says little about an algorithm. Told are the median or the interquartile mean (IQM: the mean of the middle
half), which one lucky or broken run does not move, and a bootstrap interval around it: the runs are drawn anew, with
replacement, a thousand times, and the interval holds the middles of 95 % of the draws (Agarwal et al., NeurIPS 2021,
arXiv 2108.13264). SciPy computes both. With three runs the interval spans about all of them; ten say more.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Middle = Literal["median", "iqm"]

MIDDLES: Final[Mapping[Middle, str]] = MappingProxyType({"median": "Median", "iqm": "IQM"})
SURE: Final = 0.95
DRAWS: Final = 1_000
PLACES: Final = 200  # of a band over a curve: more than people see


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Band:
    """The middle of several curves with its interval, at n places.

    Attributes:
        x: (n,) the places, ascending.
        middle, low, high: (n,) the middle there, and the ends of its interval.
        runs: of how many curves.
    """

    x: Numbers
    middle: Numbers
    low: Numbers
    high: Numbers
    runs: int


def interval(values: Sequence[float] | Numbers, middle: Middle) -> tuple[Numbers, Numbers, Numbers]:
    """Return the middle of values (runs,) or (runs, n), and the low and high end of its interval, each () or (n,).

    A single run is its own middle and interval, which says that nothing is known of the others.

    Example: the IQM of 1, 2, 3, 4 and 100 is 3, the mean of 2, 3 and 4; its interval reaches from 1.67 to about 68.
    """
    from scipy.stats import bootstrap

    table = np.asarray(values, dtype=np.float64)
    statistic = _statistic(middle)
    centre = np.asarray(statistic(table, axis=0))
    if len(table) < 2:
        return centre, centre, centre
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where all runs agree, SciPy warns that the interval is a point, which it is
        found = bootstrap(
            (table,), statistic, axis=0, vectorized=True, method="percentile", confidence_level=SURE,
            n_resamples=DRAWS, rng=np.random.default_rng(0),
        ).confidence_interval  # fmt: skip
    return centre, np.asarray(found.low), np.asarray(found.high)


def band(curves: Sequence[tuple[Numbers, Numbers]], middle: Middle, places: int = PLACES) -> Band:
    """Return the middle of curves (x (m,), y (m,)) over the part of x that all of them cover.

    Between samples a curve is taken to keep its last value. Without a part in common the band is empty.

    Example: `([0, 10], [1, 3])` and `([0, 10], [3, 5])` have the median 2 at first and 4 at the end.
    """
    kept = [(x, y) for x, y in curves if len(x)]
    first = max((float(x[0]) for x, _ in kept), default=0.0)
    last = min((float(x[-1]) for x, _ in kept), default=-1.0)
    if last < first:
        nothing = np.empty(0)
        return Band(nothing, nothing, nothing, nothing, len(kept))
    x = np.linspace(first, last, places)
    table = np.stack([y[np.searchsorted(at, x, side="right") - 1] for at, y in kept])
    return Band(x, *interval(table, middle), len(kept))


def _statistic(middle: Middle) -> Callable[..., Any]:
    if middle == "median":
        return np.median
    from scipy.stats import trim_mean

    return partial(trim_mean, proportiontocut=0.25)
