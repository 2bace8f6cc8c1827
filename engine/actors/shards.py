"""The rollout workers of one Rollouts node: N actors, or one worker in this process.

Weights wait here until a worker's next call, which carries them; so a broadcast costs no call of its own, and
reaches each worker at the same place in its queue as a separate call would. The same group keeps the workers
alive: a worker that dies or hangs gets a new process, a new seed and the newest weights, and its call is repeated.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.actors.calls import Call, Failure
from engine.actors.host import Answer, Load, Pipeline, Trouble, stages_of
from engine.actors.rollout import RolloutPlan
from engine.dataflow import Meter, Parallel, Shards
from engine.declare import Operator, Run
from engine.events import ActorRestarted, Log
from engine.kinds import Item, Policy, Workers
from engine.problems import Place, Problem, RunFailed

INLINE_BYTES: Final = 100_000  # larger weights go through the object store, once per version
MAX_RESTARTS: Final = 10  # of one worker ...
RESTART_WINDOW: Final = 60.0  # ... within this many seconds: a loop, not an accident
BACKOFF: Final = 0.5  # seconds before a failed call is repeated; an actor takes one to two to restart


class RolloutGroup(Workers, Shards):
    """What local and remote workers share: their names, their weights, and the accounting of what arrives."""

    def __init__(self, node: str, plans: Sequence[RolloutPlan], policy: Policy, run: Run) -> None:
        self.node = node
        self.sources = tuple(f"{node}/{index}" for index in range(len(plans)))
        self.plans = dict(zip(self.sources, plans, strict=True))
        self.policy = policy
        self.run = run
        self.unsent: dict[str, tuple[Any, int]] = {}
        self.inbox: deque[Item] = deque()
        self.meters: dict[str, Meter] = {node: Meter()}
        self.nodes: tuple[str, ...] = (node,)

    def send(self, weights: NDArray[np.float32], version: int, to: Iterable[str] | None = None) -> None:
        """Let these weights go out with the next call to each worker (or to those named)."""
        for source in self.sources if to is None else to:
            self.unsent[source] = (weights, version)

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the workers ready with the policy's present weights and copies of these operators."""
        self.nodes = (self.node, *(stage.node for stage in stages))
        self.meters = {node: Meter() for node in self.nodes}
        self.stages = stages_of(stages)
        self.send(self.policy.weights(), self.policy.version)
        for source in self.sources:
            self.start(source, self.plans[source])

    @abstractmethod
    def start(self, source: str, plan: RolloutPlan) -> None:
        """Make one worker ready."""

    def loading(self, source: str, plan: RolloutPlan) -> Load:
        """Return what the worker must be told."""
        return Load(self.node, source, plan, self.stages)

    def receive(self, answer: Answer | Trouble) -> None:
        """Count what a worker gave and put its items in the inbox.

        Raises:
            RunFailed: the worker's environment or one of its operators failed.
        """
        if isinstance(answer, Trouble):
            self.run.tell(Log(level="error", text=answer.trace, node=answer.node or self.node))
            raise RunFailed(Problem(Place(answer.node or self.node), answer.text))
        for node, seconds in zip(self.nodes, answer.seconds, strict=True):
            meter = self.meters[node]
            meter.busy += seconds
            meter.items += len(answer.items)
            meter.env_steps += answer.env_steps
        self.run.sampled(answer.env_steps, answer.episodes)
        self.inbox.extend(answer.items)

    def stream(self) -> Parallel:
        """Return the parallel stream of this group."""
        return Parallel(self)

    def close(self) -> None:
        """Let go of the workers."""


class LocalWorker(RolloutGroup):
    """One worker in this process: what `workers: 0` means."""

    pipeline: Pipeline | None = None
    asked = 0

    def start(self, source: str, plan: RolloutPlan) -> None:
        """Build the worker here."""
        self.pipeline = Pipeline(self.loading(source, plan))

    def ask(self, source: str) -> None:
        """Note the request; `arrived` carries it out."""
        self.asked += 1

    def arrived(self) -> Iterable[Item]:
        """Sample one fragment, now, if one was asked for."""
        if self.asked and self.pipeline is not None:
            self.asked -= 1
            if self.sources[0] in self.unsent:
                self.pipeline.take(*self.unsent.pop(self.sources[0]))
            self.receive(self.pipeline.next())
        while self.inbox:
            yield self.inbox.popleft()

    def close(self) -> None:
        """Close its environments."""
        if self.pipeline is not None:
            self.pipeline.close()
            self.pipeline = None


class RemoteWorkers(RolloutGroup):
    """Workers on Ray actors, supervised."""

    def __init__(self, node: str, plans: Sequence[RolloutPlan], policy: Policy, run: Run, deadline: float) -> None:
        super().__init__(node, plans, policy, run)
        self.deadline = deadline
        self.hosts = dict(zip(self.sources, run.cluster.take(len(plans)), strict=True))
        self.incarnations = dict.fromkeys(self.sources, 0)
        self.asks = dict.fromkeys(self.sources, 0)
        self.falls: dict[str, deque[float]] = {source: deque(maxlen=MAX_RESTARTS) for source in self.sources}
        self.repeat_at: dict[str, float] = {}
        self.stored: tuple[int, Any] = (-1, None)

    def start(self, source: str, plan: RolloutPlan) -> None:
        """Load the actor; its answer comes before any of its items."""
        call = self.hosts[source].load.remote(self.loading(source, plan))
        self._enter(source, call, self._loaded)

    def ask(self, source: str) -> None:
        """Request one fragment, with the newest weights if they have not gone out."""
        self.asks[source] += 1
        if source not in self.repeat_at:
            self._request(source)

    def arrived(self) -> Iterable[Item]:
        """Give what has come; look once for finished calls if nothing has."""
        self._repeat_due()
        if not self.inbox:
            self.run.calls.poll(0)
        while self.inbox:
            yield self.inbox.popleft()

    def _request(self, source: str) -> None:
        weights, version = self.unsent.pop(source, (None, 0))
        if weights is not None and weights.nbytes > INLINE_BYTES:
            weights = self._store(weights, version)
        self._enter(source, self.hosts[source].next.remote(weights, version), self._answered)

    def _store(self, weights: NDArray[np.float32], version: int) -> Any:
        import ray

        if self.stored[0] != version:
            self.stored = (version, ray.put(weights))
        return self.stored[1]

    def _enter(self, source: str, reference: Any, receive: Any) -> None:
        deadline = time.monotonic() + self.deadline
        self.run.calls.submit(reference, Call(source, self.incarnations[source], receive, deadline))

    def _loaded(self, call: Call, result: Any) -> None:
        if isinstance(result, Failure):
            self._fell(call, result)
        elif isinstance(result, Trouble):
            self.receive(result)

    def _answered(self, call: Call, result: Any) -> None:
        if isinstance(result, Failure):
            self._fell(call, result)
            return
        self.asks[call.source] -= 1
        self.receive(result)

    def _fell(self, call: Call, failure: Failure) -> None:
        """Note that a worker is lost; every call to its old process failed with it."""
        if call.incarnation != self.incarnations[call.source]:
            return
        source, now = call.source, time.monotonic()
        self.run.calls.forget(source)
        falls = self.falls[source]
        if len(falls) == MAX_RESTARTS and now - falls[0] < RESTART_WINDOW:
            what = f"worker {source} was lost {MAX_RESTARTS + 1} times within {RESTART_WINDOW:g} s; last: {failure}"
            raise RunFailed(Problem(Place(self.node), what, "does its environment crash or need more memory?"))
        falls.append(now)
        self.incarnations[source] += 1
        self.repeat_at[source] = now + BACKOFF
        self.run.calls.expected += 1
        self._end_if_hung(source, failure)
        restarts = self.incarnations[source]
        self.run.tell(ActorRestarted(node=self.node, source=source, cause=str(failure), restarts=restarts))

    def _end_if_hung(self, source: str, failure: Failure) -> None:
        import ray

        if "no answer" in str(failure):
            ray.kill(self.hosts[source], no_restart=True)
            (self.hosts[source],) = self.run.cluster.take(1)

    def _repeat_due(self) -> None:
        now = time.monotonic()
        for source in [source for source, due in self.repeat_at.items() if due <= now]:
            del self.repeat_at[source]
            self.run.calls.expected -= 1
            incarnation = self.incarnations[source]
            seed = self.run.seed(self.node, self.sources.index(source), incarnation)
            self.send(self.policy.weights(), self.policy.version, (source,))
            self.start(source, replace(self.plans[source], seed=seed))
            for _ in range(self.asks[source]):
                self._request(source)

    def close(self) -> None:
        """Give the actors back for the next run."""
        for source in self.sources:
            self.run.calls.forget(source)
        self.run.cluster.give_back(list(self.hosts.values()))


def rollout_group(operator: Any, run: Run, environment: Any, policy: Policy) -> RolloutGroup:
    """Return the workers of a Rollouts node: remote ones, or one in this process if it asks for none."""
    plans = [
        RolloutPlan(
            environment,
            policy.blueprint,
            operator.environments_per_worker,
            operator.fragment_length,
            run.seed(operator.node, index),
        )
        for index in range(max(1, operator.workers))
    ]
    if operator.workers == 0:
        return LocalWorker(operator.node, plans, policy, run)
    return RemoteWorkers(operator.node, plans, policy, run, operator.call_deadline)
