"""Nodes that are pulled out leave the streams that passed through them closed up, and keep their handles."""

from __future__ import annotations

from app import edits
from app.healing import pull_out
from engine.catalogue import Catalogue
from tests.app.graphs import chain, wires
from tests.engine.graphs import ppo


def test_what_came_before_a_node_goes_to_what_came_after_it(catalogue: Catalogue) -> None:
    before = wires(ppo())
    pulled = wires(pull_out(ppo(), catalogue, ["standardize_1"]))
    assert pulled - before == {("concat_1.joined", "train_1.batches")}
    assert before - pulled == {
        ("concat_1.joined", "standardize_1.batches"),
        ("standardize_1.standardized", "train_1.batches"),
    }


def test_several_nodes_in_a_row_close_up_as_one_and_stay_wired_among_themselves(catalogue: Catalogue) -> None:
    pulled = wires(pull_out(ppo(), catalogue, ["concat_1", "standardize_1"]))
    assert ("gather_1.items", "train_1.batches") in pulled
    assert ("concat_1.joined", "standardize_1.batches") in pulled


def test_what_would_not_fit_is_left_open(catalogue: Catalogue) -> None:
    pulled = wires(pull_out(ppo(), catalogue, ["gather_1", "concat_1", "standardize_1"]))
    assert not [wire for wire in pulled if wire[1] == "train_1.batches"], "Train One Step takes no parallel stream"


def test_handles_stay(catalogue: Catalogue) -> None:
    pulled = wires(pull_out(ppo(), catalogue, ["train_1"]))
    assert [wire for wire in pulled if wire[1].startswith("train_1.")] == [("policy_1.policy", "train_1.policy")]


def test_a_node_at_the_end_leaves_nothing_to_close(catalogue: Catalogue) -> None:
    assert wires(pull_out(chain(), catalogue, ["standardize_1"])) == set()
    loose = edits.disconnect(chain(), wires(chain()))
    assert pull_out(loose, catalogue, ["concat_1"]) == loose
