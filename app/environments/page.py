"""What the picker tells of one environment: a picture, what its agents see and do, and a button to choose it."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QProgressBar, QWidget

from app.page import Page
from app.themes import CODE_FAMILY, Theme
from engine.environment_card import EnvironmentCard, Seat

PICTURE: Final = QSize(420, 280)
EDGE: Final = 12  # pixels between the picture and its frame
BUSY: Final = 4  # pixels
NAMED: Final = 6  # agents that are named one by one
WAYS: Final = {"parallel": "all at once", "aec": "one after another"}


class EnvironmentPage(Page):
    """The right side of the picker; what is wished with its button is to use this environment."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(PICTURE, "About the environment", parent)
        self._theme = theme
        self._card: EnvironmentCard | None = None
        self.busy = QProgressBar(textVisible=False, maximum=0, accessibleName="The environment is being made")
        self.busy.setFixedHeight(BUSY)
        policy = self.busy.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.busy.setSizePolicy(policy)
        self.column.setSpacing(8)
        self.column.insertWidget(1, self.busy)
        self.button.setText("Choose")
        self.button.setToolTip("Use this environment in the graph")
        self.set_theme(theme)

    def show_card(self, card: EnvironmentCard | None, busy: bool = False) -> None:
        """Show what is known of an environment so far; nothing of None."""
        self._card = card
        self.button.setEnabled(card is not None)
        self.busy.setVisible(busy)
        self.words.setHtml(_style(self._theme) + "".join(_told(card)) if card else "")
        if card and card.picture:
            self._draw(card)
        else:
            self.say(_instead_of_picture(card) if card else "")

    def say(self, sentence: str) -> None:
        """Show a sentence where the picture would be."""
        self.picture.setText(sentence)
        self.picture.setAccessibleName(sentence or "No picture")

    def set_theme(self, theme: Theme) -> None:
        """Wear the theme's colours."""
        self._theme = theme
        self.frame(theme, EDGE)
        self.show_card(self._card, not self.busy.isHidden())

    def _draw(self, card: EnvironmentCard) -> None:
        picture = QPixmap()
        picture.loadFromData(base64.b64decode(card.picture))
        scale = self.devicePixelRatioF()
        room = (PICTURE - QSize(2 * EDGE, 2 * EDGE)) * scale
        fitting = picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        fitting.setDevicePixelRatio(scale)
        self.picture.setPixmap(fitting)
        self.picture.setAccessibleName(f"Picture of {card.id}")


def _instead_of_picture(card: EnvironmentCard) -> str:
    if card.no_picture:
        return f"No picture: {card.no_picture}"
    if card.needs:
        return "It cannot be made here: a package is missing."
    return "Drawing it …" if card.seats else "Making it …"


def _style(theme: Theme) -> str:
    return (
        f"<style>.group, th {{ color: {theme.muted}; }} .lacks {{ color: {theme.warning}; }}"
        f"code {{ font-family: '{CODE_FAMILY}'; }} th {{ font-weight: 400; }}"
        "h3 { margin: 0 0 2px 0; } .group { margin: 0; } table { margin-top: 10px; }"
        "th { padding: 3px 12px 3px 0; } td { padding: 3px 0; }</style>"
    )


def _told(card: EnvironmentCard) -> Iterator[str]:
    """Give what is told of an environment as HTML."""
    yield f"<h3>{html.escape(card.id)}</h3><p class='group'>{html.escape(card.group)}</p>"
    if card.needs:
        command = f"<code>{html.escape(card.needs)}</code>"
        yield f"<p class='lacks'>It needs a package that is not installed. Type:<br>{command}</p>"
    rows = [row for seat in card.seats for row in _seat(seat)]
    if card.kwargs:
        arguments = json.loads(card.kwargs).items()
        rows.append(("Made with", ", ".join(f"{name} = {json.dumps(value)}" for name, value in arguments)))
    if card.max_steps:
        rows.append(("Episode", f"at most {card.max_steps:,} env steps"))
    if card.reward_threshold is not None:
        rows.append(("Solved", f"at a mean return of {card.reward_threshold:,g}"))
    if card.players:
        rows.append(("Agents act", " or ".join(WAYS[way] for way in card.players)))
    cells = (f"<tr><th align='left'>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
    yield f"<table cellspacing='0'>{''.join(cells)}</table>"


def _seat(seat: Seat) -> Iterator[tuple[str, str]]:
    if seat.agents:
        more = len(seat.agents) - NAMED
        yield "Agents", ", ".join(seat.agents[:NAMED]) + (f" and {more} more" if more > 0 else "")
    yield "Observations", seat.observations
    yield "Actions", seat.actions
