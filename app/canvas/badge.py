"""The mark of a node with problems: how many there are, and what they say when one points at it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.look import Look
from engine.problems import Problem, errors_among

RADIUS = 9.0


class Badge(QGraphicsItem):
    """A disc on the upper right corner of a node; red if the graph cannot run, amber for warnings alone."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.look = look
        self.problems: tuple[Problem, ...] = ()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(3)
        self.setVisible(False)

    @property
    def is_error(self) -> bool:
        """Whether one of the problems keeps the graph from running."""
        return bool(errors_among(self.problems))

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, or nothing if there are none."""
        self.problems = tuple(problems)
        self.setVisible(bool(problems))
        self.setToolTip("\n".join(sentence(problem) for problem in problems))
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the square around the disc."""
        return QRectF(-RADIUS - 2, -RADIUS - 2, 2 * RADIUS + 4, 2 * RADIUS + 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the disc and the count."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.colour("canvas"), 2.5))
        painter.setBrush(self.look.colour("danger" if self.is_error else "warning"))
        disc = QRectF(-RADIUS, -RADIUS, 2 * RADIUS, 2 * RADIUS)
        painter.drawEllipse(disc)
        painter.setFont(self.look.value)
        painter.setPen(self.look.colour("accent_text"))
        painter.drawText(
            disc, Qt.AlignmentFlag.AlignCenter, str(len(self.problems)) if len(self.problems) < 10 else "9+"
        )


def sentence(problem: Problem) -> str:
    """Return a problem as a line for a tooltip: the field, what is wrong, what to try."""
    where = f"{problem.where.field}: " if problem.where.field else ""
    return f"{where}{problem.what}" + (f" – {problem.hint}" if problem.hint else "")
