"""Answers scripts: one line of JSON on standard output."""

from __future__ import annotations

import json
import sys
from typing import Any


def write(value: Any) -> None:
    """Print a JSON value as one line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
