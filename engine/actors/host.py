"""What runs on an actor: a source and the operators behind it, one item a call.

A host knows nothing until it is loaded, so the same process serves one run after another. Trouble in an environment
or an operator comes back as a `Trouble` value that names the node, never as an exception that only Ray could read.
"""

from __future__ import annotations

import platform
import time
import zlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from engine.actors.answer import Answer
from engine.actors.peers import Seat
from engine.counters import Counters
from engine.dataflow import Meter, failure_of
from engine.declare import Operator, Run, named
from engine.kinds import Batch, Episode, Item, MultiAgentBatch, Policy, given_back, keep
from engine.problems import FAILURES, Place, Problem, RunFailed
from engine.turning import turn


class Source(Protocol):
    """What makes a shard's values: a rollout worker, or a shard of a replay buffer."""

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Act with these weights of the policy called `policy` from now on."""

    def next(self) -> tuple[Batch | Item, tuple[Episode, ...]]:
        """Make the next value, and tell which episodes ended on the way.

        A batch counts as newly sampled with the weights loaded last; an item says itself what it stands for.
        """

    def close(self) -> None:
        """Let go of what it holds."""


class SourcePlan(Protocol):
    """How to build a source where it will run."""

    def build(self) -> Source:
        """Return a new source."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An operator to run on the actor: its node, class (which travels by name), parameters, and handles' providers."""

    node: str
    operator: type[Operator]
    params: Mapping[str, JsonValue]
    providers: Mapping[str, Stage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """What a host is to do: the source, the stages behind it, and the names that its items and trouble carry.

    Attributes:
        seat: which shard it is, of how many.
        states: what the driver's operators remember, by node, where their copies here must go on from it.
    """

    node: str
    name: str
    source: SourcePlan
    stages: tuple[Stage, ...]
    seed: int = 0
    seat: Seat = field(default_factory=Seat)
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source or stage failed: the node, the sentence, the traceback for the log, the hint, the batch it failed on.

    An unfit batch has no traceback: no line of any program is to blame. `host` is the name of the machine on which it
    happened.
    """

    node: str
    text: str
    trace: str
    hint: str = ""
    batch: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    host: str = field(default_factory=platform.node)

    def failure(self, node: str, source: str = "") -> RunFailed:
        """Return what ends the run: `node` is to blame if nobody is named, and it happened in the shard `source`."""
        what = f"{self.text} [in {source} on {self.host}]" if source else self.text
        return RunFailed(Problem(Place(self.node or node), what, self.hint), batch=self.batch)


class ActorRun:
    """The `Run` of operators on an actor: seeds of its own, counters that nobody reads, no events, no checkpoints."""

    def __init__(self, seed: int, seat: Seat) -> None:
        self.counters = Counters()
        self.root = seed
        self.seat = seat
        self.seconds = 0.0

    def seed(self, node: str, *more: int) -> int:
        """Return a seed derived from the actor's, the node and further numbers."""
        entropy = [self.root, zlib.crc32(node.encode()), *more]
        return int(np.random.SeedSequence(entropy).generate_state(1)[0])


class Pipeline:
    """A source and the operators behind it, ready to run in this process."""

    def __init__(self, load: Load) -> None:
        self.nodes = (load.node, *(stage.node for stage in load.stages))
        self.name = load.name
        self.versions: dict[str, int] = {}  # of the weights that the source acts with, by policy
        self.weights: dict[str, NDArray[np.float32]] = {}  # those that came last
        self.run = ActorRun(load.seed, load.seat)
        self.ready: dict[str, tuple[Operator, Any]] = {}
        self.stages = [self._operator(stage) for stage in load.stages]
        for node, state in load.states.items():
            self.ready[node][0].restore(state)
        self.source = load.source.build()
        self.outgoing: deque[Item] = deque()

    def take(self, name: str, weights: NDArray[np.float32], version: int) -> None:
        """Hand new weights of a policy to the source, and to the copies of it that operators here took."""
        self.source.load(name, weights, version)
        for policy in self._policies():
            if policy.name == name:
                policy.load(weights, version)
        self.versions[name], self.weights[name] = version, weights

    def _policies(self) -> Iterable[Policy]:
        return (handle for _, handle in self.ready.values() if isinstance(handle, Policy))

    def _follow(self) -> None:
        """Let the source act with what a policy has learned here, if one has."""
        for policy in self._policies():
            if policy.version > self.versions.get(policy.name, 0):
                self.source.load(policy.name, policy.weights(), policy.version)
                self.versions[policy.name] = policy.version

    def _operator(self, stage: Stage) -> Operator:
        """Return the operator of `stage`, made ready with handles that its providers make here."""
        if stage.node not in self.ready:
            for provider in stage.providers.values():
                self._operator(provider)
            handles = {port: self.ready[provider.node][1] for port, provider in stage.providers.items()}
            operator = stage.operator(stage.node, stage.params)
            try:
                self.ready[stage.node] = operator, named(operator, operator.provide(cast("Run", self.run), **handles))
            except FAILURES as error:
                raise failure_of(stage.node, error) from error
        return self.ready[stage.node][0]

    def next(self) -> Answer | Trouble:
        """Give an item that is left over; if there is none, sample once and give the first that comes out."""
        meters = tuple(Meter() for _ in self.nodes)
        if self.outgoing:
            return Answer(self.outgoing.popleft(), (), 0, 0, meters)
        position = 0
        item: Item | None = None
        try:
            start = time.perf_counter()
            made, episodes = self.source.next()
            fresh = made if isinstance(made, Item) else Item(made, self.name, self._oldest, len(made))
            items = [fresh]
            _note(meters[0], items, start)
            for position, stage in enumerate(self.stages, start=1):
                start = time.perf_counter()
                entering, items = items, []
                for item in entering:
                    items.extend(stage.each(item))
                _note(meters[position], items, start)
            self._follow()
        except FAILURES as error:
            return _trouble(self.nodes[position], error, item)
        self.outgoing.extend(items)
        leaving = self.outgoing.popleft() if self.outgoing else None
        return Answer(leaving, episodes, fresh.env_steps, _agent_steps(fresh), meters)

    def rest(self) -> list[Answer]:
        """Give every item that is left over; nothing more is sampled, and what operators hold back stays with them."""
        left, self.outgoing = self.outgoing, deque()
        return [Answer(item, (), 0, 0, tuple(Meter() for _ in self.nodes)) for item in left]

    def state(self) -> dict[str, Any]:
        """Return what its items depend on beside the source, for a checkpoint between two calls."""
        operators = {node: operator for node, (operator, _) in self.ready.items()}
        return {
            "operators": {node: operator.state() | operator.bulk() for node, operator in operators.items()},
            "weights": {name: (weights, self.versions[name]) for name, weights in self.weights.items()},
            "outgoing": keep(self.outgoing),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        for name, (weights, version) in state["weights"].items():
            self.take(name, weights, version)
        for node, kept in state["operators"].items():
            if kept:
                self.ready[node][0].restore(kept)
        self.outgoing.extend(given_back(state["outgoing"]))

    @property
    def _oldest(self) -> int:
        return min(self.versions.values(), default=0)

    def close(self) -> None:
        """Close the source."""
        self.source.close()


def _agent_steps(item: Item) -> int:
    if isinstance(item.value, MultiAgentBatch):
        return sum(len(batch) for batch in item.value.batches.values())
    return item.env_steps


def _note(meter: Meter, items: Iterable[Item], start: float) -> None:
    meter.busy = time.perf_counter() - start
    for item in items:
        meter.count(item)


class NothingLoaded(Exception):
    """A host was called that has nothing to work with: Ray gave it a new process while nobody looked."""


class Host:
    """The class behind every actor of ours; free of torch unless what it loads brings it."""

    def __init__(self) -> None:
        self.pipeline: Pipeline | None = None

    def load(self, load: Load) -> Trouble | None:
        """Drop what was loaded before and make this ready; tell what stands in the way."""
        try:
            self.unload()
            self.pipeline = Pipeline(load)
        except FAILURES as error:
            return _trouble(load.node, error)
        return None

    def next(self, fresh: Sequence[tuple[str, int]] = (), *weights: NDArray[np.float32]) -> Answer | Trouble:
        """Take over new weights, one vector for each (policy, version) in `fresh`, and make the next item.

        Raises:
            NothingLoaded: the process is a new one.
        """
        pipeline = self._loaded()
        try:
            for (policy, version), vector in zip(fresh, weights, strict=True):
                pipeline.take(policy, vector, version)
        except FAILURES as error:
            return _trouble(pipeline.nodes[0], error)
        return pipeline.next()

    def rest(self) -> list[Answer]:
        """Give every item that the pipeline has left over.

        Raises:
            NothingLoaded: the process is a new one.
        """
        return self._loaded().rest()

    def set_param(self, node: str, name: str, value: JsonValue) -> None:
        """Let the copy of an operator use another value of a parameter, which the driver has found to be fit.

        Raises:
            NothingLoaded: the process is a new one.
        """
        operator, _ = self._loaded().ready[node]
        turn(operator, name, value)

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the source by name; return what it gives, or its trouble, which names no node.

        Raises:
            NothingLoaded: the process is a new one.
        """
        source = self._loaded().source
        try:
            return getattr(source, method)(*arguments)
        except FAILURES as error:
            return _trouble("", error)

    def state(self) -> dict[str, Any]:
        """Return what the pipeline's items depend on beside its source.

        Raises:
            NothingLoaded: the process is a new one.
        """
        return self._loaded().state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Let the pipeline take over what `state` gave.

        Raises:
            NothingLoaded: the process is a new one.
        """
        self._loaded().restore(state)

    def _loaded(self) -> Pipeline:
        if self.pipeline is None:
            raise NothingLoaded("it lost its process between two calls")
        return self.pipeline

    def unload(self) -> None:
        """Close what is loaded; the process lives on for the next run."""
        pipeline, self.pipeline = self.pipeline, None  # first: what cannot be closed must not be closed again
        if pipeline is not None:
            pipeline.close()

    def process_id(self) -> int:
        """Return the id of the actor's process."""
        import os

        return os.getpid()


def stage_of(operator: Operator) -> Stage:
    """Return what an actor must know to run a copy of this operator, its handles included."""
    providers = {port: stage_of(provider) for port, provider in _handles(operator)}
    return Stage(operator.node, type(operator), operator.params, providers)


def states_of(operators: Iterable[Operator]) -> dict[str, dict[str, Any]]:
    """Return what those remember now whose handles these operators take, by node.

    What the operators themselves remember is on the actors: here, on the driver, they do not run.
    """
    states: dict[str, dict[str, Any]] = {}
    for operator in operators:
        for _, provider in _handles(operator):
            states |= {provider.node: provider.state()} | states_of((provider,))
    return states


def _handles(operator: Operator) -> Iterable[tuple[str, Operator]]:
    """Return the handle inputs of an operator that are connected, each with the operator that provides it."""
    for port, provider in operator.providers.items():
        declared = operator.spec.port(port)
        if declared is not None and declared.is_handle:
            yield port, provider


def _trouble(node: str, error: BaseException, item: Item | None = None) -> Trouble:
    """Return what failed at `node` on `item`, or at the node that the error names itself."""
    failed = error if isinstance(error, RunFailed) else failure_of(node, error, item)
    (problem,) = failed.problems
    return Trouble(problem.where.node, problem.what, failed.trace, problem.hint, failed.batch)
