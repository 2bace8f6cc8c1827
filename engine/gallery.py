"""The saved graphs that come with the program: algorithms to run, read and rewire."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "saved_graphs"


def names() -> tuple[str, ...]:
    """Return the names of the saved graphs in alphabetical order, such as `"ppo_cartpole"`."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.json")))


def path(name: str) -> Path:
    """Return the file of the saved graph called `name`.

    Raises:
        KeyError: there is none.
    """
    if name not in names():
        raise KeyError(name)
    return FOLDER / f"{name}.json"
