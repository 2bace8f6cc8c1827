"""Makes the one QApplication ready: a Qt that can be trusted, our fonts, and room for cached pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import PySide6
from PySide6.QtGui import QColor, QFont, QIcon, QPixmapCache
from PySide6.QtWidgets import QApplication

from app.themes import RESOURCES, UI_FAMILY, load_fonts

PIXMAP_CACHE_KIB = 256 * 1024  # Qt's 10 MiB overflow at 1,000 nodes, and every frame then paints every node anew
CALLS = 1_000


def application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the process's QApplication, made if there is none, with our style, fonts and caches.

    Example: `application(sys.argv).font().family()` is `"Inter"`.

    Raises:
        SystemExit: this Qt would abort the interpreter; the message says which version to install.
    """
    refuse_unsafe_qt()
    made = QApplication.instance() or QApplication(list(arguments))
    made.setApplicationName("rl-flow-studio")
    made.setApplicationDisplayName("RL Flow Studio")
    made.setDesktopFileName("rl-flow-studio")
    made.setWindowIcon(_icon())
    made.setStyle("Fusion")
    QPixmapCache.setCacheLimit(PIXMAP_CACHE_KIB)
    load_fonts()
    made.setFont(QFont(UI_FAMILY, 10))
    return made


def _icon() -> QIcon:
    """Return the studio's icon, in the sizes that were drawn beforehand."""
    made = QIcon()
    for picture in sorted((RESOURCES / "desktop").glob("*.png")):
        made.addFile(str(picture))
    return made


def refuse_unsafe_qt() -> None:
    """Leave with a clear message if Qt calls lose references to None.

    PySide6 6.12.0 on Python 3.11 drops one with each call that returns nothing, and the interpreter aborts after a
    few thousand of them: in the middle of someone's work.

    Raises:
        SystemExit: they do.
    """
    if lost_references() > CALLS // 2:
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            f"PySide6 {PySide6.__version__} does not work with {python}: "
            'it would crash within seconds. Install another: pip install "PySide6-Essentials>=6.10,<6.12"'
        )


def lost_references() -> int:
    """Return how many references to None a thousand calls of Qt lost: 0, or 1,000 where Qt is broken."""
    colour = QColor()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        colour.setAlpha(255)
    return before - sys.getrefcount(None)
