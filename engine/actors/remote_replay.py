"""The shards of a replay buffer on Ray actors, kept alive.

A shard that is lost begins again with nothing in it, and what was on its way to it is lost too; the others go on. Its
new rows have serial numbers that no row had before, so that errors of its old rows reach none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import wait
from dataclasses import replace
from typing import Any, Final

from engine.actors.hosts import Hosts
from engine.actors.replay import ReplayGroup
from engine.declare import Run
from engine.kinds import Item
from engine.placement import ANYWHERE, Placement
from engine.problems import Place, Problem, RunFailed
from engine.replay.shard import LIFE, Filling, ShardPlan

ROOM: Final = 4  # batches on their way to a shard; more would only wait there


class RemoteReplay(ReplayGroup):
    """N shards, each on a host actor of the cluster."""

    def __init__(
        self, node: str, plans: Sequence[ShardPlan], run: Run, deadline: float, placement: Placement = ANYWHERE
    ) -> None:
        super().__init__(node, plans, run)
        hint = "does it need more memory?"
        self.hosts = Hosts(node, self.sources, run, deadline, self._begin_anew, hint, placement)
        self.deadline = deadline
        self.underway = dict.fromkeys(self.sources, 0)  # batches to be stored
        self.fetched: dict[str, Any] = {}

    def start(self, source: str, plan: ShardPlan) -> None:
        """Load the actor, before it is told anything."""
        self.hosts.load(source, self.loading(source, plan), self.refuse)

    def tell(self, source: str, method: str, *arguments: Any) -> None:
        """Call a method of the shard; if it is lost just now, there is nobody to hear it."""
        if self.hosts.is_up(source):
            keeps = method in ("store", "restore")
            self.underway[source] += keeps
            self.hosts.call(source, self._kept if keeps else self._heard, "call", method, *arguments)

    def has_room(self, source: str) -> bool:
        """Whether the shard is there and keeps up."""
        return self.hosts.is_there(source) and self.underway[source] < ROOM

    def ask(self, source: str) -> None:
        """Request one batch, as soon as there is one."""
        self.asked[source] += 1
        self._serve()

    def arrived(self) -> Iterable[Item]:
        """Give what has come; look once for finished calls if nothing has."""
        self.hosts.look_after()
        if not self.inbox:
            self.run.calls.poll(0)
        while self.inbox:
            yield self.inbox.popleft()

    def fetch(self, source: str, method: str) -> Any:
        """Call a method of the shard and wait for what it gives.

        Raises:
            RunFailed: it gave nothing in time.
        """
        self.fetched = {}
        wait([self.hosts.call(source, self._fetched, "call", method)], self.deadline)
        self.run.calls.poll(0)
        if source not in self.fetched:
            raise RunFailed(Problem(Place(self.node), f"shard {source} did not tell what it keeps"))
        return self.fetched.pop(source)

    def close(self) -> None:
        """Give the actors back for the next run."""
        self.hosts.close()

    def _serve(self) -> None:
        """Let every shard draw that was asked and can."""
        for source in self.sources:
            while self.hosts.is_up(source) and self.can_serve(source):
                self.coming[source] += 1
                self.hosts.call(source, self._answered, "next")

    def _answered(self, source: str, result: Any) -> None:
        """Take a batch; if the call gave none, it is still asked for."""
        self.coming[source] -= 1
        self.receive(result)
        self._serve()

    def _kept(self, source: str, result: Any) -> None:
        """Note how full the shard is now."""
        self.refuse(result)
        self.underway[source] -= 1
        self.filled[source] = result
        self._serve()

    def _heard(self, source: str, result: Any) -> None:
        self.refuse(result)

    def _fetched(self, source: str, result: Any) -> None:
        self.refuse(result)
        self.fetched[source] = result

    def _begin_anew(self, source: str, incarnation: int) -> None:
        """Start a lost shard again, empty."""
        self.filled[source] = Filling()
        self.coming[source] = self.underway[source] = 0
        seed = self.run.seed(self.node, self.sources.index(source), incarnation)
        plan = self.plans[source]
        first = plan.first + incarnation * LIFE
        self.start(source, replace(plan, seed=seed, first=first, batch_size=self.reading.batch_size))
