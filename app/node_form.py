"""The form of one node, or of what several nodes have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pydantic import JsonValue
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app import edits
from app.code_field import CodeField
from app.editing import Editing
from app.environment_field import EnvironmentField
from app.fields import MIXED, Field, field_for
from app.form_row import FormRow
from app.icons import section_icon
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Param
from engine.document import Node
from engine.environment_card import EnvironmentCard
from engine.forecasts import foretell
from engine.problems import Problem

SPECIAL: Final[Mapping[str, Callable[[Param], Field]]] = {
    "code": CodeField,
    "environment": EnvironmentField,
    "multi_agent_environment": EnvironmentField,
}


class NodeForm(QWidget):
    """Title, id and parameters of the nodes; a value that is entered goes to all of them.

    Signals:
        help_wished(str): the help page of the operator with this type id.
        rename_wished(str, str): another id for the node; old and new.
        browse_wished(bool, str, str): an environment is to be picked; whether one of several agents, the present
            id, and the keyword arguments that it has, as a JSON object; none as nothing.
    """

    help_wished = Signal(str)
    rename_wished = Signal(str, str)
    browse_wished = Signal(bool, str, str)

    def __init__(
        self,
        editing: Editing,
        catalogue: Catalogue,
        nodes: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editing = editing
        self._catalogue = catalogue
        self.nodes = nodes
        self._spec = _only_spec(self._document_nodes(), catalogue)
        self.rows: dict[str, FormRow] = {}
        self.name_line: QLineEdit | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 16)
        self._layout.setSpacing(16)
        self._add_head()
        for param in shared_params(self._document_nodes(), catalogue):
            self._add_row(param)
        self._add_rest()
        self._layout.addStretch()

    @property
    def operator(self) -> str:
        """The type id of the node's operator; of several nodes, of the first."""
        return self._document_nodes()[0].type

    def refresh(self) -> None:
        """Show the document's values, and what follows from them."""
        told = foretell(self._editing.document, self._catalogue, self.nodes[0]) if len(self.nodes) == 1 else ""
        self.forecast.setText(told)
        self.forecast.setVisible(bool(told))
        if self.name_line is not None and not self.name_line.hasFocus():
            self.name_line.setText(self.nodes[0])
        for row in self.rows.values():
            value = self._value(row.param)
            row.show_value(value, is_default=_stands_for_default(row.param, value))

    def offer_environments(self, environments: Sequence[str]) -> None:
        """Offer these ids where an environment is picked."""
        for row in self.rows.values():
            if isinstance(row.field, EnvironmentField) and not row.field.several:
                row.field.offer(environments)

    def take_environment(self, card: EnvironmentCard) -> None:
        """Let the nodes name the environment that was picked, played in a way in which it can be."""
        document = self._editing.document
        for node in self._document_nodes():
            ways = {"players": card.players[0]} if card.players and self._played(node) not in card.players else {}
            for name, value in {"id": card.id, **ways}.items():
                document = edits.set_param(document, self._catalogue, node.id, name, value)
        self._editing.edit(f"Choose {card.id} for {self._whose()}", document)

    def refuse_name(self, sentence: str) -> None:
        """Say why the node cannot be called what was typed."""
        self.name_fault.setText(f"{sentence}. The name stays {self.nodes[0]}.")
        self.name_fault.show()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show at each parameter what checking says about it."""
        said = {problem.where.field: problem.what for problem in problems if problem.where.node in self.nodes}
        for name, row in self.rows.items():
            row.show_problem(said.get(name, ""))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        section = self._spec.section if self._spec else "unknown"
        self._icon.setPixmap(section_icon(section, theme).pixmap(QSize(20, 20), self.devicePixelRatioF()))
        for row in self.rows.values():
            row.set_theme(theme)

    def set_running(self, running: bool) -> None:
        """Lock what cannot be turned while the graph runs."""
        if self.name_line is not None:
            self.name_line.setReadOnly(running)
        for row in self.rows.values():
            row.set_locked(running and not row.param.live)

    def _add_head(self) -> None:
        self._icon = QLabel(self)
        title = QLabel(self._title(), self)
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(title, 1)
        if self._spec:
            about = QPushButton("About", self)
            about.setToolTip(f"What {self._spec.title} does")
            about.clicked.connect(lambda: self.help_wished.emit(self._spec.type if self._spec else ""))
            head.addWidget(about)
        box = QVBoxLayout()
        box.setSpacing(6)
        box.addLayout(head)
        self.summary = _note(self._summary(), self)
        box.addWidget(self.summary)
        self.forecast = _note("", self)
        self.forecast.setAccessibleName("What this node will do in this graph")
        box.addWidget(self.forecast)
        self._layout.addLayout(box)
        if len(self.nodes) == 1:
            self._add_name()

    def _add_name(self) -> None:
        self.name_line = QLineEdit(self.nodes[0], self)
        self.name_line.setAccessibleName("Name of the node in files and on the command line")
        self.name_line.editingFinished.connect(self._rename)
        self.name_fault = QLabel(self)
        self.name_fault.setProperty("role", "danger")
        self.name_fault.setWordWrap(True)
        self.name_fault.hide()
        name = QLabel("Name", self)
        name.setBuddy(self.name_line)
        box = QVBoxLayout()
        box.setSpacing(4)
        for widget in (name, self.name_line, self.name_fault):
            box.addWidget(widget)
        self._layout.addLayout(box)

    def _add_row(self, param: Param) -> None:
        field = SPECIAL.get(param.editor, field_for)(param)
        row = FormRow(field, parent=self)
        row.changed.connect(lambda value: self._set(param.name, value))
        row.reset_wished.connect(lambda: self._set(param.name, None))
        self.rows[param.name] = row
        self._layout.addWidget(row)
        if isinstance(field, EnvironmentField):
            field.browse_wished.connect(lambda: self._browse(field))

    def _add_rest(self) -> None:
        """Say what else there is: parameters that the operator does not have, or that there are none."""
        unknown = unknown_params(self._document_nodes()[0], self._catalogue) if len(self.nodes) == 1 else ()
        for name in unknown:
            line = QHBoxLayout()
            line.addWidget(_note(f"{name} is no parameter here; it is kept as it is.", self), 1)
            remove = QPushButton("Remove", self)
            remove.setAccessibleName(f"Remove {name}")
            remove.clicked.connect(lambda checked=False, name=name: self._set(name, None))
            line.addWidget(remove)
            self._layout.addLayout(line)
        if not self.rows and not unknown:
            whose = "This operator has" if len(self.nodes) == 1 else "These nodes share"
            self._layout.addWidget(_note(f"{whose} no parameters.", self))

    def _title(self) -> str:
        if len(self.nodes) > 1:
            return f"{len(self.nodes)} nodes"
        return self._spec.title if self._spec else self._document_nodes()[0].type

    def _summary(self) -> str:
        if len(self.nodes) > 1:
            return "What you enter goes to all of them."
        return (
            self._spec.summary
            if self._spec
            else "This operator is not known here. It is kept as it stands in the file."
        )

    def _value(self, param: Param) -> JsonValue | object:
        default = list(param.default) if isinstance(param.default, tuple) else param.default
        values = [node.params.get(param.name, default) for node in self._document_nodes()]
        return values[0] if all(value == values[0] for value in values) else MIXED

    def _set(self, name: str, value: JsonValue) -> None:
        document = self._editing.document
        for node in self.nodes:
            document = edits.set_param(document, self._catalogue, node, name, value)
        verb = "Reset" if value is None else "Set"
        self._editing.edit(f"{verb} {name} of {self._whose()}", document, field=f"{','.join(self.nodes)}.{name}")

    def _played(self, node: Node) -> JsonValue:
        players = self._spec.param("players") if self._spec else None
        return node.params.get("players", players.default if players else "")

    def _whose(self) -> str:
        return self.nodes[0] if len(self.nodes) == 1 else f"{len(self.nodes)} nodes"

    def _browse(self, field: EnvironmentField) -> None:
        value = self._value(field.param)
        param = self._spec.param("kwargs") if self._spec else None
        kwargs = self._value(param) if param else None
        kept = json.dumps(kwargs) if kwargs and isinstance(kwargs, dict) else ""
        self.browse_wished.emit(field.several, value if isinstance(value, str) else "", kept)

    def _rename(self) -> None:
        assert self.name_line is not None
        old, new = self.nodes[0], self.name_line.text().strip()
        self.name_fault.hide()
        if new != old:
            self.rename_wished.emit(old, new)

    def _document_nodes(self) -> list[Node]:
        return [node for node in self._editing.document.nodes if node.id in self.nodes]


def shared_params(nodes: Sequence[Node], catalogue: Catalogue) -> tuple[Param, ...]:
    """Return the parameters that all nodes declare alike, in the first one's order."""
    specs = [catalogue.spec(node.type) for node in nodes]
    if not specs or None in specs:
        return ()
    return tuple(
        param for param in specs[0].params if all(spec and spec.param(param.name) == param for spec in specs[1:])
    )


def unknown_params(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names in a node's params that its operator does not declare."""
    spec = catalogue.spec(node.type)
    return tuple(name for name in sorted(node.params) if spec is None or spec.param(name) is None)


def _stands_for_default(param: Param, value: object) -> bool:
    return value is not MIXED and param.fault(value) is None and bool(param.read(value) == param.default)


def _only_spec(nodes: Sequence[Node], catalogue: Catalogue) -> OperatorSpec | None:
    return catalogue.spec(nodes[0].type) if len({node.type for node in nodes}) == 1 else None


def _note(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
