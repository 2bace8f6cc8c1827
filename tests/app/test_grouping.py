"""Groups are made, taken apart, copied and deleted; whatever happens to them, nodes and wires stay as they are."""

from __future__ import annotations

import random

import pytest

from app import copying, edits, grouping
from app.groups import TOP, Groups
from app.layouts import Mark
from engine.catalogue import Catalogue
from engine.document import Document, Layout, read, write
from engine.layout import Comment, Frame, Group
from tests.engine.graphs import dqn, ppo

LEARNER = ("concat_1", "standardize_1", "train_1")


@pytest.fixture
def grouped() -> Document:
    """PPO with its learner drawn as one."""
    return grouping.group(ppo(), LEARNER, title="Learner")[0]


def test_things_drawn_as_one_stand_where_their_upper_left_corner_was(grouped: Document) -> None:
    places = ppo().layout.nodes
    (made,) = grouped.layout.groups
    assert (made.id, made.title, made.nodes) == ("group_1", "Learner", LEARNER)
    assert made.at == (min(places[node][0] for node in LEARNER), min(places[node][1] for node in LEARNER))


def test_marked_frames_and_comments_stand_inside_the_group() -> None:
    frames = (Frame(rect=(0, 0, 200, 200)), Frame(rect=(400, 0, 200, 200)))
    framed = ppo().replace(layout=ppo().layout.changed(frames=frames))
    document, made = grouping.group(framed, LEARNER, [Mark("frame", 1)])
    assert [frame.group for frame in document.layout.frames] == [TOP, made]


def test_groups_nest_and_the_inner_one_goes_back_where_it_was(grouped: Document) -> None:
    document, outer = grouping.group(grouped, ["group_1", "gather_1"], title="All")
    assert Groups(document.layout).path("group_1") == (outer, "group_1")
    document, freed = grouping.ungroup(document, outer)
    assert set(freed) == {"group_1", "gather_1"}
    assert document == grouped


def test_taken_apart_a_group_leaves_its_things_where_it_stands(grouped: Document) -> None:
    at = grouped.layout.groups[0].at
    note = Comment(text="Why 8 epochs?", at=(at[0], at[1] - 100), group="group_1")
    noted = grouped.replace(layout=grouped.layout.changed(comments=(note,)))
    moved = edits.move_nodes(noted, {"group_1": (at[0] + 200, at[1] + 400)})
    document, freed = grouping.ungroup(moved, "group_1")
    assert freed == LEARNER
    assert document.layout.groups == ()
    x, y = ppo().layout.nodes["train_1"]
    assert document.layout.nodes["train_1"] == (x + 200, y + 400)
    assert document.layout.comments == (note.changed(at=(at[0] + 200, at[1] + 300), group=TOP),)


def test_a_group_has_a_title_that_can_change(grouped: Document) -> None:
    assert grouping.rename_group(grouped, "group_1", "Learning").layout.groups[0].title == "Learning"


def test_with_a_group_all_in_it_is_deleted(grouped: Document) -> None:
    document = edits.remove_nodes(grouped, ["group_1"])
    assert document == edits.remove_nodes(ppo(), LEARNER)


def test_a_group_whose_last_node_is_deleted_is_gone(grouped: Document) -> None:
    assert edits.remove_nodes(grouped, LEARNER[:2]).layout.groups[0].nodes == ("train_1",)
    assert edits.remove_nodes(grouped, LEARNER).layout.groups == ()


def test_what_is_added_inside_a_group_is_in_it(grouped: Document, catalogue: Catalogue) -> None:
    spec = catalogue.spec("Filter")
    assert spec is not None
    document, new = edits.add_node(grouped, spec, (0, 0), "group_1")
    assert document.layout.groups[0].nodes == (*LEARNER, new)


def test_a_renamed_node_stays_in_its_group(grouped: Document) -> None:
    assert edits.rename_node(grouped, "train_1", "learn").layout.groups[0].nodes == (*LEARNER[:2], "learn")


def test_a_copy_of_a_group_has_all_in_it_under_new_names(grouped: Document) -> None:
    nested, outer = grouping.group(grouped, ["group_1", "gather_1"], title="All")
    document, new = copying.duplicate(nested, [outer])
    assert new == ("group_4",)
    groups = Groups(document.layout)
    assert groups.nodes_in(new) == ("gather_2", "concat_2", "standardize_2", "train_2")
    assert groups.path("group_3") == ("group_4", "group_3")
    assert groups.by_id["group_3"].title == "Learner"
    x, y = groups.by_id[outer].at
    assert groups.by_id["group_4"].at == (x + 40, y + 40)
    assert document.layout.nodes["train_2"] == nested.layout.nodes["train_1"]


def test_a_copy_of_what_is_inside_can_be_put_into_another_group(grouped: Document) -> None:
    framed = grouped.replace(layout=grouped.layout.changed(frames=(Frame(rect=(0, 0, 200, 200), group="group_1"),)))
    text = copying.copy(framed, ["train_1"], [Mark("frame", 0)])
    assert read(text).layout.frames[0].group == TOP
    document, new = copying.paste(framed, text, (0, 0), "group_1")
    assert document.layout.groups[0].nodes == (*LEARNER, *new)
    assert [frame.group for frame in document.layout.frames] == ["group_1", "group_1"]


def test_groups_are_saved_without_loss(grouped: Document) -> None:
    nested, _ = grouping.group(grouped, ["group_1", "gather_1"], title="All")
    assert read(write(nested)) == nested


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_of_groups_change_no_node_and_no_wire(seed: int) -> None:
    chance, start = random.Random(seed), dqn() if seed % 2 else ppo()
    document = start
    for _ in range(30):
        document = randomly_grouped(document, chance)
        assert (document.nodes, document.edges, document.run) == (start.nodes, start.edges, start.run)
        groups = Groups(document.layout)
        assert all(groups.nodes_in([group]) for group in groups.by_id)
        shown = {groups.shown_as(node.id, TOP) for node in document.nodes}
        assert shown == set(groups.on(TOP, document))
    for group in document.layout.groups:
        document, _ = grouping.ungroup(document, group.id)
    assert document.replace(layout=Layout()) == start.replace(layout=Layout())


def randomly_grouped(document: Document, chance: random.Random) -> Document:
    """Group, take apart, rename or move something."""
    groups = document.layout.groups
    deed = chance.choice(["group", "group", "ungroup", "rename", "move"]) if groups else "group"
    one: Group | None = chance.choice(groups) if groups else None
    if deed == "group" or one is None:
        level = chance.choice([TOP, *(group.id for group in groups)])
        things = Groups(document.layout).on(level, document)
        return grouping.group(document, chance.sample(things, chance.randint(1, len(things))))[0]
    if deed == "ungroup":
        return grouping.ungroup(document, one.id)[0]
    if deed == "rename":
        return grouping.rename_group(document, one.id, chance.choice(["", "Learner", "Ärger"]))
    return edits.move_nodes(document, {one.id: (chance.randint(-500, 500), chance.randint(-500, 500))})
