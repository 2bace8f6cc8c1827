"""Trains a saved graph as a person would, by the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(graph: str, seed: int, folder: Path, *more: str, minutes: float = 10) -> dict[str, Any]:
    """Run the graph by the command line, with more arguments, for some minutes at most; return the printed summary."""
    file = str(ROOT / "saved_graphs" / graph)
    command = [sys.executable, "-m", "engine", "run", file, "--seed", str(seed), "--out", str(folder), "--json", *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60 * minutes)
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return summary
