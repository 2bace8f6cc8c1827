"""A process of its own that opens hostile files and reports what the interpreter did meanwhile.

    python -m tests.engine.audit_judge FOLDER

Reads every file in FOLDER, checks it, asks where its wires may go, writes it again; prints one JSON object: for each
file its refusal, problems and seconds, whatever was run, imported, opened or connected to, and the memory it took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from engine.catalogue import find
from engine.checking import check, places, why_not_deterministic, wire_rule
from engine.document import load, save
from engine.problems import GraphFileError
from tests.engine.graphs import ppo

WATCHED = (
    "exec",
    "compile",
    "import",
    "subprocess.",
    "os.",
    "socket.",
    "ctypes.",
    "shutil.",
    "urllib.",
    "pty.",
    "open",
)
HARMLESS = {"os.listdir", "os.scandir", "os.rename", "os.chmod", "os.remove"}  # the files that are saved here


class Judge:
    """Remembers what happened while it was watching."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.watching = False
        self.seen: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.watching or not event.startswith(WATCHED) or event in HARMLESS:
            return
        inside = event == "open" and (isinstance(arguments[0], int) or str(arguments[0]).startswith(self.folder))
        known = event == "import" and arguments[0] in sys.modules
        if not inside and not known:
            self.seen.append(f"{event} {arguments!r}"[:200])


def open_all(folder: Path, judge: Judge) -> dict[str, dict[str, Any]]:
    catalogue = find()
    told = {}
    for file in sorted(folder.glob("*.json")):
        start, judge.seen, judge.watching = time.process_time(), [], True
        problems: tuple[Any, ...] = ()
        refused = ""
        try:
            document = load(file)
            problems = check(document, catalogue)
            places(document, catalogue), why_not_deterministic(document, catalogue)
            wire_rule(document, catalogue)("a.passed", "environment_1.environment")
            save(document, file)
        except GraphFileError as error:
            refused = str(error)
        judge.watching = False
        told[file.stem] = {
            "refused": refused,
            "problems": [str(problem) for problem in problems[:20]],
            "seconds": time.process_time() - start,
            "seen": judge.seen,
        }
    return told


def warm_up() -> None:
    """Import and make whatever is imported or made once, before the judge looks."""
    check(ppo())
    for spec in find().specs:
        for param in spec.params:
            param.fault(None)


def peak() -> int:
    """The most memory this process had so far, in MiB; Linux forgets what its parent had, unlike `getrusage`."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").split()
    return int(status[status.index("VmHWM:") + 1]) // 1024


def main(folder: Path) -> None:
    warm_up()
    before = peak()
    judge = Judge(folder)
    sys.addaudithook(judge)
    files = open_all(folder, judge)
    grown = peak() - before
    judge.seen, judge.watching = [], True
    os.system("true")  # a judge that sees nothing would find everybody innocent
    judge.watching = False
    json.dump({"files": files, "mebibytes": grown, "awake": judge.seen}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
