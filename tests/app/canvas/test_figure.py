"""Graphs as vector figures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from app.figure_export import save_figure
from app.main_window import MainWindow
from app.restoring import graph_behind
from engine import gallery
from engine.document import load

PPO = load(gallery.path("ppo_cartpole"))


def test_a_figure_in_svg_has_letters_shapes_and_its_graph(window: MainWindow, tmp_path: Path) -> None:
    window.editing.start(PPO)
    save_figure(window, tmp_path / "ppo.svg")
    figure = (tmp_path / "ppo.svg").read_bytes()
    assert all(word in figure for word in (b"Rollouts", b"Train One Step", b"Gather Sync"))
    assert b"<image" not in figure
    assert QSvgRenderer(QByteArray(figure)).isValid()
    assert graph_behind(tmp_path / "ppo.svg") == PPO


def test_a_figure_in_pdf_is_one_page(window: MainWindow, tmp_path: Path) -> None:
    window.editing.start(PPO)
    save_figure(window, tmp_path / "ppo.pdf")
    figure = (tmp_path / "ppo.pdf").read_bytes()
    assert figure.startswith(b"%PDF-")
    assert figure.count(b"/Type /Page\n") == 1
    assert b"/Subtype /Image" not in figure


def test_a_folder_that_is_not_there_is_told(window: MainWindow, tmp_path: Path) -> None:
    save_figure(window, tmp_path / "no" / "ppo.svg")
    assert "was not saved" in window.toast.text()
