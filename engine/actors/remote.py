"""Rollout workers on Ray actors, kept alive.

A worker that is lost gets a new seed and the newest weights, and its calls are repeated; the fragment that was lost
is not counted. Workers may be added and sent away while the graph runs: one that goes first gives what it was asked
and what it has left over, so that nothing is lost or counted twice.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from engine.actors.answer import Answer
from engine.actors.hosts import Hosts
from engine.actors.workers import RolloutGroup
from engine.declare import Operator, Run
from engine.kinds import Item, Policy
from engine.placement import ANYWHERE, Placement
from engine.room import shortage

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
        self.steps: Counter[str] = Counter()  # env steps that came from each machine of a cluster
        self.stored: dict[str, tuple[int, Any]] = {}  # by policy, the version in the object store and its reference
        self.loaded = False
        self.leaving: set[str] = set()  # those that are sent away as soon as they owe nothing

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the workers ready; those that come later are made ready at once."""
        self.loaded = True
        super().load(stages)

    def resize(self, plans: Sequence[WorkerPlan]) -> None:
        """Let new workers begin with the newest weights, and those that are too many go when they owe nothing.

        Example: from 2 to 3, `rollouts_1/2` is new; back to 2, it is asked no more, and its last fragments still come.
        """
        if not plans:
            raise ValueError("the last worker cannot go while the graph runs: stop the run to sample in the engine")
        if self._in_step:
            raise ValueError(f"the workers of {self.node} learn in step: stop the run to have more or fewer")
        before, wanted = self.sources, {f"{self.node}/{index}": plan for index, plan in enumerate(plans)}
        self._refuse_crowd(len(wanted) - len(before))
        self.sources = tuple(wanted)
        self.leaving |= set(before) - set(wanted)
        new = [source for source in wanted if source not in before and source not in self.leaving]
        self.leaving -= set(wanted)
        self._add({source: wanted[source] for source in new})
        for source in tuple(self.leaving):
            self._dismiss(source)

    def _refuse_crowd(self, more: int) -> None:
        """Raise ValueError if so many more workers do not fit the machines."""
        problem = shortage({self.node: more}, self.run.cluster.room()) if more > 0 else None
        if problem and problem.severity == "error":
            raise ValueError(f"{problem.what}: {problem.hint}")

    def _add(self, plans: Mapping[str, WorkerPlan]) -> None:
        """Take hosts for new workers, and let them begin if the others have."""
        self.hosts.add(tuple(plans))
        for source, plan in plans.items():
            self.plans[source], self.unsent[source], self.asks[source] = plan, {}, 0
            self.untaken.setdefault(source, deque())  # of one that was here before, items may still wait to be taken
            if self.loaded:
                self._begin(source)

    def _dismiss(self, source: str) -> None:
        """Send a worker away that owes nothing, after it has given what it has left over."""
        if self.asks[source] or source not in self.leaving:
            return
        if self.loaded:
            self.hosts.call(source, self._rested, "rest")
        else:
            self._rested(source, ())

    def _rested(self, source: str, left: Sequence[Answer]) -> None:
        """Take what a worker had left over, and let go of it unless it is wanted again."""
        for answer in left:
            self.receive(source, answer)
        if source in self.leaving:
            self.leaving.remove(source)
            self.hosts.let_go(source)

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
        return self.steps

    def close(self) -> None:
        """Give the actors back for the next run."""
        self.hosts.close()
        super().close()

    def _request(self, source: str) -> None:
        versions, weights = self.fresh(source)
        carried = [self._carried(*each) for each in zip(versions, weights, strict=True)]
        news = (versions, *carried) if carried else ()  # most calls have none, and no argument costs least
        self.hosts.call(source, self._answered, "next", *news)

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
        if machine := self.hosts.machines.get(source):
            self.steps[machine] += getattr(result, "env_steps", 0)  # none in what tells of trouble
        if self.receive(source, result):
            self.asks[source] -= 1
            self._dismiss(source)
        else:
            self._request(source)

    def _begin_anew(self, source: str, incarnation: int) -> None:
        """Start a lost worker again, and repeat what it was asked."""
        self._begin(source)
        for _ in range(self.asks[source]):
            self._request(source)
        self._dismiss(source)

    def _begin(self, source: str) -> None:
        """Start a worker with the newest weights; each of its lives has a seed of its own."""
        plan, incarnation = self.plans[source], self.hosts.lives[source].incarnation
        seed = self.run.seed(self.node, plan.worker, incarnation) if incarnation else plan.seed
        self.send_all((source,))
        self.start(source, replace(plan, seed=seed))
