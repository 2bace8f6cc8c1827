"""Whatever can have the keyboard says what it is: a screen reader's name for each, in every panel, form and dialog."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QDialog, QMessageBox, QWidget

from app.canvas.writing import Writing
from app.environments import EnvironmentPicker
from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.notices import Notice
from app.run.seeds_dialog import SeedsDialog
from app.trust_dialog import TrustDialog
from engine.catalogue import Catalogue
from engine.document import Document, Layout, Node
from engine.trust import Code


def nameless(root: QWidget) -> list[str]:
    """Return what below `root` can have the keyboard and has no name, each with whom it stands in."""
    return [path(widget) for widget in (root, *root.findChildren(QWidget)) if takes_keys(widget) and not name(widget)]


def takes_keys(widget: QWidget) -> bool:
    """Whether the keyboard can come here; what sends it on to others, such as the line of a spin box, never has it."""
    can = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
    return can and not is_inside_another(widget) and not type(widget).__module__.startswith("NodeGraphQt")


def is_inside_another(widget: QWidget) -> bool:
    """Whether it is a part of one of Qt's own widgets, which speaks for it, such as the list below a combo box."""
    frame = widget.parentWidget()
    is_list = frame is not None and isinstance(frame.parentWidget(), QComboBox)
    return is_list or widget.objectName().startswith("qt_")


def name(widget: QWidget) -> str:
    """What a screen reader says: the accessible name, or a button's text, or the label that points here."""
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name).strip() if told else ""


def path(widget: QWidget | None) -> str:
    """Return a widget and those that it stands in, such as `QLineEdit in ToolRow in RunsList in MainWindow`."""
    steps = []
    while widget is not None:
        steps.append(f"{type(widget).__name__} {widget.objectName()}".strip())
        widget = widget.parentWidget()
    return " in ".join(steps)


@pytest.fixture
def studio(window: MainWindow) -> MainWindow:
    window.files.open_example(FIRST_EXAMPLE)
    for dock in window.docks.values():
        dock.bring_up()
    return window


def test_every_panel(studio: MainWindow) -> None:
    choices = (("Restore", list),)
    studio.notices.add(Notice("info", "Unsaved work was found.", "", choices))
    assert nameless(studio) == []


def test_every_operators_form_and_those_of_a_group_and_of_several_nodes(
    window: MainWindow, catalogue: Catalogue
) -> None:
    nodes = tuple(Node(id=f"n_{number}", type=spec.type) for number, spec in enumerate(catalogue.specs))
    places = {node.id: (300 * at, 0) for at, node in enumerate(nodes)}
    window.editing.start(Document(nodes=nodes, layout=Layout(nodes=places)))
    for things in ([node.id] for node in nodes):
        window.form.show_things(things)
        assert nameless(window.form) == [], f"of {window.editing.document.node(things[0]).type}"
    window.form.show_things([nodes[0].id, nodes[1].id])
    assert nameless(window.form) == []
    window.canvas.select([nodes[0].id, nodes[1].id])
    window.group_gestures.group()
    window.form.show_things(window.canvas.selected())
    assert nameless(window.form) == []


def opened_by(command: str) -> Callable[[MainWindow], QWidget]:
    """Return how to open what a command of the menus opens."""

    def open_it(window: MainWindow) -> QWidget:
        window.actions_by_name[command].trigger()
        (opened,) = (dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
        return opened

    return open_it


def picker(window: MainWindow) -> QWidget:
    made = EnvironmentPicker(window.theme, window)
    made.setWindowTitle("Environments")  # asking would start a process
    return made


DIALOGS: dict[str, Callable[[MainWindow], QWidget]] = {
    "ShortcutsDialog": opened_by("shortcuts"),
    "SnapshotsDialog": opened_by("snapshots"),
    "QInputDialog": opened_by("keep"),
    "QMessageBox": opened_by("about"),
    "Gallery": lambda window: window.gallery,
    "EnvironmentPicker": lambda window: picker(window),
    "SeedsDialog": lambda window: SeedsDialog(window),
    "TrustDialog": lambda window: TrustDialog([Code("map_1", "code", "x = 1")], window.theme, window),
    "Search": lambda window: window.search,
    "CommandPalette": lambda window: window.command_palette,
}


@pytest.mark.parametrize("dialog", DIALOGS)
def test_every_dialog(dialog: str, studio: MainWindow) -> None:
    shown = DIALOGS[dialog](studio)
    shown.show()
    assert type(shown).__name__ == dialog
    assert name(shown), f"{path(shown)} has no title"
    assert nameless(shown) == []
    shown.close()


def test_no_dialog_is_missing_above() -> None:
    ours = {made.__name__ for made in QDialog.__subclasses__() if made.__module__.startswith("app.")}
    assert ours <= set(DIALOGS)


def test_the_question_about_unsaved_work_and_the_field_for_a_comment(studio: MainWindow) -> None:
    studio.gestures.add("ConcatBatches", 0, 0)
    studio.files.settle(list)
    (box,) = studio.findChildren(QMessageBox)
    assert nameless(box) == []
    box.reject()
    studio.mark_gestures.start_comment()
    assert nameless(studio.findChild(Writing)) == []
