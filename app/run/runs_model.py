"""The recorded runs as a table that can be sorted by value and searched by any word in it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel

from app.icons import icon
from app.plots.figures import count, duration, figure
from app.themes import Theme
from engine.events import NodeStateName
from engine.run_rows import RunRow

COLUMNS: Final = (
    "Run", "Status", "Seed", "Best return", "Last return", "Env steps", "Steps/s", "Time", "Host", "Started",
)  # fmt: skip
NUMBERS: Final = range(2, 8)  # columns, aligned at their right
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROW: Final = Qt.ItemDataRole.UserRole
ORDER: Final = Qt.ItemDataRole.UserRole + 1
LOWEST: Final = -1e300  # stands for a number that there is not
LOOKS: Final[dict[str, NodeStateName]] = {
    "finished": "done",
    "stopped": "done",
    "failed": "failed",
    "interrupted": "paused",
    "running": "running",
}


class RunsModel(QSortFilterProxyModel):
    """Rows of runs; the first column can be edited, which is how a run is named.

    Attributes:
        items: the rows behind the filter, in the order in which they came.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.items = QStandardItemModel(0, len(COLUMNS), self)
        self.items.setHorizontalHeaderLabels(COLUMNS)
        for column in NUMBERS:
            self.items.horizontalHeaderItem(column).setTextAlignment(RIGHT)
        self.setSourceModel(self.items)
        self.setSortRole(ORDER)
        self.setFilterKeyColumn(-1)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs that are shown, in their order."""
        return tuple(self.row(self.index(number, 0)) for number in range(self.rowCount()))

    def row(self, index: QModelIndex) -> RunRow:
        """Return the run in the row of an index."""
        return self.data(index.siblingAtColumn(0), ROW)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        for number in range(self.items.rowCount()):
            item = self.items.item(number, 1)
            item.setIcon(self._icon(item.text()))

    def clear(self) -> None:
        """Hold no run."""
        self.items.setRowCount(0)

    def add(self, row: RunRow, live: bool) -> None:
        """Add a run; the `live` one is running, whatever its folder tells."""
        status = "running" if live else row.status
        items = [_item(text, order) for text, order in _cells(row, status)]
        items[0].setData(row, ROW)
        items[0].setToolTip(str(row.folder))
        items[0].setEditable(True)
        items[1].setIcon(self._icon(status))
        for column in NUMBERS:
            items[column].setTextAlignment(RIGHT)
        self.items.appendRow(items)

    def _icon(self, status: str) -> QIcon:
        look = LOOKS.get(status, "ready")
        return icon(f"state_{look}", self._theme, self._theme.state_colour(look))


def _cells(row: RunRow, status: str) -> list[tuple[str, float | str | None]]:
    """Return text and order of each column."""
    started = (f"{row.started:%Y-%m-%d %H:%M}", row.started.timestamp()) if row.started else ("–", None)
    return [
        (row.name, row.name.lower()),
        (status, status),
        (str(row.seed), row.seed),
        ("–" if row.best is None else figure(row.best), row.best),
        ("–" if row.last is None else figure(row.last), row.last),
        ("–" if row.env_steps is None else count(row.env_steps, 3), row.env_steps),
        ("–" if row.env_steps_per_s is None else count(row.env_steps_per_s, 3), row.env_steps_per_s),
        ("–" if row.seconds is None else duration(row.seconds), row.seconds),
        (row.host or "–", row.host),
        started,
    ]


def _item(text: str, order: float | str | None) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setData(LOWEST if order is None else order, ORDER)
    return item
