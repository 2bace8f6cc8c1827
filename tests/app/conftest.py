"""What the studio's tests share: the operators, read once, and a window with folders of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.qt import application
from app.settings import Places
from engine.catalogue import Catalogue, find

STAND_IN = Path(__file__).parent / "run" / "stand_in_engine.py"
LOAD = 20_000  # ms that a process may take to start on a busy machine


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


@pytest.fixture
def idle(window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window whose engine is ready and only speaks as if it trained; it resumes any run with a clip of 0.1."""
    engine = window.run_view.engine
    engine._command = (sys.executable, str(STAND_IN))
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    yield window
    with qtbot.waitSignal(engine.ended, timeout=LOAD):
        engine.quit()
