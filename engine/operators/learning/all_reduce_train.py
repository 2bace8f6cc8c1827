"""The All Reduce Train operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Batch, Item, Policy, TrainResult
from engine.policies.minibatches import too_large
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.actors.peers import Seat


class AllReduceTrain(Operator):
    """Train copies of the policy on the workers, in step: gradients are averaged over all after each minibatch.

    Takes batches on the actors and the policy; gives train results, one for each batch, with the metrics of Train One
    Step. Each worker trains its own copy on its own batches; only gradients travel, from worker to worker. Copies that
    start alike and take the same steps stay alike, which each round verifies; so no weights are broadcast, and the
    rollouts of each worker act with the new ones at once. Every `state_every`-th result of the first worker brings
    the copy's state along, for Fetch Weights. A Gather Sync must follow. Counts nothing: Fetch Weights does. Waits for
    the slowest worker. When one is lost, the others drop their batches until it is back, and go on together.

    Example: 2 workers with batches of 1024 rows, minibatches of 128 and 4 epochs take 32 gradient steps, each the
    mean over 256 rows. (Wijmans et al. 2020, arXiv 1911.00357.)
    RLlib Flow: the torch.distributed training of DD-PPO's workers.
    """

    section = "Learning"
    short = "allreduce"
    rllib = "DDPPO DDPPOTrainer decentralized distributed all-reduce"
    in_step = True

    batches = stream_in(Batch, "train batches, one shard a worker", where="parallel")
    policy = handle_in(Policy, "what to train copies of")
    results = stream_out(TrainResult, "one for each batch", where="parallel")

    epochs: int = param(4, at_least=1, at_most=1000, help="passes over each batch")
    minibatch: int = param(128, at_least=1, unit="rows", help="rows of each worker per gradient step")
    state_every: int = param(1, at_least=1, unit="batches", help="bring the copy's state along at every n-th batch")
    patience: float = param(30.0, above=0, unit="s", help="how long a worker may keep the others waiting")

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Doubt minibatches that are larger than the batch."""
        return too_large(self.node, self.minibatch, entering)

    def provide(self, run: Run, **handles: Any) -> None:
        """Take this actor's copy of the policy, its seat among the workers, and a generator for shuffling."""
        import numpy as np

        self.learner: Policy = handles["policy"]
        self.seat: Seat = run.seat
        self.rng = np.random.default_rng(run.seed(self.node))
        self.peers: Any = None
        self.rounds = 0

    def each(self, item: Item) -> Iterable[Item]:
        """Train in step with the others; give the result, or nothing if one of them was lost."""
        from engine.actors.peers import PeerLost

        try:
            self._join()
            self._verify(item.value)
            trained = self.learner.train(item, self.epochs, self.minibatch, self.rng)
        except PeerLost:
            return ()
        self.rounds += 1
        if self.seat.index == 0 and self.rounds % self.state_every == 0:
            trained = trained.carrying(replace(trained.value, state=self.learner.state()))
        return (trained,)

    def state(self) -> dict[str, Any]:
        """Return the generator's state and the rounds so far."""
        return {"rng": self.rng.bit_generator.state, "rounds": self.rounds}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.rng.bit_generator.state, self.rounds = state["rng"], state["rounds"]

    def _join(self) -> None:
        from engine.actors.peers import Group

        if self.peers is None:
            self.peers = Group(self.seat, self.patience)
            self.learner.learn_with(self.peers)
        if self.peers.join():
            self.learner.restore(self.peers.longest_trained(self.learner.state(), self.learner.version))

    def _verify(self, batch: Batch) -> None:
        """Refuse to train copies that differ, or on batches that would take different numbers of steps."""
        from zlib import crc32

        same_weights, same_rows = self.peers.alike(crc32(self.learner.weights().tobytes()), len(batch))
        if not same_weights:
            raise ValueError("the workers' copies of the policy are no longer alike: are their machines?")
        if not same_rows:
            raise ValueError(f"the workers' batches differ in length (here {len(batch)} rows), and must not")
