"""Every problem that a check can find: where it is, the sentence, the hint."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

import pytest

from engine import gallery
from engine.catalogue import Catalogue, find
from engine.checking import check, places, why_not_deterministic, wire_fault, wire_rule
from engine.declare import Operator, stream_in, stream_out
from engine.document import Document, Edge, Node, RunSettings, load
from engine.kinds import Anything, Batch
from engine.problems import errors_among
from tests.engine.graphs import adding, cutting, node, ppo, removing, wiring

STOP = RunSettings(stop={"env_steps": 1000})
PPO_ENDS = "broadcast_1.passed → report_1.items"

SENTENCES: dict[str, tuple[Callable[[Document], Document], str]] = {
    "unknown operator": (
        lambda graph: adding(graph, node("TrainOneStp", "train_2")),
        "train_2.type: there is no operator 'TrainOneStp' (did you mean TrainOneStep?)",
    ),
    "operator like no other": (
        lambda graph: adding(graph, node("Zzz", "a")),
        "a.type: there is no operator 'Zzz' (it may need a newer version of RL Flow Studio)",
    ),
    "unknown parameter": (
        lambda graph: graph.with_param("train_1", "epoch", 4),
        "train_1.epoch: Train One Step has no parameter 'epoch' (did you mean epochs?)",
    ),
    "parameter like no other": (
        lambda graph: graph.with_param("train_1", "zzz", 4),
        "train_1.zzz: Train One Step has no parameter 'zzz' (take it out)",
    ),
    "value out of range": (
        lambda graph: graph.with_param("train_1", "epochs", 0),
        "train_1.epochs: epochs must be at least 1, not 0 (the default is 4)",
    ),
    "value of another type": (
        lambda graph: graph.with_param("policy_1", "hidden", "64"),
        'policy_1.hidden: hidden must be a list of whole numbers, not "64" (the default is [64, 64])',
    ),
    "unknown output": (
        lambda graph: wiring(graph, "train_1.result → report_1.items"),
        "train_1.result: Train One Step has no output 'result' (did you mean results?)",
    ),
    "unknown input": (
        lambda graph: wiring(graph, "policy_1.policy → gather_1.zzz"),
        "gather_1.zzz: Gather Sync has no input 'zzz' (remove the wire)",
    ),
    "wire from an input": (
        lambda graph: wiring(graph, "train_1.batches → report_1.items"),
        "train_1.batches: 'batches' of Train One Step is not an output (a wire runs from an output to an input)",
    ),
    "wire into an output": (
        lambda graph: wiring(graph, "train_1.results → concat_1.joined"),
        "concat_1.joined: 'joined' of Concat Batches is not an input (a wire runs from an output to an input)",
    ),
    "stream kinds that do not match": (
        lambda graph: wiring(
            cutting(graph, "standardize_1.standardized → train_1.batches"), "train_1.results → standardize_1.batches"
        ),
        "standardize_1.batches: Standardize Fields takes a batch here; this is a train result "
        "(wires join ports of the same shape and colour)",
    ),
    "handle kinds that do not match, with the port that fits": (
        lambda graph: wiring(
            cutting(graph, "environment_1.environment → rollouts_1.environment"),
            "policy_1.policy → rollouts_1.environment",
        ),
        "rollouts_1.environment: Rollouts takes an environment here; this is a policy (connect it to 'policy')",
    ),
    "handle into a stream": (
        lambda graph: wiring(cutting(graph, PPO_ENDS), "policy_1.policy → report_1.items"),
        "report_1.items: Report Metrics takes a stream here; this is a policy "
        "(wires join ports of the same shape and colour)",
    ),
    "kinds seen through an operator that passes anything on": (
        lambda graph: wiring(
            adding(removing(graph, "standardize_1"), node("Filter", "filter_1", quantity="kl")),
            "train_1.results → filter_1.items",
            "filter_1.passed → train_1.batches",
        ),
        "train_1.batches: Train One Step takes a batch here; this is a train result "
        "(wires join ports of the same shape and colour)",
    ),
    "two streams into one input": (
        lambda graph: wiring(graph, "train_1.results → report_1.items"),
        "report_1.items: Report Metrics takes one wire here, not 2 (insert Union to merge them)",
    ),
    "two handles into one input": (
        lambda graph: wiring(adding(graph, node("PPOPolicy", "policy_2")), "policy_2.policy → train_1.policy"),
        "train_1.policy: Train One Step takes one wire here, not 2 (remove the others)",
    ),
    "two wires from a local stream": (
        lambda graph: wiring(graph, "train_1.results → report_1.items"),
        "train_1.results: Train One Step gives one wire here, not 2 (insert Duplicate)",
    ),
    "two wires from a parallel stream": (
        lambda graph: wiring(adding(graph, node("GatherSync", "gather_2")), "rollouts_1.experiences → gather_2.shards"),
        "rollouts_1.experiences: Rollouts gives one wire here, not 2 "
        "(insert Gather Sync or Gather Async, then Duplicate)",
    ),
    "parallel stream where a local one is needed": (
        lambda graph: wiring(removing(graph, "gather_1", "concat_1"), "advantages_1.estimated → train_1.batches"),
        "train_1.batches: Train One Step takes a local stream here; this one is parallel, on the actors "
        "(insert Gather Sync or Gather Async)",
    ),
    "local stream where a parallel one is needed": (
        lambda graph: wiring(adding(graph, node("GatherAsync", "gather_2")), "gather_1.items → gather_2.shards"),
        "gather_2.shards: Gather Async takes a parallel stream here; this one is local, on the driver "
        "(connect a stream that was not gathered yet)",
    ),
    "required stream not connected": (
        lambda graph: removing(graph, "standardize_1"),
        "train_1.batches: Train One Step needs 'batches': train batches (connect a batch)",
    ),
    "required handle not connected": (
        lambda graph: cutting(graph, "policy_1.policy → train_1.policy"),
        "train_1.policy: Train One Step needs 'policy': what to train (connect policy_1.policy)",
    ),
    "required handle that the graph does not have": (
        lambda graph: removing(graph, "policy_1"),
        "train_1.policy: Train One Step needs 'policy': what to train (connect a policy)",
    ),
    "stream that nobody pulls": (
        lambda graph: removing(graph, "report_1"),
        "broadcast_1.passed: nobody pulls 'passed' of Broadcast Weights (connect it to Report Metrics)",
    ),
    "loop of streams": (
        lambda graph: wiring(removing(graph, "gather_1", "train_1"), "standardize_1.standardized → concat_1.batches"),
        "concat_1.batches: this wire closes a loop: concat_1 → standardize_1 → concat_1 "
        "(remove a wire of the loop; weights go back through handles)",
    ),
    "loop of one": (
        lambda graph: wiring(adding(graph, node("Filter", "a")), "a.passed → a.items"),
        "a.items: this wire closes a loop: a → a (remove a wire of the loop; weights go back through handles)",
    ),
    "environment that is not registered": (
        lambda graph: graph.with_param("environment_1", "id", "CartPole-v9"),
        'environment_1.id: no environment "CartPole-v9" is registered (did you mean CartPole-v1?)',
    ),
    "environment that would import a module": (
        lambda graph: graph.with_param("environment_1", "id", "evil:CartPole-v1"),
        'environment_1.id: the environment id "evil:CartPole-v1" names a module to import, which a graph may not '
        "(use a registered id)",
    ),
    "environment that makes others": (
        lambda graph: graph.with_param("environment_1", "id", "GymV26Environment-v0"),
        'environment_1.id: the environment "GymV26Environment-v0" would make any other, also one that imports a module '
        "(name that one here)",
    ),
    "keyword argument that is not the environment's": (
        lambda graph: graph.with_param("environment_1", "kwargs", {"id": "os:x"}),
        "environment_1.kwargs: 'id' is no keyword argument of an environment (take it out)",
    ),
    "minibatch larger than the batch that workers and Concat Batches make": (
        lambda graph: graph.with_param("train_1", "minibatch", 4096),
        "train_1.minibatch: minibatch 4096 is larger than the batches that come, of 2048 rows (try 2048 or less)",
    ),
    "weights that nobody sends": (
        lambda graph: wiring(removing(graph, "broadcast_1"), "train_1.results → report_1.items"),
        "rollouts_1.actors: the workers act on the first weights for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "handle that nobody uses": (
        lambda graph: adding(graph, node("Environment", "environment_2")),
        "environment_2.environment: nobody uses 'environment' of Environment (connect it or remove the node)",
    ),
    "nothing but handles": (
        lambda graph: adding(Document(run=STOP), node("Environment", "environment_1")),
        "nothing runs: the graph has no stream (add Rollouts, Gather Sync and Report Metrics)",
    ),
    "empty graph": (
        lambda graph: Document(),
        "the graph is empty (drag an operator from the palette)",
    ),
    "unknown stop condition": (
        lambda graph: graph.replace(run=RunSettings(stop={"env_step": 1000})),
        "run.stop.env_step: a run cannot stop at 'env_step' (did you mean env_steps?)",
    ),
    "stop before the start": (
        lambda graph: graph.replace(run=RunSettings(stop={"updates": 0})),
        "run.stop.updates: updates must be more than 0, not 0 (a run needs some steps to stop after)",
    ),
    "no stop condition": (
        lambda graph: graph.replace(run=RunSettings()),
        "run.stop: the run has no stop condition, so it goes on until you stop it (set env_steps)",
    ),
    "graph of a newer version": (
        lambda graph: graph.replace(version="2.0"),
        "version: a newer version made this graph (2.0; this one knows 1.1) (update RL Flow Studio)",
    ),
}
WARNINGS = {
    "minibatch larger than the batch that workers and Concat Batches make",
    "weights that nobody sends",
    "handle that nobody uses",
    "no stop condition",
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_problem_is_told_with_place_sentence_and_hint(case: str) -> None:
    edit, sentence = SENTENCES[case]
    found = {str(problem): problem.severity for problem in check(edit(ppo()))}
    assert sentence in found
    assert found[sentence] == ("warning" if case in WARNINGS else "error")


def test_the_saved_graph_has_no_problem() -> None:
    assert check(ppo()) == ()


def ddppo(**other: str) -> Document:
    """The saved DD-PPO graph, with nodes of other types."""
    graph = load(gallery.path("ddppo_cartpole"))
    nodes = (item.model_copy(update={"type": other.get(item.id, item.type)}) for item in graph.nodes)
    return graph.replace(nodes=tuple(nodes))


def test_workers_that_learn_in_step_need_no_broadcast() -> None:
    assert check(ddppo()) == ()


def test_workers_that_learn_in_step_are_gathered_in_rounds() -> None:
    assert [str(problem) for problem in check(ddppo(gather_1="GatherAsync"))] == [
        "allreduce_1.results: its workers go forward together, and gather_1 lets each run ahead by itself "
        "(gather them with Gather Sync)"
    ]


def test_what_workers_learn_in_step_should_come_back_to_the_driver() -> None:
    graph = wiring(removing(ddppo(), "fetch_1"), "gather_1.items → report_1.items")
    (problem,) = check(graph)
    assert (str(problem.where), problem.severity) == ("allreduce_1.results", "warning")
    assert "Fetch Weights" in problem.hint


def test_all_problems_come_at_once_and_all_have_hints() -> None:
    problems = check(adding(Document(run=STOP), node("TrainOneStep", "train_1", epochs=0, epoch=1)))
    assert [str(problem.where) for problem in problems] == [
        "train_1.epochs",
        "train_1.epoch",
        "train_1.batches",
        "train_1.policy",
        "train_1.results",
    ]
    assert all(problem.hint for problem in problems)


def test_nothing_is_held_against_the_wires_of_an_unknown_operator() -> None:
    graph = wiring(
        adding(removing(ppo(), "concat_1"), node("FromTheFuture", "future_1")),
        "gather_1.items → future_1.a",
        "future_1.b → standardize_1.batches",
    )
    assert [str(problem.where) for problem in check(graph)] == ["future_1.type"]


def test_environment_ids_are_not_looked_up_where_the_registry_is_not_known_yet() -> None:
    graph = ppo().with_param("environment_1", "id", "Mine-v0")
    assert check(graph, environments=()) == ()
    assert check(graph, environments=("Mine-v0",)) == ()
    assert errors_among(check(graph, environments=("CartPole-v1",)))


def test_streams_are_parallel_up_to_the_gather() -> None:
    found = places(ppo(), find())
    assert [ref for ref, place in found.items() if place == "parallel"] == [
        "rollouts_1.experiences",
        "advantages_1.estimated",
    ]
    assert found["gather_1.items"] == found["train_1.results"] == found["broadcast_1.passed"] == "local"
    assert places(adding(Document(), node("Filter", "a")), find()) == {"a.passed": "local"}


def test_a_synchronous_graph_is_deterministic_and_an_asynchronous_one_says_why_not() -> None:
    assert why_not_deterministic(ppo(), find()) == ""
    asynchronous = wiring(
        adding(removing(ppo(), "gather_1"), node("GatherAsync", "gather_1"), node("Union", "union_1", mode="async")),
        "advantages_1.estimated → gather_1.shards",
        "gather_1.items → concat_1.batches",
    )
    assert why_not_deterministic(asynchronous, find()) == (
        "gather_1 takes items in the order in which the actors finish; "
        "union_1 takes items from whichever branch is ready"
    )


WIRES = {
    "train_1.results → concat_1.batches": "Concat Batches takes a batch here; this is a train result "
    "(wires join ports of the same shape and colour)",
    "broadcast_1.passed → report_1.items": "this wire is there already",
    "train_1.results → report_1.items": "Report Metrics takes one wire here, not 2 (insert Union to merge them)",
    "train_1.results → filter_1.items": "Train One Step gives one wire here, not 2 (insert Duplicate)",
    "filter_2.passed → filter_2.items": "Filter takes one wire here, not 2 (insert Union to merge them)",
    "filter_2.passed → filter_1.items": "this wire would close a loop",
    "filter_1.items → filter_1.passed": "'items' of Filter is not an output (a wire runs from an output to an input)",
    "filter_2.passed → nowhere.items": "there is no node 'nowhere' (add it first)",
    "filter_2.passed → gather_2.shards": None,  # nothing is known yet about what the filter passes on, or where
    "policy_1.policy → evaluate_1.policy": None,  # any number of wires leave a handle
    "environment_1.environment → evaluate_1.policy": "Evaluate takes a policy here; this is an environment "
    "(connect it to 'environment')",
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_wire_is_judged_while_it_is_dragged(wire: str) -> None:
    loose = [node("Filter", "filter_1"), node("Filter", "filter_2"), node("GatherSync", "gather_2")]
    graph = wiring(adding(ppo(), *loose, node("Evaluate", "evaluate_1")), "filter_1.passed → filter_2.items")
    source, target = wire.split(" → ")
    assert wire_fault(graph, find(), source, target) == WIRES[wire]


def test_a_wire_that_may_be_drawn_brings_no_error_of_its_own() -> None:
    catalogue = find()
    graph = adding(ppo(), *(node(type_id, f"new_{type_id}") for type_id in catalogue.operators))
    rule, before = wire_rule(graph, catalogue), set(errors_among(check(graph, catalogue)))
    outputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.outputs]
    inputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.inputs]
    drawable = [(source, target) for source in outputs for target in inputs if rule(source, target) is None]
    assert len(drawable) > 50
    for source, target in drawable:
        after = errors_among(check(wiring(graph, f"{source} → {target}"), catalogue))
        assert not {problem for problem in after if str(problem.where) == target} - before


class Both(Operator):
    """Take two streams, each on the driver or the actors."""

    section: ClassVar[str] = "Flow"
    left = stream_in(Anything, "one")
    right = stream_in(Anything, "other")
    out = stream_out(Batch, "what comes of them")


def test_a_node_runs_in_one_place_only() -> None:
    catalogue = Catalogue({**find().operators, "Both": Both})
    graph = wiring(
        adding(Document(run=STOP), *(node(type_id, type_id) for type_id in ("Rollouts", "Evaluate", "Both"))),
        "Rollouts.experiences → Both.left",
        "Evaluate.passed → Both.right",
    )
    assert (
        "Both.left: Both takes this stream from the actors and another from the driver "
        "(insert Gather Sync or Gather Async)"
    ) in [str(problem) for problem in check(graph, catalogue)]


def chain(length: int, **params: str) -> Document:
    """Filters in a row."""
    nodes = tuple(node("Filter", f"filter_{index}", **params) for index in range(length))
    edges = (Edge(source=f"filter_{i}.passed", target=f"filter_{i + 1}.items") for i in range(length - 1))
    return Document(nodes=nodes, edges=tuple(edges), run=STOP)


def test_a_thousand_nodes_are_checked_in_half_a_second() -> None:
    graph, catalogue = chain(1000, quantty="reward"), find()
    start = time.process_time()
    problems = check(graph, catalogue)
    assert time.process_time() - start < 0.5
    assert len(problems) == 1000 + 1
    assert str(problems[-1]) == "there are more than 1000 problems (mend some of these first)"


def test_an_error_after_a_thousand_warnings_is_not_lost() -> None:
    handles = (node("Environment", f"environment_{index}") for index in range(1001))
    graph = adding(Document(run=STOP), *handles, node("Filter", "filter_1"))
    assert "needs 'items'" not in str(check(graph)[:-1])
    assert [problem.what for problem in errors_among(check(graph))] == ["there are more than 1000 problems"]


def test_a_wire_among_fifty_nodes_is_judged_in_a_millisecond() -> None:
    graph, catalogue = chain(50), find()
    seconds = []
    for _ in range(20):
        start = time.process_time()
        assert wire_fault(graph, catalogue, "filter_49.passed", "filter_0.items") == "this wire would close a loop"
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1e-3


def test_a_loop_of_thousands_is_found_in_linear_time_and_told_in_one_line() -> None:
    graph = chain(5000)
    ring = graph.replace(edges=(*graph.edges, Edge(source="filter_4999.passed", target="filter_0.items")))
    start = time.process_time()
    loops = [problem.what for problem in check(ring) if "loop" in problem.what]
    assert time.process_time() - start < 2
    assert loops == ["this wire closes a loop: filter_0 → filter_1 → filter_2 → filter_3 → filter_4 → filter_5 → …"]


def test_every_pair_of_a_dense_graph_is_walked_once() -> None:
    """As many wires as a file may hold, each way between a hundred nodes."""
    nodes = tuple(Node(id=f"n{index}", type="Unknown") for index in range(100))
    edges = tuple(Edge(source=f"n{i}.a", target=f"n{j}.b") for i in range(100) for j in range(100))
    start = time.process_time()
    check(Document(nodes=nodes, edges=edges, run=STOP))
    assert time.process_time() - start < 2
