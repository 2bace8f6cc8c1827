"""A layered layout that reads like text, without Qt and in linear time.

Nodes stand in columns, each right of all it takes from, streams and handles alike. When one line of columns would be
far wider than a screen, it is broken into lines of equal length, so that the graph comes near the shape of a canvas.
Operators that only give handles (environment, policy) stand below the data lane of their line where its wires would
otherwise run behind them. Within a column nodes are ordered by the mean height of what they take from, which keeps
crossings few (Sugiyama, Tagawa and Toda 1981, with one sweep).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.edits import GRID
from app.groups import TOP, Groups
from app.layouts import Position
from engine.catalogue import Catalogue
from engine.declare import OperatorSpec
from engine.document import Document

Size = tuple[int, int]  # width, height in scene pixels

COLUMN = 240  # from left edge to left edge
NODE = 200  # of a node's width; it is 180 to 200
FRAME = 80  # of a node's height: its header, and the footer with its state
PORT = 24  # each line of ports
PARAMS = 12, 18  # of a node's height if it shows parameters, and for each of the at most three
BETWEEN_NODES = 40
BETWEEN_LINES = 60
WISHED_ASPECT = 16 / 9
DROP = 100  # how far below the lane a node of handles stands, so that a handle that passes it stays in sight
COST_OF_A_BREAK = 0.35  # in log units of aspect: a wire that runs back to the next line is worth a wider picture
LONGEST_SINGLE_LINE = 6  # columns that a laptop's canvas still shows at a readable size


@dataclass(frozen=True, slots=True)
class Graph:
    """What the layout needs to know of a document: who precedes whom, how large they are, who only gives handles."""

    nodes: tuple[str, ...]
    before: Mapping[str, Sequence[str]]
    after: Mapping[str, Sequence[str]]
    width: Mapping[str, int]
    height: Mapping[str, int]
    handles: frozenset[str]


def arrange(document: Document, catalogue: Catalogue, level: str = TOP) -> dict[str, Position]:
    """Return a position (left, top) for every node and group of a level; the first stands at x = 0, y = 0.

    Example: environment, policy, rollouts and gather in a chain stand at x = 0, 240, 480 and 720.
    """
    return placed(graph_of(document, catalogue, level))


def placed(graph: Graph) -> dict[str, Position]:
    """Return a position (left, top) for everything in a graph."""
    places: dict[str, Position] = {}
    top = 0
    for line in _lines(_columns(graph), graph):
        ends, left = [], 0
        for column in line:
            ends.append(_place_column(graph, column, left, top, places))
            left += up_to_grid(max(graph.width[node] for node in column) + COLUMN - NODE)
        top = up_to_grid(max(ends) + BETWEEN_LINES)
    return places


def places_for_the_rest(document: Document, catalogue: Catalogue) -> dict[str, Position]:
    """Return places for the nodes that have none: laid out as a whole, below those that have one."""
    placed = document.layout.nodes
    if all(node.id in placed for node in document.nodes):
        return {}
    bottom = max((y for _, y in placed.values()), default=None)
    shift = 0 if bottom is None else up_to_grid(bottom + 2 * FRAME)
    wished = arrange(document.replace(layout=document.layout.changed(groups=())), catalogue)
    return {node: (x, y + shift) for node, (x, y) in wished.items() if node not in placed}


def graph_of(document: Document, catalogue: Catalogue, level: str = TOP, sizes: Mapping[str, Size] = {}) -> Graph:
    """Return what there is to lay out on a level; `sizes` are those of groups that are drawn larger than a node."""
    groups = Groups(document.layout)
    shown = {node.id: groups.shown_as(node.id, level) for node in document.nodes}
    things = groups.on(level, document)
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for edge in document.edges:
        source, target = shown[edge.source_node], shown[edge.target_node]
        if source and target and source != target:
            before[target].append(source)
            after[source].append(target)
    specs = {node.id: catalogue.spec(node.type) for node in document.nodes if shown[node.id] == node.id}
    height = {thing: FRAME + PORT * max(len(before[thing]), len(after[thing]), 1) for thing in things}
    height |= {node: _height(spec) for node, spec in specs.items()} | {group: size[1] for group, size in sizes.items()}
    width = {thing: sizes[thing][0] if thing in sizes else NODE for thing in things}
    handles = {node for node, spec in specs.items() if spec and spec.ports and all(p.is_handle for p in spec.ports)}
    return Graph(things, before, after, width, height, frozenset(handles))


def _height(spec: OperatorSpec | None) -> int:
    rows = max(len(spec.inputs), len(spec.outputs)) if spec else 1
    shown = min(3, len(spec.params)) if spec else 0
    return FRAME + PORT * rows + (PARAMS[0] + PARAMS[1] * shown if shown else 0)


def _columns(graph: Graph) -> list[list[str]]:
    """Put each node right of all that it takes from, and as near as can be to what takes from it."""
    order, rank = _ranked(graph)
    for node in reversed(order):
        followers = [rank[follower] for follower in graph.after.get(node, ())]
        if followers:
            rank[node] = max(rank[node], min(followers) - 1)
    columns: list[list[str]] = [[] for _ in range(1 + max(rank.values(), default=-1))]
    for node in graph.nodes:
        columns[rank[node]].append(node)
    return [column for column in columns if column]


def _ranked(graph: Graph) -> tuple[list[str], dict[str, int]]:
    """Return the nodes in an order that follows the wires, and the longest way to each, in wires.

    Kahn's algorithm. A cycle, which checking will complain about, is opened at its first node.
    """
    waiting = {node: len(graph.before.get(node, ())) for node in graph.nodes}
    rank = dict.fromkeys(graph.nodes, 0)
    ready = [node for node in graph.nodes if not waiting[node]]
    rest = iter(graph.nodes)
    order: list[str] = []
    while len(order) < len(graph.nodes):
        node = ready.pop() if ready else next(node for node in rest if waiting[node] > 0)
        waiting[node] = 0
        order.append(node)
        for follower in graph.after.get(node, ()):
            if waiting[follower]:
                rank[follower] = max(rank[follower], rank[node] + 1)
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)
    return order, rank


def _lines(columns: Sequence[list[str]], graph: Graph) -> list[Sequence[list[str]]]:
    """Break the columns into lines of equal length, so many that the whole comes near a screen's shape."""
    if len(columns) <= LONGEST_SINGLE_LINE:
        return [columns] if columns else []
    height = max(sum(graph.height[node] + BETWEEN_NODES for node in column) for column in columns)

    def cost(lines: int) -> float:
        aspect = math.ceil(len(columns) / lines) * COLUMN / (lines * (height + BETWEEN_LINES))
        return abs(math.log(aspect / WISHED_ASPECT)) + COST_OF_A_BREAK * lines

    count = min(range(1, len(columns) // 2 + 1), key=cost)
    length = math.ceil(len(columns) / count)
    return [columns[start : start + length] for start in range(0, len(columns), length)]


def _place_column(graph: Graph, column: list[str], left: int, top: int, places: dict[str, Position]) -> int:
    """Stack a column's nodes, ordered by the height of what they take from; return where it ends."""

    def wished(node: str) -> float:
        heights = [places[other][1] for other in graph.before.get(node, ()) if other in places]
        return sum(heights) / len(heights) if heights else math.inf

    for node in sorted(column, key=wished):
        passed_by = left > 0 and node in graph.handles and places.keys() & set(graph.before.get(node, ()))
        top += DROP if passed_by else 0
        places[node] = left, top
        top = up_to_grid(top + graph.height[node] + BETWEEN_NODES)
    return top - BETWEEN_NODES


def up_to_grid(value: int) -> int:
    """Return the next multiple of the grid's step: `up_to_grid(21)` is 40."""
    return GRID * math.ceil(value / GRID)
