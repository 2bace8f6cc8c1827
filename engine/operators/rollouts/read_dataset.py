"""The Read Dataset operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import kinds
from engine.declare import Operator, Run, handle_in, param, stream_out
from engine.kinds import Batch

if TYPE_CHECKING:
    from engine.dataflow import Stream


class ReadDataset(Operator):
    """Give a dataset's experiences as batches, pass after pass.

    Takes the dataset, gives a local stream of batches of `batch_size` rows, rounded up to whole sequences; the last of
    a part may be shorter. Shuffled, each pass draws a new order of parts and of the sequences within them. An item
    stands for no env steps, since no environment is stepped: let the run stop by updates or seconds. Counts nothing.
    Waits for nothing; after `passes` passes the stream has ended, and with it the run.

    Example: 2,048 rows with batch_size 512 and passes 3 are 12 batches.
    RLlib: the dataset readers behind `input_`, ReplayMode of offline training.
    """

    section = "Rollouts"
    short = "read"
    rllib = "DatasetReader input_"

    dataset = handle_in(kinds.Dataset, "what to read")
    experiences = stream_out(Batch, "its rows, in batches", where="local")

    batch_size: int = param(512, at_least=1, at_most=10_000_000, unit="rows", help="rows in a batch")
    shuffle: bool = param(True, help="draw a new order in every pass")
    passes: int = param(0, at_least=0, help="how often the whole dataset is read; 0 reads it for ever")

    def rows(self, entering: int | None) -> int:
        """Return the rows of a batch."""
        return self.batch_size

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the dataset, and a generator of its own for the order."""
        import numpy as np

        self.given: kinds.Dataset = handles["dataset"]
        self.rng = np.random.default_rng(run.seed(self.node)) if self.shuffle else None

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of batches."""
        from engine.dataflow.reading import Reading
        from engine.datasets import batches

        folder = Path(self.given.folder)
        return Reading(self.node, lambda: batches(folder, self.batch_size, self.rng), self.passes, self.rng)
