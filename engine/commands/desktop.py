"""`rlflow desktop`: puts the studio into the desktop's menu and graphs into its file manager, or takes them out."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import platformdirs

from engine.atomic import write_atomically
from engine.commands import json_line
from engine.desktop_files import desktop_files
from engine.exit_codes import ExitCode
from engine.printable import printable
from engine.problems import FlowError, MissingDependency, Place, Problem

EXAMPLES = """\
examples:
  rlflow desktop install
  rlflow desktop remove

It writes below ~/.local/share, or where XDG_DATA_HOME says, for this user alone, and names every file. A graph called
*.rlflow.json opens in the studio by a double click then. `remove` takes away the same files and nothing else.
"""
RENEWALS: Final = (  # what a desktop looks its files up in; where a program is missing, the desktop does without
    ("update-mime-database", "mime"),
    ("update-desktop-database", "applications"),
)
ICONS: Final = "icons/hicolor"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    does = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    does.add_parser("install", help="add the menu entry, the icons and the kind of file")
    does.add_parser("remove", help="take them away")
    for one in does.choices.values():
        one.add_argument("--json", action="store_true", help="print one line of JSON")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write or delete the files, and tell which."""
    if not sys.platform.startswith("linux"):
        raise MissingDependency(Problem(Place(), "only a Linux desktop has such files", "start it with: rlflow"))
    home = platformdirs.user_data_path()
    touched = (_install if arguments.what == "install" else _remove)(home)
    if touched:
        _renew(home)
    _tell(arguments, touched)
    return ExitCode.OK


def _install(home: Path) -> list[Path]:
    written = []
    for path, data in desktop_files(_command()).items():
        target = home / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, data)
        except OSError as error:
            raise _stuck(target, "written", error) from None
        written.append(target)
    return written


def _remove(home: Path) -> list[Path]:
    there = [home / path for path in desktop_files(_command()) if (home / path).is_file()]
    for target in there:
        try:
            target.unlink()
        except OSError as error:
            raise _stuck(target, "deleted", error) from None
    return there


def _command() -> Sequence[str]:
    """Return what opens the studio: the script of this installation, which finds its Python from anywhere."""
    script = Path(sysconfig.get_path("scripts")) / "rlflow"
    return [str(script), "open"] if script.is_file() else [sys.executable, "-m", "engine", "open"]


def _renew(home: Path) -> None:
    """Let the desktop see the change: its lists are made anew, and icons count as new by their folder's time."""
    with contextlib.suppress(OSError):
        os.utime(home / ICONS)
    for program, folder in RENEWALS:
        found = shutil.which(program)
        if found and (home / folder).is_dir():
            subprocess.run([found, str(home / folder)], capture_output=True, check=False)


def _tell(arguments: argparse.Namespace, files: Iterable[Path]) -> None:
    done = "installed" if arguments.what == "install" else "removed"
    names = [str(file) for file in files]
    if arguments.json:
        json_line.write({"status": done, "files": names})
    elif names:
        sys.stdout.writelines(f"{'Wrote' if done == 'installed' else 'Deleted'} {printable(name)}\n" for name in names)
    else:
        sys.stdout.write("There was nothing to delete.\n")


def _stuck(target: Path, done: str, error: OSError) -> FlowError:
    what = f"the file was not {done}: {error.strerror or error}"
    return FlowError(Problem(Place(file=str(target)), what, "XDG_DATA_HOME names another folder"))
