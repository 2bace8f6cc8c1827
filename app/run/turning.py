"""Which live parameters an edit of the running graph turned: the difference of two documents as commands."""

from __future__ import annotations

from engine.catalogue import Catalogue
from engine.document import Document
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
