"""Rollout workers on Ray actors, kept alive.

A worker that is lost gets a new seed and the newest weights, and its calls are repeated; the fragment that was lost
is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from engine.actors.hosts import Hosts
from engine.actors.workers import RolloutGroup
from engine.declare import Run
from engine.kinds import Item, Policy
from engine.placement import ANYWHERE, Placement

if TYPE_CHECKING:
    from engine.actors.workers import WorkerPlan

INLINE_BYTES: Final = 100_000  # larger weights go through the object store, once per version


class RemoteWorkers(RolloutGroup):
    """N workers, each on a host actor of the cluster."""

    def __init__(
        self,
        node: str,
        plans: Sequence[WorkerPlan],
        policies: Sequence[Policy],
        run: Run,
        deadline: float,
        placement: Placement = ANYWHERE,
    ) -> None:
        super().__init__(node, plans, policies, run)
        hint = "does its environment crash, or need more memory?"
        self.hosts = Hosts(node, self.sources, run, deadline, self._begin_anew, hint, placement)
        self.asks = dict.fromkeys(self.sources, 0)
        self.steps = dict.fromkeys(self.sources, 0)  # env steps that came from each
        self.stored: dict[str, tuple[int, Any]] = {}  # by policy, the version in the object store and its reference

    def start(self, source: str, plan: WorkerPlan) -> None:
        """Load the actor; its answer comes before any of its items."""
        self.hosts.load(source, self.loading(source, plan), lambda trouble: self.receive(source, trouble))

    def tell_param(self, source: str, node: str, name: str, value: JsonValue) -> None:
        """Call the worker; one that is lost just now begins anew with the value."""
        if self.hosts.is_up(source):
            self.hosts.call(source, lambda *_: None, "set_param", node, name, value)

    def ask(self, source: str) -> None:
        """Request one fragment, with the newest weights if they have not gone out."""
        self.asks[source] += 1
        if self.hosts.is_up(source):
            self._request(source)

    def arrived(self) -> Iterable[Item]:
        """Give what has come; look once for finished calls if nothing has."""
        self.hosts.look_after()
        if not self.inbox:
            self.run.calls.poll(0)
        while self.inbox:
            yield self.inbox.popleft()

    @property
    def on_machines(self) -> Mapping[str, int]:
        """Env steps that came from each machine."""
        steps: Counter[str] = Counter()
        for source, machine in self.hosts.machines.items():
            steps[machine] += self.steps[source]
        return steps

    def close(self) -> None:
        """Give the actors back for the next run."""
        self.hosts.close()
        super().close()

    def _request(self, source: str) -> None:
        versions, weights = self.fresh(source)
        carried = [self._carried(*each) for each in zip(versions, weights, strict=True)]
        self.hosts.call(source, self._answered, "next", versions, *carried)

    def _carried(self, named: tuple[str, int], weights: NDArray[np.float32]) -> Any:
        """Return weights as a call is to carry them: small ones as they are, larger ones by reference."""
        if weights.nbytes <= INLINE_BYTES:
            return weights
        import ray

        policy, version = named
        if self.stored.get(policy, (-1, None))[0] != version:
            self.stored[policy] = (version, ray.put(weights))
        return self.stored[policy][1]

    def _answered(self, source: str, result: Any) -> None:
        """Take an item; if the call gave none, call again."""
        self.steps[source] += getattr(result, "env_steps", 0)  # none in what tells of trouble
        if self.receive(source, result):
            self.asks[source] -= 1
        else:
            self._request(source)

    def _begin_anew(self, source: str, incarnation: int) -> None:
        """Start a lost worker again, and repeat what it was asked."""
        seed = self.run.seed(self.node, self.sources.index(source), incarnation)
        self.send_all((source,))
        self.start(source, replace(self.plans[source], seed=seed))
        for _ in range(self.asks[source]):
            self._request(source)
