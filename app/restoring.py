"""Gives back the graph behind a result: a run's folder, a checkpoint or any file in it, a picture of its curves."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.document import Document, read
from engine.picture_text import GRAPH, text_in
from engine.problems import FlowError, GraphFileError, Place, Problem
from engine.runs import RunFolder

PICTURES: Final = (".png", ".svg")
LARGEST: Final = 64 * 1024 * 1024  # bytes of a picture that is looked into
DEEPEST: Final = 3  # folders between a run's and a file in it, as in checkpoints/150528/state.safetensors


def can_restore(path: Path) -> bool:
    """Tell whether there may be a graph behind a path: whether it is a picture, or lies in a run's folder."""
    return path.suffix.lower() in PICTURES or _run_around(path) is not None


def graph_behind(path: Path) -> Document:
    """Return the graph behind a run's folder, a file or folder in it, or a picture of curves.

    Raises:
        FlowError: there is none; the problem says so and names the path.
    """
    folder = _run_around(path)
    if folder is not None:
        return RunFolder.open(folder).document()
    try:
        with open(path, "rb") as file:
            picture = file.read(LARGEST + 1)
    except OSError as error:
        raise _refusal(path, f"cannot open the file: {error.strerror or error}") from None
    text = text_in(picture, GRAPH) if len(picture) <= LARGEST else None
    if text is None:
        raise _refusal(path, "no graph is in this picture", "drop one that the studio or a run has drawn")
    try:
        return read(text)
    except GraphFileError as error:
        raise GraphFileError(*(problem.in_file(str(path)) for problem in error.problems)) from None


def _run_around(path: Path) -> Path | None:
    """Return the run's folder that is this path or holds it."""
    near = (path, *path.absolute().parents[:DEEPEST])
    return next((folder for folder in near if (folder / "run.json").is_file()), None)


def _refusal(path: Path, what: str, hint: str = "") -> FlowError:
    return GraphFileError(Problem(Place(file=str(path)), what, hint))
