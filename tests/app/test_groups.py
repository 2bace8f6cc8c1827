"""What is in what, and what stands for a node where its group is drawn as one."""

from __future__ import annotations

import pytest

from app.groups import TOP, Groups, tidy
from engine.document import Document, Layout, Node
from engine.layout import Frame, Group


@pytest.fixture
def document() -> Document:
    """Nodes a, b, c, d: b and c in `inner`, which is in `outer` with a."""
    groups = (Group(id="outer", nodes=("a",)), Group(id="inner", title="Inside", nodes=("b", "c"), parent="outer"))
    return Document(nodes=[Node(id=name, type="Filter") for name in "abcd"], layout=Layout(groups=groups))


def test_a_node_is_shown_as_the_outermost_group_inside_the_level(document: Document) -> None:
    groups = Groups(document.layout)
    assert [groups.shown_as(node, TOP) for node in "abcd"] == ["outer", "outer", "outer", "d"]
    assert [groups.shown_as(node, "outer") for node in "abcd"] == ["a", "inner", "inner", None]
    assert [groups.shown_as(node, "inner") for node in "abcd"] == [None, "b", "c", None]


def test_things_stand_on_one_level_and_hold_all_that_is_in_them(document: Document) -> None:
    groups = Groups(document.layout)
    assert groups.on(TOP, document) == ("d", "outer")
    assert groups.on("outer", document) == ("a", "inner")
    assert groups.all_in(["outer"]) == ("outer", "a", "inner", "b", "c")
    assert groups.nodes_in(["inner", "d"]) == ("d", "b", "c")


def test_a_path_leads_to_a_level_from_outside(document: Document) -> None:
    groups = Groups(document.layout)
    assert groups.path("inner") == ("outer", "inner")
    assert groups.path(TOP) == ()
    assert groups.title("inner") == "Inside"
    assert groups.title("outer") == "outer"


def test_groups_in_which_nothing_is_left_are_gone_with_what_stands_inside(document: Document) -> None:
    outer, inner = document.layout.groups
    frames = (Frame(title="Around b", rect=(0, 0, 200, 100), group="inner"),)
    layout = document.layout.changed(frames=frames)
    assert tidy(layout) is layout
    assert tidy(layout.changed(groups=(outer, inner.changed(nodes=())))) == Layout(groups=(outer,))
    assert tidy(layout.changed(groups=(outer.changed(nodes=()), inner))).groups == (outer.changed(nodes=()), inner)
    assert tidy(layout.changed(groups=(outer.changed(nodes=()), inner.changed(nodes=())))) == Layout()
