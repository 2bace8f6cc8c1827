"""The layout reads from left to right, line by line, without overlaps."""

from __future__ import annotations

import time
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from app import edits, grouping
from app.arranging import COLUMN, arrange, places_for_the_rest
from app.edits import GRID
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Node, load
from tests.app.graphs import chain
from tests.engine.graphs import ppo

GALLERY = sorted((Path(__file__).parents[2] / "saved_graphs").glob("*.json"))


def test_a_chain_stands_in_one_line(catalogue: Catalogue) -> None:
    assert arrange(chain(), catalogue) == {"concat_1": (0, 0), "standardize_1": (COLUMN, 0)}


def test_an_empty_graph_has_no_places(catalogue: Catalogue) -> None:
    assert arrange(Document(), catalogue) == {}


@pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.stem)
def test_the_gallery_is_laid_out_without_overlaps_near_the_shape_of_a_screen(file: Path, catalogue: Catalogue) -> None:
    places = arrange(load(file), catalogue)
    assert all(x % GRID == y % GRID == 0 for x, y in places.values())
    for (ax, ay), (bx, by) in combinations(places.values(), 2):
        assert abs(ax - bx) >= COLUMN or abs(ay - by) >= 100
    width = max(x for x, _ in places.values()) + 200
    height = max(y for _, y in places.values()) + 150
    assert 1 < width / height < 4.5


def test_a_long_chain_is_broken_into_lines_of_equal_length(catalogue: Catalogue) -> None:
    places = list(arrange(_line(16), catalogue).values())
    lines = {y for _, y in places}
    assert len(lines) > 1
    assert all(a[0] < b[0] or a[1] < b[1] for a, b in pairwise(places))


def test_handles_stand_left_of_what_uses_them(catalogue: Catalogue) -> None:
    nodes = (
        Node(id="rollouts_1", type="Rollouts"),
        Node(id="policy_1", type="PPOPolicy"),
        Node(id="environment_1", type="Environment"),
    )
    edges = (
        Edge(source="environment_1.environment", target="policy_1.environment"),
        Edge(source="environment_1.environment", target="rollouts_1.environment"),
        Edge(source="policy_1.policy", target="rollouts_1.policy"),
    )
    places = arrange(Document(nodes=nodes, edges=edges), catalogue)
    assert places["environment_1"][0] < places["policy_1"][0] < places["rollouts_1"][0]
    assert places["policy_1"][1] > places["environment_1"][1] == places["rollouts_1"][1]


def test_a_cycle_and_unknown_operators_are_laid_out_too(catalogue: Catalogue) -> None:
    nodes = tuple(Node(id=f"n_{i}", type="Unheard") for i in range(3))
    edges = tuple(Edge(source=f"n_{i}.out", target=f"n_{(i + 1) % 3}.in") for i in range(3))
    assert len(set(arrange(Document(nodes=nodes, edges=edges), catalogue).values())) == 3


def test_nodes_without_a_place_are_laid_out_below_those_that_have_one(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("EveryN"), (0, 0))
    document = document.replace(layout=chain().layout)
    ((node, (_, top)),) = places_for_the_rest(document, catalogue).items()
    assert node.startswith("every")
    assert top > 100
    assert places_for_the_rest(chain(), catalogue) == {}


def test_each_level_is_laid_out_by_itself_with_groups_as_one(catalogue: Catalogue) -> None:
    document, made = grouping.group(ppo(), ["concat_1", "standardize_1", "train_1"])
    top, inside = arrange(document, catalogue), arrange(document, catalogue, made)
    assert set(top) == {node.id for node in document.nodes} - {"concat_1", "standardize_1", "train_1"} | {made}
    assert top["gather_1"][0] < top[made][0] < top["broadcast_1"][0]
    assert inside == {"concat_1": (0, 0), "standardize_1": (COLUMN, 0), "train_1": (2 * COLUMN, 0)}


def test_five_thousand_nodes_are_laid_out_in_linear_time(catalogue: Catalogue) -> None:
    began = time.perf_counter()
    arrange(_line(5_000), catalogue)
    assert time.perf_counter() - began < 2


def _line(length: int) -> Document:
    nodes = tuple(Node(id=f"every_{i}", type="EveryN") for i in range(length))
    edges = tuple(Edge(source=f"every_{i}.passed", target=f"every_{i + 1}.items") for i in range(length - 1))
    return Document(nodes=nodes, edges=edges)
