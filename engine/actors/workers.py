"""The rollout workers of one Rollouts node: what remote ones and the one in this process have in common.

Weights wait here until a worker's next call, which carries them; so a broadcast costs no call of its own, and
reaches each worker at the same place in its queue as a separate call would.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import JsonValue

from engine.actors.answer import Answer, given_answer, kept_answer
from engine.actors.host import Host, Load, Trouble, stage_of, states_of
from engine.actors.peers import Meeting, Seat
from engine.dataflow import Meter, Parallel, Shards
from engine.declare import Operator, Run
from engine.events import Log
from engine.kinds import Item, Policy, Workers
from engine.turning import has_copy

if TYPE_CHECKING:
    from engine.actors.multi_agent_rollout import MultiAgentPlan
    from engine.actors.rollout import RolloutPlan

    WorkerPlan = RolloutPlan | MultiAgentPlan

MOST_UNCOUNTED: Final = 64  # fragments of one worker, of which no item came out, that wait for its next item


class RolloutGroup(Workers, Shards):
    """What local and remote workers share: their names, their weights, and the accounting of what arrives."""

    def __init__(self, node: str, plans: Sequence[WorkerPlan], policies: Sequence[Policy], run: Run) -> None:
        self.node = node
        self.sources = tuple(f"{node}/{index}" for index in range(len(plans)))
        self.plans = dict(zip(self.sources, plans, strict=True))
        self.policies = {policy.name: policy for policy in policies}
        self.run = run
        self.unsent: dict[str, dict[str, tuple[Any, int]]] = {source: {} for source in self.sources}
        self.inbox: deque[Item] = deque()
        self.untaken: dict[str, deque[Answer]] = {source: deque() for source in self.sources}
        self.meters: dict[str, Meter] = {node: Meter()}
        self.nodes: tuple[str, ...] = (node,)
        self.stages: tuple[Operator, ...] = ()
        self.meeting: Meeting | None = None

    def send(self, policy: Policy, to: Iterable[str] | None = None) -> None:
        """Let the policy's newest weights go out with the next call to each worker (or to those named)."""
        if policy.name not in self.policies:
            raise ValueError(f"the workers of {self.node} do not act with {policy.name}: connect it there too")
        newest = policy.newest()
        for source in self.sources if to is None else to:
            if source not in self.unsent:
                raise ValueError(f"{source or 'this item'} is no worker of {self.node}: send the weights to all")
            self.unsent[source][policy.name] = newest

    def send_all(self, to: Iterable[str] | None = None) -> None:
        """Let every policy's newest weights go out."""
        for policy in self.policies.values():
            self.send(policy, to)

    def fresh(self, source: str) -> tuple[tuple[tuple[str, int], ...], tuple[Any, ...]]:
        """Return which policies' weights are to go out to a worker, with their versions, and the weights."""
        unsent, self.unsent[source] = self.unsent[source], {}
        versions = tuple((name, version) for name, (_, version) in unsent.items())
        return versions, tuple(weights for weights, _ in unsent.values())

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the workers ready with the policy's present weights and copies of these operators."""
        self.nodes = (self.node, *(stage.node for stage in stages))
        self.meters = {node: Meter() for node in self.nodes}
        self.stages = tuple(stages)
        if self._in_step and len(self.sources) > 1:
            self.meeting = Meeting(self.run.cluster.address)
        self.send_all()
        for source in self.sources:
            self.start(source, self.plans[source])

    @abstractmethod
    def resize(self, plans: Sequence[WorkerPlan]) -> None:
        """Have as many workers as there are plans from now on; those that stay go on with the plans they have.

        Raises:
            ValueError: there cannot be so many while the graph runs; the text is a sentence.
        """

    def has(self, source: str) -> bool:
        """Whether it is a worker of this group, or was."""
        return source in self.plans

    def lag(self, item: Item) -> int:
        """Return how many updates ago its weights were the newest; of several policies the one that learned least."""
        return max(0, min(policy.version for policy in self.policies.values()) - item.version)

    @abstractmethod
    def start(self, source: str, plan: WorkerPlan) -> None:
        """Make one worker ready."""

    def set_param(self, node: str, name: str, value: JsonValue) -> None:
        """Tell the workers, if they have copies of the operator; each hears of it between two of its calls."""
        if has_copy(self.stages, node):
            for source in self.sources:
                self.tell_param(source, node, name, value)

    @abstractmethod
    def tell_param(self, source: str, node: str, name: str, value: JsonValue) -> None:
        """Let one worker's copy of an operator use another value of a parameter."""

    def loading(self, source: str, plan: WorkerPlan) -> Load:
        """Return what the worker must be told."""
        stages = tuple(stage_of(stage) for stage in self.stages)
        seat = Seat(plan.worker, plan.workers, self.meeting.address if self.meeting else "")
        return Load(self.node, source, plan, stages, plan.seed, seat, states_of(self.stages) if self._in_step else {})

    @property
    def _in_step(self) -> bool:
        return any(stage.in_step for stage in self.stages)

    def receive(self, source: str, answer: Answer | Trouble) -> bool:
        """Put a worker's item in the inbox, to be counted when it is taken; return whether there was one.

        A fragment of which no item came out counts with the worker's next item: which worker was faster must show in
        no number. Only where a worker gives none for long, the oldest count at once, or the run would never end.

        Raises:
            RunFailed: the worker's environment or one of its operators failed.
        """
        if isinstance(answer, Trouble):
            if answer.trace:
                self.run.tell(Log(level="error", text=answer.trace, node=answer.node or self.node))
            raise answer.failure(self.node, source)
        for node, meter in zip(self.nodes, answer.meters, strict=True):
            self.meters[node].add(meter)
        uncounted = self.untaken[source]
        uncounted.append(answer)
        if answer.item is not None:
            self.inbox.append(answer.item)
        elif len(uncounted) > MOST_UNCOUNTED and uncounted[0].item is None:
            self._count_oldest(source)
        return answer.item is not None

    def taken(self, item: Item) -> None:
        """Count the env steps and episodes of the shard's fragments up to the oldest that gave an item."""
        while self._count_oldest(item.source).item is None:
            pass

    def _count_oldest(self, source: str) -> Answer:
        answer = self.untaken[source].popleft()
        self.run.sampled(answer.env_steps, answer.episodes, answer.agent_steps)
        return answer

    def stream(self) -> Parallel:
        """Return the parallel stream of this group."""
        return Parallel(self)

    def close(self) -> None:
        """Let go of the workers, and of where they met."""
        self.meeting = None


class LocalWorker(RolloutGroup):
    """One worker in this process: what `workers: 0` means."""

    def __init__(self, node: str, plans: Sequence[WorkerPlan], policies: Sequence[Policy], run: Run) -> None:
        super().__init__(node, plans, policies, run)
        self.host = Host()
        self.asked = 0
        self.stood: Mapping[str, Any] = {}  # where the worker of the resumed run stood

    def start(self, source: str, plan: WorkerPlan) -> None:
        """Build the worker here."""
        if trouble := self.host.load(self.loading(source, plan)):
            self.receive(source, trouble)

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the worker ready, to go on from where that of the resumed run stood if there was one."""
        (source,) = self.sources
        waiting = dict(self.unsent[source])
        super().load(stages)
        if self.stood:
            self.unsent[source] = waiting
            self._go_on(source)

    def resize(self, plans: Sequence[WorkerPlan]) -> None:
        """Refuse: whoever samples here is the only one."""
        raise ValueError("the engine samples here itself: stop the run to have workers")

    def standing(self) -> dict[str, Any]:
        """Return all that the next fragments depend on, with the weights that wait and what is not yet counted."""
        if self.host.pipeline is None:
            return dict(self.stood)
        (source,) = self.sources
        return {
            "rollout": self.host.call("state"),
            "pipeline": self.host.state(),
            "unsent": self.unsent[source],
            "untaken": [kept_answer(answer) for answer in self.untaken[source]],
        }

    def go_on(self, standing: Mapping[str, Any]) -> None:
        """Go on from there when loaded; weights that waited are overtaken by those that are sent from now on."""
        if standing:
            (source,) = self.sources
            self.stood = standing
            self.unsent[source] = dict(standing["unsent"])

    def _go_on(self, source: str) -> None:
        """Go on; if an environment does not come to where it was, begin anew with all, and tell."""
        trouble = self.host.call("restore", self.stood["rollout"])
        if isinstance(trouble, Trouble):
            text = f"{trouble.text}: new episodes begin, and steps that were held back on the worker are left out"
            self.run.tell(Log(level="warning", text=text, node=self.node))
            self.send_all()
            self.start(source, self.plans[source])
        else:
            self.host.restore(self.stood["pipeline"])
            self.untaken[source].extend(given_answer(kept) for kept in self.stood["untaken"])

    def tell_param(self, source: str, node: str, name: str, value: JsonValue) -> None:
        """Turn the parameter here."""
        self.host.set_param(node, name, value)

    @property
    def works_here(self) -> bool:
        """Whether an item was asked for."""
        return self.asked > 0

    def ask(self, source: str) -> None:
        """Note the request; `arrived` carries it out."""
        self.asked += 1

    def arrived(self) -> Iterable[Item]:
        """Sample one fragment, now, if an item was asked for."""
        if self.asked:
            versions, weights = self.fresh(self.sources[0])
            self.asked -= self.receive(self.sources[0], self.host.next(versions, *weights))
        while self.inbox:
            yield self.inbox.popleft()

    def close(self) -> None:
        """Close its environments."""
        super().close()
        self.host.unload()
