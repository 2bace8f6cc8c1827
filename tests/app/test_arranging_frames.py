"""A level with frames is laid out so that every frame holds what it held, and nothing else."""

from __future__ import annotations

from pathlib import Path

from app import annotations
from app.arranging import NODE, arrange, graph_of
from app.arranging_frames import arranged, framing_of
from app.groups import TOP
from engine.catalogue import Catalogue
from engine.document import Document, load
from tests.app.graphs import chain

PPO = Path(__file__).parents[2] / "saved_graphs" / "ppo_cartpole.json"


def around(document: Document, catalogue: Catalogue, *nodes: str) -> Document:
    """The document with a frame around these nodes."""
    heights, at = graph_of(document, catalogue).height, document.layout.nodes
    left, top = min(at[node][0] for node in nodes), min(at[node][1] for node in nodes)
    right, bottom = max(at[node][0] + NODE for node in nodes), max(at[node][1] + heights[node] for node in nodes)
    rect = (left - 20, top - 60, right - left + 40, bottom - top + 80)
    return annotations.add_frame(document, rect, "Frame")[0]


def test_without_frames_it_is_the_plain_layout(catalogue: Catalogue) -> None:
    document = load(PPO)
    assert arranged(document, catalogue).layout.nodes == arrange(document, catalogue)


def test_each_frame_holds_afterwards_what_it_held_before(catalogue: Catalogue) -> None:
    document = around(load(PPO), catalogue, "rollouts_1", "advantages_1", "gather_1")
    document = around(document, catalogue, "train_1", "broadcast_1")
    done = arranged(document, catalogue)
    before, after = framing_of(document, catalogue), framing_of(done, catalogue)
    assert before.home == after.home == {
        "rollouts_1": 0, "advantages_1": 0, "gather_1": 0, "train_1": 1, "broadcast_1": 1,
    }  # fmt: skip
    assert done.layout.nodes != document.layout.nodes


def test_frames_in_frames_stay_so_and_no_two_of_them_overlap(catalogue: Catalogue) -> None:
    document = around(load(PPO), catalogue, "rollouts_1", "advantages_1")
    document = around(document, catalogue, "rollouts_1", "advantages_1", "gather_1")
    left, top, width, _ = document.layout.frames[1].rect
    document = annotations.set_frame(document, 1, rect=(left - 40, top - 60, width + 80, 600))
    framing = framing_of(document, catalogue)
    assert framing.home[0] == 1
    again = framing_of(arranged(document, catalogue), catalogue)
    assert again.home == framing.home


def test_arranging_twice_is_arranging_once(catalogue: Catalogue) -> None:
    once = arranged(around(load(PPO), catalogue, "rollouts_1", "advantages_1", "gather_1"), catalogue)
    assert arranged(once, catalogue) == once


def test_a_comment_goes_with_its_frame_and_an_empty_frame_stays(catalogue: Catalogue) -> None:
    document, _ = annotations.add_frame(chain(), (240, -60, 240, 240), "Standardize")
    document, _ = annotations.add_frame(document, (2000, 2000, 200, 200), "Empty")
    document, mark = annotations.add_comment(document, (260, 140))
    document = annotations.set_comment(document, mark.index, text="why?")
    done = arranged(document, catalogue)
    moved = [new - old for new, old in zip(done.layout.frames[0].rect[:2], (240, -60), strict=True)]
    assert done.layout.comments[0].at == (260 + moved[0], 140 + moved[1])
    assert done.layout.frames[1].rect == (2000, 2000, 200, 200)


def test_dots_on_the_level_are_gone(catalogue: Catalogue) -> None:
    wire = ("concat_1.joined", "standardize_1.batches")
    document, _ = annotations.add_dot(chain(), wire, 0, (220, 300))
    assert arranged(document, catalogue, TOP).layout.dots == ()
