"""The studio, and somebody who looks over its shoulder: `python -m tests.tour.observed_studio SOCKET [FILE]`.

It is `python -m app FILE`, which `rlflow open FILE` starts. Asked on a local socket, it also tells what is on its
screen in the words that assistive technology is told (Qt's accessible tree), and which nodes the canvas paints, which
are no widgets. It touches nothing: pointer and keys are those of the X server.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from app.__main__ import main
from app.canvas.node_item import NodeItem
from app.qt import application


class Observer:
    """Answers each line on a socket with what is on the screen; a line that is not empty names a file for a picture."""

    def __init__(self, name: str) -> None:
        QAccessible.setActive(True)  # as it is for assistive technology; without, lists are told as they were
        self._server = QLocalServer()
        self._server.newConnection.connect(self._accept)
        if not self._server.listen(name):
            raise SystemExit(self._server.errorString())

    def _accept(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._answer(socket))

    def _answer(self, socket: QLocalSocket) -> None:
        while socket.canReadLine():
            picture = bytes(socket.readLine().data()).decode().strip()
            if picture:
                QGuiApplication.primaryScreen().grabWindow(0).save(picture)
            socket.write(json.dumps(list(things())).encode() + b"\n")


def things() -> Iterator[dict[str, Any]]:
    """All that is shown, in the order of the accessible tree."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            yield from below(QAccessible.queryAccessibleInterface(window))
            yield from painted(window)


def below(interface: QAccessibleInterface | None) -> Iterator[dict[str, Any]]:
    if interface is None or not interface.isValid() or interface.state().invisible:
        return
    name, text = (interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value))
    state = interface.state()
    yield told(interface.role().name, name, text, interface.rect(), not state.disabled, bool(state.focused))
    for number in range(interface.childCount()):
        yield from below(interface.child(number))


def painted(window: QWidget) -> Iterator[dict[str, Any]]:
    for view in filter(QWidget.isVisible, window.findChildren(QGraphicsView)):  # the gallery paints in hidden ones
        for item in view.scene().items():
            if isinstance(item, NodeItem):
                place = view.mapFromScene(item.scene_body()).boundingRect()
                yield told("Node", item.id, "", place.translated(view.viewport().mapToGlobal(QPoint())))


def told(
    role: str, name: str, text: str, place: QRect, enabled: bool = True, focused: bool = False
) -> dict[str, Any]:
    corners = place.getRect()
    return {"role": role, "name": name, "text": text, "enabled": enabled, "focused": focused, "place": corners}


if __name__ == "__main__":
    application(sys.argv[:1]).setCursorFlashTime(0)  # so that a picture is still
    observer = Observer(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
