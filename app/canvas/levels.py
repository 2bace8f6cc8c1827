"""Which level of a document the canvas shows, the way there, and how one looked at each level that one has left."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from app.canvas.breadcrumbs import Breadcrumbs
from app.canvas.camera import Camera
from app.groups import TOP, Groups
from engine.document import Document


class Levels:
    """The open level.

    Attributes:
        level: the group that is open, or `TOP`.
        groups: the groups of the document that is shown.
        shown_as: node -> the thing that stands for it on the level; None for one that is outside.
    """

    def __init__(self, camera: Camera, crumbs: Breadcrumbs) -> None:
        self._camera = camera
        self._crumbs = crumbs
        self._views: dict[str, tuple[QTransform, QPointF]] = {}
        self.level = TOP
        self.groups = Groups(Document().layout)
        self.shown_as: Mapping[str, str | None] = {}

    def follow(self, document: Document) -> None:
        """Stay on the level if the document has it; else go up to the nearest that it has."""
        former = self.groups.path(self.level)
        self.groups = Groups(document.layout)
        self._stand_on(next((level for level in reversed(former) if level in self.groups.by_id), TOP))
        self.shown_as = {node.id: self.groups.shown_as(node.id, self.level) for node in document.nodes}

    def go(self, level: str) -> None:
        """Stand on another level of the same document; `look` follows once it is drawn."""
        self._views[self.level] = self._camera.transform(), self._camera.middle()
        self._stand_on(level)

    def look(self) -> bool:
        """Look at the level as when one left it; return False if one was never there."""
        view = self._views.get(self.level)
        if view:
            self._camera.setTransform(view[0])
            self._camera.centerOn(view[1])
        return view is not None

    def forget(self) -> None:
        """Forget how one looked at levels, and stand on the top one: another document comes."""
        self._views.clear()
        self._stand_on(TOP)

    def _stand_on(self, level: str) -> None:
        self.level = level
        self._crumbs.show_path([(group, self.groups.title(group)) for group in self.groups.path(level)])
