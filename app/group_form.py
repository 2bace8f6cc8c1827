"""The form of a group: its title, what is in it, and the ways in and apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app import grouping
from app.editing import Editing
from app.form_row import FormRow
from app.groups import Groups
from app.icons import section_icon
from app.themes import Theme
from engine.document import Document
from engine.problems import Problem

MOST_NAMED = 12  # things; more are counted


class GroupForm(QWidget):
    """Title and contents of one group.

    Signals:
        open_wished(str): the inside of the group is to be shown.
        ungroup_wished(): the group is to be taken apart.
    """

    open_wished = Signal(str)
    ungroup_wished = Signal()

    def __init__(self, editing: Editing, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        self.group = group
        self.rows: dict[str, FormRow] = {}
        self._icon = QLabel(self)
        self.name_line = QLineEdit(self)
        self.name_line.setMaxLength(200)
        self.name_line.setAccessibleName("Title of the group")
        self.name_line.textEdited.connect(self._rename)
        self.contents = QLabel(self)
        self.contents.setProperty("role", "muted")
        self.contents.setWordWrap(True)
        self._lay_out()

    def refresh(self) -> None:
        """Show what the group is called and what is in it."""
        document = self._editing.document
        title = Groups(document.layout).by_id[self.group].title
        if self.name_line.text() != title:
            self.name_line.setText(title)
        self.contents.setText(contents(document, self.group))

    def offer_environments(self, environments: Sequence[str]) -> None:
        """Nothing here names an environment."""

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Nothing can be wrong with a group itself."""

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in the theme's colours."""
        self._icon.setPixmap(section_icon("group", theme).pixmap(QSize(20, 20), self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        heading = QLabel("Group", self)
        heading.setProperty("role", "title")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(heading, 1)
        label = QLabel("Title", self)
        label.setBuddy(self.name_line)
        buttons = QHBoxLayout()
        for text, tip, wish in (
            ("Open", "Show the inside of the group", lambda: self.open_wished.emit(self.group)),
            ("Ungroup", "Take the group apart", self.ungroup_wished.emit),
        ):
            button = QPushButton(text, self)
            button.setToolTip(tip)
            button.clicked.connect(wish)
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(label)
        column.addWidget(self.name_line)
        column.addWidget(self.contents)
        column.addLayout(buttons)
        column.addStretch()

    def _rename(self, title: str) -> None:
        document = grouping.rename_group(self._editing.document, self.group, title)
        self._editing.edit("Rename the group", document, field=f"{self.group}.title")


def contents(document: Document, group: str) -> str:
    """Say what is directly in a group.

    Example: `"3 nodes: concat_1, standardize_1, train_1. They run as they would without the group."`.
    """
    groups = Groups(document.layout)
    things = groups.on(group, document)
    names = [groups.names([thing]) for thing in things[:MOST_NAMED]]
    more = [f"{len(things) - MOST_NAMED} more"] if len(things) > MOST_NAMED else []
    count = len(groups.nodes_in([group]))
    return f"{count} node{'s' * (count > 1)}: {', '.join([*names, *more])}. They run as they would without the group."
