"""The panel in which the newest policy plays while it is trained, and from which a film of it is made."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.themes import Theme
from engine.inspecting import FilmFormat, PolicySeen, Watch

SPEEDS: Final = {"¼ ×": 0.25, "½ ×": 0.5, "1 ×": 1.0, "2 ×": 2.0, "4 ×": 4.0, "most": 64.0}
FILMS: Final[dict[str, FilmFormat]] = {"Film as &MP4": "mp4", "Film as &GIF": "gif"}
NOBODY: Final = "Run the graph and press Watch: the newest policy plays here while it is trained."
STARTS: Final = "The environment is being made …"


class WatchPanel(QWidget):
    """A picture of the play, what it has come to, and how it is to go on.

    Signals:
        wished(Watch): let the policy play in this way from now on.
    """

    wished = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wish = Watch()
        self._running = False
        self.policies = QComboBox(accessibleName="Policy to watch")
        self.policies.currentIndexChanged.connect(self._change_policy)
        self.speed = QComboBox(accessibleName="Speed", toolTip="Times the environment's own pace")
        self.speed.addItems(list(SPEEDS))
        self.speed.setCurrentText("1 ×")
        self.speed.currentIndexChanged.connect(lambda: self._send())
        self.watch = self._button("Watch", "look", "Let the newest policy play here", checkable=True)
        self.pause = self._button("Pause", "pause", "Let the play stand still; training goes on", checkable=True)
        self.skip = self._button("Next episode", "step", "Begin the next episode, with the newest weights")
        self.film = self._button("Film", "record", "Film from now on until the episode ends", checkable=True)
        self.film.setMenu(self._film_menu())
        self.film.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.screen_ = Screen(self)
        self.figures = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, accessibleName="The play so far")
        self.figures.setToolTip("The return so far, and the version of the policy that plays this episode")
        self.told = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, accessibleName="What became of it")
        self.told.setProperty("role", "muted")
        self.watch.toggled.connect(self._toggle)
        self.pause.toggled.connect(lambda: self._send())
        self.skip.clicked.connect(lambda: self._send(skipped=self._wish.skipped + 1))
        self._lay_out()
        self.set_theme(theme)
        self._enable()
        self.tell(NOBODY)

    def show_policies(self, policies: Sequence[str]) -> None:
        """Offer these policies; the chosen one stays, if it is among them."""
        if [self.policies.itemText(row) for row in range(self.policies.count())] == list(policies):
            return
        chosen = self.policies.currentText()
        self.policies.blockSignals(True)
        self.policies.clear()
        self.policies.addItems(list(policies))
        self.policies.setCurrentIndex(max(0, self.policies.findText(chosen)) if policies else -1)
        self.policies.blockSignals(False)
        self.policies.setVisible(len(policies) > 1)

    def set_running(self, running: bool) -> None:
        """Enable what makes sense while a run is under way, or while none is; a wish to watch outlives a run."""
        if running is self._running:
            return
        self._running = running
        self._enable()
        if running and self.watch.isChecked():
            self._send(skipped=0, film="")

    def show_play(self, seen: PolicySeen) -> None:
        """Show how the play looks now."""
        self.screen_.show_picture(base64.b64decode(seen.picture))
        end = " · over" if seen.over else ""
        self.figures.setText(
            f"Episode {seen.episode:,} · step {seen.step:,} · return {seen.episode_return:,.6g} · "
            f"version {seen.version:,}{end}"
        )
        self.tell("Filming until the episode ends …" if seen.filming else "")

    def tell(self, text: str) -> None:
        """Say what there is to know beside the picture."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def refuse(self, text: str) -> None:
        """Say why the policy cannot be watched."""
        self.watch.setChecked(False)
        self.screen_.clear()
        self.figures.clear()
        self.tell(text)

    def show_film(self, file: Path) -> None:
        """Say where the film lies."""
        self._wish = self._wish.model_copy(update={"film": ""})
        self.tell(f"The film is {file}")

    def set_theme(self, theme: Theme) -> None:
        """Draw icons and screen in the theme's colours."""
        self._theme = theme
        for button in (self.watch, self.pause, self.skip):
            button.setIcon(icon(button.property("drawing"), theme))
        self.film.setIcon(icon("record", theme, theme.danger))
        self.screen_.set_theme(theme)

    def _toggle(self, on: bool) -> None:
        self.pause.setChecked(False)
        self._enable()
        if self._running:
            self.tell(STARTS if on else "")
            self._send(skipped=0, film="")
        else:
            self.tell("It plays as soon as the graph runs." if on else NOBODY)

    def _enable(self) -> None:
        for widget in (self.pause, self.skip, self.film, self.speed):
            widget.setEnabled(self._running and self.watch.isChecked())

    def _change_policy(self) -> None:
        if self.watch.isChecked():
            self._send(skipped=0, film="")

    def _send(self, **changes: object) -> None:
        """Wish for what is chosen now."""
        node = self.policies.currentText() if self.watch.isChecked() else ""
        speed = 0.0 if self.pause.isChecked() else SPEEDS[self.speed.currentText()]
        self._wish = self._wish.model_copy(update={"node": node, "speed": speed, **changes})
        if self._running:
            self.wished.emit(self._wish)

    def _film_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, form in FILMS.items():
            menu.addAction(text, lambda form=form: self._send(film=form))
        menu.addSeparator()
        menu.addAction("&End the film", lambda: self._send(film=""))
        return menu

    def _button(self, text: str, name: str, tip: str, checkable: bool = False) -> QToolButton:
        button = QToolButton(text=text, toolTip=tip, accessibleName=text, checkable=checkable)
        button.setProperty("drawing", name)
        button.setIconSize(QSize(16, 16))
        return button

    def _lay_out(self) -> None:
        self.watch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.film.setCheckable(False)
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.watch, self.pause, self.skip, self.film):
            row.addWidget(widget)
        row.addStretch(1)
        choices = QHBoxLayout()
        choices.addWidget(self.policies, 1)
        choices.addStretch()
        choices.addWidget(self.speed)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        column.addLayout(choices)
        column.addLayout(row)
        column.addWidget(self.screen_, 1)
        column.addWidget(self.figures)
        column.addWidget(self.told)


class Screen(QWidget):
    """The picture, as large as it fits, sharp where its pixels are few."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self._ground = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.setAccessibleName("The policy at play")

    @property
    def picture(self) -> QPixmap:
        """The picture that is shown; null while there is none."""
        return self._picture

    def show_picture(self, data: bytes) -> None:
        """Show the picture in a PNG file's bytes."""
        self._picture.loadFromData(data)
        self.update()

    def clear(self) -> None:
        """Show none."""
        self._picture = QPixmap()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's ground."""
        self._ground = QColor(theme.field)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground)
        if self._picture.isNull():
            return
        place = QRectF(QPointF(), self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        place.moveCenter(QRectF(self.rect()).center())
        few = self._picture.width() < 200
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not few)
        painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
