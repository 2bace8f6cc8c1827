"""The Replay operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import kinds
from engine.declare import Operator, Run, handle_in, param, stream_out
from engine.kinds import Batch
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from engine.dataflow import Stream


class Replay(Operator):
    """Draw batches from a replay buffer, once enough is in it.

    Takes the buffer, gives a parallel stream of batches (one shard a shard of the buffer), which a Gather brings to the
    driver. Beside the columns that were stored a batch has `index` (int64, the row's number in the buffer) and
    `weight` (float32, its importance). Its item stands for no env steps, since those were counted when they were
    sampled, and for the oldest policy version among its rows. Counts nothing. Waits until `learning_starts` transitions
    are stored, and while `ratio` would be passed; a Union in turn passes it over meanwhile.

    Metrics, every 500 batches: `replay_ratio` (rows drawn for each row stored since learning started; much more than
    100 invites overfitting to the buffer), `replay_ratio_wanted` (the parameter), `transitions_kept`.

    Example: batch_size 64 and ratio 16 give one batch for each 4 rows stored; from a buffer that keeps sequences of 16
    steps it is 4 sequences.
    RLlib Flow: Replay(local_buffer or actors, num_async), train_batch_size, learning_starts.
    """

    section = "Replay"
    short = "replay"
    rllib = "Replay"

    buffer = handle_in(kinds.Replay, "what to draw from")
    experiences = stream_out(Batch, "batches drawn, one shard a shard of the buffer", where="parallel")

    batch_size: int = param(
        64, at_least=1, at_most=1_000_000, unit="transitions", help="in a batch; whole sequences if these are kept"
    )
    learning_starts: int = param(1000, at_least=1, unit="transitions", help="stored before the first batch is drawn")
    ratio: float = param(0.0, at_least=0, help="rows drawn for each row stored, at most; 0 sets no bound")

    def rows(self, entering: int | None) -> int | None:
        """Return the rows of a batch of transitions."""
        return self.batch_size

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Doubt a start on fewer transitions than one batch has."""
        if self.learning_starts < self.batch_size:
            what = f"learning starts with {self.learning_starts} transitions, fewer than a batch of {self.batch_size}"
            yield Problem(Place(self.node, "learning_starts"), what, f"try {10 * self.batch_size}", "warning")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the buffer."""
        self.shards: Any = handles["buffer"]

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the parallel stream of batches."""
        from engine.actors.replay import Reading, ReplayGroup

        group: ReplayGroup = self.shards
        return group.read(Reading(self.node, self.batch_size, self.learning_starts, self.ratio))
