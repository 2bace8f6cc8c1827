"""A film being made of pictures that come one by one, written by a thread of its own so that play goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from engine import videos


class Film:
    """Pictures on their way into a file, which appears whole when the film is finished."""

    def __init__(self, path: Path, rate: float) -> None:
        """Begin a film of `rate` pictures a second; its format is that of the path's name."""
        self.path, self.rate = path, rate
        self._pictures: queue.Queue[NDArray[Any] | None] = queue.Queue(maxsize=64)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._write, name="film", daemon=True)
        self._thread.start()

    def add(self, picture: NDArray[Any]) -> None:
        """Add a picture (H, W, 3), RGB, uint8."""
        if self._error is None:
            self._pictures.put(picture)

    def finish(self) -> Path:
        """Write the end and return the path.

        Raises:
            OSError, ImportError: as `videos.write`.
        """
        if self._error is None:
            self._pictures.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self.path

    def _write(self) -> None:
        try:
            write = videos.write_gif if self.path.suffix == ".gif" else videos.write
            write(self.path, self._taken(), self.rate)
        except Exception as error:  # `finish` raises it
            self._error = error
            while not self._pictures.empty():
                self._pictures.get()  # nobody who adds shall wait for room

    def _taken(self) -> Iterator[NDArray[Any]]:
        while (picture := self._pictures.get()) is not None:
            yield picture
