"""The mends that checks propose where one is obvious, as data that the studio can carry out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from engine.declare import Operator
from engine.document import Edge
from engine.problems import NEW, Fix


def inserting(operator: type[Operator], after: str, wires: Iterable[Edge], **handles: str) -> Fix:
    """Return the mend that puts an operator behind output `after`, before what `wires` lead to.

    Example: `inserting(GatherSync, "rollouts_1.experiences", wires)` cuts these wires and draws one from there to the
    new node's `shards`, and one from its `items` to each input that they led to. `handles` are connected too, by port.
    """
    cut = tuple((edge.source, edge.target) for edge in wires)
    entry, leave = _through(operator)
    drawn = ((after, entry), *((leave, target) for _, target in cut))
    given = ((source, f"{NEW}.{port}") for port, source in handles.items() if source)
    return Fix(f"insert {operator.spec.title}", operator.spec.type, cut, (*drawn, *given))


def merging(operator: type[Operator], wires: Iterable[Edge]) -> Fix:
    """Return the mend that lets an operator merge the streams that wires bring to one input."""
    cut = tuple((edge.source, edge.target) for edge in wires)
    entry, leave = _through(operator)
    drawn = (*((source, entry) for source, _ in cut), (leave, cut[0][1]))
    return Fix(f"insert {operator.spec.title}", operator.spec.type, cut, drawn)


def ending(operator: type[Operator], after: str) -> Fix:
    """Return the mend that lets a new operator take what leaves output `after`."""
    return Fix(f"add {operator.spec.title}", operator.spec.type, draws=((after, _through(operator)[0]),))


def connecting(source: str, target: str) -> Fix:
    """Return the mend that draws a wire."""
    return Fix(f"connect {source}", draws=((source, target),))


def setting(node: str, name: str, value: JsonValue, shown: object = None) -> Fix:
    """Return the mend that sets a parameter; None sets its default, which is `shown`."""
    return Fix(f"set {name} to {value if shown is None else shown}", sets=((node, name, value),))


def _through(operator: type[Operator]) -> tuple[str, str]:
    """Return the first stream input and output of a new node; the output is empty if it has none."""
    entry = next(port.name for port in operator.spec.inputs if not port.is_handle)
    leave = next((port.name for port in operator.spec.outputs if not port.is_handle), "")
    return f"{NEW}.{entry}", f"{NEW}.{leave}"
