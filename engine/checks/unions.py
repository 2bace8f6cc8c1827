"""Unions: whether their turns are for branches that they have, starve none, and leave room for a replay ratio."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from engine.checks.graph import Graph
from engine.kinds import Replay
from engine.operators.experiences.filter import Filter
from engine.operators.flow.every_n import EveryN
from engine.operators.flow.every_t import EveryT
from engine.operators.flow.union import Union, turns
from engine.operators.flow.wait_until import WaitUntil
from engine.operators.replay.replay import Replay as DrawingFrom
from engine.operators.replay.store_to_replay import StoreToReplay
from engine.problems import Place, Problem, nearest

STARVED: Final = 1000  # turns of the others for each of its own


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which turns make no sense."""
    unions = [one for one in graph.operators.values() if isinstance(one, Union) and one.mode == "round_robin"]
    branches = {union: _branches(graph, union.node) for union in unions}
    for union in unions:
        yield from _unknown(union, branches[union])
        yield from _starved(union, branches[union])
    merging = {union: leading for union, leading in branches.items() if len(leading) > 1}
    for reader in graph.operators.values() if merging else ():
        if isinstance(reader, DrawingFrom) and reader.ratio:
            yield from _out_of_reach(graph, merging, reader)


def _branches(graph: Graph, union: str) -> frozenset[str]:
    return frozenset(edge.source_node for _, edge in graph.wiring.streams_into(union))


def _turns(union: Union, branch: str) -> float:
    """Return a branch's turns a round; 0 where it has no fixed number, or one that does not stand."""
    return turns(union.weights.get(branch, 1))


def _unknown(union: Union, branches: frozenset[str]) -> Iterator[Problem]:
    for name in union.weights if branches else ():
        if name not in branches:
            hint = nearest(name, branches) or f"branches come from {', '.join(sorted(branches))}"
            yield Problem(Place(union.node, "weights"), f"no branch comes from {name[:64]!r}", hint)


def _starved(union: Union, branches: frozenset[str]) -> Iterator[Problem]:
    total = sum(_turns(union, branch) for branch in branches)
    for branch in sorted(branches):
        turns = _turns(union, branch)
        if 0 < turns * STARVED < total:
            what = f"{branch} is starved: the others have {(total - turns) / turns:.0f} turns for each of its own"
            yield Problem(Place(union.node, "weights"), what, "bring the weights closer together", "warning")


def _out_of_reach(graph: Graph, unions: Mapping[Union, frozenset[str]], reader: DrawingFrom) -> Iterator[Problem]:
    """Compare the ratio that Replay is to reach with the rows that turns let in and out of its buffer."""
    drawn, stored = graph.after(reader.node), _stored(graph, reader)
    for union, branches in unions.items():
        drawing, storing = (branches & drawn) - stored, (branches & stored) - drawn
        if drawing and storing:
            yield from _too_high(graph, union, reader, drawing, storing)


def _stored(graph: Graph, reader: DrawingFrom) -> frozenset[str]:
    """Return the nodes to which items come after they were stored in the buffer that a node draws from."""
    takers = (taker for buffer in graph.givers(reader.node, Replay) for taker in graph.takers(buffer, Replay))
    stores = [taker for taker in takers if isinstance(graph.operators[taker], StoreToReplay)]
    return frozenset().union(*map(graph.after, stores))


def _too_high(
    graph: Graph, union: Union, reader: DrawingFrom, drawing: frozenset[str], storing: frozenset[str]
) -> Iterator[Problem]:
    drawn = sum(_rows_a_round(graph, union, branch) for branch in drawing)
    stored = sum(_rows_a_round(graph, union, branch) for branch in storing)
    if drawn < math.inf and 0 < stored < math.inf and reader.ratio > drawn / stored * (1 + 1e-9):
        what = (
            f"ratio {reader.ratio:g} is out of reach: a round of {union.node} draws {drawn:g} rows "
            f"for {stored:g} stored, which is {drawn / stored:g}"
        )
        hint = f"give {', '.join(sorted(drawing))} more turns in the weights of {union.node}, or lower the ratio"
        yield Problem(Place(reader.node, "ratio"), what, hint, "warning")


def _rows_a_round(graph: Graph, union: Union, branch: str) -> float:
    """Return the rows that go by in a branch's turns of one round; infinity where nobody knows."""
    dropping = (Filter, EveryN, EveryT, WaitUntil)
    rows, turns = graph.rows.get(branch), _turns(union, branch)
    if not rows or not turns or any(isinstance(operator, dropping) for operator in graph.operators_before(branch)):
        return math.inf
    return rows * turns
