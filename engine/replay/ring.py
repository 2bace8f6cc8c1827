"""Rows of columns in a circle: the newest of them, each known by its serial number.

A row's serial number counts every row that ever came, so that it names the same row for ever: one that has been
overwritten meanwhile is seen to be gone, and nothing meant for it can reach the row that lies in its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.replay.frames import FrameColumn, Frames, frame_shape

Array = NDArray[Any]
SPARE: Final = 16  # one frame more for each so many rows: an episode's last observation begins no row
CHUNK: Final = 1024  # rows put back at a time: images are whole while they are


class Unkept(ValueError):
    """Rows that cannot be kept: no mistake in a program, but of the graph or of what came; the text is a sentence."""


class Ring:
    """The newest `capacity` rows; the arrays are made when the first rows come and show what there is to keep.

    Images share their frames. Where episodes are so short that the frames do not suffice, a few of the oldest rows go
    before their time.

    Example: of rows 0 to 6 in a ring of 4, rows 3, 4, 5 and 6 are there: `oldest` is 3, `end` is 7.

    Attributes:
        oldest: serial number of the oldest row that is there.
        end: serial number of the row that will come next.
    """

    def __init__(self, capacity: int, first: int = 0, axes: int = 0) -> None:
        """Start empty; the first row will have the serial number `first`.

        `axes` says how many axes of a row stand before those of an observation: 1 where a row is a sequence of steps.
        """
        self.capacity = capacity
        self.first = self.oldest = self.end = first
        self.axes = axes
        self.columns: dict[str, Array | FrameColumn] = {}
        self.frames: dict[tuple[int, ...], Frames] = {}  # by the shape of a frame

    def __len__(self) -> int:
        """Return how many rows are there."""
        return self.end - self.oldest

    def add(self, columns: Mapping[str, Array]) -> NDArray[np.int64]:
        """Add rows, over the oldest where there is no more room; return the serial numbers of those that stay.

        Raises:
            Unkept: these columns are not those of the first rows, or show more frames than there is room for.
        """
        if not self.columns:
            self.columns = {name: self._column(values) for name, values in columns.items()}
        if columns.keys() != self.columns.keys():
            came, wanted = (", ".join(sorted(names)) for names in (columns, self.columns))
            raise Unkept(f"the buffer keeps the columns {wanted}; a batch came with {came}")
        for name, column in self.columns.items():
            _refuse_unlike(name, column, columns[name])
        count = len(next(iter(columns.values())))
        kept = min(count, self.capacity)
        self.drop(min(self.end, self.end + count - self.capacity))
        self.end += count - kept
        self.oldest = max(self.oldest, self.end + kept - self.capacity)
        place = self.end % self.capacity
        before = min(kept, self.capacity - place)  # rows up to the end of the circle
        for name, column in self.columns.items():
            values = columns[name][count - kept :]
            column[place : place + before] = values[:before]
            if before < kept:
                column[: kept - before] = values[before:]
        self.end += kept
        return np.arange(self.end - kept, self.end)

    @property
    def went_round(self) -> bool:
        """Whether rows have gone to make room for others: as many are there as it holds."""
        return self.oldest > self.first

    def rows(self, serials: NDArray[np.int64]) -> dict[str, Array]:
        """Return a copy of the rows of these serial numbers (K,), which must be there: each column (K, ...)."""
        places = serials % self.capacity
        return {name: column.take(places, axis=0) for name, column in self.columns.items()}

    def has(self, serials: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say for each serial number whether its row is still there."""
        there: NDArray[np.bool_] = (serials >= self.oldest) & (serials < self.end)
        return there

    def drop(self, oldest: int) -> None:
        """Forget all rows before serial number `oldest`, which is at most `end`."""
        if self.frames and oldest > self.oldest:
            gone = np.arange(self.oldest, oldest) % self.capacity
            for column in self.columns.values():
                if isinstance(column, FrameColumn):
                    column.release(gone)
        self.oldest = max(self.oldest, oldest)

    @property
    def nbytes(self) -> int:
        """How many bytes the rows take when the ring is full; 0 before the first have come."""
        return sum(column.nbytes for column in self.columns.values()) + sum(f.nbytes for f in self.frames.values())

    def state(self) -> dict[str, Any]:
        """Return the rows that are there, oldest first, as arrays; each frame once."""
        rows = np.arange(self.oldest, self.end) % self.capacity
        plain = {name: column[rows] for name, column in self.columns.items() if not isinstance(column, FrameColumn)}
        images = {str(number): self._images(frames, rows) for number, frames in enumerate(self.frames.values())}
        return {"oldest": self.oldest, "end": self.end, "columns": plain, "images": images}

    def _images(self, frames: Frames, rows: NDArray[np.int64]) -> dict[str, Any]:
        """Return the frames that the columns of one pool show in these rows, and which of them each row shows."""
        framed = {name: column for name, column in self.columns.items() if isinstance(column, FrameColumn)}
        shown = {name: column.places[rows] for name, column in framed.items() if column.frames is frames}
        used = np.unique(np.concatenate([places.ravel() for places in shown.values()]))
        columns = {name: np.searchsorted(used, places) for name, places in shown.items()}
        return {"frames": frames.pixels[used], "columns": columns}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave, into a ring that is empty."""
        self.oldest = self.end = state["oldest"]
        columns = {name: (rows, None) for name, rows in state["columns"].items()}
        for images in state["images"].values():
            columns |= {name: (rows, images["frames"]) for name, rows in images["columns"].items()}
        for start in range(0, state["end"] - state["oldest"], CHUNK):
            part = {name: (rows[start : start + CHUNK], frames) for name, (rows, frames) in columns.items()}
            self.add({name: rows if frames is None else frames[rows] for name, (rows, frames) in part.items()})

    def _column(self, values: Array) -> Array | FrameColumn:
        row = values.shape[1:]
        shape = frame_shape(row[self.axes :], values.dtype)
        if shape is None:
            return np.empty((self.capacity, *row), values.dtype)
        if shape not in self.frames:
            room = self.capacity * math.prod(row[: self.axes])
            self.frames[shape] = Frames(room + room // SPARE + SPARE, shape, self._make_room)
        return FrameColumn(self.capacity, row, self.frames[shape])

    def _make_room(self) -> None:
        """Let some of the oldest rows go, so that their frames can be used."""
        if not len(self):
            raise Unkept("one batch shows more different frames than the buffer can keep; raise its capacity")
        self.drop(self.oldest + max(1, len(self) // SPARE))


def _refuse_unlike(name: str, column: Array | FrameColumn, values: Array) -> None:
    """Refuse values that are no rows of a column.

    Raises:
        Unkept: they have another shape, or are of a kind of number that the column cannot hold.
    """
    row = column.row if isinstance(column, FrameColumn) else column.shape[1:]
    if values.shape[1:] != row:
        wanted, came = (" x ".join(map(str, shape)) or "one number" for shape in (row, values.shape[1:]))
        raise Unkept(f"the buffer keeps {name} of {wanted}; a batch came with {name} of {came}")
    if not np.can_cast(values.dtype, column.dtype, "same_kind"):
        raise Unkept(f"the buffer keeps {name} as {column.dtype}; a batch came with {name} as {values.dtype}")
