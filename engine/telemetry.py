"""Live numbers of a running plan: rates, shares and states, from meters that only ever count up.

Reading costs a few microseconds a node and happens at most four times a second, whatever the run's speed; on the
path of an item there is nothing but its meter.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final

import psutil

from engine.compiling import Opened
from engine.counters import Counters
from engine.dataflow import BoundedQueue, Gathered, Meter, Metered, Waiting
from engine.events import NodeNumbers, NodeState, NodeStateName, Telemetry

_Holding = dict[str, Any]  # the numbers `queued`, `room`, `lag` and `lag_p95`
_Read = tuple[Meter, _Holding, int]  # a node's meter, what the node holds, and how many shards the meter is of

QUIET: Final = 1.0  # seconds without an item before a node counts as waiting
MOSTLY: Final = 0.5  # of the time blocked before a node counts as blocked


@dataclass(slots=True)
class _Last:
    """What a node's meter said at the last reading, and when an item last left it (monotonic seconds)."""

    items: int = 0
    env_steps: int = 0
    busy: float = 0.0
    blocked: float = 0.0
    waited: float = 0.0
    moved_at: float = 0.0
    state: NodeStateName = "starting"


class Gauges:
    """Reads the meters of an opened plan and tells what changed since the last reading."""

    def __init__(self, opened: Opened, wires: Mapping[str, str], env_steps: int) -> None:
        """Start reading now; `wires` maps each stream wire, `"from→to"`, to the node it leaves."""
        self.opened = opened
        self.wires = wires
        self.env_steps = env_steps
        self.last: dict[str, _Last] = {}
        self.at = time.monotonic()
        self.reasons: dict[str, str] = {}
        self.stood: dict[tuple[str, ...], float] = defaultdict(float)  # by who had nothing come in: seconds at a stand
        self.followers = _followers(wires)
        self.on_machines: dict[str, Mapping[str, int]] = {}  # node -> env steps from each machine, at the last reading
        psutil.cpu_percent()  # which tells of the time since the last call

    @contextmanager
    def waiting(self, stuck: Sequence[Waiting]) -> Iterator[None]:
        """Note what nodes wait for, to be told with their state, and for how long: while nothing moves at all."""
        self.reasons = {root.node: root.what for waiting in stuck for root in (waiting, *waiting.roots())}
        began = time.monotonic()
        yield
        self.stood[tuple(self.reasons)] += time.monotonic() - began

    def read(self, counters: Counters, seconds: float) -> Iterator[NodeState | Telemetry]:
        """Give the changed states and one telemetry line, all for the time since the last reading."""
        now = time.monotonic()
        span, self.at = max(now - self.at, 1e-6), now
        nodes: dict[str, NodeNumbers] = {}
        waited = self._waited()
        for node, (meter, holding, shards) in self._meters().items():
            last = self.last.setdefault(node, _Last(moved_at=now))
            blocked = meter.blocked_until(now)
            numbers = _numbers(meter, last, span, blocked, holding, shards)
            waiting = max(0.0, min((waited[node] - last.waited) / span, 1 - numbers.busy - numbers.blocked))
            nodes[node] = numbers = numbers.model_copy(update={"waiting": waiting})
            yield from self._state_change(node, numbers, last, now)
            last.items, last.env_steps, last.busy, last.blocked = meter.items, meter.env_steps, meter.busy, blocked
            last.waited = waited[node]
        yield self._telemetry(counters, seconds, span, nodes)

    def _meters(self) -> dict[str, _Read]:
        """Return each node's meter, what the node holds, and on how many shards it is."""
        meters: dict[str, _Read] = {}
        for node, found in (*self.opened.handles.items(), *self.opened.streams.items()):
            if isinstance(found, Metered):
                room = found.room if isinstance(found, BoundedQueue) else 0
                meters[node] = found.meter, {"queued": found.depth, "room": room, **_lags(found)}, 1
            if isinstance(found, Gathered):
                sources = found.shards.sources
                for source, meter in found.shards.meters.items():
                    own = sum(shard.startswith(f"{source}/") for shard in sources)
                    meters[source] = meter, dict(found.shards.ratios.get(source, {})), own or len(sources)
        return meters

    def _waited(self) -> dict[str, float]:
        """Return for how many seconds nothing came in at each node while nothing moved: to it, or to one before it."""
        waited: dict[str, float] = defaultdict(float)
        for roots, seconds in self.stood.items():
            for node in {node for root in roots for node in (root, *self.followers.get(root, ()))}:
                waited[node] += seconds
        return waited

    def _telemetry(
        self, counters: Counters, seconds: float, span: float, nodes: Mapping[str, NodeNumbers]
    ) -> Telemetry:
        rate = (counters.env_steps - self.env_steps) / span
        self.env_steps = counters.env_steps
        machines = self._machines(span)
        busy = round(psutil.cpu_percent() / 100, 3)
        cores = {} if machines else {"cores": psutil.cpu_count() or 0, "cores_busy": busy}
        return Telemetry(
            seconds=seconds,
            env_steps=counters.env_steps,
            env_steps_per_s=rate,
            updates=counters.updates,
            episodes=counters.episodes,
            return_mean_100=counters.return_mean_100,
            nodes=nodes,
            machines=machines,
            wires={wire: nodes[node].env_steps_per_s for wire, node in self.wires.items() if node in nodes},
            **cores,
        )

    def _machines(self, span: float) -> dict[str, dict[str, float]]:
        """Return how fast each machine of a cluster is, for the nodes whose actors are on several."""
        before = self.on_machines
        shards = {found.shards.sources[0].rpartition("/")[0]: found.shards for found in self._gathered()}
        self.on_machines = {node: dict(one.on_machines) for node, one in shards.items() if one.on_machines}
        return {
            node: {name: (steps - before.get(node, {}).get(name, 0)) / span for name, steps in on.items()}
            for node, on in self.on_machines.items()
        }

    def _gathered(self) -> Iterator[Gathered]:
        return (found for found in self.opened.streams.values() if isinstance(found, Gathered))

    def _state_change(self, node: str, numbers: NodeNumbers, last: _Last, now: float) -> Iterator[NodeState]:
        if numbers.items > last.items:
            last.moved_at = now
        state = _state(numbers, last, now)
        if state != last.state:
            last.state = state
            detail = self.reasons.get(node, "") if state in ("waiting", "blocked") else ""
            yield NodeState(node=node, state=state, detail=detail)


def _state(numbers: NodeNumbers, last: _Last, now: float) -> NodeStateName:
    if numbers.blocked > MOSTLY:
        return "blocked"
    if now - last.moved_at >= QUIET:
        return "waiting"
    return "running" if numbers.items else last.state


def _followers(wires: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return which nodes get something from each node, over stream wires, directly or through others.

    Example: from a to b and from b to c, a has the followers b and c, and b has c.
    """
    next_to: dict[str, set[str]] = defaultdict(set)
    for wire, source in wires.items():
        next_to[source].add(wire.partition("→")[2].partition(".")[0])
    found: dict[str, frozenset[str]] = {}
    for node in TopologicalSorter(next_to).static_order():  # those that others lead to come first
        found[node] = frozenset(next_to[node]).union(*(found[other] for other in next_to[node]))
    return found


def _lags(found: Metered) -> _Holding:
    """Return the policy lag of the items that a gather gave lately: of half of them, and of all but 5 %, at most."""
    if not isinstance(found, Gathered) or not found.lags:
        return {}
    lags = sorted(found.lags)
    return {"lag": lags[(len(lags) - 1) // 2], "lag_p95": lags[math.ceil(0.95 * len(lags)) - 1]}


def _numbers(
    meter: Meter, last: _Last, span: float, blocked: float, holding: _Holding, shards: int
) -> NodeNumbers:
    return NodeNumbers(
        items=meter.items,
        env_steps=meter.env_steps,
        items_per_s=(meter.items - last.items) / span,
        env_steps_per_s=(meter.env_steps - last.env_steps) / span,
        busy=min(1.0, (meter.busy - last.busy) / span / shards),
        blocked=min(1.0, (blocked - last.blocked) / span),
        **holding,
    )
