"""Live parameters of two documents: which ones an edit turned, and what one takes over from the other."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from app import edits
from engine.catalogue import Catalogue
from engine.document import Document, Node
from engine.events import SetParam


def turned(before: Document, after: Document, catalogue: Catalogue) -> tuple[SetParam, ...]:
    """Return a command for each live parameter that has another value in `after`; one that was reset has its default.

    Example: after an edit of learning_rate and of the title, it is the command for learning_rate alone.
    """
    former = {node.id: node.params for node in before.nodes}
    found = []
    for node in after.nodes:
        spec = catalogue.spec(node.type)
        for param in spec.params if spec and node.id in former else ():
            value, old = node.params.get(param.name, param.default), former[node.id].get(param.name, param.default)
            if param.live and value != old:
                found.append(SetParam(node=node.id, name=param.name, value=value))
    return tuple(found)


def with_live_of(document: Document, other: Document, catalogue: Catalogue) -> Document:
    """Return the document with the live parameters that the same nodes have in another; itself if none differs."""
    for command in turned(document, other, catalogue):
        document = edits.set_param(document, catalogue, command.node, command.name, command.value)
    return document


def with_turned(document: Document, turned: Mapping[str, Mapping[str, JsonValue]]) -> Document:
    """Return the document with parameters by node and name, as far as it has the nodes.

    Example: `{"policy_1": {"clip": 0.1}}` is what a resumed run tells of its policy.
    """
    known = {node.id for node in document.nodes}
    for node, values in turned.items():
        for name, value in values.items() if node in known else ():
            document = document.with_param(node, name, value)
    return document


def runs_alike(document: Document, other: Document, catalogue: Catalogue) -> bool:
    """Whether two documents run alike but for what can be turned: titles, places and live parameters may differ.

    Example: a graph runs like itself with another learning rate, and not like itself with another batch size.
    """
    nodes, others = ({node.id: _at_rest(node, catalogue) for node in each.nodes} for each in (document, other))
    wires, other_wires = ({(edge.source, edge.target) for edge in each.edges} for each in (document, other))
    return nodes == others and wires == other_wires


def _at_rest(node: Node, catalogue: Catalogue) -> Node:
    """Return the node without what can be turned."""
    spec = catalogue.spec(node.type)
    live = {param.name for param in spec.params if param.live} if spec else set()
    return node.changed(params={name: value for name, value in node.params.items() if name not in live})
