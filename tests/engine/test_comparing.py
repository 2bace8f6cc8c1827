"""What changed between two graphs, in words."""

from __future__ import annotations

from engine import catalogue, gallery
from engine.comparing import Difference, differences
from engine.document import Document, Edge, Layout, Node, RunSettings, load

CATALOGUE = catalogue.find()


def words(old: Document, new: Document) -> list[str]:
    return [str(difference) for difference in differences(old, new, CATALOGUE)]


def graph(*nodes: Node, wires: tuple[str, ...] = (), **fields: object) -> Document:
    edges = tuple(Edge(source=wire.split()[0], target=wire.split()[1]) for wire in wires)
    return Document(nodes=nodes, edges=edges, **fields)


def test_a2c_and_a3c_differ_in_where_the_gather_stands() -> None:
    a3c, a2c = load(gallery.path("a3c_cartpole")), load(gallery.path("a2c_cartpole"))
    assert words(a3c, a2c) == [
        "+ concat_1 (Concat Batches)",
        "gather_1: Gather Async → Gather Sync",
        "+ advantages_1.estimated → gather_1.shards",
        "- advantages_1.estimated → gradients_1.batches",
        "+ concat_1.joined → gradients_1.batches",
        "- gather_1.items → apply_1.gradients",
        "+ gather_1.items → concat_1.batches",
        "+ gradients_1.gradients → apply_1.gradients",
        "- gradients_1.gradients → gather_1.shards",
        'broadcast_1.to: "source" → "all"',
    ]


def test_a_parameter_that_is_not_written_stands_at_its_default() -> None:
    unwritten, default = Node(id="train_1", type="TrainOneStep"), {"epochs": 4}
    assert words(graph(unwritten), graph(Node(id="train_1", type="TrainOneStep", params=default))) == []
    changed = Node(id="train_1", type="TrainOneStep", params={"epochs": 8})
    assert words(graph(unwritten), graph(changed)) == ["train_1.epochs: 4 → 8"]


def test_what_is_only_drawn_or_told_otherwise_is_no_difference() -> None:
    node = Node(id="every_1", type="EveryN")
    moved = graph(node, layout=Layout(nodes={"every_1": (20, 40)}), title="Moved", description="Elsewhere.")
    assert words(graph(node), moved) == []


def test_run_settings_are_compared_too() -> None:
    old = graph(run=RunSettings(seed=1, stop={"env_steps": 1000.0}))
    new = graph(run=RunSettings(seed=2, stop={"updates": 5.0}))
    assert words(old, new) == ["seed: 1 → 2", "stop.env_steps: 1000 → not set", "stop.updates: not set → 5"]


def test_operators_that_nobody_knows_are_compared_by_their_type_and_what_is_written() -> None:
    old, new = Node(id="x_1", type="FromTheFuture", params={"a": 1}), Node(id="x_1", type="FromTheFuture", params={})
    assert words(graph(old), graph(new)) == ["x_1.a: 1 → not set"]


def test_a_difference_is_flat_in_json() -> None:
    difference = Difference("parameter", "train_1.epochs", "4", "8")
    assert difference.as_json() == {"subject": "parameter", "where": "train_1.epochs", "before": "4", "after": "8"}
