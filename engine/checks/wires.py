"""Wires and ports: wires that do not fit, loops, and ports at which a wire is missing."""

from __future__ import annotations

from collections.abc import Iterator

from engine import wire_rules
from engine.checks import mending
from engine.checks.graph import Graph
from engine.declare import Port
from engine.operators.report.report_metrics import ReportMetrics
from engine.problems import Fix, Place, Problem
from engine.wiring import Wiring


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which wires do not fit or are missing."""
    yield from _wires(graph.wiring)
    for node, spec in graph.wiring.specs.items():
        for port in spec.ports if spec else ():
            ref = f"{node}.{port.name}"
            if not graph.wiring.entering.get(ref) and not graph.wiring.leaving.get(ref):
                yield from _unconnected(graph, node, port)


def _wires(wiring: Wiring) -> Iterator[Problem]:
    for edge in wiring.edges:
        if problem := wire_rules.misfit(wiring, edge):
            yield problem
    for ref in (*wiring.entering, *wiring.leaving):
        if problem := wire_rules.crowd(wiring, ref):
            yield problem
    for node in wiring.specs:
        if problem := wire_rules.torn(wiring, node):
            yield problem
    for edge, around in wiring.walk.loops:
        where = Place(edge.target_node, edge.target_port)
        what = f"this wire closes a loop: {' → '.join(around)}"
        yield Problem(where, what, "remove a wire of the loop; weights go back through handles")


def _unconnected(graph: Graph, node: str, port: Port) -> Iterator[Problem]:
    wiring = graph.wiring
    where, title = Place(node, port.name), wiring.title(node)
    if port.required and port.direction == "in":
        what, giver = f"{title} needs {port.name!r}: {port.help}", _giver(wiring, port)
        fix = mending.connecting(giver, f"{node}.{port.name}") if giver else None
        yield Problem(where, what, f"connect {giver or wire_rules.one(port.kind)}", fix=fix)
    elif port.required and not port.is_handle:
        what, hint = f"nobody pulls {port.name!r} of {title}", "connect it to Report Metrics"
        yield Problem(where, what, hint, fix=_pulling(wiring, f"{node}.{port.name}"))
    elif port.direction == "out" and all(other.is_handle for other in wiring.ports(node)):
        yield Problem(where, f"nobody uses {port.name!r} of {title}", "connect it or remove the node", "warning")


def _giver(wiring: Wiring, port: Port) -> str:
    """Name a handle of the graph that fits where nothing is connected; nothing if there is none."""
    return wiring.givers.get(port.kind, "") if port.is_handle else ""


def _pulling(wiring: Wiring, ref: str) -> Fix | None:
    """Return the mend that reports what leaves a local stream."""
    return None if wiring.places.get(ref) == "parallel" else mending.ending(ReportMetrics, ref)
