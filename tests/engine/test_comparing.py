"""What changed between two graphs, in words."""

from __future__ import annotations

from engine import catalogue, gallery
from engine.comparing import Difference, differences, in_common, told_apart
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
        "concat_1 (Concat Batches) is new",
        "gather_1 is Gather Sync, was Gather Async",
        "advantages_1.estimated goes to gather_1.shards, no longer to gradients_1.batches",
        "concat_1.joined goes to gradients_1.batches",
        "gather_1.items goes to concat_1.batches, no longer to apply_1.gradients",
        "gradients_1.gradients goes to apply_1.gradients, no longer to gather_1.shards",
        'broadcast_1.to: "source" → "all"',
    ]
    assert in_common(a3c, a2c) == (8, 10)


def test_what_is_taken_out_is_gone_with_its_wires() -> None:
    first, second = Node(id="every_1", type="EveryN"), Node(id="filter_1", type="Filter")
    wired = graph(first, second, wires=("every_1.passed filter_1.items",))
    assert words(wired, graph(first)) == [
        "filter_1 (Filter) is gone",
        "every_1.passed goes to filter_1.items no longer",
    ]


def test_of_several_wires_only_those_that_changed_are_told() -> None:
    nodes = [Node(id=f"filter_{number}", type="Filter") for number in (1, 2, 3, 4)]
    old = graph(*nodes, wires=("filter_1.passed filter_2.items", "filter_1.passed filter_3.items"))
    new = graph(*nodes, wires=("filter_1.passed filter_2.items", "filter_1.passed filter_4.items"))
    assert words(old, new) == ["filter_1.passed goes to filter_4.items, no longer to filter_3.items"]


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


def test_graphs_are_told_apart_by_what_was_turned() -> None:
    first, second, third = (
        graph(Node(id="every_1", type="EveryN", params={"n": n}), run=RunSettings(seed=n, stop={"updates": stop}))
        for n, stop in ((1, 5), (2, 5), (2, 7))
    )
    assert told_apart([first, second], CATALOGUE) == ("n 1", "n 2")
    assert told_apart([first, second, third], CATALOGUE) == ("n 1 · updates 5", "n 2 · updates 5", "n 2 · updates 7")
    assert told_apart([second, second], CATALOGUE) == ("", "")
    assert told_apart([], CATALOGUE) == ()


def test_a_difference_is_flat_in_json() -> None:
    difference = Difference("parameter", "train_1.epochs", "4", "8")
    assert difference.as_json() == {"subject": "parameter", "where": "train_1.epochs", "before": "4", "after": "8"}
