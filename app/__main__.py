"""`python -m app [FILE]`: open the studio, with FILE or with the first example."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from app.faults import report_faults
from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.qt import application
from app.settings import Places


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the studio and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m app", description="Open RL Flow Studio.")
    parser.add_argument("file", nargs="?", type=Path, help="a graph file; the first example without one")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not notice Ctrl-C; the recovery copy keeps the work
    app = application(sys.argv[:1])
    places = Places.of_user()
    window = MainWindow(places)
    report_faults(window.notices, places.state / "studio.log")
    window.show()
    QTimer.singleShot(0, lambda: begin(window, chosen.file))
    return app.exec()


def begin(window: MainWindow, file: Path | None) -> None:
    """Open the graph, offer what a crash left behind, and warm the engine; the window stands already."""
    if file is None:
        window.files.open_example(FIRST_EXAMPLE)
    else:
        window.files.open(file)
    window.files.offer_recovery()
    window.run_view.engine.start()
    gc.freeze()  # what stands by now stays; to look through it for garbage would hold the window up for 70 ms


if __name__ == "__main__":
    sys.exit(main())
