"""A copy is the text of a graph file, and pastes under new names; what stands beside the nodes comes along."""

from __future__ import annotations

import pytest

from app import annotations, copying
from app.layouts import Mark
from engine.document import Document, read
from engine.problems import GraphFileError
from tests.app.graphs import chain, union_of, wires

WIRE = ("concat_1.joined", "standardize_1.batches")


def test_a_pasted_union_has_the_weights_of_its_own_branches() -> None:
    graph = union_of({"a": 2})
    pasted, ids = copying.duplicate(graph, ["a", "b", "union_1"])
    copies = dict(zip(["a", "b", "union_1"], ids, strict=True))
    assert pasted.node(copies["union_1"]).params == {"weights": {copies["a"]: 2}}
    assert pasted.node("union_1").params == {"weights": {"a": 2}}


def test_a_copy_is_the_text_of_a_graph_file_and_pastes_under_new_ids() -> None:
    text = copying.copy(chain(), ["concat_1", "standardize_1"])
    assert read(text).title == "A chain"
    document, new = copying.paste(chain(), text, (0, 100))
    assert new == ("concat_2", "standardize_2")
    assert ("concat_2.joined", "standardize_2.batches") in wires(document)
    assert document.layout.nodes["standardize_2"] == (260, 100)


def test_a_copy_of_one_node_leaves_its_wires_behind() -> None:
    assert read(copying.copy(chain(), ["concat_1"])).edges == ()


def test_a_duplicate_stands_a_little_below_and_to_the_right() -> None:
    document, new = copying.duplicate(chain(), ["standardize_1"])
    assert new == ("standardize_2",)
    assert document.layout.nodes["standardize_2"] == (300, 40)
    assert wires(document) == wires(chain())


def test_what_is_no_graph_cannot_be_pasted() -> None:
    with pytest.raises(GraphFileError):
        copying.paste(chain(), '{"hello": 1}', (0, 0))


def annotated() -> Document:
    """The chain in a frame, with a comment below it and a dot on its wire."""
    document, _ = annotations.add_frame(chain(), (-20, -60, 500, 240), "Join")
    document, comment = annotations.add_comment(document, (0, 200))
    document = annotations.set_comment(document, comment.index, text="why?")
    return annotations.add_dot(document, WIRE, 0, (220, 100))[0]


def test_frames_comments_and_dots_are_copied_with_the_nodes() -> None:
    nodes = ["concat_1", "standardize_1"]
    document, _ = copying.duplicate(annotated(), nodes, [Mark("frame", 0), Mark("comment", 0)])
    assert [frame.rect for frame in document.layout.frames] == [(-20, -60, 500, 240), (20, -20, 500, 240)]
    assert [comment.at for comment in document.layout.comments] == [(0, 200), (40, 240)]
    assert [(dots.source, dots.points) for dots in document.layout.dots] == [
        ("concat_1.joined", ((220, 100),)),
        ("concat_2.joined", ((260, 140),)),
    ]


def test_what_was_not_chosen_stays_behind() -> None:
    fragment = read(copying.copy(annotated(), ["concat_1"], [Mark("comment", 0)])).layout
    assert (fragment.frames, fragment.dots, len(fragment.comments)) == ((), (), 1)
