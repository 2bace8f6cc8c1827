"""The row above the charts: which runs they show, over which x axis, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.icons import icon
from app.plots.axes import X_AXES
from app.themes import Theme, number_font

Named = tuple[str, str]  # what a run is called, and the colour of its curves


class PlotBar(QWidget):
    """Legend, choice of the x axis, and buttons.

    Signals:
        axis_chosen(str): a key of `X_AXES`.
        fit_wished(): show everything again.
        png_wished(), csv_wished(): save what is shown.
    """

    axis_chosen = Signal(str)
    fit_wished = Signal()
    png_wished = Signal()
    csv_wished = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = QLabel()
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.place = QLabel()  # under the pointer
        self.place.setFont(number_font(10))
        self.place.setContentsMargins(0, 0, 8, 0)
        self.axis_choice = self._axis_choice()
        self.overlay = _button("Compare", "Keep these curves and draw the next run over them")
        self.overlay.setCheckable(True)
        self._fit = _button("", "Show everything (double click in a chart)", "Fit the charts to their curves")
        self._png = _button("PNG", "Save a picture of the charts")
        self._csv = _button("CSV", "Save every value of the shown runs as a table")
        for button, wish in ((self._fit, self.fit_wished), (self._png, self.png_wished), (self._csv, self.csv_wished)):
            button.clicked.connect(wish)
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._fit.setIcon(icon("fit", theme, theme.muted))
        for button, name in ((self.overlay, "chart"), (self._png, "save"), (self._csv, "save")):
            button.setIcon(icon(name, theme, theme.muted))

    def name_runs(self, runs: Sequence[Named]) -> None:
        """Show these runs in the legend."""
        parts = [f'<span style="color: {colour}">●</span>&nbsp;{escape(name)}' for name, colour in runs]
        self.legend.setText("&nbsp;&nbsp;&nbsp;".join(parts))
        self.legend.setToolTip("\n".join(name for name, _ in runs))

    def _axis_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName("X axis")
        choice.setToolTip("What the charts' x axis counts")
        for axis, title in X_AXES.items():
            choice.addItem(title, axis)
        choice.currentIndexChanged.connect(lambda index: self.axis_chosen.emit(choice.itemData(index)))
        return choice

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 0)
        row.setSpacing(4)
        row.addWidget(self.legend, 1)
        for widget in (self.place, self.axis_choice, self.overlay, self._fit, self._png, self._csv):
            row.addWidget(widget)


def _button(text: str, tip: str, name: str = "") -> QToolButton:
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
    return QToolButton(
        text=text, toolTip=tip, accessibleName=name or tip, iconSize=QSize(16, 16), toolButtonStyle=style
    )
