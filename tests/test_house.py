"""Guards on what the project stands on: they fail when a package breaks a promise that the code relies on."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject
from PySide6.QtGui import QFontDatabase

ROOT = Path(__file__).parent.parent


def test_void_qt_calls_keep_the_references_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one with each call, and aborts the interpreter when none is left."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        thing.setObjectName("named")
    assert abs(sys.getrefcount(None) - before) < 100


def test_the_bundled_fonts_bring_their_families_and_licences(qapp: object) -> None:
    families = set()
    for font in (ROOT / "resources" / "fonts").glob("*.?tf"):
        families.update(QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font))))
        assert font.with_name(font.stem.partition("-")[0] + "-LICENSE.txt").exists()
    assert {"Inter", "JetBrains Mono"} <= families


def test_the_switch_keeps_qt_from_being_imported() -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import conftest; import PySide6"],
        cwd=ROOT / "tests",
        env=os.environ | {"RLFLOW_NO_QT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PySide6 is blocked by RLFLOW_NO_QT" in child.stderr


def test_the_lock_holds_a_fitting_version_of_everything_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]
    pins = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if line[0] != "#"]
    locked = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    for requirement in asked:
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier
