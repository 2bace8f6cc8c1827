"""One line on what limits the run, with its numbers over the last half minute."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.bottleneck import Lately
from engine.bypassing import as_run
from engine.catalogue import Catalogue
from engine.document import Document
from engine.events import Event, RunEnded, RunStarted, Telemetry

EVERY: Final = 1.0  # seconds of the run between two sentences: faster nobody reads


class LimitLine(QLabel):
    """Takes no room until there is something to say. The last sentence stays at the end, unless the run failed.

    Attributes:
        node: at which the run is limited; empty while nothing is said.
    """

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._lately = Lately(Document(), catalogue)
        self._said_at = 0.0
        self.node = ""
        self.setAccessibleName("What limits the run")
        self.setToolTip("Means over the last 30 seconds; sampling, learning and their queue are looked at")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setProperty("role", "muted")
        self.setContentsMargins(14, 6, 14, 6)
        self.hide()

    def take(self, event: Event, document: Document | None) -> None:
        """Follow a run of this graph; of one that is not known here nothing is said."""
        match event:
            case RunStarted():
                self.clear()
                self._lately = Lately(as_run(document or Document(), self._catalogue), self._catalogue)
            case RunEnded(status="failed"):
                self.clear()
            case Telemetry():
                limit = self._lately.take(event)
                if limit.sentence and (not self.text() or event.seconds - self._said_at >= EVERY):
                    self._said_at = event.seconds
                    self.setText(limit.sentence)
                    self.node = limit.node
                    self.show()

    def clear(self) -> None:
        """Say nothing."""
        super().clear()
        self.node = ""
        self.hide()
