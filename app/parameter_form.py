"""The form beside the canvas: the parameters of the selected nodes, a group's title, or the document's own settings.

It is generated from what operators declare. Entering a value makes an edit at once; entries in one field that
follow each other are one undo step.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app import edits
from app.document_form import DocumentForm
from app.editing import Editing
from app.environments import EnvironmentPicker
from app.group_form import GroupForm
from app.groups import Groups
from app.node_form import NodeForm, unknown_params
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.document import Node
from engine.environment_card import EnvironmentCard
from engine.problems import GraphFileError, Problem


class ParameterForm(QScrollArea):
    """Shows the form that fits the selection.

    Signals:
        help_wished(str): the help page of the operator with this type id.
        renamed(str, str): a node got another id; old and new.
        open_wished(str): the inside of this group is to be shown.
        ungroup_wished(): the selected group is to be taken apart.
    """

    help_wished = Signal(str)
    renamed = Signal(str, str)
    open_wished = Signal(str)
    ungroup_wished = Signal()

    def __init__(self, editing: Editing, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        self._catalogue = catalogue
        self._theme = theme
        self._environments: tuple[str, ...] = ()
        self._problems: Sequence[Problem] = ()
        self._locked = self._live = False
        self._shown: tuple[object, ...] = ()
        self.things: tuple[str, ...] = ()
        self.form: NodeForm | GroupForm | DocumentForm | None = None
        self.picker: EnvironmentPicker | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Parameters")
        editing.watch(self.refresh)
        self.refresh()

    def show_things(self, things: Sequence[str]) -> None:
        """Show the parameters of these nodes and of those in these groups; of none, the document's settings.

        One group alone shows its title.
        """
        self.things = tuple(things)
        self.refresh()

    def set_environments(self, environments: Sequence[str]) -> None:
        """Take the ids that the environment picker offers."""
        self._environments = tuple(environments)
        if self.form is not None:
            self.form.offer_environments(self._environments)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show at each field what checking says about it."""
        self._problems = problems
        if self.form is not None:
            self.form.show_problems(problems)

    def set_locked(self, locked: bool, live: bool = False) -> None:
        """Let nothing be edited while the graph runs but, if `live`, the parameters that can be turned meanwhile."""
        self._locked, self._live = locked, live
        if self.form is not None:
            self._show_lock(self.form)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        if self.form is not None:
            self.form.set_theme(theme)
        if self.picker is not None:
            self.picker.set_theme(theme)

    def at_keyboard(self) -> tuple[str, str]:
        """Return the type id of the operator and the name of its parameter whose field has the keyboard, or nothing."""
        editor = QApplication.focusWidget()
        if not isinstance(self.form, NodeForm) or editor is None:
            return "", ""
        names = [name for name, row in self.form.rows.items() if row.isAncestorOf(editor)]
        return (self.form.operator, names[0]) if names else ("", "")

    def focus_field(self, name: str) -> None:
        """Put the cursor into the field called `name`, if the form has one."""
        row = self.form.rows.get(name) if self.form is not None else None
        if row is not None:
            self.ensureWidgetVisible(row)
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """Put the cursor where the name of the node, or the graph's title, stands, with all of it selected."""
        line = self.form.name_line if self.form is not None else None
        if line is not None:
            line.setFocus(Qt.FocusReason.OtherFocusReason)
            line.selectAll()

    def refresh(self) -> None:
        """Draw the document's values; build another form only if other things are to be shown."""
        groups = Groups(self._editing.document.layout)
        chosen = groups.nodes_in(self.things)
        nodes = [node for node in self._editing.document.nodes if node.id in chosen]
        group = self.things[0] if len(self.things) == 1 and self.things[0] in groups.by_id else ""
        shown = (group, *((node.id, node.type, unknown_params(node, self._catalogue)) for node in nodes if not group))
        if self.form is None or shown != self._shown:
            self._shown = shown
            self._show_form(self._group_form(group) if group else self._node_form(nodes))
        else:
            self.form.refresh()

    def _group_form(self, group: str) -> GroupForm:
        form = GroupForm(self._editing, group)
        form.open_wished.connect(self.open_wished)
        form.ungroup_wished.connect(self.ungroup_wished)
        return form

    def _node_form(self, nodes: Sequence[Node]) -> NodeForm | DocumentForm:
        if not nodes:
            return DocumentForm(self._editing)
        form = NodeForm(self._editing, self._catalogue, tuple(node.id for node in nodes))
        form.help_wished.connect(self.help_wished)
        form.rename_wished.connect(self._rename)
        form.browse_wished.connect(self._browse)
        return form

    def _browse(self, several: bool, present: str, kwargs: str) -> None:
        """Open the environment picker, which is made the first time and then remembers what it was told."""
        if self.picker is None:
            self.picker = EnvironmentPicker(self._theme, self.window())
            self.picker.chosen.connect(self._take_environment)
        self.picker.ask(several, present, kwargs)

    def _take_environment(self, card: EnvironmentCard) -> None:
        if isinstance(self.form, NodeForm):
            self.form.take_environment(card)
            self.focus_field("id")

    def _show_form(self, form: NodeForm | GroupForm | DocumentForm) -> None:
        self.form = form
        self.form.offer_environments(self._environments)
        self.form.refresh()
        self.form.set_theme(self._theme)
        self._show_lock(self.form)
        self.form.show_problems(self._problems)
        former = self.takeWidget()
        if former is not None:
            former.setParent(self)  # so that it lives until Qt deletes it: one of its own fields may have led here
            former.hide()
            former.deleteLater()
        self.setWidget(self.form)

    def _show_lock(self, form: NodeForm | GroupForm | DocumentForm) -> None:
        turnable = self._live and isinstance(form, NodeForm)
        form.setEnabled(turnable or not self._locked)
        form.setToolTip("Locked while the graph runs" if self._locked and not turnable else "")
        if isinstance(form, NodeForm):
            form.set_running(self._locked)

    def _rename(self, old: str, new: str) -> None:
        try:
            document = edits.rename_node(self._editing.document, old, new)
        except GraphFileError as error:
            if isinstance(self.form, NodeForm):
                self.form.refuse_name(error.problems[0].what)
            return
        self.things = (new,)
        self._editing.edit(f"Rename {old} to {new}", document)
        self.renamed.emit(old, new)
