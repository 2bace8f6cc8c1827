"""The Record Dataset operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Batch, Item


class RecordDataset(Operator):
    """Write the batches that pass into the run's folder, as a dataset to learn from later.

    Takes batches, gives each of them after writing it as a part of `dataset/` in the run folder, whole or not at all: a
    safetensors file of its columns. A run that is resumed goes on behind the last part. Counts nothing. Waits for
    nothing; the stream stands still while it writes.

    Example: every 2 of fragments of 2,048 CartPole rows of PPO writes a part of 87 kB for each second one.
    RLlib: output, JsonWriter.
    """

    section = "Report"
    short = "record"
    rllib = "output JsonWriter"

    batches = stream_in(Batch, "what to keep", where="local")
    passed = stream_out(Batch, "the same batches, after writing", where="local")

    every: int = param(1, at_least=1, unit="batches", help="write each n-th batch", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with no batch seen."""
        super().__init__(node, params)
        self.seen = 0

    def provide(self, run: Run, **handles: Any) -> None:
        """Find out where the dataset lies, and how many parts it has."""
        self.folder = run.folder / "dataset"
        self.written = len(list(self.folder.glob("part-*.safetensors")))

    def each(self, item: Item) -> Iterable[Item]:
        """Write the batch if it is one of the wanted, then give the item.

        Raises:
            ValueError: the disk refused.
        """
        from engine.datasets import write_part

        self.seen += 1
        if self.seen % self.every == 0:
            try:
                write_part(self.folder, self.written, item.value)
            except OSError as error:
                raise ValueError(f"a part of the dataset was not written: {error.strerror or error}") from error
            self.written += 1
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return how many batches have passed."""
        return {"seen": self.seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.seen = int(state["seen"])
