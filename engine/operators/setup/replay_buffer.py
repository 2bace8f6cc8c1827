"""The Replay Buffer operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import kinds, placing
from engine.declare import Operator, Run, handle_out, param
from engine.placement import Placement
from engine.problems import Place, Problem


class ReplayBuffer(Operator):
    """Keep the newest experiences, to learn from each of them many times.

    Takes nothing, gives the buffer as a handle: Store To Replay fills it, Replay draws from it, Update Priorities tells
    it what surprised. Counts nothing. Waits for nothing.

    Rows are kept as they come, in arrays: as many bytes for a transition as its columns have, and 4 more; frames of
    images are kept once, whatever stacks show them. The form says before the run how much that is, where the
    environment is known; the first rows show it: the log says so, and a buffer that this machine cannot hold is
    refused. A checkpoint at the run's end or of a Checkpoint node keeps the contents up to `save_up_to`; those that are
    written every 10 seconds keep them up to 16 MB. Without, it fills anew. `prioritised` draws rows in proportion to
    (error + epsilon)^alpha and gives them the weights (n P)^-beta, divided by the largest of the batch (Schaul et al.
    2016, arXiv 1511.05952); it takes 8.5 bytes more. Without it all rows have the same chance, and the weight 1. With
    `sequences`, what is kept and drawn is whole sequences of steps.

    Example: CartPole-v1 takes 50 bytes for a transition, so a capacity of 50000 takes 2.5 MB; four stacked frames of
    84x84 take 7.7 kB, and a million of them 7.7 GB.
    RLlib: ReplayBuffer, PrioritizedReplayBuffer, ReplayActor; replay_sequence_length.
    """

    section = "Setup"
    short = "buffer"
    rllib = "ReplayBuffer PrioritizedReplayBuffer ReplayActor MultiAgentReplayBuffer"

    buffer = handle_out(kinds.Replay, "the buffer, to fill and to draw from")

    capacity: int = param(50_000, at_least=1, unit="transitions", help="how many are kept, in all shards together")
    shards: int = param(0, at_least=0, at_most=1024, unit="actors", help="remote shards; 0 keeps one in the engine")
    sequences: bool = param(False, help="keep and draw whole sequences of steps, as they come")
    prioritised: bool = param(False, help="draw what surprised most more often, and correct for it")
    alpha: float = param(0.6, at_least=0, at_most=1, help="how much the error counts in drawing: 0 is uniform")
    beta: float = param(0.4, at_least=0, at_most=1, help="how much of the bias is corrected at the start")
    beta_over: int = param(
        0, at_least=0, unit="transitions", help="raise beta to 1 while this many are stored; 0 keeps it"
    )
    epsilon: float = param(1e-6, above=0, help="what is added to each error, so that every row has a chance")
    save_up_to: int = param(1000, at_least=0, unit="MB", help="larger contents are left out of checkpoints")
    call_deadline: float = param(60.0, above=0, unit="s", help="a remote shard silent for longer is replaced, empty")
    cpus: float = placing.cpus()
    gpus: float = placing.gpus()
    resources: str = placing.resources()
    where: str = placing.where("beside the learner")

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse more shards than there are transitions."""
        if self.shards > self.capacity:
            what = f"{self.shards} shards cannot share {self.capacity} transitions"
            yield Problem(Place(self.node, "shards"), what, f"try {self.capacity} or less")
        yield from placing.problems(self, self.resources)

    def hosts(self) -> int:
        """Return one for each remote shard."""
        return self.shards

    def placement(self) -> Placement:
        """Return where they may be, and what each keeps for itself."""
        return placing.read(self)

    def why_not_deterministic(self) -> str:
        """Say that the shards' speed decides which rows lie where, if they are on actors."""
        return "hands rows to whichever shard keeps up" if self.shards else ""

    def provide(self, run: Run, **handles: Any) -> kinds.Replay:
        """Plan the shards; they begin when the first rows come."""
        from engine.actors.local_replay import LocalReplay
        from engine.actors.remote_replay import RemoteReplay
        from engine.actors.replay import ReplayGroup

        plans = self._plans(run)
        self.group: ReplayGroup
        if self.shards:
            self.group = RemoteReplay(self.node, plans, run, self.call_deadline, self.placement())
        else:
            self.group = LocalReplay(self.node, plans, run)
        self.group.save_up_to = self.save_up_to * 1e6
        return self.group

    def _plans(self, run: Run) -> list[Any]:
        from engine.replay.sampling import Prioritising
        from engine.replay.shard import LIVES, ShardPlan

        count = max(1, self.shards)
        room, over = self.capacity // count, self.beta_over // count
        rule = Prioritising(self.alpha, self.beta, over, self.epsilon) if self.prioritised else None
        seeds = [run.seed(self.node, index) for index in range(count)]
        return [
            ShardPlan(f"{self.node}/{index}", room, 1, seed, self.sequences, rule, first=index * LIVES)
            for index, seed in enumerate(seeds)
        ]

    def state(self) -> dict[str, Any]:
        """Return what is kept, with its priorities and the generator that draws, if that is small."""
        return self.group.state()

    def bulk(self) -> dict[str, Any]:
        """Return the same if it is large."""
        return self.group.bulk()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` or `bulk` gave."""
        self.group.restore(state)

    def close(self) -> None:
        """Free the shards."""
        self.group.close()
