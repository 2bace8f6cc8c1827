"""Bypassed nodes: where their streams go, why some cannot be, and that checks, runs, scripts and diffs agree on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bypassing import as_run, fault, stand_ins
from engine.catalogue import find
from engine.checking import check
from engine.comparing import differences
from engine.document import Document, Layout, load, save
from engine.problems import errors_among
from engine.scripting import script
from tests.engine.graphs import adding, cutting, dqn, node, ppo, wiring
from tests.engine.test_scripting import made_by, told
from tests.engine.test_session import ppo as small_ppo
from tests.engine.test_session import run

CATALOGUE = find()


def bypassing(graph: Document, *nodes: str) -> Document:
    changed = [one.model_copy(update={"bypassed": one.id in nodes}) for one in graph.nodes]
    return graph.replace(nodes=tuple(changed))


def wires(graph: Document) -> set[str]:
    return {f"{edge.source} → {edge.target}" for edge in graph.edges}


def test_the_stream_that_enters_goes_to_whom_the_stream_that_leaves_went() -> None:
    running = as_run(bypassing(ppo(), "standardize_1"), CATALOGUE)
    assert "standardize_1" not in {one.id for one in running.nodes}
    assert wires(running) - wires(ppo()) == {"concat_1.joined → train_1.batches"}


def test_of_several_in_a_row_the_first_ones_giver_counts() -> None:
    running = as_run(bypassing(ppo(), "concat_1", "standardize_1"), CATALOGUE)
    assert wires(running) - wires(ppo()) == {"gather_1.items → train_1.batches"}


def test_handles_that_a_bypassed_node_takes_are_not_taken() -> None:
    running = as_run(bypassing(ppo(), "broadcast_1"), CATALOGUE)
    assert wires(running) - wires(ppo()) == {"train_1.results → report_1.items"}
    assert not any("broadcast_1" in wire for wire in wires(running))


def test_the_wires_beside_bypassed_nodes_stand_for_the_one_that_runs() -> None:
    graph = bypassing(ppo(), "concat_1", "standardize_1")
    one = ("gather_1.items", "train_1.batches")
    assert stand_ins(graph, CATALOGUE) == {
        ("gather_1.items", "concat_1.batches"): one,
        ("concat_1.joined", "standardize_1.batches"): one,
        ("standardize_1.standardized", "train_1.batches"): one,
    }
    assert stand_ins(ppo(), CATALOGUE) == {}


def test_a_graph_without_bypassed_nodes_runs_as_it_is() -> None:
    graph = ppo()
    assert as_run(graph, CATALOGUE) is graph


@pytest.mark.parametrize(
    ("graph", "of", "reason"),
    [
        (ppo(), "rollouts_1", "Rollouts cannot be bypassed: it takes no stream"),
        (ppo(), "policy_1", "PPO Policy cannot be bypassed: it takes no stream"),
        (ppo(), "report_1", "Report Metrics cannot be bypassed: it gives no stream"),
        (ppo(), "train_1", "Train One Step cannot be bypassed: it takes a batch and gives a train result"),
        (ppo(), "gather_1", "Gather Sync cannot be bypassed: it takes a parallel stream and gives a local one"),
        (dqn(), "union_1", "Union cannot be bypassed: it takes 'driven' too"),
        (adding(ppo(), node("Nonsense", "odd_1")), "odd_1",
         "odd_1 cannot be bypassed: nothing is known of this operator here"),
    ],
)  # fmt: skip
def test_why_a_node_cannot_be_bypassed_is_told_in_words(graph: Document, of: str, reason: str) -> None:
    assert fault(graph, CATALOGUE, of) == reason
    bypassed = bypassing(graph, of)
    assert as_run(bypassed, CATALOGUE).nodes == bypassed.nodes
    assert f"{of}.bypassed: {reason} (switch it on again, or take it out)" in map(str, check(bypassed))


def test_a_union_of_two_streams_and_a_duplicate_of_two_cannot_be_bypassed() -> None:
    graph = adding(Document(), *(node("EveryN", f"every_{n}") for n in (1, 2)), node("Union", "union_1"),
                   node("Duplicate", "duplicate_1"))  # fmt: skip
    graph = wiring(
        graph,
        "duplicate_1.copies → every_1.items",
        "duplicate_1.copies → every_2.items",
        "every_1.passed → union_1.items",
        "every_2.passed → union_1.items",
    )
    assert fault(graph, CATALOGUE, "union_1") == "Union cannot be bypassed: it merges 2 streams"
    assert fault(graph, CATALOGUE, "duplicate_1") == "Duplicate cannot be bypassed: it gives its stream to 2 others"
    both = bypassing(graph, "every_1", "every_2")
    sentence = "with the nodes between them bypassed, two wires run from duplicate_1.copies to union_1.items"
    assert sentence in [problem.what for problem in check(both)]
    assert len(as_run(both, CATALOGUE).edges) == 1


def test_checks_look_at_the_graph_that_runs() -> None:
    unwired = cutting(ppo(), "gather_1.items → concat_1.batches")
    told_of = {problem.where.node for problem in errors_among(check(bypassing(unwired, "concat_1", "standardize_1")))}
    assert told_of == {"gather_1", "train_1"}
    assert not errors_among(check(bypassing(ppo(), "standardize_1")))


def test_a_mend_of_the_wires_is_not_offered_while_wires_lead_around_nodes() -> None:
    sampled = wiring(cutting(ppo(), "gather_1.items → concat_1.batches", "advantages_1.estimated → gather_1.shards"),
                     "advantages_1.estimated → concat_1.batches")  # fmt: skip
    assert any(problem.fix and problem.fix.adds == "GatherSync" for problem in check(sampled))
    assert not any(problem.fix and problem.fix.draws for problem in check(bypassing(sampled, "concat_1")))


def test_a_run_leaves_bypassed_nodes_out(tmp_path: Path) -> None:
    graph = bypassing(small_ppo(), "standardize_1", "concat_1")
    ended, events = run(graph, tmp_path / "run", stop={"env_steps": 128})
    assert ended.status == "finished"
    ready = {event.node for event in events if type(event).__name__ == "NodeState"}
    assert "train_1" in ready
    assert not {"standardize_1", "concat_1"} & ready


def test_the_file_and_the_script_keep_it_and_the_diff_tells_it(tmp_path: Path) -> None:
    graph = bypassing(ppo(), "standardize_1")
    save(graph, tmp_path / "graph.json")
    assert load(tmp_path / "graph.json") == graph
    text = script(graph, CATALOGUE)
    assert '.standardize(["advantage"], bypassed=True)' in text
    assert made_by(text) == told(graph)
    assert [str(one) for one in differences(ppo(), graph, CATALOGUE)] == ["standardize_1 is bypassed"]
    assert [str(one) for one in differences(graph, ppo(), CATALOGUE)] == ["standardize_1 is bypassed no longer"]


def test_bypassed_nodes_in_a_ring_lead_nowhere() -> None:
    ring = wiring(
        adding(Document(layout=Layout()), node("EveryN", "every_1"), node("EveryN", "every_2")),
        "every_1.passed → every_2.items",
        "every_2.passed → every_1.items",
    )
    assert as_run(bypassing(ring, "every_1", "every_2"), CATALOGUE).edges == ()
    assert stand_ins(bypassing(ring, "every_1", "every_2"), CATALOGUE) == {}
