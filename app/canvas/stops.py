"""Where items of the run are held: shown on the wires, and shown again on wires that were drawn anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.canvas.picture import Wire
from app.canvas.viewer import Viewer
from app.canvas.wire_item import WireItem


@dataclass(frozen=True, slots=True)
class Stop:
    """What is shown of one wire.

    Attributes:
        enabled: of its breakpoints, whether one is on; None if it has none.
        held: whether an item is held there now.
        tip: what the mark says when it is pointed at.
    """

    enabled: bool | None = None
    held: bool = False
    tip: str = ""


class Stops:
    """The stops of the graph that is shown."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._stops: Mapping[Wire, Stop] = {}

    def show(self, stops: Mapping[Wire, Stop]) -> None:
        """Show these and no others."""
        former, self._stops = self._stops, dict(stops)
        if former or stops:
            self._draw()

    def show_again(self) -> None:
        """Show them on the wires that are drawn now."""
        if self._stops:
            self._draw()

    def _draw(self) -> None:
        for item in self._viewer.scene().items():
            if type(item) is WireItem:
                stop = self._stops.get(item.wire, Stop())
                item.show_stop(stop.enabled, stop.held, stop.tip)
