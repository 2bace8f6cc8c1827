"""A dialog's size: as large as it wants to be, and no larger than its screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

FRAME: Final = QSize(16, 40)  # pixels that the window's frame and title take


def fit_to_screen(dialog: QDialog, wanted: QSize) -> None:
    """Resize a dialog to the wanted size in pixels, or to what its screen has room for.

    Example: of 720 × 620 on a screen of 640 × 400 remain 624 × 360.
    """
    dialog.resize(wanted.boundedTo(dialog.screen().availableSize() - FRAME))
