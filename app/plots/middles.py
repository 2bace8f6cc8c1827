"""The middle of several runs' curves and its interval, worked out beside the window's thread, once a second at most."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from app.plots.curve import Curve, Numbers
from engine.over_seeds import Band, Middle, band

EVERY: Final = 1.0  # seconds

Wanted = Mapping[str, tuple[Middle, str, Sequence[Curve]]]  # name -> middle, axis, curves
Copied = dict[str, tuple[Middle, list[tuple[Numbers, Numbers]]]]


class Middles(QObject):
    """Keeps the bands that were wanted last, a second behind the curves at most.

    Attributes:
        bands: by name, each with its middle as a curve.

    Signals:
        ready(): there are newer bands.
    """

    ready = Signal()
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bands: Mapping[str, tuple[Curve, Band]] = {}
        self._wanted: Wanted = {}
        self._known: object = None
        self._busy = False
        self._last = 0.0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._start)
        self._done.connect(self._take)

    @property
    def up_to_date(self) -> bool:
        """Whether the bands are those of the curves as they were when last wanted."""
        return not (self._busy or self._later.isActive())

    def want(self, wanted: Wanted) -> None:
        """See to it that these bands follow, if others are here or the curves have changed."""
        self._wanted = wanted
        if _state(wanted) != self._known and self.up_to_date:
            self._later.start(max(0, round(1000 * (self._last + EVERY - time.monotonic()))))

    def _start(self) -> None:
        state = _state(self._wanted)
        copied = {
            name: (middle, [(curve.x(axis).copy(), curve.y.copy()) for curve in curves])
            for name, (middle, axis, curves) in self._wanted.items()
        }
        self._busy = True
        QThreadPool.globalInstance().start(lambda: self._work_out(state, copied))

    def _work_out(self, state: object, copied: Copied) -> None:
        bands = _bands(copied)
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._done.emit(state, bands)

    def _take(self, state: object, bands: Mapping[str, Band]) -> None:
        self._busy, self._last = False, time.monotonic()
        self._known = state
        axes = {name: axis for name, (_, axis, _) in self._wanted.items()}
        self.bands = {name: (_curve(found, axes[name]), found) for name, found in bands.items() if name in axes}
        self.ready.emit()


def _state(wanted: Wanted) -> object:
    """Return a value that is another one as soon as other bands would come out."""
    return tuple(
        (name, middle, axis, tuple((id(curve), len(curve), curve.cuts) for curve in curves))
        for name, (middle, axis, curves) in sorted(wanted.items())
    )


def _curve(found: Band, axis: str) -> Curve:
    curve = Curve((axis,))
    curve.extend(found.x, found.middle)
    return curve


def _bands(copied: Copied) -> dict[str, Band]:
    return {name: band(curves, middle) for name, (middle, curves) in copied.items()}
