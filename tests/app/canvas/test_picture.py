"""What is shown of a document, as values, and what the difference between two of them is."""

from __future__ import annotations

import pytest

from app.canvas.faces import Line, short_value
from app.canvas.picture import Picture, Strand, difference, picture_of
from engine import kinds
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Layout, Node


def moved(document: Document, node: str, x: int, y: int) -> Document:
    return document.replace(layout=Layout(nodes={**document.layout.nodes, node: (x, y)}))


def test_a_node_shows_title_ports_and_the_parameters_that_were_chosen(document: Document, operators: Catalogue) -> None:
    face = picture_of(document, operators).faces["concat_1"]
    assert (face.title, face.section, face.subtitle) == ("Concat Batches", "Experiences", "concat_1")
    assert face.ports == (("batches", "in"), ("joined", "out"))
    assert face.lines == (Line("min_steps", "512", chosen=True),)


def test_defaults_fill_up_what_was_not_chosen_and_stand_in_declared_order(
    document: Document, operators: Catalogue
) -> None:
    lines = picture_of(document.with_param("train_1", "minibatch", 64), operators).faces["train_1"].lines
    assert lines == (Line("epochs", "4", chosen=False), Line("minibatch", "64", chosen=True))


def test_an_unknown_operator_is_a_placeholder_with_the_ports_that_wires_name(operators: Catalogue) -> None:
    document = Document(
        nodes=(Node(id="a", type="Prophet", params={"alpha": 0.5}), Node(id="b", type="Prophet")),
        edges=(Edge(source="a.visions", target="b.sight"),),
    )
    face = picture_of(document, operators).faces["a"]
    assert face.is_placeholder
    assert (face.title, face.subtitle) == ("Prophet", "a · unknown operator")
    assert face.ports == (("visions", "out"),)
    assert face.lines == (Line("alpha", "0.5", chosen=True),)


def test_a_wire_to_a_port_that_is_not_there_gets_one(document: Document, operators: Catalogue) -> None:
    wrong = document.replace(edges=(*document.edges, Edge(source="gather_1.items", target="report_1.nothing")))
    assert picture_of(wrong, operators).faces["report_1"].ports[-1] == ("nothing", "in")


def test_what_passes_through_keeps_its_kind(operators: Catalogue) -> None:
    document = Document(
        nodes=(Node(id="t", type="TrainOneStep"), Node(id="u", type="Union"), Node(id="r", type="ReportMetrics")),
        edges=(Edge(source="t.results", target="u.items"), Edge(source="u.merged", target="r.items")),
    )
    picture = picture_of(document, operators)
    assert picture.strands["u.merged", "r.items"] == Strand(kinds.TrainResult)
    assert picture.faces["r"].inputs[0].kind is kinds.TrainResult


def test_streams_of_the_actors_are_parallel_until_they_are_gathered(operators: Catalogue) -> None:
    document = Document(
        nodes=(Node(id="s", type="Rollouts"), Node(id="g", type="GatherSync"), Node(id="c", type="ConcatBatches")),
        edges=(Edge(source="s.experiences", target="g.shards"), Edge(source="g.items", target="c.batches")),
    )
    strands = picture_of(document, operators).strands
    assert strands["s.experiences", "g.shards"].parallel
    assert not strands["g.items", "c.batches"].parallel


def test_a_loop_of_wires_still_makes_a_picture(operators: Catalogue) -> None:
    loop = Document(
        nodes=(Node(id="u", type="Union"), Node(id="d", type="Duplicate")),
        edges=(Edge(source="u.merged", target="d.items"), Edge(source="d.copies", target="u.items")),
    )
    assert picture_of(loop, operators).strands["u.merged", "d.items"].kind is kinds.Anything


def test_nodes_without_a_place_stand_in_a_row_below_the_rest(operators: Catalogue) -> None:
    nodes = tuple(Node(id=name, type="Union") for name in "abc")
    document = Document(nodes=nodes, layout=Layout(nodes={"a": (100, 40)}))
    assert picture_of(document, operators).places == {"a": (100, 40), "b": (0, 280), "c": (240, 280)}


def test_the_same_document_differs_in_nothing(document: Document, operators: Catalogue) -> None:
    picture = picture_of(document, operators)
    assert not any(getattr(difference(picture, picture), name) for name in difference(picture, picture).__slots__)


def test_a_move_moves_and_nothing_else(document: Document, operators: Catalogue) -> None:
    old, new = (picture_of(d, operators) for d in (document, moved(document, "train_1", 600, 40)))
    found = difference(old, new)
    assert found.moved == ("train_1",)
    assert not any((found.unwired, found.removed, found.added, found.changed, found.wired, found.recoloured))


def test_a_parameter_changes_its_node_and_nothing_else(document: Document, operators: Catalogue) -> None:
    old, new = (picture_of(d, operators) for d in (document, document.with_param("concat_1", "min_steps", 64)))
    found = difference(old, new)
    assert found.changed == ("concat_1",)
    assert not any((found.unwired, found.removed, found.added, found.moved, found.wired))


def test_a_node_whose_operator_changes_is_rebuilt_with_its_wires(document: Document, operators: Catalogue) -> None:
    nodes = [Node(id="concat_1", type="Prophet") if node.id == "concat_1" else node for node in document.nodes]
    found = difference(*(picture_of(d, operators) for d in (document, document.replace(nodes=tuple(nodes)))))
    assert (found.removed, found.added) == (("concat_1",), ("concat_1",))
    assert found.unwired == found.wired == (("gather_1.items", "concat_1.batches"),)


def test_everything_is_added_to_nothing_and_removed_again(document: Document, operators: Catalogue) -> None:
    picture = picture_of(document, operators)
    assert (
        set(difference(Picture(), picture).added) == set(difference(picture, Picture()).removed) == set(picture.faces)
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2048, "2,048"),
        (0.0003, "0.0003"),
        (1e-7, "1e-07"),
        ([64, 64], "64, 64"),
        ([], "none"),
        ({}, "none"),
        ({"a": 1}, "a 1"),
        (True, "on"),
        (False, "off"),
        (None, "none"),
        ("tanh", "tanh"),
    ],
)
def test_values_are_short(value: object, text: str) -> None:
    assert short_value(value) == text
