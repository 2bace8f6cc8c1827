"""Which part of a training is slow: from the live numbers of the last half minute to one sentence with its figures.

The learner is the node that is meant to be busy. While it is, more workers bring nothing. While it is not, it gets too
little: its env steps a second over its busy share are what it could take.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.catalogue import Catalogue
from engine.document import Document
from engine.events import NodeNumbers, Telemetry
from engine.kinds import Batch, LearnerQueue, TrainResult, Workers

Role = Literal["rollouts", "on workers", "learner", "enqueue", "other"]

SPAN: Final = 30.0  # seconds looked back
SHORTEST: Final = 3.0  # seconds before anything is said: a start is no steady state
BUSY: Final = 0.75  # share of the time from which on the learner is what limits
HELD_UP: Final = 0.25  # share of the time in which there was no room in a queue, from which on that limits
AT_WORK: Final = 0.5  # share of the learner's idle time in which workers must work to be what it waits for
MANY: Final = 8.0  # times more workers, from which on the environment is called slow


@dataclass(frozen=True, slots=True)
class Parts:
    """What the nodes of a graph are to the question: their roles, and for each learner the node that feeds it."""

    roles: Mapping[str, Role]
    feeding: Mapping[str, str]


class Lately:
    """The telemetry of the last half minute of one run, and what limits it."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        """Begin with no numbers of a run of this graph."""
        self.parts = parts(document, catalogue)
        self.seen: deque[Telemetry] = deque()

    def take(self, telemetry: Telemetry) -> str:
        """Add the newest numbers, forget those older than half a minute, and return the sentence on the others."""
        self.seen.append(telemetry)
        while telemetry.seconds - self.seen[0].seconds > SPAN:
            self.seen.popleft()
        return bottleneck(tuple(self.seen), self.parts)


def parts(document: Document, catalogue: Catalogue) -> Parts:
    """Return what each node is: what samples, what else its workers run, what learns, what fills a queue, or other.

    Example: in PPO `rollouts_1` samples, and `train_1` learns, fed by `standardize_1`.
    """
    roles = {node.id: _role(node.type, catalogue) for node in document.nodes}
    types = {node.id: node.type for node in document.nodes}
    for node in [node for node, role in roles.items() if role == "rollouts"]:
        roles |= dict.fromkeys(_on_workers(node, document, catalogue), "on workers")
    feeding = {}
    for edge in document.edges:
        spec = catalogue.spec(types[edge.target_node])
        port = spec.port(edge.target_port) if spec else None
        if roles[edge.target_node] == "learner" and port is not None and port.kind in (Batch, LearnerQueue):
            feeding[edge.target_node] = edge.source_node
    return Parts(roles, feeding)


def _role(type_id: str, catalogue: Catalogue) -> Role:
    spec = catalogue.spec(type_id)
    ports = spec.ports if spec else ()
    if any(port.direction == "out" and port.kind is Workers for port in ports):
        return "rollouts"
    takes = {port.kind for port in ports if port.direction == "in"}
    if takes & {Batch, LearnerQueue} and any(port.kind is TrainResult and port.where == "local" for port in ports):
        return "learner"
    fills = any(port.kind is LearnerQueue for port in ports) and any(not port.is_handle for port in ports)
    return "enqueue" if fills else "other"


def _on_workers(rollouts: str, document: Document, catalogue: Catalogue) -> set[str]:
    """Return the nodes that run on the workers of `rollouts`: those that its stream goes through before a gather."""
    types = {node.id: node.type for node in document.nodes}
    found: set[str] = set()
    reached = [rollouts]
    while reached:
        node = reached.pop()
        for edge in document.edges:
            spec = catalogue.spec(types[edge.target_node]) if edge.source_node == node else None
            port = spec.port(edge.target_port) if spec else None
            if spec is None or port is None or port.is_handle or edge.target_node in found:
                continue
            if not any(out.where == "local" for out in spec.outputs if not out.is_handle):
                found.add(edge.target_node)
                reached.append(edge.target_node)
    return found


def bottleneck(seen: Sequence[Telemetry], parts: Parts) -> str:
    """Return what limits a run with these numbers, oldest first; nothing if they are too few to say.

    Example: a learner that was busy for 38 % of 30 s and took 4,100 env steps a second is idle for 62 % and could
    take 10,800: `"Learner idle 62 % of the last 30 s, waiting on concat_1; rollouts give 4.1k steps/s, the learner
    could take 10.8k: try 2.6x workers."`
    """
    span = seen[-1].seconds - seen[0].seconds if seen else 0.0
    if span < SHORTEST:
        return ""
    means = {node: _mean([line.nodes[node] for line in seen if node in line.nodes]) for node in seen[-1].nodes}
    node = _busiest(means, parts.roles, "learner")
    if not node or means[node].env_steps_per_s <= 0 or means[node].busy <= 0:
        return ""
    learner, last = means[node], f"the last {span:.0f} s"
    if learner.busy >= BUSY:
        return _slow_learner(learner, last)
    idle = f"Learner idle {_percent(1 - learner.busy)} of {last}, waiting on {parts.feeding.get(node, 'batches')}"
    return f"{idle}; {_cause(learner, means, parts.roles)}."


def _slow_learner(learner: NodeNumbers, last: str) -> str:
    took = f"takes {_rate(learner.env_steps_per_s)} steps/s"
    advice = "more workers bring nothing: try fewer epochs or larger minibatches"
    return f"Learner busy {_percent(learner.busy)} of {last} and {took}; {advice}."


def _cause(learner: NodeNumbers, means: Mapping[str, NodeNumbers], roles: Mapping[str, Role]) -> str:
    """Say why an idle learner gets too little."""
    enqueue = max((n.blocked for node, n in means.items() if roles.get(node) == "enqueue"), default=0.0)
    if enqueue >= HELD_UP:
        return f"batches found no room in its queue for {_percent(enqueue)} of it: try a larger queue"
    rollouts = _busiest(means, roles, "rollouts")
    behind = sum(n.busy for node, n in means.items() if roles.get(node) == "on workers")
    at_work = min(1.0, means[rollouts].busy + behind) if rollouts else 1.0
    given, could = learner.env_steps_per_s, learner.env_steps_per_s / learner.busy
    if at_work < AT_WORK * (1 - learner.busy):
        return f"workers were idle for {_percent(1 - at_work)} of it too: try Gather Async or longer fragments"
    times = could / given
    slow = ", or an environment that is faster: it is slow" if times >= MANY else ""
    gives = f"rollouts give {_rate(given)} steps/s, the learner could take {_rate(could)}"
    return f"{gives}: try {times:.1f}x workers{slow}"


def _busiest(means: Mapping[str, NodeNumbers], roles: Mapping[str, Role], role: Role) -> str:
    return max((node for node in means if roles.get(node) == role), key=lambda node: means[node].busy, default="")


def _mean(lines: Sequence[NodeNumbers]) -> NodeNumbers:
    """Return a node's mean rates and shares."""
    names = ("items_per_s", "env_steps_per_s", "busy", "blocked")
    return lines[-1].model_copy(update={name: sum(getattr(n, name) for n in lines) / len(lines) for name in names})


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _rate(value: float) -> str:
    return f"{value / 1000:.1f}k" if value >= 1000 else f"{value:.0f}"
