"""What flows: whether anything does, and what each operator thinks of the batches that come to it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.graph import Graph
from engine.problems import Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Follow the streams from source to sink and let each operator say what it thinks of what enters."""
    specs = graph.wiring.specs.values()
    if all(spec and all(port.is_handle for port in spec.ports) for spec in specs):
        yield Problem(Place(), "nothing runs: the graph has no stream", "add Rollouts, Gather Sync and Report Metrics")
    for node, operator in graph.operators.items():
        yield from operator.check(graph.entering_rows(node))
