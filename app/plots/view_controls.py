"""The choices of how to look at curves: the x axis, and in a menu scales, smoothing, the middle of seeds and marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from app.plots.axes import X_AXES
from app.plots.view import MARKS, SMOOTHINGS, View, width_text
from engine.over_seeds import MIDDLES


class ViewControls(QWidget):
    """A choice of the x axis, and a button that tells what else is unusual in the view and changes it.

    Attributes:
        axis: what x counts. button: opens the menu of the rest.

    Signals:
        wished(object): the fields of `View` to change, as a mapping.
    """

    wished = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = View()
        self.axis = QComboBox(accessibleName="X axis", toolTip="What the charts' x axis counts")
        for axis, title in X_AXES.items():
            self.axis.addItem(title, axis)
        self.button = QToolButton(toolTip="Scales, smoothing, middle of seeds, marks", accessibleName="View")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.button)
        self.button.setMenu(self._menu)
        self._menu.aboutToShow.connect(self.fill_menu)
        self.axis.activated.connect(lambda index: self.wished.emit({"axis": self.axis.itemData(index), "smooth": 0}))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.axis)
        row.addWidget(self.button)
        self.show_view(self._view)

    def show_view(self, view: View) -> None:
        """Tell this view."""
        self._view = view
        self.axis.setCurrentIndex(self.axis.findData(view.axis))
        logs = "".join(name for name, on in (("x", view.log_x), ("y", view.log_y)) if on)
        smooth = f"mean of {width_text(view.axis, view.smooth)}" if view.smooth else ""
        parts = [f"log {logs}" if logs else "", smooth, MIDDLES[view.middle] if view.middle else ""]
        parts.append("marks hidden" if view.hidden else "")
        self.button.setText(" · ".join(part for part in parts if part) or "View")

    def fill_menu(self) -> QMenu:
        """Fill the menu with the choices of the present view, and return it."""
        view, menu = self._view, self._menu
        menu.clear()
        for text, field, on in (("Logarithmic &x", "log_x", view.log_x), ("Logarithmic &y", "log_y", view.log_y)):
            self._add(menu, text, {field: not on}, on)
        widths = {width_text(view.axis, width): width for width in SMOOTHINGS[view.axis]}
        self._add_choices(menu.addMenu("&Smooth over"), "smooth", widths, view.smooth)
        middles = {"Each run": None} | {f"{title} with 95 %": middle for middle, title in MIDDLES.items()}
        self._add_choices(menu.addMenu("Runs of &one graph"), "middle", middles, view.middle)
        marks = menu.addMenu("&Marks")
        for kind, title in MARKS.items():
            self._add(marks, title, {"hidden": view.hidden ^ {kind}}, kind not in view.hidden)
        return menu

    def _add_choices(self, menu: QMenu, field: str, choices: Mapping[str, Any], chosen: Any) -> None:
        group = QActionGroup(menu)
        for text, value in choices.items():
            group.addAction(self._add(menu, text, {field: value}, value == chosen))

    def _add(self, menu: QMenu, text: str, changes: Mapping[str, Any], checked: bool) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(checked)
        action.triggered.connect(lambda: self.wished.emit(changes))
        return action
