"""The document's own settings, shown while no node is selected: what it is, and how it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app import edits
from app.editing import Editing
from app.fields import NumberField, OptionalNumberField
from app.form_row import FormRow
from app.themes import Theme
from engine.declare import Param
from engine.problems import Problem

SEED: Final = Param(
    "seed", int, 0, "the same seed and a synchronous graph give the same numbers", at_least=0, at_most=2**32 - 1
)
STOPS: Final = (
    Param("env_steps", float, None, "stop after this many", above=0, unit="env steps"),
    Param("return_mean_100", float, None, "stop when the last 100 episodes return this much on average"),
    Param("seconds", float, None, "stop after this time, counted from the first sample", above=0, unit="s"),
    Param("updates", float, None, "stop after this many learner steps", above=0, unit="updates"),
    Param("episodes", float, None, "stop after this many finished episodes", above=0, unit="episodes"),
)
STOP_TITLES: Final = {"return_mean_100": "Mean return of 100 episodes"}


class DocumentForm(QWidget):
    """Title, description, what to look at, seed, and the conditions that stop a run, of which the first met counts."""

    def __init__(self, editing: Editing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        self.rows: dict[str, FormRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 16)
        self._layout.setSpacing(16)
        self._heading("This graph")
        self.name_line = QLineEdit(self)
        self.name_line.setMaxLength(200)
        self.name_line.textEdited.connect(self._set_title)
        self._labelled("Title", self.name_line)
        self.description = self._add_text("Description", 110, self._set_description)
        self.look_at = self._add_text("What to look at", 110, self._set_look_at)
        self._heading("Run")
        self._add_seed()
        self._heading("Stop when")
        for param in STOPS:
            self._add_stop(param)
        self._layout.addStretch()

    def refresh(self) -> None:
        """Show the document's values."""
        document = self._editing.document
        if self.name_line.text() != document.title:
            self.name_line.setText(document.title)
        _show(self.description, document.description)
        _show(self.look_at, document.about.look_at)
        self.rows["seed"].show_value(document.run.seed, is_default=document.run.seed == 0)
        for param in STOPS:
            value = document.run.stop.get(param.name)
            self.rows[param.name].show_value(value, is_default=value is None)

    def offer_environments(self, environments: Sequence[str]) -> None:
        """Nothing here names an environment."""

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show at each setting what checking says about it."""
        said = {problem.where.field.rpartition(".")[2]: problem.what for problem in problems if not problem.where.node}
        for name, row in self.rows.items():
            row.show_problem(said.get(name, ""))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        for row in self.rows.values():
            row.set_theme(theme)

    def _heading(self, text: str) -> None:
        label = QLabel(text, self)
        label.setProperty("role", "title")
        self._layout.addWidget(label)

    def _labelled(self, name: str, widget: QWidget) -> None:
        label = QLabel(name, self)
        label.setBuddy(widget)
        widget.setAccessibleName(f"{name} of the graph")
        box = QVBoxLayout()
        box.setSpacing(4)
        box.addWidget(label)
        box.addWidget(widget)
        self._layout.addLayout(box)

    def _add_text(self, name: str, height: int, changed: Callable[[], None]) -> QPlainTextEdit:
        box = QPlainTextEdit(self)
        box.setFixedHeight(height)
        box.setTabChangesFocus(True)
        box.textChanged.connect(changed)
        self._labelled(name, box)
        return box

    def _add_seed(self) -> None:
        row = FormRow(NumberField(SEED, self), parent=self)
        row.changed.connect(self._set_seed)
        row.reset_wished.connect(lambda: self._set_seed(0))
        self.rows["seed"] = row
        self._layout.addWidget(row)

    def _add_stop(self, param: Param) -> None:
        row = FormRow(OptionalNumberField(param, self), STOP_TITLES.get(param.name, ""), self)
        row.changed.connect(lambda value: self._set_stop(param.name, value))
        row.reset_wished.connect(lambda: self._set_stop(param.name, None))
        self.rows[param.name] = row
        self._layout.addWidget(row)

    def _set_title(self, title: str) -> None:
        self._editing.edit("Change the title", edits.set_title(self._editing.document, title), field="title")

    def _set_description(self) -> None:
        document = edits.set_description(self._editing.document, self.description.toPlainText()[:20_000])
        self._editing.edit("Change the description", document, field="description")

    def _set_look_at(self) -> None:
        document = edits.set_look_at(self._editing.document, self.look_at.toPlainText()[:2_000])
        self._editing.edit("Change what to look at", document, field="look_at")

    def _set_seed(self, seed: int) -> None:
        self._editing.edit("Set the seed", edits.set_run(self._editing.document, seed=seed), field="run.seed")

    def _set_stop(self, name: str, value: float | None) -> None:
        stop = {key: old for key, old in self._editing.document.run.stop.items() if key != name}
        if value is not None:
            stop[name] = float(value)
        document = edits.set_run(self._editing.document, stop=stop)
        self._editing.edit(f"Set when to stop: {name}", document, field=f"run.stop.{name}")


def _show(box: QPlainTextEdit, text: str) -> None:
    """Show a text without telling of it; one that is there stays, and the cursor in it."""
    if box.toPlainText() != text:
        blocked = box.blockSignals(True)
        box.setPlainText(text)
        box.blockSignals(blocked)
