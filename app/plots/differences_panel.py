"""What differs between two runs, beside their curves: parameters, graph, figures, machine and versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QStackedWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.icons import swatch
from app.plots.figures import count, duration, figure
from app.themes import number_font
from engine.catalogue import Catalogue
from engine.comparing import Difference, differences, version_differences
from engine.problems import FlowError
from engine.run_rows import RunRow, row_of
from engine.runs import RunFolder

HEADINGS: Final = {  # first what somebody changed, then what came of it
    "parameter": "Parameters",
    "node": "Nodes",
    "wire": "Wires",
    "bypass": "Bypassed",
    "run": "Run settings",
    "figure": "Figures",
    "version": "Machine and versions",
}
NONE: Final = "–"
WIDTH: Final = 380  # pixels
NAME: Final = 66  # of them, for the name of a run, which differs in its end
NAMES: Final = 165  # of them, for names as long as "policy_1.learning_rate"

Told = tuple[str, str, str, str]  # subject, what, in the first run, in the second


class DifferencesPanel(QWidget):
    """A table of what differs between two runs, with a heading for each subject."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._shown: tuple[str, ...] = ()
        self.table = QTreeWidget(accessibleName="Differences", columnCount=3, rootIsDecorated=False)
        self.table.setFont(number_font(9))
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.setColumnWidth(0, NAMES)
        self._sentence = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._sentence.setProperty("role", "muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._sentence)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.addWidget(self._pages)
        self.setFixedWidth(WIDTH)

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """What is shown, line by line: what, in the first run, in the second."""
        roots = [self.table.topLevelItem(number) for number in range(self.table.topLevelItemCount())]
        lines = [root.child(number) for root in roots for number in range(root.childCount())]
        return [(line.text(0), line.text(1), line.text(2)) for line in lines]

    def show_runs(self, folders: Sequence[str], names: Sequence[str], colours: Sequence[str]) -> None:
        """Compare the runs in these two folders, called so and drawn in these colours."""
        header, metrics = self.table.headerItem(), self.table.header().fontMetrics()
        header.setText(0, "")
        for column, (name, colour) in enumerate(zip(names, colours, strict=True), 1):
            header.setText(column, metrics.elidedText(name, Qt.TextElideMode.ElideLeft, NAME))
            header.setToolTip(column, name)
            header.setIcon(column, swatch(colour))
        if tuple(folders) == self._shown:
            return
        try:
            self._fill([*told(*folders, self._catalogue)])
        except FlowError as error:
            self._say(str(error))
        else:
            self._shown = tuple(folders)

    def forget(self) -> None:
        """Read the runs anew the next time: one of them has gone on."""
        self._shown = ()

    def _fill(self, found: Sequence[Told]) -> None:
        self.table.clear()
        for subject, heading in HEADINGS.items():
            lines = [_item(texts) for kind, *texts in found if kind == subject]
            if lines:
                root = QTreeWidgetItem([heading])
                root.addChildren(lines)
                self.table.addTopLevelItem(root)
                root.setFirstColumnSpanned(True)
        self.table.expandAll()
        self._pages.setCurrentWidget(self.table)

    def _say(self, text: str) -> None:
        self._sentence.setText(text)
        self._pages.setCurrentWidget(self._sentence)


def told(first: str, second: str, catalogue: Catalogue) -> Iterator[Told]:
    """Give what to tell of two runs: all figures, and of everything else what differs.

    Raises:
        FlowError: one of them cannot be read.
    """
    runs = [RunFolder.open(folder) for folder in (first, second)]
    old, new = (dict(figures(row_of(Path(folder)))) for folder in (first, second))
    yield from (("figure", name, old[name], new[name]) for name in old)
    changed = differences(runs[0].document(), runs[1].document(), catalogue)
    for difference in (*changed, *version_differences(runs[0].about(), runs[1].about())):
        yield _line(difference)


def figures(row: RunRow) -> Iterator[tuple[str, str]]:
    """Give the figures of a run, each with its name."""
    yield "status", row.status
    yield "best return", NONE if row.best is None else figure(row.best)
    yield "last return", NONE if row.last is None else figure(row.last)
    yield "env steps", NONE if row.env_steps is None else count(row.env_steps)
    yield "steps/s", NONE if row.env_steps_per_s is None else count(row.env_steps_per_s, 3)
    yield "time", NONE if row.seconds is None else duration(row.seconds)


def _item(texts: Sequence[str]) -> QTreeWidgetItem:
    item = QTreeWidgetItem(texts)
    for column, text in enumerate(texts):
        item.setToolTip(column, text)
    return item


def _line(difference: Difference) -> Told:
    return (difference.subject, difference.where, difference.before or NONE, difference.after or NONE)
