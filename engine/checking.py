"""Says everything that is wrong with a graph, all at once, before it runs.

`check` never raises and never runs, imports or contacts anything that the graph names: a graph may come from anyone.
Errors keep a graph from running; warnings say that it will hardly do what is wanted. Each problem has a sentence, a
hint at what to try, and a node and field where there is one, so that the studio can mark it on the canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from engine import catalogue as catalogues
from engine import environment_ids, trust, wire_rules
from engine.catalogue import Catalogue
from engine.declare import Operator, OperatorSpec, Param, Port
from engine.document import STOP_CONDITIONS, VERSION, Document, Node
from engine.kinds import TrainResult, Workers
from engine.operators.rollouts.gather_async import GatherAsync
from engine.operators.weights.fetch_weights import FetchWeights
from engine.problems import Place, Problem, nearest
from engine.wiring import StreamPlace, Wiring

MOST: Final = 1_000  # problems; a list that nobody reads to its end would only slow the window down


def check(
    document: Document, catalogue: Catalogue | None = None, environments: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Return every problem of the graph, in the order: whole graph, nodes, wires, ports, streams, run settings.

    Example: a graph whose only node is Train One Step lacks its batches and its policy, gives results that nobody
    takes, and has no stop condition: four problems.

    Args:
        document: the graph.
        catalogue: the operators; those of this installation by default.
        environments: the registered environment ids; Gymnasium's by default. Empty: not known yet, so not looked at.

    Of more than a thousand problems it returns the first thousand, and one that says so.
    """
    found = tuple(islice(_problems(document, catalogue or catalogues.find(), environments), MOST + 1))
    more = Problem(Place(), f"there are more than {MOST} problems", "mend some of these first")
    return found if len(found) <= MOST else (*found[:MOST], more)


def wire_rule(document: Document, catalogue: Catalogue) -> Callable[[str, str], str | None]:
    """Return `wire_fault` for one graph, for asking about many wires at once."""
    wiring = Wiring(document, catalogue)
    return lambda source, target: wire_rules.fault(wiring, source, target)


def wire_fault(document: Document, catalogue: Catalogue, source: str, target: str) -> str | None:
    """Say in one line why no new wire can run from output `source` to input `target`, or None if it can.

    Example: from `"train_1.results"` to `"concat_1.batches"` it is
    `"Concat Batches takes a batch here; this is a train result"`.
    """
    return wire_rule(document, catalogue)(source, target)


def places(document: Document, catalogue: Catalogue) -> Mapping[str, StreamPlace]:
    """Return where the items of each stream output `"node.port"` are: on the actors, or on the driver.

    A stream that nothing says anything about, since its node's inputs are not connected, counts as local.
    """
    return {ref: place or "local" for ref, place in Wiring(document, catalogue).places.items()}


def why_not_deterministic(document: Document, catalogue: Catalogue) -> str:
    """Say why two runs with the same seed may give other numbers; nothing if they give the same.

    Example: `"gather_1 takes items in the order in which the actors finish"`.
    """
    operators = (_made(node, catalogue) for node in document.nodes)
    reasons = ((operator.node, operator.why_not_deterministic()) for operator in operators if operator)
    return "; ".join(f"{node} {reason}" for node, reason in reasons if reason)


def _problems(document: Document, catalogue: Catalogue, environments: Collection[str] | None) -> Iterator[Problem]:
    if document.read_only:
        what = f"a newer version made this graph ({document.version}; this one knows {VERSION})"
        yield Problem(Place(field="version"), what, "update RL Flow Studio")
    elif not document.nodes:
        yield Problem(Place(), "the graph is empty", "drag an operator from the palette")
    else:
        wiring = Wiring(document, catalogue)
        yield from _nodes(document, catalogue, environments)
        yield from _wires(wiring)
        yield from _ports(wiring)
        yield from _flow(document, catalogue, wiring)
        yield from _steps(document, catalogue, wiring)
        yield from _run(document)
        yield from (replace(trust.problem(piece), severity="warning") for piece in trust.untrusted(document, catalogue))


def _made(node: Node, catalogue: Catalogue) -> Operator | None:
    """Return the node's operator, or None where its type or a parameter does not stand."""
    operator = catalogue.operators.get(node.type)
    try:
        return operator(node.id, node.params) if operator else None
    except ValueError:
        return None


def _nodes(document: Document, catalogue: Catalogue, environments: Collection[str] | None) -> Iterator[Problem]:
    for node in document.nodes:
        spec = catalogue.spec(node.type)
        if spec is None:
            hint = nearest(node.type, catalogue.operators) or "it may need a newer version of RL Flow Studio"
            yield Problem(Place(node.id, "type"), f"there is no operator {node.type[:64]!r}", hint)
        else:
            yield from _params(node, spec, environments)


def _params(node: Node, spec: OperatorSpec, environments: Collection[str] | None) -> Iterator[Problem]:
    for name, value in node.params.items():
        param, where = spec.param(name), Place(node.id, name[:64])
        if param is None:
            hint = nearest(name, [param.name for param in spec.params]) or "take it out"
            yield Problem(where, f"{spec.title} has no parameter {name[:64]!r}", hint)
        elif fault := param.fault(value):
            yield Problem(where, fault, f"the default is {param.written_default}")
    for param in spec.params:
        if param.editor == "environment":
            yield from _environment(node, param, environments)


def _environment(node: Node, param: Param, environments: Collection[str] | None) -> Iterator[Problem]:
    env_id = node.params.get(param.name, param.default)
    fault = environment_ids.fault(env_id, environments) if isinstance(env_id, str) else None
    if fault:
        yield Problem(Place(node.id, param.name), *fault)


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


def _ports(wiring: Wiring) -> Iterator[Problem]:
    for node, spec in wiring.specs.items():
        for port in spec.ports if spec else ():
            ref = f"{node}.{port.name}"
            if not wiring.entering.get(ref) and not wiring.leaving.get(ref):
                yield from _unconnected(wiring, node, port)


def _unconnected(wiring: Wiring, node: str, port: Port) -> Iterator[Problem]:
    where, title = Place(node, port.name), wiring.title(node)
    if port.required and port.direction == "in":
        yield Problem(where, f"{title} needs {port.name!r}: {port.help}", f"connect {_giver(wiring, port)}")
    elif port.required and not port.is_handle:
        yield Problem(where, f"nobody pulls {port.name!r} of {title}", "connect it to Report Metrics")
    elif port.direction == "out" and port.kind is Workers and _learns_on_the_driver(wiring):
        what = "the workers act on the first weights for ever: nobody sends them new ones"
        yield Problem(where, what, "insert Broadcast Weights after the learner and connect it here", "warning")
    elif port.direction == "out" and all(other.is_handle for other in wiring.ports(node)):
        yield Problem(where, f"nobody uses {port.name!r} of {title}", "connect it or remove the node", "warning")


def _learns_on_the_driver(wiring: Wiring) -> bool:
    ports = (port for node in wiring.specs for port in wiring.ports(node))
    results = [port for port in ports if port.direction == "out" and port.kind is TrainResult and not port.same_as]
    return any(port.where != "parallel" for port in results)


def _giver(wiring: Wiring, port: Port) -> str:
    """Name a handle of the graph that fits where nothing is connected, or say what is wanted."""
    wanted = wire_rules.one(port.kind)
    return wiring.givers.get(port.kind, wanted) if port.is_handle else wanted


def _flow(document: Document, catalogue: Catalogue, wiring: Wiring) -> Iterator[Problem]:
    """Follow the streams from source to sink and let each operator say what it thinks of what enters."""
    if all(spec and all(port.is_handle for port in spec.ports) for spec in wiring.specs.values()):
        yield Problem(Place(), "nothing runs: the graph has no stream", "add Rollouts, Gather Sync and Report Metrics")
    nodes = {node.id: node for node in document.nodes}
    rows: dict[str, int | None] = {}
    for node_id in wiring.walk.order:
        operator = _made(nodes[node_id], catalogue)
        if operator:
            entering = {rows.get(edge.source_node) for _, edge in wiring.streams_into(node_id)}
            entering_rows = entering.pop() if len(entering) == 1 else None
            rows[node_id] = operator.rows(entering_rows)
            yield from operator.check(entering_rows)


def _steps(document: Document, catalogue: Catalogue, wiring: Wiring) -> Iterator[Problem]:
    """Follow what learns in step on the actors to the driver: in rounds, and into the driver's policy."""
    types = {node.id: catalogue.operators.get(node.type, Operator) for node in document.nodes}
    together = {node: node for node, operator in types.items() if operator.in_step}
    for node in wiring.walk.order:
        came = [together[edge.source_node] for _, edge in wiring.streams_into(node) if edge.source_node in together]
        if came:
            together[node] = came[0]
            if issubclass(types[node], GatherAsync):
                what = f"its workers go forward together, and {node} lets each run ahead by itself"
                yield Problem(Place(came[0], "results"), what, "gather them with Gather Sync")
    fetched = {first for node, first in together.items() if issubclass(types[node], FetchWeights)}
    for node in dict.fromkeys(together.values()):
        if node not in fetched:
            what = "the policy on the driver never learns what the workers' copies have: checkpoints keep its start"
            yield Problem(Place(node, "results"), what, "insert Fetch Weights after Gather Sync", "warning")


def _run(document: Document) -> Iterator[Problem]:
    for name, value in document.run.stop.items():
        where = Place(field=f"run.stop.{name[:64]}")
        if name not in STOP_CONDITIONS:
            hint = nearest(name, STOP_CONDITIONS) or f"one of {', '.join(STOP_CONDITIONS)}"
            yield Problem(where, f"a run cannot stop at {name[:64]!r}", hint)
        elif value <= 0 and name != "return_mean_100":
            yield Problem(where, f"{name} must be more than 0, not {value:g}", "a run needs some steps to stop after")
    if not document.run.stop:
        what = "the run has no stop condition, so it goes on until you stop it"
        yield Problem(Place(field="run.stop"), what, "set env_steps", "warning")
