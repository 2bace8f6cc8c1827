"""Cuts a stream of bytes, which arrives in arbitrary pieces, into whole lines of bounded length."""

from __future__ import annotations

from collections.abc import Iterator


class LineSplitter:
    r"""Keeps the unfinished end of the last piece until the rest of its line comes.

    A line longer than `longest` bytes is dropped as it arrives, so that a runaway child costs no memory; `dropped`
    counts those.

    Example: feeding `b"ab"`, then `b"c\nd"` gives `b"abc"` and keeps `b"d"`.
    """

    def __init__(self, longest: int) -> None:
        self.dropped = 0
        self._longest = longest
        self._tail = b""
        self._dropping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next piece; give the lines that it completes, without their line ends."""
        *lines, tail = data.split(b"\n")
        for line in lines:
            whole, dropping = self._tail + line, self._dropping
            self._tail, self._dropping = b"", False
            if not dropping and len(whole) <= self._longest:
                yield whole
            elif not dropping:
                self.dropped += 1
        self._keep(tail)

    def _keep(self, tail: bytes) -> None:
        if self._dropping:
            return
        self._tail += tail
        if len(self._tail) > self._longest:
            self._tail, self._dropping = b"", True
            self.dropped += 1
