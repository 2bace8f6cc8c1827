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

from engine import bypassing, trust, wire_rules
from engine import catalogue as catalogues
from engine.catalogue import Catalogue
from engine.checks import (
    casts,
    flow,
    in_a_row,
    machine,
    nodes,
    policies,
    queues,
    replays,
    run_settings,
    threads,
    unions,
    weights,
    wires,
)
from engine.checks.graph import Graph, made_of
from engine.document import VERSION, Document
from engine.machine import Machine
from engine.problems import Place, Problem
from engine.wiring import StreamPlace, Wiring

FAMILIES: Final = (wires, flow, in_a_row, policies, weights, casts, replays, queues, threads, unions, run_settings)
MOST: Final = 1_000  # problems; a list that nobody reads to its end would only slow the window down


def check(
    document: Document,
    catalogue: Catalogue | None = None,
    environments: Collection[str] | None = None,
    target: Machine | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of the graph, in the order: nodes, wires, ports, streams, policies, run settings, machine.

    Example: a graph whose only node is Train One Step lacks its batches and its policy, gives results that nobody
    takes, and has no stop condition: four problems.

    Args:
        document: the graph.
        catalogue: the operators; those of this installation by default.
        environments: the registered environment ids; Gymnasium's by default. Empty: not known yet, so not looked at.
        target: the machine that is to run it; None: not known, so it is not asked whether the graph fits there.

    Of more than a thousand problems it returns the first thousand, and one that says so.
    """
    found = tuple(islice(_problems(document, catalogue or catalogues.find(), environments, target), MOST + 1))
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
    operators = (made_of(node, catalogue) for node in bypassing.as_run(document, catalogue).nodes)
    reasons = ((operator.node, operator.why_not_deterministic()) for operator in operators if operator)
    return "; ".join(f"{node} {reason}" for node, reason in reasons if reason)


def _problems(
    document: Document, catalogue: Catalogue, environments: Collection[str] | None, target: Machine | None
) -> Iterator[Problem]:
    if document.read_only:
        what = f"a newer version made this graph ({document.version}; this one knows {VERSION})"
        yield Problem(Place(field="version"), what, "update RL Flow Studio")
    elif not document.nodes:
        yield Problem(Place(), "the graph is empty", "drag an operator from the palette")
    else:
        yield from bypassing.problems(document, catalogue)
        running = bypassing.as_run(document, catalogue)
        found = _problems_of(Graph(running, catalogue), environments, target)
        yield from found if running is document else map(_with_fix_by_value, found)
        yield from (replace(trust.problem(piece), severity="warning") for piece in trust.untrusted(document, catalogue))


def _problems_of(graph: Graph, environments: Collection[str] | None, target: Machine | None) -> Iterator[Problem]:
    yield from nodes.problems(graph, environments)
    for family in FAMILIES:
        yield from family.problems(graph)
    if target:
        yield from machine.problems(graph, target)


def _with_fix_by_value(problem: Problem) -> Problem:
    """Return the problem without a fix that cuts or draws wires: those around bypassed nodes stand in no document."""
    rewires = problem.fix is not None and (problem.fix.cuts or problem.fix.draws)
    return replace(problem, fix=None) if rewires else problem
