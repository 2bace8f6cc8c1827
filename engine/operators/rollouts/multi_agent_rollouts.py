"""The Multi Agent Rollouts operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import placing
from engine.declare import Operator, Run, handle_in, handle_out, param, stream_out
from engine.kinds import MultiAgentBatch, MultiAgentEnvironment, Policy, Workers
from engine.placement import Placement
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.actors.multi_agent_rollout import MultiAgentPlan
    from engine.dataflow import Stream


class MultiAgentRollouts(Operator):
    """Step environments of several agents with the policies that play them, on several workers.

    Takes the environment and the policies, each shaped by an Agents node that says whom it plays; gives a parallel
    stream of multi-agent batches (one shard a worker) and the workers as a handle for Broadcast Weights. Each item is
    one fragment: `fragment_length` steps of each environment, and of each policy the rows that are whole, in sequences
    of `sequence_length` steps of one agent; rows that are not yet whole wait for the next fragment. Select Experiences
    takes one policy's out. Counts env_steps, agent_steps and episodes as fragments reach the driver; the return of an
    episode is the sum over its agents, and Report Metrics tells each policy's own. Waits for nothing but its own
    environments. `workers` may be turned while the graph runs, as in Rollouts.

    Example: 2 environments of 4 agents that live, fragments of 64: items of 128 env steps and 512 agent steps.
    RLlib: ParallelRollouts on MultiAgentEnv, with policies and policy_mapping_fn.
    """

    section = "Rollouts"
    short = "rollouts"
    rllib = "MultiAgentEnv MultiAgentBatch"

    environment = handle_in(MultiAgentEnvironment, "what to step")
    policies = handle_in(Policy, "which policies act, each for its agents", many=True)
    experiences = stream_out(MultiAgentBatch, "fragments, one shard a worker", where="parallel")
    actors = handle_out(Workers, "the rollout workers, to send weights to")

    workers: int = param(
        2, at_least=0, at_most=1024, unit="actors", help="remote workers; 0 samples in the engine", live=True
    )
    environments_per_worker: int = param(4, at_least=1, at_most=4096, help="environments that a worker steps together")
    fragment_length: int = param(
        64, at_least=1, at_most=100_000, unit="env steps", help="steps of each environment in one item"
    )
    sequence_length: int = param(
        16, at_least=1, at_most=10_000, unit="steps", help="consecutive steps of one agent that leave together"
    )
    call_deadline: float = param(60.0, above=0, unit="s", help="a worker silent for longer is replaced")
    cpus: float = placing.cpus()
    gpus: float = placing.gpus()
    resources: str = placing.resources()
    where: str = placing.where("spread")

    def rows(self, entering: int | None) -> None:
        """Return None: how many rows a policy has depends on who lives."""
        return

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
        """Place the workers on actors, each with its own seed, and hand them the first weights."""
        from engine.actors.remote import RemoteWorkers
        from engine.actors.workers import LocalWorker, RolloutGroup

        policies = handles["policies"]
        self.planned = (handles["environment"], policies, run)
        self.shards: RolloutGroup
        plans = self._plans(self.workers)
        if self.workers:
            self.shards = RemoteWorkers(self.node, plans, policies, run, self.call_deadline, self.placement())
        else:
            self.shards = LocalWorker(self.node, plans, policies, run)
        return self.shards

    def _plans(self, workers: int) -> list[MultiAgentPlan]:
        """Return what each of so many workers is to do; none are one, in the engine."""
        from engine.actors.casting import cast
        from engine.actors.multi_agent_rollout import MultiAgentPlan

        environment, policies, run = self.planned
        roles, count = cast(environment, policies), max(1, workers)
        return [
            MultiAgentPlan(
                environment,
                roles,
                self.environments_per_worker,
                self.fragment_length,
                self.sequence_length,
                run.seed(self.node, index),
                f"{self.node}/{index}",
                index,
                count,
            )
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
