"""The graphs that are measured: saved ones at the sizes of the table, and small ones for a single part."""

from __future__ import annotations

from typing import Any

from engine import fluent, gallery
from engine.document import Document, load


def saved(name: str, **params: dict[str, Any]) -> Document:
    """Return a saved graph with other values of some nodes' parameters: `saved("x", train_1={"epochs": 4})`."""
    document = load(gallery.path(name))
    nodes = [node.model_copy(update={"params": node.params | params.get(node.id, {})}) for node in document.nodes]
    return document.replace(nodes=[node.model_dump() for node in nodes])


def without(document: Document, *gone: str) -> Document:
    """Return the graph without some nodes and the wires that touch them."""
    nodes = [node.model_dump() for node in document.nodes if node.id not in gone]
    edges = [
        edge.model_dump(by_alias=True)
        for edge in document.edges
        if edge.source_node not in gone and edge.target_node not in gone
    ]
    return document.replace(nodes=nodes, edges=edges)


def sampling(net: bool, workers: int = 2, length: int = 128, environments: int = 8, **environment: Any) -> Document:
    """Return a graph that only samples: with actions at random, or with the network and advantages on the workers."""
    place = fluent.Environment(**environment)
    policy = fluent.PPOPolicy(place) if net else fluent.RandomPolicy(place)
    stream = fluent.Rollouts(
        place, policy, workers=workers, environments_per_worker=environments, fragment_length=length
    )
    if net:
        stream = stream.advantages(gamma=0.98)
    document: Document = stream.gather_async(num_async=2).report().document()
    return document


def ppo(workers: int = 2, overlapped: bool = False, autograd: bool = False) -> Document:
    """Return PPO at the table's sizes: 16 environments, batch 2048, minibatch 256, 4 epochs."""
    return saved(
        "ppo_overlapped_cartpole" if overlapped else "ppo_cartpole",
        rollouts_1={"workers": workers, "environments_per_worker": 16 // max(1, workers)},
        policy_1={"autograd": autograd, "anneal_over": 0},
        train_1={"epochs": 4},
    )


def dqn(capacity: int = 50_000) -> Document:
    """Return DQN with one environment, batch 64 and one gradient step for four env steps."""
    environment = fluent.Environment("CartPole-v1")
    policy = fluent.DQNPolicy(environment, hidden=(64, 64), learning_rate=0.001, epsilon_over=1000, epsilon_end=0.05)
    rollouts = fluent.Rollouts(environment, policy, workers=0, environments_per_worker=1, fragment_length=4)
    buffer = fluent.ReplayBuffer(capacity=capacity)
    stored = rollouts.gather_sync().store(buffer)
    trained = (
        fluent.Replay(buffer, batch_size=64, learning_starts=500, ratio=16.0)
        .gather_sync()
        .train(policy, epochs=1, minibatch=64)
        .target(policy, every=125)
        .broadcast(policy, rollouts.actors)
    )
    document: Document = trained.union(driven=stored).report().document()
    return document
