"""The outline: the graph as a tree of groups, nodes, ports and wires in an ordinary item view.

It is a second editor beside the canvas, made for the keyboard and for screen readers: its commands add, wire, delete,
bypass, move and open; F2 renames, and letters find a row. What is selected here is selected on the canvas, so that
every command of the menus works on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from app import edits, grouping
from app.actions import make_action
from app.editing import Editing
from app.groups import Groups
from app.outline_rows import PORT, THING, WIRE, Rows, mark_problems
from app.themes import Theme
from app.wire_rule import possible_wires
from engine.catalogue import Catalogue
from engine.document import Document
from engine.problems import GraphFileError, Problem

STEPS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}  # in columns and rows of the grid
LOCKED: Final = "The graph is locked while it runs: stop the run to change it"


class Outline(QTreeView):
    """The graph as a tree; edits go to the document.

    Signals:
        things_selected(object): the tuple of ids of the nodes and groups whose rows are selected.
        opened(str): a node or a group is to be opened.
        add_wished(): an operator is to be added.
        bypass_wished(): the selected nodes are to be bypassed, or switched on.
        refused(str): why something could not be done.
    """

    things_selected = Signal(object)
    opened = Signal(str)
    add_wished = Signal()
    bypass_wished = Signal()
    refused = Signal(str)

    def __init__(self, editing: Editing, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        self._catalogue = catalogue
        self._theme = theme
        self._drawn: Document | None = None
        self._made = Rows(Document(), catalogue, theme)
        self._problems: Sequence[Problem] = ()
        self._locked = self._telling = self._marking = False
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAccessibleName("Outline of the graph: groups, nodes, ports and wires")
        self.setAccessibleDescription(
            "A second editor of the graph: it adds, wires, renames, deletes, bypasses, moves and opens; Help, Keyboard "
            "shortcuts lists the keys."
        )
        self._make_actions()
        self._rows.itemChanged.connect(self._take_name)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        editing.watch(self.refresh)
        self.refresh()

    # what is shown

    def refresh(self) -> None:
        """Draw the document, if its nodes, wires or groups have changed; what was open stays open."""
        document = self._editing.document
        if self._drawn and _seen(self._drawn) == _seen(document):
            return
        self._drawn = document
        opened, chosen, current = set(self._opened()), set(self.selected()), self.currentIndex().data(PORT)
        self._made = Rows(document, self._catalogue, self._theme)
        with QSignalBlocker(self.selectionModel()):
            self._rows.clear()
            for row in self._made.on():
                self._rows.appendRow(row)
        self._mark_problems()
        for thing, item in self._made.by_thing.items():
            self.setExpanded(item.index(), thing in opened)
        self.select(chosen)
        self._stand_at(current)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Tell at each node what is wrong with it."""
        self._problems = problems
        self._mark_problems()

    def _mark_problems(self) -> None:
        self._marking = True
        mark_problems(self._made, self._problems, self._theme)
        self._marking = False

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self._drawn = None
        self.refresh()

    def set_locked(self, locked: bool) -> None:
        """Let the graph be read but not changed while it runs."""
        self._locked = locked
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.NoEditTriggers if locked else triggers.EditKeyPressed)

    # what is selected

    def selected(self) -> tuple[str, ...]:
        """The ids of the nodes and groups whose rows, or rows of ports and wires below, are selected."""
        return tuple(dict.fromkeys(index.data(THING) for index in self.selectedIndexes()))

    def select(self, things: set[str]) -> None:
        """Select the rows of these nodes and groups without telling, and stand at the first."""
        if self._telling or set(self.selected()) == things:
            return
        with QSignalBlocker(self.selectionModel()):
            self.clearSelection()
            indexes = [item.index() for thing, item in self._made.by_thing.items() if thing in things]
            for index in indexes:
                self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
            if indexes:
                self.selectionModel().setCurrentIndex(indexes[0], QItemSelectionModel.SelectionFlag.NoUpdate)
                self.scrollTo(indexes[0])
        self.viewport().update()

    def _stand_at(self, end: str | None) -> None:
        """Make the row of a port current again, where there was one."""
        node = self._made.by_thing.get(end.partition(".")[0]) if end else None
        for number in range(node.rowCount()) if node else ():
            if node and node.child(number).data(PORT) == end:
                with QSignalBlocker(self.selectionModel()):
                    self.setCurrentIndex(node.child(number).index())

    def _opened(self) -> Iterator[str]:
        for thing, item in self._made.by_thing.items():
            if self.isExpanded(item.index()):
                yield thing

    def _tell_selection(self) -> None:
        self._telling = True
        self.things_selected.emit(self.selected())
        self._telling = False

    # what is done

    def _make_actions(self) -> None:
        does: dict[str, Callable[[], object]] = {
            "outline_add": self.add_wished.emit,
            "outline_open": self._open,
            "outline_delete": self._delete,
            "outline_bypass": self._bypass,
            **{f"outline_{way}": partial(self._move, *step) for way, step in STEPS.items()},
        }
        for name, do in does.items():
            make_action(name, self, do, self)
        wire = make_action("outline_wire", self, self._offer_wires, self)
        wire.setEnabled(False)  # on other rows its key finds a row, as letters do
        self.selectionModel().currentChanged.connect(lambda row, _: wire.setEnabled(bool(row.data(PORT))))

    def _bypass(self) -> None:
        if self.selected():
            self.bypass_wished.emit()

    def _is_free(self) -> bool:
        if self._locked:
            self.refused.emit(LOCKED)
        return not self._locked

    def _open(self) -> None:
        if self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().data(THING))

    def _move(self, columns: int, rows: int) -> None:
        """Move the selected things by one step of the grid."""
        layout = self._editing.document.layout
        at = {**layout.nodes, **{group.id: group.at for group in layout.groups}}
        places = {thing: at[thing] for thing in self.selected() if thing in at}
        steps = {thing: (x + columns * edits.GRID, y + rows * edits.GRID) for thing, (x, y) in places.items()}
        named = f"Move {Groups(layout).names(list(steps))}" if steps else ""
        self._editing.edit(named, edits.move_nodes(self._editing.document, steps), field=f"move {sorted(steps)}")

    def _delete(self) -> None:
        document = self._editing.document
        wires = [index.data(WIRE) for index in self.selectedIndexes() if index.data(WIRE)]
        things = [index.data(THING) for index in self.selectedIndexes() if not index.data(PORT)]
        if not (wires or things) or not self._is_free():
            return
        if things:
            named = f"Delete {Groups(document.layout).names(things)}"
            self._editing.edit(named, edits.remove_nodes(document, things))
        else:
            named = "Delete a wire" if len(wires) == 1 else f"Delete {len(wires)} wires"
            self._editing.edit(named, edits.disconnect(document, wires))

    def _take_name(self, item: QStandardItem) -> None:
        """Rename once the tree has taken note of its change: then its rows are made anew."""
        if not self._marking and not item.data(PORT):
            thing, new = item.data(THING), item.text().strip()
            QTimer.singleShot(0, self, lambda: self._rename(thing, new))

    def _rename(self, thing: str, new: str) -> None:
        groups = Groups(self._editing.document.layout)
        old = groups.names([thing])
        if new == old:
            return
        try:
            rename = grouping.rename_group if thing in groups.by_id else edits.rename_node
            document = rename(self._editing.document, thing, new)
        except GraphFileError as error:
            self._made.by_thing[thing].setText(old)
            self.refused.emit(error.problems[0].what)
        else:
            self._editing.edit(f"Rename {old} to {new}", document)
            self.select({new if thing not in groups.by_id else thing})

    def _offer_wires(self) -> None:
        """Open a menu of the ports that fit the current one; it closes itself and waits for nobody."""
        index = self.currentIndex()
        end = index.data(PORT)
        if not self._is_free():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for source, target in possible_wires(self._editing.document, self._catalogue, end):
            other = target if source == end else source
            menu.addAction(f"Connect to {other}", self._connector(source, target))
        if menu.isEmpty():
            menu.addAction("Nothing in the graph fits here").setEnabled(False)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))

    def _connector(self, source: str, target: str) -> Callable[[], None]:
        def connect() -> None:
            document = edits.connect(self._editing.document, self._catalogue, source, target)
            self._editing.edit(f"Connect {source} to {target}", document)

        return connect


def _seen(document: Document) -> tuple[object, ...]:
    return document.nodes, document.edges, document.layout.groups
