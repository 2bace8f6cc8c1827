"""The breakpoints of the open graph, kept for each graph file in the user's own state and never in the file.

Where somebody stops to look is a matter of that person and that day: a graph that is handed on must not stop in
somebody else's run. A graph without a file keeps its breakpoints until it is closed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError
from PySide6.QtCore import QObject, Signal

from engine.atomic import write_atomically
from engine.inspecting import Breakpoint

NAME: Final = "breakpoints.json"
MOST: Final = 4 * 1024 * 1024  # bytes of the file that are read

_Kept = dict[str, tuple[Breakpoint, ...]]
_KEPT: Final[TypeAdapter[_Kept]] = TypeAdapter(_Kept)


class Breakpoints(QObject):
    """The breakpoints of one graph, in the order in which they were set.

    Signals:
        changed(): they are others now.
        failed(str): they could not be kept; a sentence.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = folder / NAME
        self._graph: Path | None = None
        self._all: tuple[Breakpoint, ...] = ()

    @property
    def all(self) -> tuple[Breakpoint, ...]:
        """The breakpoints of the open graph."""
        return self._all

    def open(self, graph: Path | None) -> None:
        """Take those of another graph; one that has no file yet has none."""
        self._graph = graph
        self._set(self._read().get(str(graph), ()) if graph else ())

    def save_as(self, graph: Path) -> None:
        """Keep them for the file that the open graph has from now on."""
        self._graph = graph
        self._keep()

    def put(self, breakpoint_: Breakpoint) -> None:
        """Add a breakpoint; one of the same wire and condition is replaced."""
        others = (old for old in self._all if _place(old) != _place(breakpoint_))
        self._change((*others, breakpoint_))

    def remove(self, breakpoint_: Breakpoint) -> None:
        """Take a breakpoint away."""
        self._change(old for old in self._all if _place(old) != _place(breakpoint_))

    def enable(self, breakpoint_: Breakpoint, enabled: bool) -> None:
        """Let a breakpoint hold items, or not."""
        changed = breakpoint_.model_copy(update={"enabled": enabled})
        self._change(changed if _place(old) == _place(breakpoint_) else old for old in self._all)

    def _change(self, breakpoints: Iterable[Breakpoint]) -> None:
        self._set(tuple(breakpoints))
        self._keep()

    def _set(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        if breakpoints != self._all:
            self._all = breakpoints
            self.changed.emit()

    def _keep(self) -> None:
        if self._graph is None:
            return
        kept = {**self._read(), str(self._graph): self._all}
        data = {graph: [one.model_dump() for one in some] for graph, some in sorted(kept.items()) if some}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, json.dumps(data, indent=2, ensure_ascii=False).encode())
        except OSError as error:
            self.failed.emit(f"The breakpoints could not be kept: {error.strerror or error}")

    def _read(self) -> _Kept:
        """Return what is kept; a file that is damaged counts as empty, as there is nothing in it but habits."""
        try:
            with open(self._file, "rb") as stream:
                return _KEPT.validate_json(stream.read(MOST))
        except (OSError, ValidationError):
            return {}


def _place(breakpoint_: Breakpoint) -> tuple[str, str]:
    return breakpoint_.wire, breakpoint_.condition
