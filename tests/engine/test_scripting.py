"""Graphs as scripts: what they look like, and that running one makes the same graph."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import find
from engine.document import About, Document, Layout, Node, RunSettings
from engine.problems import InvalidGraph
from engine.scripting import script
from tests.engine.graphs import adding, cutting, node, ppo, removing, wiring

CATALOGUE = find()
SETUP = """\
environment_1 = Environment("CartPole-v1")
policy_1 = PPOPolicy(
    environment_1, hidden=[64, 64], learning_rate=0.001, anneal_over=200_000
)
rollouts_1 = Rollouts(
    environment_1, policy_1, workers=2, environments_per_worker=8, fragment_length=128
)
"""


def made_by(text: str) -> Document:
    """The document of the graph that a script makes."""
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(text, "script.py", "exec"), names)
    document: Document = names["graph"].document()
    return document


def told(document: Document) -> Document:
    """What a script says of a document: all but where things are drawn and what a gallery tells."""
    return document.replace(layout=Layout(), about=About())


def body(document: Document) -> str:
    return script(document, CATALOGUE).partition("Rollouts\n\n")[2].partition("\ngraph = ")[0]


def test_the_script_of_ppo_is_short_and_reads_like_the_graph() -> None:
    text = script(ppo(), CATALOGUE)
    assert text == f'''\
"""A graph of RL Flow Studio as a script: run it, or import `graph` from it."""

from engine.fluent import Environment, Graph, PPOPolicy, Rollouts

{SETUP}\
report_1 = (
    rollouts_1.advantages(gamma=0.98, gae_lambda=0.95)
    .gather_sync()
    .concat(2048)
    .standardize(["advantage"])
    .train(policy_1, epochs=8, minibatch=256)
    .broadcast(policy_1, rollouts_1.actors, to="all")
    .report()
)

graph = Graph(
    report_1,
    title="PPO on CartPole",
    description=(
        "Proximal Policy Optimization on CartPole-v1: two workers sample in rounds, "
        "one learner trains on each round, and the new weights go back before the "
        "next."
    ),
    seed=1,
    stop={{"env_steps": 150_000}},
)

if __name__ == "__main__":
    graph.run()
'''
    assert made_by(text) == told(ppo())


def test_branches_are_variables_and_meet_in_a_union() -> None:
    graph = cutting(ppo(), "gather_1.items → concat_1.batches", "train_1.results → broadcast_1.items")
    graph = adding(graph, node("Duplicate", "duplicate_1"), node("Filter", "filter_1"), node("Union", "union_1"))
    graph = wiring(
        graph,
        "gather_1.items → duplicate_1.items",
        "duplicate_1.copies → concat_1.batches",
        "duplicate_1.copies → filter_1.items",
        "train_1.results → union_1.items",
        "filter_1.passed → union_1.driven",
        "union_1.merged → broadcast_1.items",
    )
    text = body(graph)
    assert text.removeprefix(SETUP) == """\
duplicate_1 = (
    rollouts_1.advantages(gamma=0.98, gae_lambda=0.95)
    .gather_sync()
    .duplicate()
)
filter_1 = duplicate_1.filter()
report_1 = (
    duplicate_1.concat(2048)
    .standardize(["advantage"])
    .train(policy_1, epochs=8, minibatch=256)
    .union(driven=filter_1)
    .broadcast(policy_1, rollouts_1.actors, to="all")
    .report()
)
"""
    assert made_by(script(graph, CATALOGUE)) == told(graph)


def test_ids_that_python_cannot_have_are_said_beside_the_variable() -> None:
    renamed = Document(
        nodes=(node("Environment", "class"), node("Environment", "my-game"), node("Environment", "Graph")),
        run=RunSettings(stop={"return_mean_100": 475.5}),
    )
    text = script(renamed, CATALOGUE)
    assert 'class_ = Environment(node="class")' in text
    assert 'my_game = Environment(node="my-game")' in text
    assert 'Graph_ = Environment(node="Graph")' in text
    assert made_by(text) == renamed


def test_only_unusual_ids_are_said() -> None:
    later = removing(adding(ppo(), node("Environment", "environment_2")), "environment_1")
    later = wiring(later, "environment_2.environment → policy_1.environment")
    later = wiring(later, "environment_2.environment → rollouts_1.environment")
    assert 'environment_2 = Environment(node="environment_2")' in script(later, CATALOGUE)
    assert script(later, CATALOGUE).count("node=") == 1
    assert made_by(script(later, CATALOGUE)) == told(later)


def test_signs_that_a_screen_obeys_or_nobody_sees_are_written_out() -> None:
    document = ppo().replace(title="\x1b[2J\x9b\u202e\U000e0041é", description="")
    assert r'title="\u001b[2J\x9b\u202e\U000e0041é"' in script(document, CATALOGUE)
    assert made_by(script(document, CATALOGUE)).title == document.title


def test_what_a_newer_version_wrote_is_refused() -> None:
    newer = Document(nodes=(Node(id="environment_1", type="Environment", colour="red"),))
    with pytest.raises(InvalidGraph, match=r"environment_1\.colour: a script cannot say 'colour'"):
        script(newer, CATALOGUE)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(texts, texts, st.dictionaries(texts, values, max_size=3), st.integers(0, 2**32 - 1))
def test_any_text_and_value_comes_through(title: str, description: str, kwargs: dict[str, Any], seed: int) -> None:
    document = Document(
        title=title,
        description=description,
        nodes=(node("Environment", "environment_1", kwargs=kwargs),),
        run=RunSettings(seed=seed),
    )
    assert made_by(script(document, CATALOGUE)) == document
