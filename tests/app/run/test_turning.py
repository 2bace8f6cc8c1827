"""Edits of a running graph become commands, for live parameters only."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.run.engine_process import EngineProcess
from app.run.turning import runs_alike, turned, with_live_of
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Node
from engine.events import ParamSet, SetParam, Telemetry

GRAPH = Document(nodes=(Node(id="policy_1", type="PPOPolicy", params={"clip": 0.3}),))
CLIP = SetParam(node="policy_1", name="clip", value=0.1)


def test_only_live_parameters_that_differ_are_turned(catalogue: Catalogue) -> None:
    after = GRAPH.with_param("policy_1", "clip", 0.1).with_param("policy_1", "hidden", [8]).replace(title="Other")
    assert turned(GRAPH, after, catalogue) == (CLIP,)
    assert turned(after, after, catalogue) == ()


def test_one_that_was_reset_is_turned_to_its_default(catalogue: Catalogue) -> None:
    reset = GRAPH.replace(nodes=(Node(id="policy_1", type="PPOPolicy"),))
    assert turned(GRAPH, reset, catalogue) == (SetParam(node="policy_1", name="clip", value=0.2),)


def test_what_was_added_meanwhile_or_is_unknown_is_not_turned(catalogue: Catalogue) -> None:
    more = GRAPH.replace(nodes=(*GRAPH.nodes, Node(id="policy_2", type="PPOPolicy", params={"clip": 0.1})))
    assert turned(GRAPH, more, catalogue) == ()
    strange = Document(nodes=(Node(id="x_1", type="FromTheFuture", params={"clip": 0.3}),))
    assert turned(strange, strange.with_param("x_1", "clip", 0.1), catalogue) == ()


def test_each_change_reaches_the_engine_once(qtbot: QtBot, engine: EngineProcess, catalogue: Catalogue) -> None:
    told: list[object] = []
    engine.told.connect(told.append)
    engine.turn(GRAPH.with_param("policy_1", "clip", 0.1), catalogue)  # nothing runs: nothing is sent
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, Telemetry)):
        engine.run(GRAPH, seed=1)
    for value in (0.1, 0.1, 0.4):
        engine.turn(GRAPH.with_param("policy_1", "clip", value), catalogue)
    qtbot.waitUntil(lambda: sum(isinstance(event, ParamSet) for event in told) == 2)
    assert [event.value for event in told if isinstance(event, ParamSet)] == [0.1, 0.4]


def test_a_resumed_run_has_what_was_turned_and_is_turned_like_any_other(
    qtbot: QtBot, engine: EngineProcess, catalogue: Catalogue
) -> None:
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, Telemetry)):
        engine.resume_run("/runs/one", GRAPH)
    assert engine.turns
    assert engine.document == GRAPH.with_param("policy_1", "clip", 0.1)
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, ParamSet)) as told:
        engine.turn(GRAPH.with_param("policy_1", "clip", 0.4), catalogue)
    assert told.args[0].value == 0.4


def test_live_parameters_are_taken_over_and_defaults_left_out(catalogue: Catalogue) -> None:
    other = GRAPH.with_param("policy_1", "clip", 0.2).with_param("policy_1", "hidden", [8])
    assert with_live_of(GRAPH, other, catalogue).nodes[0].params == {}  # 0.2 is the default
    assert with_live_of(GRAPH, GRAPH, catalogue) is GRAPH


def test_graphs_run_alike_whatever_can_be_turned_and_wherever_nodes_stand(catalogue: Catalogue) -> None:
    assert runs_alike(GRAPH, GRAPH.replace(title="Other").with_param("policy_1", "clip", 0.1), catalogue)
    assert not runs_alike(GRAPH, GRAPH.with_param("policy_1", "hidden", [8]), catalogue)
    more = GRAPH.replace(nodes=(*GRAPH.nodes, Node(id="policy_2", type="PPOPolicy")))
    assert not runs_alike(GRAPH, more, catalogue)
    wire = Edge.model_validate({"from": "policy_1.policy", "to": "policy_2.environment"})
    assert not runs_alike(more, more.replace(edges=(wire,)), catalogue)
