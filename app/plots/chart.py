"""One chart: a heading with the newest figure, curves, a cross-hair; or a sentence while there is no curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.elided_label import ElidedLabel
from app.plots.axes import Axis, written_on
from app.plots.figures import figure
from app.plots.marks import Ticks
from app.plots.rules import Rules
from app.plots.trace import Drawing, Trace, Window
from app.plots.view import View
from app.themes import Theme, number_font

HEAD_HEIGHT: Final = 26  # pixels, the same with and without a choice, so that charts line up
SPACING: Final = 8
NARROWEST: Final = 110  # pixels
HEADROOM: Final = 0.06  # of the values' range, above and below
BOLD_UP_TO: Final = 4  # lines: a bold one takes ten times as long to draw as a thin one


class Chart(QWidget):
    """Traces over a common x axis, below a heading (a label or a choice) and a caption that steps back.

    Attributes:
        ticks: the marks on it; a `labelled` chart writes their words too.

    Signals:
        hovered(object): the x under the pointer as a float; None when it has left.
        moved_by_hand(float, float): the user dragged or zoomed the view; its first and last x.
        fit_wished(): the user double-clicked the view.
    """

    hovered = Signal(object)
    moved_by_hand = Signal(float, float)
    fit_wished = Signal()

    def __init__(
        self, heading: QWidget, caption: str = "", parent: QWidget | None = None, *, labelled: bool = False
    ) -> None:
        super().__init__(parent)
        self._left, self._bottom = Axis("left"), Axis("bottom")
        self._plot = pg.PlotWidget(axisItems={"left": self._left, "bottom": self._bottom})
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything here
        self._rules = Rules(self._left)
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self.ticks = Ticks(self._plot.getPlotItem(), labelled)
        self._drawings: list[Drawing] = []
        self._view = View()
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._readout = QLabel()
        self._heading, self._caption = heading, ElidedLabel(caption)
        self._pages = QStackedWidget()
        self.setMinimumWidth(NARROWEST)  # else its heading would push the window wider
        self._lay_out()
        self._prepare_plot()

    @property
    def area(self) -> pg.ViewBox:
        """The area of the curves, with its ranges."""
        return self._plot.getViewBox()

    @property
    def empty_text(self) -> str:
        """The sentence that stands in for curves; nothing where there are some."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    @property
    def readout(self) -> str:
        """The figures in the heading."""
        return self._readout.text()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; the traces bring theirs."""
        self._plot.setBackground(theme.panel)
        for part in (self._left, self._bottom, self._rules, self.ticks):
            part.set_theme(theme)
        self._hair.setPen(pg.mkPen(theme.muted))

    def set_caption(self, text: str, tip: str = "") -> None:
        """Say beside the heading what is shown."""
        self._caption.say(text)
        self._caption.setToolTip(tip)

    def show_traces(self, traces: Sequence[Trace], view: View, otherwise: str) -> None:
        """Show these traces in a view, or the sentence `otherwise` if none of them has a sample."""
        self._view = view
        self._bottom.written = written_on(view.axis)
        self._bottom.log, self._left.log = view.log_x, view.log_y
        if [drawing.trace for drawing in self._drawings] != list(traces):
            self._replace(traces)
        some = any(len(trace.curve) for trace in traces)
        self._empty.setText("" if some else otherwise)
        self._pages.setCurrentWidget(self._plot if some else self._empty)

    def set_vector(self, vector: bool) -> None:
        """Paint shapes alone and no small pictures, for a figure."""
        for drawing in self._drawings:
            drawing.set_vector(vector)

    def draw(self, follow: bool) -> None:
        """Draw the curves anew for what is on the screen; with `follow`, fit the y range to them."""
        first, last = (self._view.meant(x) for x in self.area.viewRange()[0])
        window = Window(self._view, first, last, max(int(self.area.width()), 16))
        ranges = [found for drawing in self._drawings if (found := drawing.draw(window))]
        if follow and ranges:
            low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
            room = (high - low) * HEADROOM or abs(high) * HEADROOM or 1.0
            self.area.setYRange(low - room, high + room, padding=0)
        self.area.prepareForPaint()  # else it finds only while being painted that it has moved, and is painted twice

    def read(self, x: float | None) -> None:
        """Show the lines' figures at `x`, or their newest ones."""
        self._hair.setVisible(x is not None)
        if x is not None:
            self._hair.setPos(self._view.shown(x))
        figures = [
            (_figure(drawing.trace, -1 if x is None else curve.nearest(self._view.axis, x)), drawing.trace.colour)
            for drawing in self._drawings
            if drawing.trace.told and len(curve := drawing.trace.curve)
        ]
        self._readout.setText("&nbsp;&nbsp;".join(self._fitting(figures)))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Tell when the pointer leaves the curves."""
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        return False

    def _fitting(self, figures: Sequence[tuple[str, str]]) -> list[str]:
        """Return the figures beside the heading for which there is room, in their colours."""
        room = self.width() - self._heading.sizeHint().width() - 4 * SPACING
        shown = []
        for text, colour in figures:
            room -= self._readout.fontMetrics().horizontalAdvance(f"{text}  ")
            if shown and room < 0:
                return [*shown, "…"]
            shown.append(f'<span style="color: {colour}">{text}</span>')
        return shown

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACING, 0, SPACING, 0)
        head.setSpacing(SPACING)
        head.addWidget(self._heading)
        head.addWidget(self._caption, 1)
        head.addWidget(self._readout)
        self._readout.setFont(number_font(10))
        self._readout.setFixedHeight(HEAD_HEIGHT)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for quiet in (self._caption, self._empty):
            quiet.setProperty("role", "muted")
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._plot)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2)
        body.addLayout(head)
        body.addWidget(self._pages, 1)

    def _prepare_plot(self) -> None:
        item = self._plot.getPlotItem()
        self._plot.setCacheMode(pg.PlotWidget.CacheModeFlag.CacheNone)  # of a plain ground; vector figures want none
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setContentsMargins(0, 8, 10, 0)  # above: half a line, for the topmost tick's text
        item.addItem(self._rules, ignoreBounds=True)
        item.addItem(self._hair, ignoreBounds=True)
        self._hair.hide()
        self.area.disableAutoRange()
        self.area.sigRangeChangedManually.connect(lambda _: self.moved_by_hand.emit(*self.area.viewRange()[0]))
        self._plot.scene().sigMouseMoved.connect(self._hover)
        self._plot.scene().sigMouseClicked.connect(lambda click: click.double() and self.fit_wished.emit())
        self._plot.viewport().installEventFilter(self)

    def _hover(self, position: QPointF) -> None:
        if self.area.sceneBoundingRect().contains(position):
            self.hovered.emit(self._view.meant(self.area.mapSceneToView(position).x()))

    def _replace(self, traces: Sequence[Trace]) -> None:
        for drawing in self._drawings:
            drawing.remove(self._plot.getPlotItem())
        few = sum(trace.told for trace in traces) <= BOLD_UP_TO
        item = self._plot.getPlotItem()
        self._drawings = [Drawing(trace, item, bold=few and trace.told) for trace in traces]


def _figure(trace: Trace, index: int) -> str:
    """Write a trace's value at a sample, with its interval if it has one."""
    band = trace.band
    interval = f" [{figure(band.low[index])}, {figure(band.high[index])}]" if band else ""
    return figure(trace.curve.y[index]) + interval
