"""A mistake of the studio itself is written down and told, and never ends it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.faults import report_faults
from app.notices import Notices
from app.themes import DARK


def test_an_exception_that_nobody_caught_is_logged_and_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    notices = Notices(DARK)
    qtbot.addWidget(notices)
    log = tmp_path / "state" / "studio.log"
    report_faults(notices, log)
    sys.excepthook(ValueError, ValueError("no such thing"), None)
    assert "ValueError: no such thing" in log.read_text()
    (text,) = notices.texts
    assert text.startswith("Something went wrong in the studio itself.")
    assert str(log) in text
