"""The Dataset operator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import kinds
from engine.declare import Operator, Run, handle_out, param


class Dataset(Operator):
    """Name a folder of recorded experiences, to learn from without an environment.

    Takes nothing, gives the dataset as a handle for Read Dataset. Its parts are safetensors files of columns, as Record
    Dataset writes them; their headers are read at the start, so that what is wrong with one is told before anything
    runs. Counts nothing. Waits for nothing.

    Example: `runs/expert/dataset` after a run of 150,000 env steps with Record Dataset: 74 parts of 2,048 rows.
    RLlib: input_, JsonReader.
    """

    section = "Setup"
    short = "dataset"
    rllib = "input_ JsonReader offline_data"

    dataset = handle_out(kinds.Dataset, "the recorded experiences")

    folder: str = param("dataset", help="the folder of its parts, from where the engine was started")

    def provide(self, run: Run, **handles: Any) -> kinds.Dataset:
        """Return the dataset, once its parts have been looked at.

        Raises:
            ValueError: there is none, or a part of it cannot be read; the text is a sentence.
        """
        from engine.datasets import parts

        found = parts(Path(self.folder))
        return kinds.Dataset(self.folder, sum(part.rows for part in found), found[0].columns)
