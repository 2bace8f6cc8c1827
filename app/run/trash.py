"""Deleting runs so that it can be taken back: their folders go to the system's trash."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile


@dataclass(frozen=True, slots=True)
class Deleted:
    """A folder that was moved from `folder` to `trash`."""

    folder: Path
    trash: Path

    def undo(self) -> None:
        """Move it back.

        Raises:
            OSError: it is no longer there, or something else has taken its place.
        """
        if self.folder.exists():
            raise FileExistsError(None, "there is another folder of this name by now", str(self.folder))
        os.replace(self.trash, self.folder)


def to_trash(folder: Path) -> Deleted | None:
    """Move a folder to the system's trash; None where there is no trash for it."""
    file = QFile(str(folder))
    return Deleted(folder, Path(file.fileName())) if file.moveToTrash() else None


def delete_for_good(folder: Path) -> None:
    """Delete a folder for good.

    Raises:
        OSError: it could not be deleted whole.
    """
    shutil.rmtree(folder)
