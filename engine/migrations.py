"""Brings graph files of older versions up to today's, one small step a version.

A step is a function from the raw JSON object of one version to that of the next; steps run in order on load and
never touch the file. `tests/engine/golden` holds a file of every version. Version 1.0 is the first; 1.1 adds
`about`, what a gallery tells of a graph; 1.2 says what frames and comments are, and adds `dots`, `groups` and
`bypassed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _to_1_1(raw: dict[str, Any]) -> dict[str, Any]:
    """Change nothing: `about` is new in 1.1, and may be missing there too."""
    return raw | {"version": "1.1"}


def _to_1_2(raw: dict[str, Any]) -> dict[str, Any]:
    """Give frames and comments the places that 1.2 asks for; 1.1 let them be any object, and never drew them.

    Example: the comment `{"text": "why?", "x": 10, "y": 20}` gets `"at": [10, 20]`.
    """
    layout = raw.get("layout")
    if not isinstance(layout, dict):
        return raw | {"version": "1.2"}
    things = {name: layout[name] for name in PLACES if isinstance(layout.get(name), list)}
    moved = {name: [_placed(each, name) for each in listed] for name, listed in things.items()}
    return raw | {"version": "1.2", "layout": layout | moved}


def _placed(thing: Any, name: str) -> Any:
    """Return a frame or comment of 1.1 with a place; one that has none stands at the origin."""
    field, size = PLACES[name]
    if not isinstance(thing, dict) or field in thing:
        return thing
    rest = {key: value for key, value in thing.items() if key not in ("x", "y")}
    return rest | {field: [thing.get("x", 0), thing.get("y", 0), *size]}


PLACES: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {"frames": ("rect", (240, 160)), "comments": ("at", ())}
STEPS: Final[Mapping[str, Step]] = {"1.0": _to_1_1, "1.1": _to_1_2}  # version of a file -> the step to the next


def migrate(raw: dict[str, Any], steps: Mapping[str, Step] = STEPS) -> dict[str, Any]:
    """Return `raw` after every step that its version still needs; newer and unknown versions pass untouched.

    Example: with one step `{"0.9": f}`, `migrate({"version": "0.9"})` is `f({"version": "0.9"})`.
    """
    seen: set[str] = set()
    while isinstance(version := raw.get("version"), str) and version in steps and version not in seen:
        seen.add(version)
        raw = steps[version](raw)
    return raw
