"""The palette: every operator by section, found by typing, placed by dragging or with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from app.canvas import OPERATOR_MIME
from app.icons import icon, section_icon
from app.matching import score
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.declare import SECTIONS, OperatorSpec

SPEC: Final = Qt.ItemDataRole.UserRole


class Palette(QWidget):
    """A search field above a tree of sections and operators.

    Signals:
        operator_wished(str): Enter or a double click on the operator of this type id.
        operator_shown(str): the operator under the tree's cursor changed, for the help page.
    """

    operator_wished = Signal(str)
    operator_shown = Signal(str)

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = OperatorModel(catalogue, theme)
        self._found = OperatorFilter(self)
        self._found.setSourceModel(self._model)
        self.field = _search_field("Search operators", self)
        self._lens = self.field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._search)
        self.tree = self._make_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 0)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.tree)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._model.set_theme(theme)
        self._lens.setIcon(icon("search", theme, theme.muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds the current operator; from the search field, that is the best match."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._wish(self.tree.currentIndex())
        elif event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _make_tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setModel(self._found)
        tree.setHeaderHidden(True)
        tree.setIndentation(14)
        tree.setRootIsDecorated(True)
        tree.setDragEnabled(True)
        tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setExpandsOnDoubleClick(True)
        tree.setAccessibleName("Operators by section")
        tree.expandAll()
        tree.doubleClicked.connect(self._wish)
        tree.selectionModel().currentChanged.connect(self._show)
        return tree

    def _search(self, query: str) -> None:
        self._found.look_for(query)
        self.tree.expandAll()
        best = self._found.best()
        if query and best.isValid():
            self.tree.setCurrentIndex(best)

    def _wish(self, index: QModelIndex) -> None:
        spec = index.data(SPEC)
        if spec:
            self.operator_wished.emit(spec.type)

    def _show(self, index: QModelIndex) -> None:
        spec = index.data(SPEC)
        if spec:
            self.operator_shown.emit(spec.type)


class OperatorModel(QStandardItemModel):
    """Sections with their operators; an operator's `SPEC` is its declaration, and it is dragged as its type id."""

    def __init__(self, catalogue: Catalogue, theme: Theme) -> None:
        super().__init__()
        for section in SECTIONS:
            specs = [spec for spec in catalogue.specs if spec.section == section]
            if specs:
                self.appendRow(_section_item(section, specs))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Give the sections and operators their icons."""
        for row in range(self.rowCount()):
            section = self.item(row)
            section.setIcon(section_icon(section.text(), theme))

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [OPERATOR_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The type id of the dragged operator."""
        data = QMimeData()
        specs = [index.data(SPEC) for index in indexes if index.data(SPEC)]
        if specs:
            data.setData(OPERATOR_MIME, QByteArray(specs[0].type.encode()))
        return data


class OperatorFilter(QSortFilterProxyModel):
    """Shows the operators that match a query, and the sections that hold one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._query = ""
        self.setRecursiveFilteringEnabled(True)

    def look_for(self, query: str) -> None:
        """Show what matches `query`."""
        self._query = query
        self.invalidate()

    def best(self) -> QModelIndex:
        """The operator that matches best; an invalid index if none does."""
        sections = [self.index(row, 0) for row in range(self.rowCount())]
        found = [self.index(row, 0, section) for section in sections for row in range(self.rowCount(section))]
        return max(found, key=lambda index: score(self._query, index.data(SPEC)), default=QModelIndex())

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        """Whether the operator in this row matches."""
        spec = self.sourceModel().index(row, 0, parent).data(SPEC)
        return spec is not None and (not self._query.strip() or score(self._query, spec) > 0)


def _section_item(section: str, specs: Sequence[OperatorSpec]) -> QStandardItem:
    item = QStandardItem(section)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    for spec in specs:
        child = QStandardItem(spec.title)
        child.setData(spec, SPEC)
        child.setToolTip(f"<b>{spec.title}</b><br>{spec.summary}")
        child.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
        item.appendRow(child)
    return item


def _search_field(placeholder: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setPlaceholderText(placeholder)
    field.setClearButtonEnabled(True)
    field.setAccessibleName(placeholder)
    return field
