"""What the gallery tells of one graph: a larger picture, what to look at, the paper, and a button to open a copy."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.gallery.pictures import Pictures
from app.page import Page
from app.themes import Theme
from engine.document import Paper
from engine.gallery import Entry

PICTURE: Final = QSize(400, 220)
NARROW: Final = 240  # pixels
ARXIV: Final = "https://arxiv.org/abs/"


class GraphPage(Page):
    """The right side of the gallery; what is wished with its button is a copy of the graph."""

    def __init__(self, pictures: Pictures, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(PICTURE, "About the graph", parent)
        self._pictures = pictures
        self._theme = theme
        self._entry: Entry | None = None
        self._narrow = False
        self.column.setSpacing(12)
        self.button.setText("Open a copy")
        self.button.setToolTip("Open a copy of this graph, which belongs to no file yet")
        pictures.taken.connect(self._show_picture)
        self.set_theme(theme)

    def show_entry(self, entry: Entry | None) -> None:
        """Show what is told of a graph; nothing of None."""
        self._entry = entry
        self.button.setVisible(entry is not None)
        self.picture.setVisible(entry is not None and not self._narrow)
        style = f"<style>p {{ line-height: 130%; }} .quiet, h4 {{ color: {self._theme.muted}; }}</style>"
        self.words.setHtml(style + "".join(_told(entry)) if entry else "")
        self._show_picture()

    def set_narrow(self, narrow: bool) -> None:
        """Do without the picture, which the card has too, and with less width."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else PICTURE.width())
        self.picture.setVisible(self._entry is not None and not narrow)

    def set_theme(self, theme: Theme) -> None:
        """Wear the theme's colours."""
        self._theme = theme
        self.frame(theme, padding=0)
        self.show_entry(self._entry)

    def _show_picture(self) -> None:
        picture = self._pictures.of(self._entry, PICTURE - QSize(4, 4)) if self._entry else None
        self.picture.setAccessibleName(f"Picture of {self._entry.document.title}" if self._entry else "No picture")
        if picture:
            self.picture.setPixmap(picture)
        else:
            self.picture.clear()


def _told(entry: Entry) -> Iterator[str]:
    """Give what is told of a graph as HTML."""
    document, about = entry.document, entry.document.about
    known = f" · RLlib’s {about.rllib}" if about.rllib else ""
    yield f"<h3>{html.escape(document.title)}</h3><p class='quiet'>{entry.size}{html.escape(known)}</p>"
    yield f"<p>{html.escape(document.description)}</p>"
    if about.look_at:
        yield f"<h4>What to look at</h4><p>{html.escape(about.look_at)}</p>"
    if about.paper != Paper():
        yield f"<h4>Paper</h4><p>{_reference(about.paper)}</p>"


def _reference(paper: Paper) -> str:
    origin = html.escape(" ".join(part for part in (paper.authors, str(paper.year or "")) if part))
    link = f"<br><a href='{ARXIV}{paper.arxiv}'>arXiv {paper.arxiv}</a>" if paper.arxiv else ""
    return f"{html.escape(paper.title)}<br>{origin}{link}"
