"""A wire replaces the one at a port that takes one; else checking's rules hold, and tell what fits a loose end."""

from __future__ import annotations

from app import edits
from app.wire_rule import WireRule, connect_new, fits
from engine.catalogue import Catalogue
from tests.app.graphs import chain, wires


def test_an_occupied_input_may_be_wired_anew(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("ConcatBatches"), (0, 200))
    assert WireRule(document, catalogue)("concat_2.joined", "standardize_1.batches") is None


def test_the_wire_of_an_output_that_gives_one_may_be_taken_elsewhere(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("StandardizeFields"), (0, 200))
    assert WireRule(document, catalogue)("concat_1.joined", "standardize_2.batches") is None
    document = edits.connect(document, catalogue, "concat_1.joined", "standardize_2.batches")
    assert wires(document) == {("concat_1.joined", "standardize_2.batches")}


def test_a_wrong_kind_is_refused_with_a_reason(catalogue: Catalogue) -> None:
    document, _ = edits.add_node(chain(), catalogue.spec("PPOPolicy"), (0, 200))
    assert WireRule(document, catalogue)("policy_1.policy", "concat_1.batches")


def test_a_wire_that_is_there_and_one_that_closes_a_loop_are_refused(catalogue: Catalogue) -> None:
    rule = WireRule(chain(), catalogue)
    assert rule("concat_1.joined", "standardize_1.batches") == "this wire is there already"
    assert rule("standardize_1.standardized", "concat_1.batches") == "this wire would close a loop"


def test_a_parallel_stream_fits_gathers_and_not_the_learner(catalogue: Catalogue) -> None:
    document, node = edits.add_node(chain(), catalogue.spec("Rollouts"), (0, 200))
    titles = {fit.spec.title for fit in fits(document, catalogue, f"{node}.experiences")}
    assert {"Gather Sync", "Gather Async", "Compute Advantages"} <= titles
    assert "Train One Step" not in titles


def test_a_new_node_is_wired_whichever_way_the_wire_was_dragged(catalogue: Catalogue) -> None:
    document, node = edits.add_node(chain(), catalogue.spec("TrainOneStep"), (0, 200))
    fit = next(fit for fit in fits(document, catalogue, f"{node}.policy") if fit.spec.type == "PPOPolicy")
    document, policy = edits.add_node(document, fit.spec, (0, 400))
    document = connect_new(document, catalogue, policy, fit, f"{node}.policy")
    assert ("policy_1.policy", "train_1.policy") in wires(document)
