"""Edits of a graph, as the tests of the engine write them."""

from __future__ import annotations

from pydantic import JsonValue

from engine import gallery
from engine.document import Document, Edge, Node, RunSettings, load

PPO_ENDS = "broadcast_1.passed → report_1.items"


def ppo() -> Document:
    """The saved graph that learns CartPole with PPO: no problem is in it."""
    return load(gallery.path("ppo_cartpole"))


def dqn() -> Document:
    """DQN on CartPole from a prioritised buffer, 8 rows stored and 32 drawn in a round: no problem is in it."""
    nodes = (
        node("Environment", "environment_1"),
        node("DQNPolicy", "policy_1"),
        node("Rollouts", "rollouts_1", workers=0, environments_per_worker=2, fragment_length=4),
        node("GatherSync", "gather_1"),
        node("ReplayBuffer", "buffer_1", capacity=1000, prioritised=True),
        node("StoreToReplay", "store_1"),
        node("Replay", "replay_1", batch_size=32, learning_starts=100, ratio=4.0),
        node("GatherSync", "gather_2"),
        node("TrainOneStep", "train_1", minibatch=32),
        node("UpdatePriorities", "priorities_1"),
        node("UpdateTargetNetwork", "target_1"),
        node("BroadcastWeights", "broadcast_1"),
        node("Union", "union_1"),
        node("ReportMetrics", "report_1"),
    )
    return wiring(
        adding(Document(run=RunSettings(stop={"env_steps": 5000})), *nodes),
        "environment_1.environment → policy_1.environment",
        "environment_1.environment → rollouts_1.environment",
        *(f"policy_1.policy → {end}.policy" for end in ("rollouts_1", "train_1", "target_1", "broadcast_1")),
        *(f"buffer_1.buffer → {end}.buffer" for end in ("store_1", "replay_1", "priorities_1")),
        "rollouts_1.actors → broadcast_1.workers",
        "rollouts_1.experiences → gather_1.shards",
        "gather_1.items → store_1.batches",
        "store_1.stored → union_1.driven",
        "replay_1.experiences → gather_2.shards",
        "gather_2.items → train_1.batches",
        "train_1.results → priorities_1.results",
        "priorities_1.passed → target_1.items",
        "target_1.passed → broadcast_1.items",
        "broadcast_1.passed → union_1.items",
        "union_1.merged → report_1.items",
    )


def impala() -> Document:
    """The saved graph of IMPALA on CartPole, whose learner trains behind a queue."""
    return load(gallery.path("impala_cartpole"))


def appo() -> Document:
    """The saved graph of APPO on CartPole: Update KL and Update Target Network follow a learner in a thread."""
    return load(gallery.path("appo_cartpole"))


def carts() -> Document:
    """Four agents, of which PPO plays two and DQN the others, in one environment: handles and rollouts alone."""
    nodes = (
        node("MultiAgentEnvironment", "environment_1"),
        node("Agents", "agents_1", agents="cart_0, cart_1"),
        node("Agents", "agents_2", agents="cart_2, cart_3"),
        node("PPOPolicy", "ppo_1"),
        node("DQNPolicy", "dqn_1"),
        node("MultiAgentRollouts", "rollouts_1"),
        node("GatherSync", "gather_1"),
        node("ReportMetrics", "report_1"),
    )
    return wiring(
        adding(Document(run=RunSettings(stop={"env_steps": 5000})), *nodes),
        *(f"environment_1.environment → {end}.environment" for end in ("agents_1", "agents_2", "rollouts_1")),
        "agents_1.view → ppo_1.environment",
        "agents_2.view → dqn_1.environment",
        "ppo_1.policy → rollouts_1.policies",
        "dqn_1.policy → rollouts_1.policies",
        "rollouts_1.experiences → gather_1.shards",
        "gather_1.items → report_1.items",
    )


def node(type_id: str, node_id: str, **params: JsonValue) -> Node:
    return Node(id=node_id, type=type_id, params=params)


def adding(document: Document, *nodes: Node) -> Document:
    return document.replace(nodes=(*document.nodes, *nodes))


def removing(document: Document, *node_ids: str) -> Document:
    """Without these nodes and the wires at them."""
    nodes = tuple(node for node in document.nodes if node.id not in node_ids)
    edges = tuple(e for e in document.edges if not {e.source_node, e.target_node} & set(node_ids))
    return document.replace(nodes=nodes, edges=edges)


def wiring(document: Document, *wires: str) -> Document:
    """With these wires too, each as `"node.port → node.port"`."""
    ends = [wire.split(" → ") for wire in wires]
    return document.replace(edges=(*document.edges, *(Edge(source=source, target=target) for source, target in ends)))


def cutting(document: Document, *wires: str) -> Document:
    """Without these wires."""
    return document.replace(edges=tuple(e for e in document.edges if f"{e.source} → {e.target}" not in wires))


def typed(graph: Document, **types: str) -> Document:
    """The graph with some nodes of other types, which have their defaults."""
    known = {item.id: item for item in graph.nodes}
    return graph.replace(nodes=tuple(node(types[name], name) if name in types else known[name] for name in known))


def updating(graph: Document, type_id: str) -> Document:
    """The graph with one more node behind its learner, which updates something of its policy."""
    taken = "results" if type_id == "UpdateKL" else "items"
    return wiring(
        adding(cutting(graph, PPO_ENDS), node(type_id, "update_1")),
        "policy_1.policy → update_1.policy",
        f"broadcast_1.passed → update_1.{taken}",
        "update_1.passed → report_1.items",
    )
