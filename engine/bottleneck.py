"""Which part of a training is slow: from the live numbers of the last half minute to one sentence with its figures.

The learner is the node that is meant to be busy. While it is, more workers bring nothing. While it is not, it gets too
little: its env steps a second over its busy share are what it could take. Where batches come from a replay buffer,
what is sampled stands for them. Where workers learn themselves, it is their time that counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.catalogue import Catalogue
from engine.cores import Cores
from engine.document import Document
from engine.events import NodeNumbers, Telemetry
from engine.kinds import Batch, Gradients, LearnerQueue, TrainResult, Workers

Role = Literal["rollouts", "on workers", "learner", "gradients", "learner on workers", "enqueue", "other"]

SPAN: Final = 30.0  # seconds looked back
SHORTEST: Final = 3.0  # seconds before anything is said: a start is no steady state
BUSY: Final = 0.75  # share of the time from which on the learner is what limits
HELD_UP: Final = 0.25  # share of the time in which there was no room in a queue, from which on that limits
AT_WORK: Final = 0.5  # share of the learner's idle time in which workers must work to be what it waits for
LEARNED: Final = frozenset((Batch, LearnerQueue, Gradients))  # what learners take
MANY: Final = 8.0  # times more workers, from which on the environment is called slow


@dataclass(frozen=True, slots=True)
class Limit:
    """What limits a run: a sentence, and the node at which it does; both empty where nothing can be said."""

    sentence: str
    node: str


NOTHING: Final = Limit("", "")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the nodes of a graph are to the question.

    Attributes:
        roles: of each node.
        feeding: for each learner the node that feeds it.
        here: those that sample in the engine itself, which does nothing else meanwhile.
    """

    roles: Mapping[str, Role]
    feeding: Mapping[str, str]
    here: frozenset[str] = frozenset()


class Lately:
    """The telemetry of the last half minute of one run, and what limits it."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        """Begin with no numbers of a run of this graph."""
        self.parts = parts(document, catalogue)
        self.seen: deque[Telemetry] = deque()

    def take(self, telemetry: Telemetry) -> Limit:
        """Add the newest numbers, forget those older than half a minute, and return what the others say."""
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
        behind = _on_workers(node, document, catalogue)
        roles |= {each: "on workers" for each in behind if roles[each] != "learner on workers"}
    feeding = {}
    for edge in document.edges:
        spec = catalogue.spec(types[edge.target_node])
        port = spec.port(edge.target_port) if spec else None
        if roles[edge.target_node] == "learner" and port is not None and port.kind in LEARNED:
            feeding[edge.target_node] = edge.source_node
    here = frozenset(n.id for n in document.nodes if roles[n.id] == "rollouts" and n.params.get("workers") == 0)
    return Parts(roles, feeding, here)


def _role(type_id: str, catalogue: Catalogue) -> Role:
    spec = catalogue.spec(type_id)
    ports = spec.ports if spec else ()
    if any(port.direction == "out" and port.kind is Workers for port in ports):
        return "rollouts"
    takes = {port.kind for port in ports if port.direction == "in"}
    results = [port.where for port in ports if port.kind is TrainResult and port.direction == "out"]
    if takes & LEARNED and results:
        return "learner on workers" if "parallel" in results else "learner"
    if Batch in takes and any(port.kind is Gradients and port.direction == "out" for port in ports):
        return "gradients"
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


def bottleneck(seen: Sequence[Telemetry], parts: Parts) -> Limit:
    """Return what limits a run with these numbers, oldest first; nothing if they are too few to say.

    Example: a learner that was busy for 38 % of 30 s and took 4,100 env steps a second is idle for 62 % and could
    take 10,800: `"Learner idle 62 % of the last 30 s, waiting on concat_1; rollouts give 4.1k steps/s, the learner
    could take 10.8k: try 2.6x workers."`
    """
    span = seen[-1].seconds - seen[0].seconds if seen else 0.0
    if span < SHORTEST:
        return NOTHING
    means = {node: _mean([line.nodes[node] for line in seen if node in line.nodes]) for node in seen[-1].nodes}
    last, cores = f"the last {span:.0f} s", Cores.of(seen)
    if node := _busiest(means, parts.roles, "learner"):
        return _at_learner(node, means, parts, last, cores)
    if node := _busiest(means, parts.roles, "learner on workers"):
        return _on_the_workers(node, means, parts.roles, last, cores)
    return NOTHING


def _at_learner(node: str, means: Mapping[str, NodeNumbers], parts: Parts, last: str, cores: Cores) -> Limit:
    """Return what limits a run that learns on the driver."""
    gradients = sum(n.busy for each, n in means.items() if parts.roles.get(each) == "gradients")
    learner = means[node].model_copy(update={"busy": min(1.0, means[node].busy + gradients)})
    if learner.items_per_s <= 0 or learner.busy <= 0:
        return NOTHING
    if learner.busy >= BUSY:
        return Limit(_slow_learner(learner, last), node)
    rollouts = _busiest(means, parts.roles, "rollouts")
    if rollouts in parts.here:
        shares = f"Learner busy {_percent(learner.busy)} and sampling {_percent(means[rollouts].busy)} of {last}"
        return Limit(f"{shares}, by turns: try workers, which sample while it learns.", rollouts)
    cause, limit = _cause(learner, means, parts.roles, cores)
    if not cause:
        return NOTHING
    idle = f"Learner idle {_percent(1 - learner.busy)} of {last}, waiting on {parts.feeding.get(node, 'batches')}"
    return Limit(f"{idle}; {cause}.", limit)


def _slow_learner(learner: NodeNumbers, last: str) -> str:
    """Say how much it takes: in env steps, or in batches where these come from a replay buffer."""
    steps = learner.env_steps_per_s
    took = f"{_rate(steps)} steps/s" if steps else f"{_rate(learner.items_per_s)} batches/s"
    advice = "more workers bring nothing: try fewer epochs or larger minibatches"
    if not steps:
        advice = "more workers bring nothing: try a lower replay ratio or smaller batches"
    return f"Learner busy {_percent(learner.busy)} of {last} and takes {took}; {advice}."


def _cause(
    learner: NodeNumbers, means: Mapping[str, NodeNumbers], roles: Mapping[str, Role], cores: Cores
) -> tuple[str, str]:
    """Say why an idle learner gets too little, and at which node; nothing if nobody samples."""
    queue = _most(means, roles, "enqueue", lambda numbers: numbers.blocked)
    if queue and means[queue].blocked >= HELD_UP:
        held = _percent(means[queue].blocked)
        return f"batches found no room in its queue for {held} of it: try a larger queue", queue
    rollouts = _busiest(means, roles, "rollouts")
    given = learner.env_steps_per_s or (means[rollouts].env_steps_per_s if rollouts else 0.0)
    if given <= 0:
        return "", ""
    behind = {node: n.busy for node, n in means.items() if roles.get(node) == "on workers"}
    at_work = min(1.0, means[rollouts].busy + sum(behind.values())) if rollouts else 1.0
    if at_work < AT_WORK * (1 - learner.busy):
        idle = _percent(1 - at_work)
        return f"workers were idle for {idle} of it too: try Gather Async or longer fragments", rollouts
    heavy = max(behind, key=lambda node: behind[node], default="")
    slow = heavy if heavy and behind[heavy] > means[rollouts].busy else ""
    could = f"rollouts give {_rate(given)} steps/s, the learner could take {_rate(given / learner.busy)}"
    return f"{could}{_more_samples(1 / learner.busy, slow, cores)}", rollouts


def _more_samples(times: float, slow: str, cores: Cores) -> str:
    """Say how to sample so many times as much; `slow` is what takes most of the workers' time, if not the environment.

    Example: on a machine with room, 2.6 times is `": try 2.6x workers"`; on one without, it is
    `", but both of the machine's cores are busy: more workers need more machines"`.
    """
    less_work = f", or less work in {slow}" if slow else ", or an environment that is faster: it is slow"
    otherwise = less_work if times >= MANY else ""
    if cores.are_full:
        return f", but {cores} {'is' if cores.count == 1 else 'are'} busy: more workers need more machines{otherwise}"
    fits = cores.room_for(times)
    return f": try {fits:.1f}x workers{' (the cores have room for no more)' * (fits < times)}{otherwise}"


def _on_the_workers(
    node: str, means: Mapping[str, NodeNumbers], roles: Mapping[str, Role], last: str, cores: Cores
) -> Limit:
    """Return what limits a run whose workers learn: learning, sampling, or waiting for each other.

    Example: `"Workers learn 70 % and sample 25 % of the last 30 s; more of them bring more samples, not faster
    updates: try fewer epochs or larger minibatches."`
    """
    learn, rollouts = means[node].busy, _busiest(means, roles, "rollouts")
    if not rollouts or means[rollouts].env_steps_per_s <= 0:
        return NOTHING
    sample = means[rollouts].busy + sum(n.busy for each, n in means.items() if roles.get(each) == "on workers")
    shares = f"Workers learn {_percent(learn)} and sample {_percent(sample)} of {last}"
    if learn + sample < AT_WORK:
        return Limit(f"{shares}, and wait for each other else: try longer fragments.", rollouts)
    if learn > sample:
        advice = "more of them bring more samples, not faster updates: try fewer epochs or larger minibatches"
        return Limit(f"{shares}; {advice}.", node)
    rate = _rate(means[rollouts].env_steps_per_s)
    more = "more machines" if cores.are_full else "more workers"
    return Limit(f"{shares}, {rate} steps/s: try {more}, or an environment that is faster.", rollouts)


def _busiest(means: Mapping[str, NodeNumbers], roles: Mapping[str, Role], role: Role) -> str:
    return _most(means, roles, role, lambda numbers: numbers.busy)


def _most(
    means: Mapping[str, NodeNumbers], roles: Mapping[str, Role], role: Role, of: Callable[[NodeNumbers], float]
) -> str:
    """Return the node of this role with the most of something; empty if there is none."""
    return max((node for node in means if roles.get(node) == role), key=lambda node: of(means[node]), default="")


def _mean(lines: Sequence[NodeNumbers]) -> NodeNumbers:
    """Return a node's mean rates and shares."""
    names = ("items_per_s", "env_steps_per_s", "busy", "blocked")
    return lines[-1].model_copy(update={name: sum(getattr(n, name) for n in lines) / len(lines) for name in names})


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _rate(value: float) -> str:
    return f"{value / 1000:.1f}k" if value >= 1000 else f"{value:.0f}"
