"""The graph without the window: functions and methods made of declarations, refusals at the call, runs."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import fluent
from engine.catalogue import find
from engine.checking import check
from engine.document import load
from engine.events import Event, RunEnded
from engine.fluent import Environment, Flow, Graph, PPOPolicy, Rollouts, Stream
from engine.problems import FlowError
from engine.vocabulary import words
from tests.engine.graphs import ppo as saved_ppo

WORDS = words(find())


def sampled(**params: Any) -> tuple[Any, Any]:
    """A policy and rollouts of it."""
    environment = Environment("CartPole-v1")
    policy = PPOPolicy(environment)
    return policy, Rollouts(environment, policy, **params)


def graph() -> Graph:
    """A small graph that runs in this process."""
    policy, rollouts = sampled(workers=0, environments_per_worker=2, fragment_length=16)
    learned = rollouts.advantages().gather_sync().concat(32).train(policy, epochs=1, minibatch=32)
    ended: Graph = learned.broadcast(policy, rollouts.actors).report()
    return ended


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(FlowError) as caught:
        call()
    return str(caught.value)


# --- what there is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS.values(), ids=lambda word: word.name)
def test_every_operator_is_a_function_or_a_method_with_a_signature_and_its_page(word: Any) -> None:
    made = getattr(fluent if word.entry is None else Stream, word.name)
    slots = inspect.signature(made).parameters
    expected = {port.name for port in word.inputs} | {param.name for param in word.spec.params} | {"node", "bypassed"}
    assert expected <= slots.keys()
    assert made.__doc__.startswith(word.spec.help)
    assert all(f"    {name}: " in made.__doc__ for name in expected)


def test_completion_offers_functions_methods_and_further_outputs() -> None:
    policy, rollouts = sampled()
    assert {"Environment", "PPOPolicy", "Rollouts", "Graph"} <= set(dir(fluent))
    assert {"actors", "advantages", "gather_sync", "gather_async"} <= set(dir(rollouts))
    assert [name for name in dir(policy) if not name.startswith("_")] == []


def test_no_output_hides_behind_a_method() -> None:
    further = {port.name for spec in find().specs for port in spec.outputs[1:]}
    assert further.isdisjoint(dir(Stream))


def test_names_that_there_are_not_are_answered_with_those_probably_meant() -> None:
    _, rollouts = sampled()
    with pytest.raises(AttributeError, match=r"has no 'concatt' \(did you mean concat\?\)"):
        rollouts.concatt(5)
    with pytest.raises(AttributeError, match=r"has no 'Rollout' \(did you mean Rollouts\?\)"):
        _ = fluent.Rollout


# --- the document ---------------------------------------------------------------------------------------------------


def test_the_example_of_the_module_is_the_saved_graph() -> None:
    code = textwrap.dedent(fluent.__doc__ or "").partition("whole:\n")[2].partition("\nEverything")[0]
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code).partition("run = ")[0], names)
    document, saved = names["ppo"].document(), saved_ppo()
    assert document.edges == saved.edges
    assert [(node.id, node.type) for node in document.nodes] == [(node.id, node.type) for node in saved.nodes]
    for node in document.nodes:
        assert node.params.items() <= saved.node(node.id).params.items()


def test_a_graph_from_a_chain_has_no_problem() -> None:
    document = Graph(graph(), title="PPO", seed=7, stop={"env_steps": 1000}).document()
    assert check(document) == ()
    assert (document.title, document.run.seed, document.run.stop) == ("PPO", 7, {"env_steps": 1000.0})


def test_nodes_are_numbered_in_their_order_unless_they_are_named() -> None:
    policy, rollouts = sampled()
    batches = rollouts.gather_sync().concat(5).concat(10, node="larger").concat(20)
    assert [node.id for node in Graph(batches, policy).document().nodes if node.type == "ConcatBatches"] == [
        "concat_1", "concat_3", "larger",
    ]  # fmt: skip


def test_branches_are_duplicated_and_merged() -> None:
    _, rollouts = sampled()
    both = rollouts.gather_sync().duplicate()
    stored = both.concat(7)
    merged = both.concat(5).union(both.filter(), driven=stored, mode="async")
    wires = {f"{edge.source} → {edge.target}" for edge in Graph(merged).document().edges}
    assert {wire for wire in wires if "union" in wire} == {
        "concat_1.joined → union_1.driven", "concat_2.joined → union_1.items", "filter_1.passed → union_1.items",
    }  # fmt: skip
    assert {wire.partition(" ")[2] for wire in wires if wire.startswith("duplicate_1.copies")} == {
        "→ concat_1.batches", "→ filter_1.items", "→ concat_2.batches",
    }  # fmt: skip


def test_a_value_never_changes_so_a_chain_may_be_begun_anew() -> None:
    _, rollouts = sampled()
    gathered = rollouts.gather_sync()
    first, second = gathered.concat(5), gathered.concat(6)
    assert [Graph(end).document().node("concat_1").params for end in (first, second)] == [
        {"min_steps": 5}, {"min_steps": 6},
    ]  # fmt: skip


def test_two_ends_make_one_graph() -> None:
    _, rollouts = sampled()
    both = rollouts.gather_sync().duplicate()
    ids = [node.id for node in Graph(both.report(), both.filter().report()).document().nodes]
    assert [node for node in ids if node.startswith("report")] == ["report_1", "report_2"]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda p, r: r.concat(5).train(p),
            "train_1.batches: Train One Step takes a local stream here; this one is parallel, on the actors "
            "(insert Gather Sync or Gather Async)",
        ),
        (
            lambda p, r: r.gather_sync().train(r.actors),
            "train_1.policy: Train One Step takes a policy here; this is workers "
            "(wires join ports of the same shape and colour)",
        ),
        (
            lambda p, r: Rollouts(r, p),
            "rollouts_2.environment: Rollouts takes an environment here; this is a batch "
            "(wires join ports of the same shape and colour)",
        ),
        (
            lambda p, r: r.gather_sync().union(r.filter().gather_sync()),
            "rollouts_1.experiences: Rollouts gives one wire here, not 2 "
            "(insert Gather Sync or Gather Async, then Duplicate)",
        ),
        (
            lambda p, r: r.gather_sync().train("policy_1"),
            "train.policy: Train One Step takes a policy here; this is 'policy_1' "
            "(give it what another function or method here has given)",
        ),
        (
            lambda p, r: r.gather_sync().train(),
            "train: Train One Step: missing a required argument: 'policy' (it is train(self, /, "
            "policy: engine.kinds.policy.Policy, *, epochs: int = 4, minibatch: int = 256, node: str = '', "
            "bypassed: bool = False))",
        ),
        (
            lambda p, r: r.concat(min_step=5),
            "concat.min_step: Concat Batches has no parameter 'min_step' (did you mean min_steps?)",
        ),
        (
            lambda p, r: r.concat(0),
            "concat.min_steps: min_steps must be at least 1, not 0 (the default is 2048)",
        ),
        (lambda p, r: Graph(r.concat(), title=3), "title: it must be text"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_the_call(wrong: Callable[[Flow, Flow], object], said: str) -> None:
    policy, rollouts = sampled()
    assert refusal(lambda: wrong(policy, rollouts)) == said


def test_one_id_for_two_nodes_and_ids_that_are_none_are_refused() -> None:
    _, rollouts = sampled()
    assert "two nodes have the id 'concat_2'" in refusal(lambda: rollouts.concat(5, node="concat_2").concat(6))
    assert "an id is a letter and up to 63 letters, digits, - or _" in refusal(lambda: rollouts.concat(5, node="9 x"))


# --- files and runs -------------------------------------------------------------------------------------------------


def test_a_graph_is_saved_as_a_file_that_the_studio_opens(tmp_path: Path) -> None:
    graph().save(tmp_path / "mine.json")
    assert load(tmp_path / "mine.json") == graph().document()


def test_a_run_gives_its_folder(tmp_path: Path) -> None:
    events: list[Event] = []
    run = graph().run(seed=3, stop={"updates": 2}, folder=tmp_path / "run", tell=events.append)
    summary = run.summary()
    assert summary is not None
    assert (summary["updates"], summary["seed"], summary["status"]) == (2, 3, "finished")
    assert isinstance(events[-1], RunEnded)
    assert run.document().run.stop == {"updates": 2.0}


def test_a_run_shows_itself_in_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph().run(stop={"updates": 2}, folder=tmp_path / "run")
    told = capsys.readouterr().out
    assert "env steps" in told
    assert told.endswith(f"Recorded in {tmp_path / 'run'}\n")


def test_a_graph_with_errors_is_refused_before_it_has_a_folder(tmp_path: Path) -> None:
    _, rollouts = sampled()
    loose = Graph(rollouts.gather_sync(), stop={"updates": 1})
    assert "nobody pulls 'items' of Gather Sync" in refusal(lambda: loose.run(folder=tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_python_that_is_not_trusted_is_refused_before_there_is_a_folder(tmp_path: Path) -> None:
    _, rollouts = sampled()
    mapped = rollouts.map("def each(columns):\n    return None\n").gather_sync().report()
    said = refusal(lambda: mapped.run(stop={"updates": 1}, folder=tmp_path / "run"))
    assert "map_1.code: this node carries Python that you have not trusted" in said
    assert not (tmp_path / "run").exists()


def test_a_run_that_fails_names_the_node(tmp_path: Path) -> None:
    environment = Environment("CartPole-v1", kwargs={"no_such_option": 1})
    policy = PPOPolicy(environment)
    rollouts = Rollouts(environment, policy, workers=0)
    broken = rollouts.gather_sync().train(policy).broadcast(policy, rollouts.actors).report()
    assert "no_such_option" in refusal(lambda: broken.run(stop={"updates": 1}, folder=tmp_path / "run", tell=list))
