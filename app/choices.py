"""Everything that the command palette offers: what the menus hold, the panels, the nodes and the saved graphs.

The menus are walked, so that a command that is added to one is in the palette, with its keys, without another word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu

from app import panes
from app.icons import icon, section_icon
from engine import gallery
from engine.document import Node
from engine.problems import GraphFileError

if TYPE_CHECKING:
    from app.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to do: what it is called, where it belongs, its keys, a sentence about it, and the deed.

    Example: `Choice("Undo", "Edit", undo, keys="Ctrl+Z")` is shown as "Undo", with "Edit" and "Ctrl+Z" behind it.
    """

    title: str
    kind: str
    do: Callable[[], object]
    about: str = ""
    keys: str = ""
    icon: QIcon | None = None

    @property
    def name(self) -> str:
        """By which the choice is remembered as used."""
        return f"{self.kind}: {self.title}"


def choices(window: MainWindow) -> Iterator[Choice]:
    """Return all that can be done at this moment: commands, panels, nodes, then graphs to open a copy of."""
    left_out = {dock.toggleViewAction() for dock in window.docks.values()}  # to go to a panel is what one wants
    for action in window.menuBar().actions():
        if action.menu():
            yield from _in_menu(action.menu(), _words(action), left_out)
    yield from _panels(window)
    yield from _nodes(window)
    yield from _graphs(window)


def _in_menu(menu: QMenu, path: str, left_out: set[QAction]) -> Iterator[Choice]:
    menu.aboutToShow.emit()  # some menus are only filled when they open
    for action in menu.actions():
        if action.menu():
            yield from _in_menu(action.menu(), f"{path} › {_words(action)}", left_out)
        elif action.isEnabled() and action.isVisible() and not action.isSeparator() and action not in left_out:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            about = action.toolTip().removesuffix(f" ({keys})")
            picture = None if action.icon().isNull() else action.icon()
            yield Choice(_words(action), path, action.trigger, about, keys, picture)


def _panels(window: MainWindow) -> Iterator[Choice]:
    picture = icon("outline", window.theme)
    for title, dock in window.docks.items():
        about = f"Show the panel {title} and give it the keyboard"
        yield Choice(title, "Go to panel", lambda dock=dock: panes.enter(dock), about, icon=picture)


def _nodes(window: MainWindow) -> Iterator[Choice]:
    for node in window.editing.document.nodes:
        spec = window.catalogue.spec(node.type)
        picture = section_icon(spec.section if spec else "unknown", window.theme)
        about = f"{spec.title if spec else node.type}: select it and bring it to the middle"
        yield Choice(node.id, "Go to node", lambda node=node: _go_to(window, node), about, icon=picture)


def _go_to(window: MainWindow, node: Node) -> None:
    window.canvas.select([node.id])
    window.canvas.center_on(node.id)
    window.canvas.setFocus()


def _graphs(window: MainWindow) -> Iterator[Choice]:
    try:
        entries = gallery.entries()
    except GraphFileError:
        return  # the gallery itself says what is wrong with them
    picture = icon("gallery", window.theme)
    for entry in entries:
        path, about = gallery.path(entry.name), entry.document.description
        yield Choice(
            entry.document.title, "Gallery", lambda path=path: window.files.open_example(path), about, icon=picture
        )


def _words(action: QAction) -> str:
    """Return an action's text as it is read: `"E&xport figure…"` is "Export figure…"."""
    return action.text().partition("\t")[0].replace("&", "")
