"""The row above the charts: which runs they show, how they are looked at, and what can be done with them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from app.icons import icon
from app.plots.legend import Legend
from app.plots.view_controls import ViewControls
from app.themes import Theme, number_font
from app.tool_row import ICON, ToolRow

ROOMY: Final = 900  # pixels


class PlotBar(ToolRow):
    """Legend, choices of the view, and buttons.

    Attributes:
        looks: the choices of the view. overlay: whether runs are laid over each other. differences: whether what
            differs between the two shown runs stands beside the charts.

    Signals:
        fit_wished(): show everything again.
        export_wished(str): save what is shown, as `png`, `svg` or `csv`.
    """

    fit_wished = Signal()
    export_wished = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(ROOMY, parent)
        self.legend = Legend()
        self.place = QLabel()  # under the pointer
        self.place.setFont(number_font(10))
        self.place.setContentsMargins(0, 0, 8, 0)
        self.looks = ViewControls()
        self.overlay = _button("Overlay", "Keep these curves and draw the next run over them")
        self.overlay.setCheckable(True)
        self.differences = _button("Differences", "What differs between the two runs shown: graph, figures, versions")
        self.differences.setCheckable(True)
        self.differences.setEnabled(False)
        self._fit = _button("", "Show everything (double click in a chart)", "Fit the charts to their curves")
        self._fit.clicked.connect(self.fit_wished)
        self._export = self._export_button()
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        buttons = ((self._fit, "fit"), (self.overlay, "chart"), (self.differences, "outline"), (self._export, "save"))
        for button, name in buttons:
            button.setIcon(icon(name, theme, theme.muted))

    def _export_button(self) -> QToolButton:
        button = _button("Export", "Save the charts as a picture, or their values as a table")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for kind, text in (("png", "Picture (&PNG)…"), ("svg", "Vector figure (&SVG)…"), ("csv", "Table (&CSV)…")):
            action = QAction(text, menu)
            action.triggered.connect(lambda checked=False, kind=kind: self.export_wished.emit(kind))
            menu.addAction(action)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        self.row.addWidget(self.legend, 1)
        self.row.addWidget(self.place)
        self.row.addWidget(self.looks)
        self.add_button(self.overlay)
        self.add_button(self.differences)
        self.row.addWidget(self._fit)
        self.add_button(self._export)


def _button(text: str, tip: str, name: str = "") -> QToolButton:
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
    return QToolButton(
        text=text, toolTip=tip, accessibleName=name or tip, iconSize=ICON, toolButtonStyle=style
    )
