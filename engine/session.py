"""Runs a plan: pulls its sinks, obeys commands between two pulls, writes checkpoints, tells how it ended.

All of it happens in the calling thread. Nothing spins: when no sink moves, the session waits for the actor call that
is done first; when no call is in flight either, nobody will ever move, and the run ends by saying which node waits
for what.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from engine import trust
from engine.actors.calls import Calls
from engine.actors.peers import Seat
from engine.catalogue import find
from engine.checking import check, why_not_deterministic
from engine.clock import Clock
from engine.cluster import Cluster
from engine.compiling import Opened, Plan, compile_document
from engine.controls import Controls
from engine.counters import Counters
from engine.dataflow import ENDED, Local, Stream, Waiting
from engine.declare import Operator
from engine.document import Document
from engine.ending import Ending, close_all
from engine.events import (
    CheckpointSaved,
    Command,
    Event,
    Log,
    MetricsReported,
    NodeState,
    RunEnded,
    RunStarted,
    RunStatus,
)
from engine.kinds import Episode
from engine.knobs import Knobs
from engine.problems import (
    FAILURES,
    FlowError,
    InvalidGraph,
    MissingDependency,
    Place,
    Problem,
    RunFailed,
    errors_among,
)
from engine.reporting import Reporter
from engine.room import shortage
from engine.runs import RunFolder
from engine.telemetry import Gauges

SAVE_EVERY: Final = 10.0  # seconds between checkpoints, whatever the graph asks for: what a killed run loses at most
CUT_SHORT: Final = (
    "the run was cut short, and this checkpoint is one of those that are written on the way: without what was on its "
    "way between nodes, and without the contents of large replay buffers, which fill anew"
)
PATIENCE: Final = 0.1  # seconds to wait for a call before commands are looked at again


class Session:
    """One plan being run; also the `Run` that its operators see."""

    def __init__(
        self,
        document: Document,
        folder: RunFolder,
        seed: int,
        stop: Mapping[str, float],
        tell: Callable[[Event], None],
        commands: Callable[[], Command | None],
        cluster: Cluster,
    ) -> None:
        self.document = document
        self.record = folder
        self.folder: Path = folder.path
        self.run_seed = seed
        self.stop = stop
        self.ends = {name: stop[name] for name in ("env_steps", "updates", "episodes", "seconds") if name in stop}
        self.commands = commands
        self.cluster = cluster
        self.reporter = Reporter(folder, tell)
        self.tell = self.reporter.tell
        self.calls = Calls()
        self.seat = Seat()
        self.counters = Counters()
        self.clock = Clock()
        self.resumed_at = 0
        self.reached: float | None = None  # seconds at which the wanted return was reached
        self.saved: Mapping[str, Any] = {}  # states by node, and what waited in its stream, until they are open
        self.waiting: Mapping[str, Any] = {}
        self.held: Mapping[str, Any] = {}  # by wire, until they are open too
        self.streams: Mapping[str, Stream] = {}
        self.wanted = False  # whether a node wants a checkpoint
        self.left_out: tuple[str, ...] = ()  # sentences: what the checkpoint holds and the graph has no place for
        self.saved_after = 0.0  # seconds
        self.saved_at = (0, 0)  # env steps and updates in the newest whole checkpoint; a run without any needs none
        catalogue = find()
        self.plan: Plan = compile_document(document, catalogue)
        self.knobs = Knobs(document, catalogue, self.plan)
        self.controls = Controls(self.knobs, self.counters, self.clock, self.reporter)
        self.ending = Ending(folder, self.reporter)
        self.to_close: list[Operator] = []

    @property
    def seconds(self) -> float:
        """Seconds since the first sample reached the driver, without pauses, with earlier legs of a resumed run."""
        return self.clock.seconds

    def seed(self, node: str, *more: int) -> int:
        """Return a seed derived from the run's seed, the node, the step at which the run was resumed, and `more`."""
        entropy = [self.run_seed, zlib.crc32(node.encode()), self.resumed_at, *more]
        return int(np.random.SeedSequence(entropy).generate_state(1)[0])

    def report(self, node: str, values: Mapping[str, float]) -> None:
        """Tell metrics of `node` by name, with the counters as they are now."""
        counters, seconds = self.counters, self.seconds
        self.tell(
            MetricsReported(
                node=node, env_steps=counters.env_steps, seconds=seconds, updates=counters.updates, values=values
            )
        )

    def sampled(self, env_steps: int, episodes: Sequence[Episode], agent_steps: int) -> None:
        """Count what reached the driver."""
        if not self.controls.paused:
            self.clock.start()
        self.counters.env_steps += env_steps
        self.counters.agent_steps += agent_steps
        self.counters.finished(episodes)
        self.reporter.episodes(episodes, self.counters.env_steps, self.seconds)
        wanted = self.stop.get("return_mean_100")
        if wanted is not None and self.reached is None and self.counters.full_mean_at_least(wanted):
            self.reached = self.seconds

    def checkpoint(self) -> None:
        """Have a whole checkpoint written as soon as no item is on its way through an operator."""
        self.wanted = True

    def _save(self, whole: bool) -> None:
        """Write the state of every stateful node and the counters; if it is to be `whole`, also what waits in streams.

        A disk that refuses, or an operator of somebody's own with something that no file can hold, is told, and the run
        goes on.
        """
        state, counters = self._state(whole), self.counters
        self.wanted, self.saved_after = False, self.seconds
        if whole:
            self.saved_at = (counters.env_steps, counters.updates)
        try:
            path = self.record.write_checkpoint(state, counters.env_steps)
        except FlowError as error:
            self.reporter.trouble(error)
        except TypeError as error:
            self.reporter.trouble(RunFailed(Problem(Place(), f"no checkpoint was written: {error}")))
        else:
            self.tell(CheckpointSaved(folder=str(path.relative_to(self.folder)), env_steps=counters.env_steps))

    def _state(self, whole: bool) -> dict[str, Any]:
        for operator in self.plan.operators.values():
            operator.settle()
        kept = {n: operator.state() | (operator.bulk() if whole else {}) for n, operator in self.plan.operators.items()}
        streams = {n: stream.state() for n, stream in self.streams.items() if whole and isinstance(stream, Local)}
        return {
            "counters": self.counters.state(),
            "seconds": self.seconds,
            "turned": self.knobs.turned,
            "whole": whole,
            "nodes": {node: state for node, state in kept.items() if state},
            "streams": {node: state for node, state in streams.items() if state},
            "held": self.controls.taps.state() if whole else {},
            "wires": sorted(self.plan.stream_wires),
        }

    def restore(self, state: Mapping[str, Any], env_steps: int) -> None:
        """Take over counters and remember the nodes' states until they are open.

        What a changed graph has no place for is left out; a warning tells of it when the run starts.
        """
        self.resumed_at = env_steps
        self.counters.restore(state["counters"])
        self.clock.spent = float(state["seconds"])
        self.saved = {node: kept for node, kept in state["nodes"].items() if node in self.plan.operators}
        gone = [node for node in state["nodes"] if node not in self.saved]
        states = (f"the state of {node} is left out: the graph that runs has no such node" for node in gone)
        self.left_out = (*states, *self.knobs.restore(state.get("turned", {})))
        if not state.get("whole", True):
            self.left_out += (CUT_SHORT,)
        if state.get("wires") == sorted(self.plan.stream_wires):
            self.waiting, self.held = state["streams"], state.get("held", {})
        elif state.get("streams") or state.get("held"):
            self.left_out += ("what was on its way is left out: the graph that runs has other wires",)
        self.saved_at, self.saved_after = (env_steps, self.counters.updates), self.seconds

    def run(self) -> RunEnded:
        """Run to the end; whatever happens, close every operator and tell how it ended.

        Raises:
            MissingDependency: the run failed because Ray does not start; told like every end, and raised.
        """
        status: RunStatus = "failed"
        problems: tuple[Problem, ...] = ()
        missing: MissingDependency | None = None
        try:
            status = self._run()
        except FAILURES as error:  # the outer edge: a mistake of ours must not leave the studio waiting
            problems = self.ending.problems(error)
            missing = error if isinstance(error, MissingDependency) else None
        self.controls.close()
        close_all(self.to_close, self.tell)
        self.reporter.rest(self.counters, self.seconds)
        ended = self.ending.tell(status, problems, self.plan.operators.keys(), self._summary(status))
        if missing:
            raise missing
        return ended

    def _run(self) -> RunStatus:
        self._announce()
        for node in self.plan.operators:
            self.tell(NodeState(node=node, state="starting"))
        self._look_for_room()
        opened = self.plan.open(self, self.to_close.append)
        for node, state in self.saved.items():
            self.plan.operators[node].restore(state)
        self.streams = opened.streams
        for node, state in self.waiting.items():
            if isinstance(stream := opened.streams.get(node), Local):
                stream.restore(state)
        self.controls.taps.restore(self.held, opened)
        for node in self.plan.operators.keys() - opened.streams.keys():
            self.tell(NodeState(node=node, state="ready"))
        self.reporter.gauges = Gauges(opened, self.plan.stream_wires, self.counters.env_steps)
        status = self._pull(opened, self.reporter.gauges)
        if self.saved_at != (self.counters.env_steps, self.counters.updates):
            self._save(whole=True)
        return status

    def _look_for_room(self) -> None:
        """Refuse a run whose actors do not fit the cluster, or tell that they will crowd it."""
        wanted = {node: hosts for node, operator in self.plan.operators.items() if (hosts := operator.hosts())}
        problem = shortage(wanted, self.cluster.room()) if wanted else None
        if problem and problem.severity == "error":
            raise RunFailed(problem)
        if problem:
            self.tell(Log(level="warning", text=f"{problem.what}: {problem.hint}", node=problem.where.node))

    def _announce(self) -> None:
        self.tell(
            RunStarted(
                folder=str(self.folder),
                title=self.document.title,
                seed=self.run_seed,
                stop=dict(self.stop),
                why_not_deterministic=why_not_deterministic(self.document, find()),
                resumed_at=self.resumed_at,
                turned={node: dict(values) for node, values in self.knobs.turned.items()},
            )
        )
        for text in self.left_out:
            self.tell(Log(level="warning", text=text))

    def _pull(self, opened: Opened, gauges: Gauges) -> RunStatus:
        sinks = list(opened.sinks)
        while sinks and not self._stop_reached():
            if (command := self.commands()) is not None:
                self.controls.obey(command, opened)
            if self.controls.stopped:
                return "stopped"
            if self.controls.watching:
                self.controls.watching.feed(self.counters.env_steps)
            if self.controls.paused:
                self.calls.poll(PATIENCE)
                continue
            if stuck := _pull_each(sinks):
                with gauges.waiting(stuck):
                    self._wait(stuck)
            if self.wanted or self.seconds - self.saved_after > SAVE_EVERY:
                self._save(whole=self.wanted)
            self.reporter.numbers(self.counters, self.seconds)
        return "finished"

    def _wait(self, stuck: Sequence[Waiting]) -> None:
        if not self.calls.in_flight and not self.calls.expected:
            roots = [root for waiting in stuck for root in waiting.roots()]
            raise RunFailed(*(Problem(Place(r.node), f"the run stands still: it waits for {r.what}") for r in roots))
        self.calls.poll(PATIENCE)

    def _stop_reached(self) -> bool:
        if self.reached is not None:
            return True
        for name, wanted in self.ends.items():
            if getattr(self if name == "seconds" else self.counters, name) >= wanted:
                return True
        return False

    def _summary(self, status: RunStatus) -> dict[str, Any]:
        counters, seconds = self.counters, self.seconds
        return {
            "status": status,
            "run_dir": str(self.folder),
            "seed": self.run_seed,
            "env_steps": counters.env_steps,
            "agent_steps": counters.agent_steps,
            "seconds": round(seconds, 3),
            "env_steps_per_s": round(counters.env_steps / seconds, 1) if seconds > 0 else 0.0,
            "updates": counters.updates,
            "episodes": counters.episodes,
            "return_mean_100": counters.return_mean_100,
            "best_return_mean_100": counters.best_mean,
            "seconds_to_stop_return": self.reached,
            **({"on_machines": on} if (on := self.reporter.on_machines) else {}),
        }


def _pull_each(sinks: list[Local]) -> list[Waiting]:
    """Pull each sink once, dropping those that ended; return what they wait for if none of them moved."""
    waiting: list[Waiting] = []
    for sink in list(sinks):
        pulled = sink.pull()
        if pulled is ENDED:
            sinks.remove(sink)
        elif isinstance(pulled, Waiting) and not pulled.moved:
            waiting.append(pulled)
    return waiting if len(waiting) == len(sinks) else []


def run_graph(
    document: Document,
    *,
    folder: RunFolder,
    seed: int,
    stop: Mapping[str, float],
    tell: Callable[[Event], None],
    commands: Callable[[], Command | None],
    resume: tuple[Mapping[str, Any], int] | None = None,
    cluster: Cluster | None = None,
) -> RunEnded:
    """Run a graph to its end in the calling thread and return how it ended.

    Args:
        document: the graph.
        folder: where the run is recorded.
        seed: of everything random in the run; with a synchronous graph the same seed gives the same numbers.
        stop: conditions of which the first met ends the run; see `document.RunSettings`.
        tell: hears every event, in the calling thread.
        commands: gives the next wish of whoever watches, or None; asked between any two pulls.
        resume: a checkpoint's state and its env steps, to go on from.
        cluster: Ray with warm hosts; without one, Ray is started if the graph needs it and ended afterwards.

    Raises:
        InvalidGraph: the graph has errors, or carries Python that the user has not trusted; all of them are in it.
        MissingDependency: Ray is needed and does not start.
    """
    unread = (trust.problem(piece) for piece in trust.untrusted(document, find()))
    if problems := (*errors_among(check(document)), *unread):
        raise InvalidGraph(*problems)
    own = cluster or Cluster()
    session = Session(document, folder, seed, stop, tell, commands, own)
    if resume is not None:
        session.restore(*resume)
    try:
        return session.run()
    finally:
        if cluster is None:
            own.stop()
