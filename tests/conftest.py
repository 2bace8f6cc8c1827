"""What every test runs under: no screen, no Qt where none is asked for, repeatable examples, nothing left behind.

`RLFLOW_NO_QT=1` makes the Qt packages impossible to import, as on a machine without them; `make test` runs the
engine's tests a second time that way. The fixtures here look at Qt only when a test has imported it.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import hypothesis
import psutil
import pytest

QT_PACKAGES = frozenset({"PySide6", "shiboken6", "Qt", "NodeGraphQt", "pyqtgraph"})
NO_QT = os.environ.get("RLFLOW_NO_QT") == "1"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TERM"] = "xterm"  # terminal output is tested the same where the real one is dumb, as on build machines

hypothesis.settings.register_profile("same_each_time", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same_each_time"))


class QtBlocker:
    """Refuses to import Qt and what stands on it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in QT_PACKAGES:
            raise ModuleNotFoundError(f"{name} is blocked by RLFLOW_NO_QT", name=name)
        return None


if NO_QT:
    sys.meta_path.insert(0, QtBlocker())


def pytest_addoption(parser: pytest.Parser) -> None:
    if NO_QT:  # pytest-qt is off then, and its settings in pyproject.toml would be unknown
        for setting in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(setting, "read by pytest-qt")


@pytest.fixture(autouse=True)
def no_widget_outlives_its_test() -> Iterator[None]:
    """Deletes windows while QApplication lives: collected after it, they crash the interpreter."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    tops = widgets.QApplication.topLevelWidgets()  # menus and popups go with the windows that own them
    popup = sys.modules["PySide6.QtCore"].Qt.WindowType.Popup
    windows = [top for top in tops if not top.parent() and top.windowHandle() and top.windowType() != popup]
    for window in windows:
        window.close()
        window.deleteLater()
    if windows:
        core = sys.modules["PySide6.QtCore"]
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        del windows, window
        gc.collect()


@pytest.fixture(autouse=True)
def nothing_runs_on_after_its_test(no_widget_outlives_its_test: None) -> Iterator[None]:
    """Fails a test that leaves a thread or a process of its own; Ray's and its guard may stay, to be shared."""
    threads, children = _threads(), _children()
    yield
    left = [thread.name for thread in _threads() - threads] + [_command(child) for child in _children() - children]
    assert not left, f"still running after the test: {left}"


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _children() -> set[psutil.Process]:
    children = {child: _command(child) for child in psutil.Process().children()}
    shared = ("/ray/", "engine.guard")
    return {child for child, command in children.items() if command and not any(part in command for part in shared)}


def _command(process: psutil.Process) -> str:
    """The process's command line; nothing for one that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
