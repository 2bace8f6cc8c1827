"""The host actors of one group, kept alive.

An actor that dies or hangs gets a new process. What it held is gone, and so are the calls that it had not answered;
whoever uses it is told to begin there anew. The ledger expects that, so that nobody takes the run for stuck meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final

from engine.actors.calls import Call, Overdue, Receiver
from engine.actors.host import Host, Load
from engine.actors.supervision import Life
from engine.declare import Run
from engine.events import ActorRestarted, Log
from engine.placement import ANYWHERE, Placement
from engine.problems import Place, Problem, RunFailed

STARTS_WITHIN: Final = 30.0  # seconds that a new process may take to be made ready, however short its deadline


class Hosts:
    """One host actor for each source of a node.

    Attributes:
        lives: by source, what each has been through.
        machines: by source, on which machine it is; empty where there is only one.
    """

    def __init__(
        self,
        node: str,
        sources: Sequence[str],
        run: Run,
        deadline: float,
        begin_anew: Callable[[str, int], None],
        hint: str,
        placement: Placement = ANYWHERE,
    ) -> None:
        """Take a host of the cluster for each source.

        Args:
            node: whose they are.
            sources: their names.
            run: whose cluster and ledger they use.
            deadline: seconds of silence after which one counts as hung.
            begin_anew: is told the source, and how many processes it has lost, when a new one is there.
            hint: what to look at when one is lost for good, as a question.
            placement: where they may be.
        """
        self.node, self.run, self.deadline = node, run, deadline
        self.begin_anew, self.hint, self.placement = begin_anew, hint, placement
        self.actors: dict[str, Any] = {}
        self.lives: dict[str, Life] = {}
        self.machines: dict[str, str] = {}
        self.add(sources)
        self.scattered = len(run.cluster.machines()) > 1

    def add(self, sources: Sequence[str]) -> None:
        """Take a host for each of these too; a source that was here before begins another life."""
        cluster, placement = self.run.cluster, self.placement
        if short := cluster.short_of(len(sources), placement):
            text = f"its actors wait for what others on the cluster have: {short}"
            self.run.tell(Log(level="warning", text=text, node=self.node))
        self.actors |= zip(sources, cluster.take(len(sources), placement), strict=True)
        for source in sources:
            before = self.lives.get(source)
            self.lives[source] = Life(before.incarnation + 1 if before else 0)

    def let_go(self, source: str) -> None:
        """Give the host of one source back, which has answered all that it was asked."""
        self.run.calls.forget(source)
        self.run.cluster.give_back([self.actors.pop(source)], self.placement)

    def is_up(self, source: str) -> bool:
        """Whether calls reach it; if not, it will begin anew."""
        return self.lives[source].repeat_at is None

    def is_there(self, source: str) -> bool:
        """Whether it has never been lost, or is ready again."""
        return self.lives[source].lost_at is None

    def load(self, source: str, load: Load, refuse: Callable[[Any], Any]) -> None:
        """Make it ready, before any later call; `refuse` is told what stands in the way."""

        def receive(source: str, trouble: Any) -> None:
            if trouble is None:
                self.lives[source].is_back()
            else:
                refuse(trouble)

        limit = max(self.deadline, STARTS_WITHIN)
        self._submit(source, receive, limit, "load", load)
        if self.scattered:
            self.call(source, self._placed, "__ray_call__", _machine_id)

    def call(self, source: str, receive: Receiver, method: str, *arguments: Any) -> Future[Any]:
        """Call a method of the host; `receive` is told the source and the result when the ledger is polled."""
        return self._submit(source, receive, self.deadline, method, *arguments)

    def look_after(self) -> None:
        """Begin anew where a new process should be there by now."""
        if not self.run.calls.expected:
            return
        now = time.monotonic()
        for source, life in self.lives.items():
            if life.is_due(now):
                self.run.calls.expected -= 1
                self.begin_anew(source, life.incarnation)

    def close(self) -> None:
        """Give the actors back for the next run; a second time does nothing."""
        actors, self.actors = self.actors, {}
        for source in actors:
            self.run.calls.forget(source)
        self.run.cluster.give_back(list(actors.values()), self.placement)

    def _submit(self, source: str, receive: Receiver, limit: float, method: str, *arguments: Any) -> Future[Any]:
        future: Future[Any] = getattr(self.actors[source], method).remote(*arguments).future()
        self.run.calls.submit(future, Call(source, receive, self._fell, time.monotonic(), limit))
        return future

    def _placed(self, source: str, machine: str) -> None:
        """Note on which machine one is, and tell it."""
        self.machines[source] = self.run.cluster.machines().get(machine, machine)
        self.run.tell(Log(level="info", text=f"{source} is on {self.machines[source]}", node=self.node))

    def _fell(self, source: str, cause: Exception) -> None:
        """Note that one is lost; every other call to its old process is lost with it."""
        life, calls = self.lives[source], self.run.calls
        calls.forget(source)
        calls.expected += 1
        try:
            newly = life.fell(time.monotonic())
        except ValueError as error:
            what = f"worker {source} is lost: {error}; last: {fate(cause)}"
            raise RunFailed(Problem(Place(self.node), what, self.hint)) from None
        if isinstance(cause, Overdue):
            self._replace(source)
        if newly:
            told = fate(cause)
            self.run.tell(ActorRestarted(node=self.node, source=source, cause=told, restarts=life.incarnation))

    def _replace(self, source: str) -> None:
        """Give up an actor that answers nothing, for a fresh one."""
        import ray

        ray.kill(self.actors[source], no_restart=True)
        (self.actors[source],) = self.run.cluster.take(1, self.placement)


def _machine_id(host: Host) -> str:
    """Return Ray's id of the machine that a host is on; runs there."""
    import ray

    return str(ray.get_runtime_context().get_node_id())


def fate(cause: Exception) -> str:
    """Return in one line of at most 200 letters what became of an actor whose call ended with `cause`.

    Example: of Ray's `ActorUnavailableError`, whose text speaks of ids and sockets, it is "its process ended, or cannot
    be reached".
    """
    from ray import exceptions

    if isinstance(cause, Overdue):
        return str(cause)
    if isinstance(cause, exceptions.ActorUnavailableError):
        return "its process ended, or cannot be reached"
    first, *others = str(cause).strip().splitlines() or [""]
    if isinstance(cause, exceptions.ActorDiedError):  # what is indented names the actor, what follows says why
        why = next((line for line in others if not line.startswith("\t")), "")
        return f"its process ended{f': {why}' if why else ''}"[:200]
    return f"{type(cause).__name__}: {first}"[:200]
