"""PPO and DQN in one graph, against the two alone: ideally the times that they take add up, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.cluster import Cluster
from engine.document import Document
from tests.benchmarks import graphs, ours
from tests.benchmarks.line import Effort, Line, in_turn

GRAPH = "ppo_and_dqn_cartpole"
PPO = ("agents_1", "ppo_1", "select_1", "advantages_1", "concat_1", "standardize_1", "train_1", "broadcast_1")
DQN = (
    "agents_2", "dqn_1", "select_2", "nstep_1", "store_1", "buffer_1", "replay_1", "gather_2", "train_2", "target_1",
    "broadcast_2",
)  # fmt: skip
TWO = {"environment_1": {"kwargs": {"agents": 2}}}


def measure(effort: Effort) -> Iterator[Line]:
    """Measure the saved graph of four carts, and each policy alone with two, in what all agents do together."""
    ppo = graphs.without(graphs.saved(GRAPH, **TWO, union_1={"weights": {}}), *DQN)
    dqn = graphs.without(graphs.saved(GRAPH, **TWO, agents_2={"agents": "cart_0, cart_1"}), *PPO)
    with ours.ray() as cluster:
        mine, ideal = in_turn(effort, agent_steps(graphs.saved(GRAPH), cluster), added((ppo, dqn), cluster))
    yield Line("PPO and DQN composed, 2 × 4", "agent steps/s", mine, ideal, "the two alone, their times added", 0.9)


def agent_steps(document: Document, cluster: Cluster) -> Callable[[float], float]:
    """Return what runs the graph for some seconds and returns its agent steps a second."""

    def rate(seconds: float) -> float:
        summary = ours.run(document, {"seconds": ours.WARM_UP + seconds}, cluster).summary
        return float(summary["agent_steps"] / summary["seconds"])

    return rate


def added(halves: tuple[Document, ...], cluster: Cluster) -> Callable[[float], float]:
    """Return what measures graphs one after another: the steps a second if each had its part of the steps to itself."""
    speeds = [agent_steps(document, cluster) for document in halves]
    return lambda seconds: len(speeds) / sum(1 / speed(seconds) for speed in speeds)
