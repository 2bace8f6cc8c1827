"""The form is what operators declare: each parameter has the editor that suits it, and edits the document."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app import copying, edits
from app.editing import Editing
from app.fields import field_for
from app.form_row import describe
from app.node_form import SPECIAL
from app.parameter_form import ParameterForm
from app.themes import DARK
from engine.catalogue import Catalogue
from engine.declare import Param
from engine.document import About, Document, Node, Paper
from engine.problems import Place, Problem
from tests.engine.graphs import carts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editing() -> Editing:
    """A graph with a node for every kind of parameter."""
    types = ("Environment", "PPOPolicy", "StandardizeFields", "ConcatBatches", "BroadcastWeights")
    ids = ("environment_1", "policy_1", "standardize_1", "concat_1", "broadcast_1")
    return Editing(Document(nodes=tuple(Node(id=id, type=type) for id, type in zip(ids, types, strict=True))))


@pytest.fixture
def form(qtbot: QtBot, editing: Editing, catalogue: Catalogue) -> ParameterForm:
    made = ParameterForm(editing, catalogue, DARK)
    made.resize(320, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_choice_is_picked_from_its_list(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["policy_1"])
    box = form.form.rows["activation"].field.box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    box.textActivated.emit(box.currentText())
    assert editing.document.node("policy_1").params == {"activation": "relu"}


def test_a_switch_turns_on_with_a_click(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["environment_1"])
    switch = form.form.rows["normalise_observations"].field.switch
    QTest.mouseClick(switch, LEFT)
    assert editing.document.node("environment_1").params == {"normalise_observations": True}
    assert switch.word == "on"


@pytest.mark.parametrize("text", ["128, 32", "[128, 32]", "128,32,"])
def test_a_list_is_typed_with_or_without_brackets(text: str, form: ParameterForm, editing: Editing) -> None:
    form.show_things(["policy_1"])
    retype(form.form.rows["hidden"].field.line, text)
    assert editing.document.node("policy_1").params == {"hidden": [128, 32]}


def test_a_json_object_is_checked_as_it_is_typed(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["environment_1"])
    row = form.form.rows["kwargs"]
    retype(row.field.line, '{"gravity": 9')
    assert row.fault.text().startswith("kwargs must be a JSON object")
    assert editing.document.node("environment_1").params == {}
    QTest.keyClicks(row.field.line, ".8}")
    assert editing.document.node("environment_1").params == {"kwargs": {"gravity": 9.8}}
    assert not row.fault.isVisible()


def test_arrow_keys_step_by_the_last_digit_within_the_range(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["policy_1"])
    box = form.form.rows["learning_rate"].field.box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert editing.document.node("policy_1").params == {"learning_rate": 0.0004}
    for _ in range(5):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert editing.document.node("policy_1").params == {"learning_rate": 0.0001}


def test_numbers_may_be_typed_in_powers_of_ten(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["concat_1"])
    retype(form.form.rows["min_steps"].field.box.lineEdit(), "1e4")
    assert editing.document.node("concat_1").params == {"min_steps": 10_000}
    assert form.form.rows["min_steps"].field.box.text() == "1e4"


def test_reset_goes_back_to_the_default_and_stands_only_beside_other_values(
    form: ParameterForm, editing: Editing, catalogue: Catalogue
) -> None:
    form.show_things(["concat_1"])
    row = form.form.rows["min_steps"]
    assert not row.reset.isVisible()
    editing.edit("Set", edits.set_param(editing.document, catalogue, "concat_1", "min_steps", 512))
    assert row.reset.isVisible()
    QTest.mouseClick(row.reset, LEFT)
    assert editing.document.node("concat_1").params == {}


@pytest.mark.qt_log_ignore("This plugin does not support")  # the screenless platform cannot raise the completions
def test_environments_are_completed_from_those_the_engine_knows(form: ParameterForm, editing: Editing) -> None:
    form.set_environments(["CartPole-v1", "Pendulum-v1"])
    form.show_things(["environment_1"])
    box = form.form.rows["id"].field.box
    assert [box.itemText(row) for row in range(box.count())] == ["CartPole-v1", "Pendulum-v1"]
    retype(box.lineEdit(), "Acrobot-v1")
    assert editing.document.node("environment_1").params == {"id": "Acrobot-v1"}


def test_a_value_given_to_several_nodes_goes_to_all_in_one_step(
    form: ParameterForm, editing: Editing, catalogue: Catalogue
) -> None:
    document, _ = copying.duplicate(editing.document, ["concat_1"])
    editing.edit("Duplicate", edits.set_param(document, catalogue, "concat_1", "min_steps", 64))
    form.show_things(["concat_1", "concat_2"])
    line = form.form.rows["min_steps"].field.box.lineEdit()
    assert (line.text(), line.placeholderText()) == ("", "mixed")
    retype(line, "100")
    assert [editing.document.node(node).params for node in form.things] == [{"min_steps": 100}] * 2
    assert editing.undo_name == "Set min_steps of 2 nodes"


def test_nodes_of_different_kinds_share_what_they_declare_alike(form: ParameterForm) -> None:
    form.show_things(["concat_1", "policy_1"])
    assert form.form.rows == {}


def test_a_node_is_renamed_in_its_form(form: ParameterForm, editing: Editing, qtbot: QtBot) -> None:
    form.show_things(["concat_1"])
    with qtbot.waitSignal(form.renamed) as renamed:
        retype(form.form.name_line, "join")
        QTest.keyClick(form.form.name_line, Qt.Key.Key_Return)
    assert renamed.args == ["concat_1", "join"]
    assert editing.document.node("join").type == "ConcatBatches"
    assert form.things == ("join",)


def test_a_name_that_is_taken_is_refused_with_a_sentence(form: ParameterForm, editing: Editing) -> None:
    form.show_things(["concat_1"])
    retype(form.form.name_line, "policy_1")
    QTest.keyClick(form.form.name_line, Qt.Key.Key_Return)
    assert form.form.name_fault.text() == "another node is called 'policy_1'. The name stays concat_1."
    assert editing.undo_name == ""


def test_an_unknown_operator_says_that_it_is_kept(form: ParameterForm, editing: Editing) -> None:
    editing.edit("Add", Document(nodes=(Node(id="odd_1", type="Odd", params={"x": 1}),)))
    form.show_things(["odd_1"])
    assert form.form.summary.text().startswith("This operator is not known here.")


def test_the_graphs_own_settings_are_shown_while_no_node_is_selected(form: ParameterForm, editing: Editing) -> None:
    retype(form.form.name_line, "PPO, my way")
    retype(form.form.rows["env_steps"].field.box.lineEdit(), "5e4")
    retype(form.form.rows["seed"].field.box.lineEdit(), "7")
    run = editing.document.run
    assert (editing.document.title, run.seed, run.stop) == ("PPO, my way", 7, {"env_steps": 50_000})
    line = form.form.rows["env_steps"].field.box.lineEdit()
    QTest.keySequence(line, "Ctrl+A")
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert editing.document.run.stop == {}


def test_what_to_look_at_is_shown_and_changed_beside_the_paper(form: ParameterForm, editing: Editing) -> None:
    about = About(look_at="The gather.", paper=Paper(title="A paper"), rllib="PPO")
    editing.start(editing.document.replace(about=about))
    form.show_things([])
    assert form.form.look_at.toPlainText() == "The gather."
    form.form.look_at.setPlainText("The broadcast.")
    assert editing.document.about == about.model_copy(update={"look_at": "The broadcast."})
    editing.undo()
    assert editing.document.about == about


def test_what_checking_says_stands_at_the_field(form: ParameterForm) -> None:
    form.show_things(["concat_1"])
    form.set_problems([Problem(Place("concat_1", "min_steps"), "too few")])
    assert form.form.rows["min_steps"].fault.text() == "too few"
    form.set_problems([])
    assert not form.form.rows["min_steps"].fault.isVisible()


def test_nothing_can_be_entered_while_the_graph_runs(form: ParameterForm, editing: Editing) -> None:
    form.set_locked(True)
    form.show_things(["concat_1"])
    retype(form.form.rows["min_steps"].field.box.lineEdit(), "5")
    assert editing.undo_name == ""


def test_while_the_graph_runs_live_parameters_are_open_and_the_others_say_why_not(
    form: ParameterForm, editing: Editing
) -> None:
    form.set_locked(True, live=True)
    form.show_things(["policy_1"])
    rows = form.form.rows
    retype(rows["learning_rate"].field.box.lineEdit(), "0.01")
    retype(rows["hidden"].field.focusProxy(), "8")
    assert editing.document.node("policy_1").params == {"learning_rate": 0.01}
    assert (rows["learning_rate"].live.text(), rows["hidden"].live.text()) == ("live", "")
    assert not rows["learning_rate"].lock.isVisible()
    assert rows["hidden"].lock.isVisible()
    assert "stop the run first" in rows["hidden"].lock.toolTip()
    form.set_locked(False)
    assert not rows["hidden"].lock.isVisible()
    retype(rows["hidden"].field.focusProxy(), "8")
    assert editing.document.node("policy_1").params["hidden"] == [8]


@pytest.mark.parametrize("name", ["Environment", "PPOPolicy", "Rollouts", "Union", "Evaluate"])
def test_every_parameter_has_an_editor_that_shows_its_default(name: str, catalogue: Catalogue, qtbot: QtBot) -> None:
    for param in catalogue.spec(name).params:
        field = SPECIAL.get(param.editor, field_for)(param)
        qtbot.addWidget(field)
        told: list[object] = []
        field.changed.connect(told.append)
        field.show_value(list(param.default) if isinstance(param.default, tuple) else param.default)
        assert told == []
        assert field.focusProxy().accessibleName()


def test_help_range_and_default_are_one_line() -> None:
    param = Param("epochs", int, 4, "passes over each batch", at_least=1, at_most=1000)
    assert describe(param) == "Passes over each batch. 1 to 1\N{NARROW NO-BREAK SPACE}000, default 4."


def retype(line: QLineEdit, text: str) -> None:
    """Select what stands in a line and type over it."""
    line.setFocus()
    QTest.keySequence(line, "Ctrl+A")
    QTest.keyClicks(line, text)


def test_the_form_tells_what_the_node_will_do_and_follows_each_edit(qtbot: QtBot, catalogue: Catalogue) -> None:
    editing = Editing(carts())
    form = ParameterForm(editing, catalogue, DARK)
    form.show()
    qtbot.waitExposed(form)
    form.show_things(["agents_2"])
    assert form.form.forecast.text() == "It picks cart_2, cart_3; dqn_1 plays them."
    editing.edit("pick another", editing.document.with_param("agents_2", "agents", "cart_3"))
    form.form.refresh()
    assert form.form.forecast.text() == "It picks cart_3; dqn_1 plays them."
    form.show_things(["ppo_1"])
    assert not form.form.forecast.isVisible()
