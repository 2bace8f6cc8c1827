"""Edits are values: each gives the next document and leaves the former one as it was."""

from __future__ import annotations

import pytest

from app import edits
from engine.catalogue import Catalogue
from engine.checking import check
from engine.document import Document, Edge, Node, write
from engine.problems import NEW, Fix, GraphFileError
from tests.app.graphs import chain, ids, union_of, wires
from tests.engine import drawing_cases, learning_cases
from tests.engine.graphs import ppo


def test_renaming_a_branch_of_a_union_keeps_its_weight() -> None:
    renamed = edits.rename_node(union_of({"a": 2, "c": 3}), "a", "z")
    assert renamed.node("union_1").params == {"weights": {"z": 2, "c": 3}}


CASES = {**drawing_cases.SENTENCES, **learning_cases.SENTENCES}
MENDABLE = {
    "value out of range": "set epochs to 4",
    "value of another type": "set hidden to [64, 64]",
    "two streams into one input": "insert Union",
    "two wires from a local stream": "insert Duplicate",
    "parallel stream where a local one is needed": "insert Gather Sync",
    "required handle not connected": "connect policy_1.policy",
    "stream that nobody pulls": "add Report Metrics",
    "minibatch larger than the batch that workers and Concat Batches make": "set minibatch to 2048",
    "minibatch larger than the batches in the queue": "set minibatch to 800",
    "weights that nobody sends": "insert Broadcast Weights",
    "weights of a learner in a thread that nobody sends": "insert Broadcast Weights",
    "target network that nobody updates": "insert Update Target Network",
    "KL penalty that nobody adapts": "insert Update KL",
    "buffer smaller than the learning start": "set learning_starts to 99",
    "priorities that nobody updates": "insert Update Priorities",
    "priorities of a buffer that has none": "set prioritised to True",
    "copies that nobody pulls": "add Report Metrics",
}


@pytest.mark.parametrize("case", MENDABLE)
def test_a_fix_takes_its_problem_away(case: str, catalogue: Catalogue) -> None:
    edit, sentence = CASES[case]
    graph = edit(ppo())
    (problem,) = (problem for problem in check(graph, catalogue) if str(problem) == sentence)
    assert problem.fix is not None
    assert problem.fix.title == MENDABLE[case]
    mended, new = edits.mend(graph, catalogue, problem.fix)
    assert problem not in check(mended, catalogue)
    assert set(ids(mended)) - set(ids(graph)) == ({new} if new else set())


def test_a_node_that_a_fix_adds_covers_no_other(catalogue: Catalogue) -> None:
    fix = Fix("insert", "Filter", draws=(("concat_1.joined", f"{NEW}.items"),))
    document = chain()
    for _ in range(3):
        document, new = edits.mend(document, catalogue, fix)
        x, y = document.layout.nodes[new]
        others = [place for node, place in document.layout.nodes.items() if node != new]
        assert all(abs(left - x) >= edits.WIDE or abs(top - y) >= edits.HIGH for left, top in others)


def test_a_new_node_takes_the_first_free_id_and_a_place_on_the_grid(catalogue: Catalogue) -> None:
    document, node = edits.add_node(chain(), catalogue.spec("ConcatBatches"), (31, 9))
    assert node == "concat_2"
    assert document.layout.nodes[node] == (40, 0)


def test_removing_a_node_removes_its_wires_and_its_place() -> None:
    document = edits.remove_nodes(chain(), ["concat_1"])
    assert ids(document) == ["standardize_1"]
    assert wires(document) == set()
    assert list(document.layout.nodes) == ["standardize_1"]


def test_a_wire_to_an_input_that_takes_one_replaces_the_wire_that_was_there(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("ConcatBatches"), (0, 200))
    document = edits.connect(document, catalogue, "concat_2.joined", "standardize_1.batches")
    assert wires(document) == {("concat_2.joined", "standardize_1.batches")}


def test_an_input_that_takes_many_keeps_all_its_wires(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("Union"), (0, 200))
    document, _ = edits.add_node(document, catalogue.spec("ConcatBatches"), (0, 400))
    document = edits.connect(document, catalogue, "concat_2.joined", "union_1.items")
    document = edits.connect(document, catalogue, "standardize_1.standardized", "union_1.items")
    assert {wire for wire in wires(document) if wire[1] == "union_1.items"} == {
        ("concat_2.joined", "union_1.items"),
        ("standardize_1.standardized", "union_1.items"),
    }


def test_drawing_a_wire_that_is_there_changes_nothing(catalogue: Catalogue) -> None:
    assert edits.connect(chain(), catalogue, "concat_1.joined", "standardize_1.batches") == chain()


def test_a_node_put_on_a_wire_stands_between_its_ends(catalogue: Catalogue) -> None:
    document, node = edits.add_node(chain(), catalogue.spec("EveryN"), (0, 200))
    document = edits.insert_on_wire(document, catalogue, node, ("concat_1.joined", "standardize_1.batches"))
    assert wires(document) == {
        ("concat_1.joined", f"{node}.items"),
        (f"{node}.passed", "standardize_1.batches"),
    }


def test_a_value_equal_to_the_default_leaves_the_file(catalogue: Catalogue) -> None:
    document = edits.set_param(chain(), catalogue, "concat_1", "min_steps", 512)
    assert document.node("concat_1").params == {"min_steps": 512}
    assert edits.set_param(document, catalogue, "concat_1", "min_steps", 2048).node("concat_1").params == {}


def test_a_renamed_node_keeps_its_wires_and_its_place() -> None:
    document = edits.rename_node(chain(), "concat_1", "join")
    assert wires(document) == {("join.joined", "standardize_1.batches")}
    assert document.layout.nodes["join"] == (0, 0)


@pytest.mark.parametrize("taken", ["standardize_1", "no spaces", ""])
def test_an_id_that_is_taken_or_is_none_is_refused(taken: str) -> None:
    with pytest.raises(GraphFileError):
        edits.rename_node(chain(), "concat_1", taken)


def test_edits_keep_fields_that_they_do_not_know() -> None:
    node = Node.model_validate({"id": "concat_1", "type": "ConcatBatches", "colour": "red"})
    edge = Edge.model_validate({"from": "concat_1.joined", "to": "concat_1.batches", "label": "loop"})
    document = edits.rename_node(Document(nodes=(node,), edges=(edge,)), "concat_1", "join")
    document = edits.move_nodes(edits.set_run(document, seed=7), {"join": (20, 20)})
    assert '"colour": "red"' in write(document)
    assert '"label": "loop"' in write(document)
