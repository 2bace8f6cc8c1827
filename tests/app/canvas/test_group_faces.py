"""What a level shows: groups as one node with the ports at their border, and the border from inside."""

from __future__ import annotations

import pytest

from app.canvas.group_faces import BEFORE, BEYOND
from app.canvas.picture import Picture, difference, picture_of
from engine import kinds
from engine.catalogue import Catalogue
from engine.document import Document
from engine.layout import Group


@pytest.fixture
def grouped(document: Document) -> Document:
    """Concat and Train, drawn as "Learner" at (260, 0)."""
    groups = (Group(id="learner", title="Learner", nodes=("concat_1", "train_1"), at=(260, 0)),)
    wired = document.edges[0].changed(source="concat_1.joined", target="train_1.batches")
    return document.replace(edges=(*document.edges, wired), layout=document.layout.changed(groups=groups))


def test_a_group_shows_the_ports_at_its_border_and_those_that_want_a_wire(
    grouped: Document, operators: Catalogue
) -> None:
    face = picture_of(grouped, operators).faces["learner"]
    assert (face.title, face.subtitle) == ("Learner", "2 nodes")
    assert [(plug.label, plug.end) for plug in face.inputs] == [
        ("batches", "concat_1.batches"),
        ("policy", "train_1.policy"),
    ]
    assert [(plug.label, plug.end) for plug in face.outputs] == [("results", "train_1.results")]
    assert face.inputs[1].kind is kinds.Policy


def test_only_what_stands_on_the_level_is_shown_and_wires_end_at_it(grouped: Document, operators: Catalogue) -> None:
    picture = picture_of(grouped, operators)
    assert set(picture.faces) == {"gather_1", "policy_1", "report_1", "learner"}
    assert picture.places["learner"] == (260, 0)
    assert picture.homes() == {
        ("gather_1.items", "concat_1.batches"): ("gather_1", "learner"),
        ("policy_1.policy", "train_1.policy"): ("policy_1", "learner"),
    }


def test_inside_a_group_what_crosses_its_border_ends_at_a_card(grouped: Document, operators: Catalogue) -> None:
    wired = grouped.edges[0].changed(source="train_1.results", target="report_1.items")
    picture = picture_of(grouped.replace(edges=(*grouped.edges, wired)), operators, "learner")
    assert set(picture.faces) == {"concat_1", "train_1", BEFORE, BEYOND}
    assert [plug.label for plug in picture.faces[BEFORE].outputs] == ["gather_1.items", "policy_1.policy"]
    assert [plug.label for plug in picture.faces[BEYOND].inputs] == ["report_1.items"]
    assert picture.homes()["train_1.results", "report_1.items"] == ("train_1", BEYOND)
    assert picture.places[BEFORE][0] < picture.places["concat_1"][0]
    assert picture.places[BEYOND][0] > picture.places["train_1"][0]


def test_ports_of_one_name_are_told_apart_by_their_nodes(grouped: Document, operators: Catalogue) -> None:
    loose = grouped.replace(edges=())
    labels = [plug.label for plug in picture_of(loose, operators).faces["learner"].inputs]
    assert labels == ["concat_1.batches", "train_1.batches", "policy"]


def test_grouping_draws_the_wires_at_its_border_anew_and_no_other(
    document: Document, grouped: Document, operators: Catalogue
) -> None:
    before = picture_of(document.replace(edges=grouped.edges), operators)
    changes = difference(before, picture_of(grouped, operators))
    assert set(changes.removed) == {"concat_1", "train_1"}
    assert changes.added == ("learner",)
    assert set(changes.wired) == {("gather_1.items", "concat_1.batches"), ("policy_1.policy", "train_1.policy")}
    assert set(changes.unwired) == {*changes.wired, ("concat_1.joined", "train_1.batches")}


def test_a_level_of_nothing_is_an_empty_picture(operators: Catalogue) -> None:
    assert picture_of(Document(), operators) == Picture()
