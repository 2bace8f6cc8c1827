"""What the studio's tests share: the operators, read once, and a window with folders of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.qt import application
from app.settings import Places
from engine.catalogue import Catalogue, find


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return find()


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return application(["studio"])


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "config", tmp_path / "state")


@pytest.fixture
def window(qtbot: QtBot, places: Places, catalogue: Catalogue) -> Iterator[MainWindow]:
    """A window of 1440x900 without an engine, around an empty graph; it closes without questions."""
    made = MainWindow(places, catalogue)
    made.resize(1440, 900)
    made.showNormal()  # a first window is maximised on a small screen
    qtbot.waitExposed(made)
    yield made
    made.editing.start(made.editing.document)
    made.close()
