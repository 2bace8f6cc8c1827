"""Frames, comments and dots are edits like any other: each gives the next document, and nothing that runs changes."""

from __future__ import annotations

import pytest

from app import annotations, edits
from app.layouts import Mark
from engine.document import Document
from engine.layout import Group
from tests.app.graphs import chain

WIRE = ("concat_1.joined", "standardize_1.batches")


def framed() -> Document:
    return annotations.add_frame(chain(), (-31, -69, 500, 240), "Join")[0]


def dotted() -> Document:
    """The chain, its wire led through (200, 100) and then (240, 100)."""
    document, _ = annotations.add_dot(chain(), WIRE, 0, (240, 100))
    return annotations.add_dot(document, WIRE, 0, (200, 100))[0]


def points(document: Document) -> list[tuple[tuple[int, int], ...]]:
    return [dots.points for dots in document.layout.dots]


def test_a_frame_lies_on_the_grid_and_has_room_for_its_title() -> None:
    assert framed().layout.frames[0].rect == (-40, -60, 500, 240)
    small = annotations.set_frame(framed(), 0, rect=(0, 0, 10, -50))
    assert small.layout.frames[0].rect == (0, 0, *annotations.SMALLEST)


def test_a_frame_is_renamed_recoloured_and_moved() -> None:
    document = annotations.set_frame(framed(), 0, title="Joining", colour="green")
    document = annotations.move_marks(document, {Mark("frame", 0): (100, 41)})
    frame = document.layout.frames[0]
    assert (frame.title, frame.colour, frame.rect) == ("Joining", "green", (100, 40, 500, 240))


def test_taking_a_frame_out_leaves_what_is_in_it() -> None:
    assert annotations.remove_marks(framed(), [Mark("frame", 0)]) == chain()


def test_a_comment_is_written_moved_and_made_narrow() -> None:
    document, mark = annotations.add_comment(chain(), (11, 9))
    document = annotations.set_comment(document, mark.index, text="why 8 epochs?", width=-5)
    document = annotations.move_marks(document, {mark: (52, 9)})
    comment = document.layout.comments[0]
    assert (comment.text, comment.at, comment.width) == ("why 8 epochs?", (60, 0), annotations.NARROWEST)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_comment_without_text_is_no_comment(text: str) -> None:
    document, mark = annotations.add_comment(chain(), (0, 0))
    assert annotations.set_comment(document, mark.index, text=text) == chain()


def test_dots_lie_in_order_on_half_the_grid_and_can_be_moved_and_taken_out() -> None:
    assert points(dotted()) == [((200, 100), (240, 100))]
    document = annotations.move_marks(dotted(), {Mark("dot", 1, WIRE): (254, 96)})
    assert points(document) == [((200, 100), (250, 100))]
    document = annotations.remove_marks(document, [Mark("dot", 0, WIRE)])
    assert points(document) == [((250, 100),)]
    assert annotations.remove_marks(document, [Mark("dot", 0, WIRE)]) == chain()
    assert annotations.straighten(dotted(), [WIRE]) == chain()


def test_dots_go_with_their_wire_and_their_nodes() -> None:
    assert edits.disconnect(dotted(), [WIRE]).layout.dots == ()
    assert edits.remove_nodes(dotted(), ["concat_1"]).layout.dots == ()
    assert edits.rename_node(dotted(), "concat_1", "join").layout.dots[0].source == "join.joined"


def test_dots_move_when_both_ends_of_their_wire_move_alike() -> None:
    together = edits.move_nodes(dotted(), {"concat_1": (40, 20), "standardize_1": (300, 20)})
    assert points(together) == [((240, 120), (280, 120))]
    apart = edits.move_nodes(dotted(), {"concat_1": (40, 20)})
    assert points(apart) == points(dotted())


def test_groups_follow_the_nodes_that_are_renamed_and_forget_those_that_go() -> None:
    layout = chain().layout.changed(groups=(Group(id="join", nodes=("concat_1", "standardize_1")),))
    document = edits.rename_node(chain().replace(layout=layout), "concat_1", "first")
    assert document.layout.groups[0].nodes == ("first", "standardize_1")
    assert edits.remove_nodes(document, ["first"]).layout.groups[0].nodes == ("standardize_1",)


def test_no_node_is_called_like_a_group(catalogue: edits.Catalogue) -> None:
    layout = chain().layout.changed(groups=(Group(id="concat_2"),))
    _, node = edits.add_node(chain().replace(layout=layout), catalogue.spec("ConcatBatches"), (0, 0))
    assert node == "concat_3"
