"""The editor of an environment's id: typed and completed, taken from a list, or picked in a window of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QToolButton, QWidget

from app.fields import MIXED, Field
from app.icons import icon
from app.themes import Theme
from engine.declare import Param


class EnvironmentField(Field):
    """An environment id, completed from those that the engine knows as registered; a button opens the picker.

    Signals:
        browse_wished(): the picker is to be opened.
    """

    browse_wished = Signal()

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = EnvironmentBox(self)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        completer = self.box.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.lineEdit().textEdited.connect(self._tell)
        self.box.textActivated.connect(self._tell)
        self.box.browse_wished.connect(self.browse_wished)
        self._hold(self.box)
        self.browse = QToolButton(self, accessibleName="Pick an environment")
        self.browse.setToolTip("Pick an environment: what each shows and takes, with a picture")
        self.browse.clicked.connect(self.browse_wished)
        self.layout().addWidget(self.browse)

    @property
    def several(self) -> bool:
        """Whether it names an environment of several agents, of which the engine does not list the ids."""
        return self.param.editor == "multi_agent_environment"

    def set_theme(self, theme: Theme) -> None:
        """Draw the button's icon in the theme's colours."""
        self.browse.setIcon(icon("gallery", theme))

    def offer(self, environments: Sequence[str]) -> None:
        """List these ids; what is being typed stays."""
        text = self.box.currentText()
        self.box.clear()
        self.box.addItems(list(environments))
        self.box.setEditText(text)

    def show_value(self, value: object) -> None:
        """Write the environment's id."""
        self.box.lineEdit().setPlaceholderText("mixed" if value is MIXED else "")
        text = "" if value is MIXED else str(value)
        if self.box.currentText() != text:
            self.box.setEditText(text)


class EnvironmentBox(QComboBox):
    """A line with a list of ids; while none are known, its arrow wishes for the picker.

    Signals:
        browse_wished(): the picker is to be opened.
    """

    browse_wished = Signal()

    def showPopup(self) -> None:
        """Open the list, if there is one."""
        if self.count():
            super().showPopup()
        else:
            self.browse_wished.emit()
