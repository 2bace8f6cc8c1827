"""Which wires fit, judged in one place for the whole graph's check and for the canvas while a wire is dragged.

A wire fits if both its ports are there and point the right way, if what leaves the one can enter the other, and if it
runs in the place that the other asks for. Beyond that, a port may take no more wires than it is declared to, and no
wire may close a loop. A node of an unknown operator may have any wire: nothing is known against it.
"""

from __future__ import annotations

from typing import Final

from engine.checks import mending
from engine.declare import Direction, Port
from engine.document import Edge
from engine.kinds import Anything, Kind
from engine.operators.flow.duplicate import Duplicate
from engine.operators.flow.union import Union
from engine.operators.rollouts.gather_sync import GatherSync
from engine.problems import Fix, Place, Problem, nearest
from engine.wiring import Wiring

GATHER: Final = "insert Gather Sync or Gather Async"


def fault(wiring: Wiring, source: str, target: str) -> str | None:
    """Say in one line why no new wire can run from output `source` to input `target`, or None if it can.

    Example: from `"train_1.results"` to `"concat_1.batches"` it is
    `"Concat Batches takes a batch here; this is a train result"`.
    """
    edge = Edge.model_construct(source=source, target=target)
    if any(other.source == source for other in wiring.entering.get(target, ())):
        return "this wire is there already"
    problem = misfit(wiring, edge) or crowd(wiring, target, 1) or crowd(wiring, source, 1)
    if problem:
        return f"{problem.what} ({problem.hint})" if problem.hint else problem.what
    return "this wire would close a loop" if wiring.loops_with(edge) else None


def misfit(wiring: Wiring, edge: Edge) -> Problem | None:
    """Say what is wrong with a wire whatever other wires there are: its ports, their kinds, their places."""
    problem = _misfit_end(wiring, edge.source, "out") or _misfit_end(wiring, edge.target, "in")
    source, target = wiring.port(edge.source), wiring.port(edge.target)
    if problem or source is None or target is None:
        return problem
    return _misfit_kind(wiring, edge, source, target) or _misfit_place(wiring, edge, target)


def crowd(wiring: Wiring, ref: str, more: int = 0) -> Problem | None:
    """Say why the wires at a port, and `more` to come, are too many, or None if they are not."""
    port = wiring.port(ref)
    if port is None or port.many:
        return None
    wires = wiring.entering if port.direction == "in" else wiring.leaving
    count = len(wires.get(ref, ())) + more
    if count < 2:
        return None
    node, _, name = ref.partition(".")
    what = f"{wiring.title(node)} {'takes' if port.direction == 'in' else 'gives'} one wire here, not {count}"
    return Problem(Place(node, name), what, _thinning(wiring, ref, port), fix=_fewer(wiring, ref, port))


def one(kind: type[Kind]) -> str:
    """Return one thing of this kind in words: "a batch", "an environment", "gradients"."""
    if kind is Anything:
        return "a stream"
    if kind.title.endswith("s"):
        return kind.title
    return f"{'an' if kind.title[0] in 'aeiou' else 'a'} {kind.title}"


def torn(wiring: Wiring, node: str) -> Problem | None:
    """Say that a node, which runs in one place only, takes streams from the actors and from the driver."""
    wires = [(port, edge) for port, edge in wiring.streams_into(node) if port.where == "any"]
    parallel = [port for port, edge in wires if wiring.places.get(edge.source) == "parallel"]
    if not parallel or all(wiring.places.get(edge.source) != "local" for _, edge in wires):
        return None
    what = f"{wiring.title(node)} takes this stream from the actors and another from the driver"
    return Problem(Place(node, parallel[0].name), what, GATHER)


def _thinning(wiring: Wiring, ref: str, port: Port) -> str:
    if port.is_handle:
        return "remove the others"
    if port.direction == "in":
        return "insert Union to merge them"
    return f"{GATHER}, then Duplicate" if wiring.places.get(ref) == "parallel" else "insert Duplicate"


def _fewer(wiring: Wiring, ref: str, port: Port) -> Fix | None:
    """Return the mend that leaves one wire at a port: streams on the driver can be merged and copied."""
    wires = wiring.entering.get(ref, []) if port.direction == "in" else wiring.leaving.get(ref, [])
    places = {wiring.places.get(edge.source) for edge in wires}
    if port.is_handle or len(wires) < 2 or "parallel" in places:
        return None
    return mending.merging(Union, wires) if port.direction == "in" else mending.inserting(Duplicate, ref, wires)


def _misfit_end(wiring: Wiring, ref: str, direction: Direction) -> Problem | None:
    node, _, name = ref.partition(".")
    port, side = wiring.port(ref), "an input" if direction == "in" else "an output"
    if node not in wiring.specs:
        return Problem(Place(node, name), f"there is no node {node!r}", "add it first")
    if port is None and wiring.specs.get(node):
        known = [port.name for port in wiring.ports(node) if port.direction == direction]
        what = f"{wiring.title(node)} has no {side.split()[1]} {name!r}"
        return Problem(Place(node, name), what, nearest(name, known) or "remove the wire")
    if port and port.direction != direction:
        what = f"{name!r} of {wiring.title(node)} is not {side}"
        return Problem(Place(node, name), what, "a wire runs from an output to an input")
    return None


def _misfit_kind(wiring: Wiring, edge: Edge, source: Port, target: Port) -> Problem | None:
    kinds = wiring.kinds.get(edge.source) or {source.kind}
    misfits = [kind for kind in kinds if not _fits(kind, target.kind)]
    if not misfits:
        return None
    given = " or ".join(sorted(one(kind) for kind in misfits))
    what = f"{wiring.title(edge.target_node)} takes {one(target.kind)} here; this is {given}"
    inputs = [port for port in wiring.ports(edge.target_node) if port.direction == "in"]
    other = next((port.name for port in inputs if all(_fits(kind, port.kind) for kind in kinds)), None)
    hint = f"connect it to {other!r}" if other else "wires join ports of the same shape and colour"
    return Problem(Place(edge.target_node, edge.target_port), what, hint)


def _misfit_place(wiring: Wiring, edge: Edge, target: Port) -> Problem | None:
    place = wiring.places.get(edge.source)
    if target.is_handle or place is None or target.where in ("any", place):
        return None
    title, where = wiring.title(edge.target_node), Place(edge.target_node, edge.target_port)
    if place == "parallel":
        what = f"{title} takes a local stream here; this one is parallel, on the actors"
        return Problem(where, what, GATHER, fix=mending.inserting(GatherSync, edge.source, [edge]))
    what = f"{title} takes a parallel stream here; this one is local, on the driver"
    return Problem(where, what, "connect a stream that was not gathered yet")


def _fits(given: type[Kind], taken: type[Kind]) -> bool:
    if given.family != taken.family:
        return False
    return taken is Anything or given is Anything or issubclass(given, taken)
