"""`rlflow open`: starts the studio, as a process of its own, so that this one never needs Qt."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from engine.exit_codes import ExitCode
from engine.problems import MissingDependency, Place, Problem

EXAMPLES = """\
examples:
  rlflow
  rlflow open
  rlflow open my.json
"""
OFF_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")  # Qt platforms that need no display server


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="the graph file to open (default: an example)")


def execute(arguments: argparse.Namespace) -> int:
    """Start the studio and wait for its end; return its exit code."""
    sys.stdout.write("Opening the studio.\n")
    sys.stdout.flush()
    _refuse_without_display()
    _refuse_without_qt()
    file = [arguments.file] if arguments.file else []
    with subprocess.Popen([sys.executable, "-m", "app", *file]) as studio:
        signal.signal(signal.SIGTERM, lambda number, frame: studio.terminate())
        try:
            return studio.wait()
        except KeyboardInterrupt:
            studio.terminate()
            raise


def _refuse_without_display() -> None:
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] not in OFF_SCREEN:
        hint = "a graph runs in the terminal with: rlflow run FILE"
        raise MissingDependency(Problem(Place(), "there is no display to open the studio on", hint))


def _refuse_without_qt() -> None:
    """Try Qt in another process: it may end that process where a library is missing, and this one stays without Qt."""
    probe = "import PySide6.QtSvg, PySide6.QtWidgets as widgets; widgets.QApplication([])"
    tried = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    if tried.returncode != ExitCode.OK:
        hint = "install what it names (make does so on Debian), or run in the terminal with: rlflow run FILE"
        what = f"the studio needs Qt, which does not start: {_reason(tried.stderr) or f'code {tried.returncode}'}"
        raise MissingDependency(Problem(Place(), what, hint))


def _reason(text: str) -> str:
    """Return the telling line of what Python or Qt said: that with the error, else the first."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "Error: " in line), lines[0] if lines else "")
