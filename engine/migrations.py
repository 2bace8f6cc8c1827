"""Brings graph files of older versions up to today's, one small step a version.

A step is a function from the raw JSON object of one version to that of the next; steps run in order on load and
never touch the file. `tests/engine/golden` holds a file of every version. Version 1.0 is the first; 1.1 adds
`about`, what a gallery tells of a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _to_1_1(raw: dict[str, Any]) -> dict[str, Any]:
    """Change nothing: `about` is new in 1.1, and may be missing there too."""
    return raw | {"version": "1.1"}


STEPS: Final[Mapping[str, Step]] = {"1.0": _to_1_1}  # version that a file has -> the step that brings it to the next


def migrate(raw: dict[str, Any], steps: Mapping[str, Step] = STEPS) -> dict[str, Any]:
    """Return `raw` after every step that its version still needs; newer and unknown versions pass untouched.

    Example: with one step `{"0.9": f}`, `migrate({"version": "0.9"})` is `f({"version": "0.9"})`.
    """
    seen: set[str] = set()
    while isinstance(version := raw.get("version"), str) and version in steps and version not in seen:
        seen.add(version)
        raw = steps[version](raw)
    return raw
