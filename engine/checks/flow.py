"""What flows: whether anything does, and what each operator thinks of the batches that come to it."""

from __future__ import annotations

from collections.abc import Iterator

from engine import wire_rules
from engine.checks import mending
from engine.checks.graph import Graph
from engine.kinds import Batch
from engine.operators.rollouts.gather_sync import GatherSync
from engine.problems import Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Follow the streams from source to sink and let each operator say what it thinks of what enters."""
    specs = graph.wiring.specs.values()
    if all(spec and all(port.is_handle for port in spec.ports) for spec in specs):
        yield Problem(Place(), "nothing runs: the graph has no stream", "add Rollouts, Gather Sync and Report Metrics")
    for node, operator in graph.operators.items():
        yield from operator.check(graph.entering_rows(node))
        if isinstance(operator, GatherSync) and operator.joined:
            yield from _not_joinable(graph, node)


def _not_joinable(graph: Graph, node: str) -> Iterator[Problem]:
    """Refuse to join what has no rows of its own, such as batches of several policies."""
    for _, edge in graph.wiring.streams_into(node):
        for kind in graph.wiring.kinds.get(edge.source, ()):
            if kind is not Batch:
                what = f"only batches can be joined; what {edge.source_node} gives is {wire_rules.one(kind)}"
                fix = mending.setting(node, "joined", False)
                yield Problem(Place(node, "joined"), what, "turn joined off, and join behind what selects", fix=fix)
