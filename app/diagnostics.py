"""What to paste into a bug report after a failure: problems, versions and the last log lines, made safe to share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from engine import versions
from engine.problems import Problem

LINES: Final = 40  # of the log
HIDDEN: Final = "***"

_SECRET: Final = re.compile(
    r"(?i)([\w-]*(?:token|secret|passw(?:or)?d|api[_-]?key|credential|authorization)[\w-]*[\"']?\s*[=:]\s*)"
    r"(?:(?:bearer|basic)\s+)?[^\s,;]+"
)
_IN_URL: Final = re.compile(r"(?<=://)[^/\s@]+@")
_PATH: Final = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?(?:[/\\][^\s/\\:;,'\"()\[\]]+){2,}")


def diagnostics(problems: Sequence[Problem], log: Iterable[str]) -> str:
    """Return the report as text: what failed and where, versions, and the end of the log, without paths and secrets."""
    told = [f"- {problem}" for problem in problems]
    kept = [f"- {package} {version}" for package, version in versions.of_run().items()]
    lines = [line for entry in log for line in entry.splitlines()][-LINES:]
    return shareable("\n".join(["Problems", *told, "", "Versions", *kept, "", "Last log lines", *lines, ""]))


def shareable(text: str) -> str:
    """Return the text without secrets, and of each path only the file's name.

    Example: `/home/ann/runs/1/graph.json: api_key=abc` becomes `…/graph.json: api_key=***`.
    """
    hidden = _IN_URL.sub(f"{HIDDEN}@", _SECRET.sub(rf"\g<1>{HIDDEN}", text))
    stripped = _PATH.sub(lambda path: "…/" + re.split(r"[/\\]", path.group())[-1], hidden)
    return stripped.replace(str(Path.home()), "~") if len(Path.home().parts) > 1 else stripped
