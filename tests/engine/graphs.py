"""Edits of a graph, as the tests of the engine write them."""

from __future__ import annotations

from pydantic import JsonValue

from engine import gallery
from engine.document import Document, Edge, Node, load


def ppo() -> Document:
    """The saved graph that learns CartPole with PPO: no problem is in it."""
    return load(gallery.path("ppo_cartpole"))


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
