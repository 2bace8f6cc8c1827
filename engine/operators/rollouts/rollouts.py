"""The Rollouts operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import placing
from engine.declare import Operator, Run, handle_in, handle_out, param, stream_out
from engine.kinds import Batch, Environment, Policy, Workers
from engine.placement import Placement
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.actors.rollout import RolloutPlan
    from engine.dataflow import Stream


class Rollouts(Operator):
    """Step environments with the policy on several workers, each giving fragments of experience.

    Takes the environment and the policy, gives a parallel stream of batches (one shard a worker) and the workers as
    a handle for Broadcast Weights. Each item is one fragment: `fragment_length` steps of each of
    `environments_per_worker` environments. Counts env_steps and episodes as fragments reach the driver.
    Waits for nothing but its own environments. `workers` may be turned while the graph runs: a new one begins with the
    newest weights and its own seed; one that goes first gives what it was asked and what it has left over, but not
    what an operator on it still holds back for more; those that stay keep their place on an exploration ladder.

    Example: 2 workers, 8 environments each, fragments of 64 give items of 512 env steps.
    RLlib: ParallelRollouts(mode="raw") with num_workers, num_envs_per_worker and rollout_fragment_length.
    """

    section = "Rollouts"
    short = "rollouts"
    rllib = "ParallelRollouts"

    environment = handle_in(Environment, "what to step")
    policy = handle_in(Policy, "which policy acts")
    experiences = stream_out(Batch, "fragments, one shard a worker", where="parallel")
    actors = handle_out(Workers, "the rollout workers, to send weights to")

    workers: int = param(
        2, at_least=0, at_most=1024, unit="actors", help="remote workers; 0 samples in the engine", live=True
    )
    environments_per_worker: int = param(8, at_least=1, at_most=4096, help="environments that a worker steps together")
    fragment_length: int = param(
        128, at_least=1, at_most=100_000, unit="steps", help="steps of each environment in one item"
    )
    call_deadline: float = param(60.0, above=0, unit="s", help="a worker silent for longer is replaced")
    cpus: float = placing.cpus()
    gpus: float = placing.gpus()
    resources: str = placing.resources()
    where: str = placing.where("spread")

    def rows(self, entering: int | None) -> int:
        """Return the rows of a fragment."""
        return self.environments_per_worker * self.fragment_length

    def check(self, entering: int | None) -> Iterator[Problem]:
        """Refuse named resources that cannot be read."""
        yield from placing.problems(self, self.resources)

    def hosts(self) -> int:
        """Return one for each remote worker."""
        return self.workers

    def placement(self) -> Placement:
        """Return where they may be, and what each keeps for itself."""
        return placing.read(self)

    def provide(self, run: Run, **handles: Any) -> Workers:
        """Place the rollout workers on actors, each with its own seed, and hand them the first weights."""
        from engine.actors.remote import RemoteWorkers
        from engine.actors.workers import LocalWorker, RolloutGroup

        self.planned = (handles["environment"], handles["policy"], run)
        self.shards: RolloutGroup
        plans, policies = self._plans(self.workers), (handles["policy"],)
        if self.workers:
            self.shards = RemoteWorkers(self.node, plans, policies, run, self.call_deadline, self.placement())
        else:
            self.shards = LocalWorker(self.node, plans, policies, run)
        return self.shards

    def _plans(self, workers: int) -> list[RolloutPlan]:
        """Return what each of so many workers is to do; none are one, in the engine."""
        from engine.actors.rollout import RolloutPlan

        environment, policy, run = self.planned
        n, length, count = self.environments_per_worker, self.fragment_length, max(1, workers)
        return [
            RolloutPlan(environment, policy.blueprint, n, length, run.seed(self.node, index), index, count)
            for index in range(count)
        ]

    def turning(self, name: str, value: Any) -> None:
        """Add workers, or send some away, if these are there already."""
        if name == "workers" and hasattr(self, "shards"):
            self.shards.resize(self._plans(value) if value else [])

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the parallel stream of fragments."""
        return self.shards.stream()

    def close(self) -> None:
        """Free the actors."""
        self.shards.close()
