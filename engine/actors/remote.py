"""Rollout workers on Ray actors, kept alive.

A worker that dies or hangs gets a new process, a new seed and the newest weights, and its calls are repeated; the
fragment that was lost is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.actors.calls import Call, Overdue, Receiver
from engine.actors.rollout import RolloutPlan
from engine.actors.supervision import Life
from engine.actors.workers import RolloutGroup
from engine.declare import Run
from engine.events import ActorRestarted
from engine.kinds import Item, Policy
from engine.problems import Place, Problem, RunFailed

INLINE_BYTES: Final = 100_000  # larger weights go through the object store, once per version


class RemoteWorkers(RolloutGroup):
    """N workers, each on a host actor of the cluster."""

    def __init__(self, node: str, plans: Sequence[RolloutPlan], policy: Policy, run: Run, deadline: float) -> None:
        super().__init__(node, plans, policy, run)
        self.deadline = deadline
        self.hosts = dict(zip(self.sources, run.cluster.take(len(plans)), strict=True))
        self.lives = {source: Life() for source in self.sources}
        self.asks = dict.fromkeys(self.sources, 0)
        self.stored: tuple[int, Any] = (-1, None)

    def start(self, source: str, plan: RolloutPlan) -> None:
        """Load the actor; its answer comes before any of its items."""
        call = self.hosts[source].load.remote(self.loading(source, plan))
        self._enter(source, call, self._loaded)

    def ask(self, source: str) -> None:
        """Request one fragment, with the newest weights if they have not gone out."""
        self.asks[source] += 1
        if self.lives[source].repeat_at is None:
            self._request(source)

    def arrived(self) -> Iterable[Item]:
        """Give what has come; look once for finished calls if nothing has."""
        if self.run.calls.expected:
            self._repeat_due()
        if not self.inbox:
            self.run.calls.poll(0)
        while self.inbox:
            yield self.inbox.popleft()

    def close(self) -> None:
        """Give the actors back for the next run."""
        for source in self.sources:
            self.run.calls.forget(source)
        self.run.cluster.give_back(list(self.hosts.values()))
        super().close()

        super().close()
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

    def _enter(self, source: str, reference: Any, receive: Receiver) -> None:
        self.run.calls.submit(reference.future(), Call(source, receive, self._fell, time.monotonic(), self.deadline))

    def _loaded(self, source: str, result: Any) -> None:
        if result is None:
            self.lives[source].is_back()
        else:
            self.receive(result)

    def _answered(self, source: str, result: Any) -> None:
        """Take an item; if the call gave none, call again."""
        if self.receive(result):
            self.asks[source] -= 1
        else:
            self._request(source)

    def _fell(self, source: str, cause: Exception) -> None:
        """Note that a worker is lost; every other call to its old process is lost with it."""
        life, calls = self.lives[source], self.run.calls
        calls.forget(source)
        calls.expected += 1
        try:
            newly = life.fell(time.monotonic())
        except ValueError as error:
            what = f"worker {source} is lost: {error}; last: {_first_line(cause)}"
            raise RunFailed(
                Problem(Place(self.node), what, "does its environment crash, or need more memory?")
            ) from None
        if isinstance(cause, Overdue):
            self._replace_host(source)
        if newly:
            told = _first_line(cause)
            self.run.tell(ActorRestarted(node=self.node, source=source, cause=told, restarts=life.incarnation))

    def _replace_host(self, source: str) -> None:
        """Give up an actor that answers nothing, for a fresh one."""
        import ray

        ray.kill(self.hosts[source], no_restart=True)
        (self.hosts[source],) = self.run.cluster.take(1)

    def _repeat_due(self) -> None:
        now = time.monotonic()
        for index, source in enumerate(self.sources):
            life = self.lives[source]
            if life.is_due(now):
                self.run.calls.expected -= 1
                seed = self.run.seed(self.node, index, life.incarnation)
                self.send(*self.policy.newest(), (source,))
                self.start(source, replace(self.plans[source], seed=seed))
                for _ in range(self.asks[source]):
                    self._request(source)


def _first_line(cause: Exception) -> str:
    """Return the cause in one line of at most 200 letters."""
    lines = str(cause).strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}"[:200]
