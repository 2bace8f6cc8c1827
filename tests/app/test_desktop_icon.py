"""The studio's icon, and what Qt makes of the files that `rlflow desktop install` writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from engine import gallery
from engine.desktop_files import ICON_SIZES, MIME_TYPE, PICTURES
from engine.versions import PROJECT

ROOT = Path(__file__).parents[2]
FIND = """
import sys
from PySide6.QtCore import QMimeDatabase
database = QMimeDatabase()
for path in sys.argv[1:]:
    print(database.mimeTypeForFile(path).name())
"""


def test_the_window_wears_the_icon_and_names_its_desktop_entry(qapp: QApplication) -> None:
    sizes = {size.width() for size in QGuiApplication.windowIcon().availableSizes()}
    assert set(ICON_SIZES) <= sizes
    assert QGuiApplication.desktopFileName() == PROJECT


@pytest.mark.parametrize("size", ICON_SIZES)
def test_each_picture_of_the_icon_is_its_drawing_at_that_size(qapp: QApplication, size: int) -> None:
    picture = QImage(str(PICTURES / f"{PROJECT}-{size}.png")).convertToFormat(QImage.Format.Format_ARGB32)
    drawn = QImage(size, size, QImage.Format.Format_ARGB32)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(PICTURES / f"{PROJECT}.svg")).render(painter, QRectF(drawn.rect()))
    painter.end()
    step = size // 16
    for x in range(step // 2, size, step):
        for y in range(step // 2, size, step):
            one, other = picture.pixelColor(x, y), drawn.pixelColor(x, y)
            pairs = zip(one.getRgb(), other.getRgb(), strict=True)
            assert max(abs(a - b) for a, b in pairs) < 32, (x, y)


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="update-mime-database is not installed")
def test_qt_knows_graphs_by_name_and_by_content_and_leaves_other_json_alone(tmp_path: Path) -> None:
    home = os.environ | {"XDG_DATA_HOME": str(tmp_path / "data")}
    install = [sys.executable, "-m", "engine", "desktop", "install"]
    subprocess.run(install, env=home, cwd=ROOT, check=True, capture_output=True)
    graph = gallery.path("ppo_cartpole").read_text()
    files = {"mine.rlflow.json": graph, "nameless": graph, "other.json": "{}"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in files]
    found = subprocess.run([sys.executable, "-c", FIND, *paths], env=home, check=True, capture_output=True, text=True)
    assert found.stdout.split() == [MIME_TYPE, MIME_TYPE, "application/json"]
