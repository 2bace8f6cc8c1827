"""A stream of a terminal, pipe or file that falls silent once it cannot be written to: who writes to it goes on."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Final, TextIO

STDERR: Final = 2
SILENT: Final = "Nothing more is shown ({}). The run goes on; Ctrl-C stops it.\n"


class Outlet:
    """Stands before a stream, and takes no notice of its end.

    Example: of `rlflow run my.json | head -3` three lines are shown, and the run goes on.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text, if that is still possible; return its length either way."""
        try:
            self.stream.write(text)
        except OSError as error:
            self._fall_silent(error)
        return len(text)

    def flush(self) -> None:
        """Hand over what was written, if that is still possible."""
        try:
            self.stream.flush()
        except OSError as error:
            self._fall_silent(error)

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the stream has."""
        return getattr(self.stream, name)

    def _fall_silent(self, error: OSError) -> None:
        point_nowhere(self.stream)
        with contextlib.suppress(OSError):
            os.write(STDERR, SILENT.format(error.strerror).encode())


def point_nowhere(stream: TextIO) -> None:
    """Let what is written to the stream be lost, else Python complains of it once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
