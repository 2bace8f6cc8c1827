"""Image frames kept once, however many observations show them.

A stack of four frames shares three with the stack one step later, and `next_obs` is the `obs` of a later row: stored
as they come, rows of 84x84x4 take 56 KB each, where one new frame of 7 KB tells the same. Which frames are the same is
found by looking at them (a fingerprint first, then every pixel), so it does not matter how an environment stacks, pads
after a reset or how many steps lie between `obs` and `next_obs`; what is read is what was written, bit by bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
COLOURS: Final = 4  # at most so many numbers in a last axis are a pixel's, not a row of pixels
ENTRY: Final = 140  # bytes that Python takes to find a frame by its fingerprint


def frame_shape(row: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[int, ...] | None:
    """Return the shape of the frames in an observation of this shape, or None if it is no image.

    Example: (4, 84, 84) bytes hold frames of (84, 84), and (210, 160, 3) bytes are one frame.
    """
    if dtype != np.uint8 or len(row) < 2:
        return None
    return row[-3:] if row[-1] <= COLOURS else row[-2:]


class Frames:
    """A pool of `capacity` frames with a count of who shows each; a frame that nobody shows makes place for another.

    Attributes:
        pixels: (capacity, *frame) uint8.
    """

    def __init__(self, capacity: int, shape: tuple[int, ...], make_room: Callable[[], None]) -> None:
        """`make_room` is called when the pool is full, to release some frames; it raises if there are none."""
        self.pixels = np.empty((capacity, *shape), np.uint8)
        self.shown = np.zeros(capacity, np.int32)
        self.prints = np.zeros(capacity, np.uint64)
        self.places: dict[int, int] = {}  # fingerprint -> where
        self.free = list(range(capacity - 1, -1, -1))
        self.make_room = make_room
        size = math.prod(shape)
        self.padding = -size % 8
        words = (size + self.padding) // 8
        self.factors = np.random.default_rng(0).integers(1, 2**63, words, np.uint64) * np.uint64(2) + np.uint64(1)

    @property
    def nbytes(self) -> int:
        """How many bytes the pool takes when it is full."""
        return self.pixels.nbytes + self.shown.nbytes + self.prints.nbytes + ENTRY * len(self.shown)

    def put(self, frames: Array) -> NDArray[np.int32]:
        """Return where these frames (M, *frame) are kept, (M,); each counts as shown once more."""
        flat = np.ascontiguousarray(frames).reshape(len(frames), -1)
        prints = self._fingerprints(flat)
        known = [self._keep(int(each), flat[index]) for index, each in enumerate(prints.tolist())]
        places = np.array(known, np.int32)
        pixels = self.pixels.reshape(len(self.pixels), -1)
        for index in np.flatnonzero((pixels[places] != flat).any(axis=1)).tolist():  # alike in fingerprint only
            self.shown[places[index]] -= 1
            places[index] = self._new(flat[index])
        return places

    def _keep(self, fingerprint: int, frame: Array) -> int:
        place = self.places.get(fingerprint)
        if place is None:
            place = self._new(frame)
            self.places[fingerprint] = place
            self.prints[place] = fingerprint
        else:
            self.shown[place] += 1
        return place

    def _new(self, frame: Array) -> int:
        if not self.free:
            self.make_room()
        place = self.free.pop()
        self.pixels[place] = frame.reshape(self.pixels.shape[1:])
        self.shown[place] = 1
        return place

    def release(self, places: NDArray[np.int32]) -> None:
        """Count the frames in these places, of any shape, as shown once less for each time they come."""
        flat = places.ravel()
        np.subtract.at(self.shown, flat, 1)
        for place in np.unique(flat[self.shown[flat] == 0]).tolist():
            fingerprint = int(self.prints[place])
            if self.places.get(fingerprint) == place:
                del self.places[fingerprint]
            self.free.append(place)

    def _fingerprints(self, flat: Array) -> NDArray[np.uint64]:
        if self.padding:
            flat = np.pad(flat, ((0, 0), (0, self.padding)))
        fingerprints: NDArray[np.uint64] = flat.view(np.uint64) @ self.factors
        return fingerprints


class FrameColumn:
    """A column of images: for each row, where its frames are. Reads and writes like an array of whole rows."""

    def __init__(self, capacity: int, row: tuple[int, ...], frames: Frames) -> None:
        self.frames = frames
        self.row, self.dtype = row, frames.pixels.dtype
        self.shape = frames.pixels.shape[1:]
        self.places = np.zeros((capacity, *row[: len(row) - len(self.shape)]), np.int32)

    @property
    def nbytes(self) -> int:
        """How many bytes the places take; the frames are the pool's."""
        return self.places.nbytes

    def __setitem__(self, rows: slice, values: Array) -> None:
        """Keep the images (K, *row) in these rows, which must be free: see `release`."""
        places = self.frames.put(values.reshape(-1, *self.shape))
        self.places[rows] = places.reshape(-1, *self.places.shape[1:])

    def take(self, rows: NDArray[np.int64], axis: int = 0) -> Array:
        """Return a copy of the images in these rows (K,): (K, *row)."""
        return self.frames.pixels.take(self.places.take(rows, axis), axis)

    def release(self, rows: NDArray[np.int64]) -> None:
        """Forget the images in these rows."""
        self.frames.release(self.places.take(rows, 0))
