"""The keys of every command, by section, found by typing; a command can be given another key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import first_keys, spoken
from app.button import push_button
from app.commands import COMMANDS, SECTIONS, Command
from app.fitting import fit_to_screen
from app.key_field import KeyField
from app.matching import words_score
from app.shortcuts import ALWAYS, Shortcuts

SIZE: Final = QSize(720, 620)
NAME: Final = Qt.ItemDataRole.UserRole
HOW: Final = "Enter gives the chosen command other keys."
ROOM: Final = 2  # lines of text below the list


class ShortcutsDialog(QDialog):
    """Lists the commands, and changes their keys at once."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._shortcuts = shortcuts
        self._wish = QKeySequence()
        self.search = QLineEdit(placeholderText="Find a command or a key", clearButtonEnabled=True)
        self.search.setAccessibleName("Find a command or a key")
        self.list = self._make_list()
        self.words = QLabel(HOW, wordWrap=True)
        self.words.setMinimumHeight(ROOM * self.words.fontMetrics().lineSpacing())
        self.field = KeyField(self)
        self.change = push_button("&Change…", self._ask)
        self.clear = push_button("&No keys", self._clear)
        self.reset = push_button("&Reset", self._reset)
        self.take = push_button("Give it", self._take)
        self.leave = push_button("Leave it", self._leave)
        self.buttons = QDialogButtonBox()
        self.reset_all = push_button("Reset &all", self._reset_all)
        self.buttons.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        self.buttons.addButton(QPushButton("Close", autoDefault=False), QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        self._join()
        self._show_keys()
        fit_to_screen(self, SIZE)

    @property
    def name(self) -> str:
        """The name of the command that is chosen; empty on a heading."""
        item = self.list.currentItem()
        return item.data(0, NAME) or "" if item else ""

    def choose(self, name: str) -> None:
        """Choose the command of this name."""
        self.list.setCurrentItem(self._rows[name])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search to the list with Down."""
        if self.search.hasFocus() and event.key() == Qt.Key.Key_Down:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    # giving keys

    def _ask(self) -> None:
        if self.name:
            self._say(f"Press the new keys of {self._title}. Escape leaves them as they are.")
            self.field.show()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _hear(self, key: QKeySequence) -> None:
        """Give the chosen command a key, or say why not; ask first, if others have it."""
        if refusal := self._shortcuts.refusal(self.name, key):
            self._tell(refusal)
        elif holders := self._shortcuts.holders(self.name, key):
            self._wish = key
            self._say(f"{spoken(key)} belongs to {_names(holders)}.")
            self.take.setText(f"Give it to {self._title}")
            for button in (self.leave, self.take):
                button.show()
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._shortcuts.give(self.name, (key,))
            self._tell(f"{self._title} has {spoken(key)} now.")

    def _take(self) -> None:
        holders = self._shortcuts.holders(self.name, self._wish)
        self._shortcuts.take(self.name, self._wish)
        others = [f"{other.title} has {self._keys(other.name) or 'none'}" for other in holders]
        self._tell(f"{self._title} has {spoken(self._wish)} now, {', '.join(others)}.")

    def _leave(self) -> None:
        self._tell(HOW)

    def _clear(self) -> None:
        if self.name:
            self._shortcuts.give(self.name, ())
            self._tell(f"{self._title} has no keys now.")

    def _reset(self) -> None:
        if self.name:
            names = self._shortcuts.reset(self.name)
            titles = " and ".join(COMMANDS[name].title for name in names)
            self._tell(f"{titles} {'have' if len(names) > 1 else 'has'} the first keys again.")

    def _reset_all(self) -> None:
        self._shortcuts.reset_all()
        self._tell("All commands have their first keys again.")

    def _say(self, words: str) -> None:
        """Say how things stand; no key and no answer is waited for any more."""
        self.words.setText(words)
        for widget in (self.field, self.take, self.leave):
            widget.hide()

    def _tell(self, words: str) -> None:
        """Say what has come of it, and go on in the list."""
        self._say(words)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # what is shown

    @property
    def _title(self) -> str:
        return COMMANDS[self.name].title

    def _keys(self, name: str) -> str:
        return _written(self._shortcuts.keys(name))

    def _show_keys(self) -> None:
        for name, row in self._rows.items():
            changed = self._shortcuts.is_changed(name)
            first = _written(first_keys(COMMANDS[name])) or "none"
            row.setText(1, self._keys(name))
            row.setText(2, f"first: {first}" if changed else "")
            font = row.font(1)
            font.setBold(changed)
            row.setFont(1, font)
        self._find(self.search.text())

    def _find(self, query: str) -> None:
        """Show the rows in which every word of the query stands, and the headings above them."""
        for heading in self._headings():
            rows = [heading.child(number) for number in range(heading.childCount())]
            for row in rows:
                told = f"{heading.text(0)} {row.text(0)} {row.text(1)} {row.toolTip(0)}"
                row.setHidden(bool(query.strip()) and not words_score(query, told))
            heading.setHidden(all(row.isHidden() for row in rows))
        self._stand_on_a_row()

    def _stand_on_a_row(self) -> None:
        """Choose the first row that is shown, unless the chosen one is."""
        current = self.list.currentItem()
        if current is None or current.isHidden() or current.parent() is None:
            shown = next((row for row in self._rows.values() if not row.isHidden()), None)
            self.list.setCurrentItem(shown)

    def _choose(self) -> None:
        for button in (self.change, self.clear, self.reset):
            button.setEnabled(bool(self.name))
        self.reset.setEnabled(bool(self.name) and self._shortcuts.is_changed(self.name))

    def _headings(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.list.topLevelItemCount()):
            yield self.list.topLevelItem(number)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget(accessibleName="Commands and their keys", columnCount=3, rootIsDecorated=False)
        made.setHeaderLabels(["Command", "Keys", ""])
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.setIndentation(14)
        made.setStyleSheet("QTreeView::item { border-radius: 0; }")  # a row is one thing, and not three with corners
        self._rows: dict[str, QTreeWidgetItem] = {}
        for section, commands in SECTIONS.items():
            heading = _heading(section, made)
            for command in commands:
                self._rows[command.name] = _row(command, heading)
        always = _heading("Always", made)
        for words, keys in ALWAYS:
            always.addChild(QTreeWidgetItem([words, keys]))
        made.expandAll()
        return made

    def _join(self) -> None:
        self._shortcuts.changed.connect(self._show_keys)
        self._shortcuts.changed.connect(self._choose)
        self.search.textChanged.connect(self._find)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.list.currentItemChanged.connect(lambda *_: self._say(HOW))
        self.list.itemActivated.connect(lambda *_: self._ask())
        self.field.taken.connect(self._hear)
        self.field.left.connect(self._leave)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for button in (self.change, self.clear, self.reset):
            row.addWidget(button)
        row.addStretch(1)
        for widget in (self.field, self.take, self.leave):
            row.addWidget(widget)
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        for widget in (self.search, self.list, self.words):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.buttons)


def _heading(text: str, view: QTreeWidget) -> QTreeWidgetItem:
    heading = QTreeWidgetItem(view, [text])
    heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
    heading.setFirstColumnSpanned(True)
    font = heading.font(0)
    font.setBold(True)
    heading.setFont(0, font)
    return heading


def _row(command: Command, heading: QTreeWidgetItem) -> QTreeWidgetItem:
    row = QTreeWidgetItem(heading, [command.title])
    row.setData(0, NAME, command.name)
    row.setToolTip(0, command.sentence)
    return row


def _written(keys: Sequence[QKeySequence]) -> str:
    return ", ".join(map(spoken, keys))


def _names(commands: Sequence[Command]) -> str:
    """Return the commands by name and section, such as "Rename (Edit) and Name (Runs)"."""
    sections = {command.name: section for section, some in SECTIONS.items() for command in some}
    return " and ".join(f"{command.title} ({sections[command.name]})" for command in commands)
