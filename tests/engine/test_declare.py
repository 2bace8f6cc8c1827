"""What follows from the class of an operator: its spec, and instances with checked parameters."""

from __future__ import annotations

import pytest

from engine.declare import Operator, handle_in, handle_out, param, stream_in, stream_out
from engine.kinds import Batch, Item, Policy


class MakeBatches2D(Operator):
    """Make batches of two dimensions.

    The rest of the help.
    """

    section = "Experiences"
    short = "make"
    rllib = "MakeBatches"

    policy = handle_in(Policy, "who acts")
    batches = stream_in(Batch, "what comes", many=True)
    made = stream_out(Batch, "what goes", where="local", same_as="batches")
    learner = handle_out(Policy, "who learns")

    count: int = param(4, at_least=1, unit="rows", help="how many", live=True)


class MakeMore(MakeBatches2D):
    """Make more."""

    count: int = param(8, help="how many more")
    sides: tuple[str, ...] = param(("left",), help="which")


def test_the_class_is_read_into_a_spec() -> None:
    spec = MakeBatches2D.spec
    assert (spec.type, spec.title, spec.short, spec.section) == (
        "MakeBatches2D",
        "Make Batches2D",
        "make",
        "Experiences",
    )
    assert (spec.summary, spec.rllib) == ("Make batches of two dimensions.", "MakeBatches")
    assert spec.help.endswith("\n\nThe rest of the help.")
    assert [port.name for port in spec.inputs] == ["policy", "batches"]
    assert [port.name for port in spec.outputs] == ["made", "learner"]
    assert [port.is_handle for port in spec.ports] == [True, False, False, True]
    made = spec.port("made")
    assert made is not None
    assert (made.direction, made.kind, made.where, made.same_as) == ("out", Batch, "local", "batches")
    count = spec.param("count")
    assert count is not None
    assert (count.type, count.default, count.at_least, count.unit, count.live) == (int, 4, 1, "rows", True)
    assert spec.port("count") is spec.param("made") is None


def test_a_subclass_adds_to_what_it_inherits_and_replaces_it() -> None:
    assert [param.name for param in MakeMore.spec.params] == ["count", "sides"]
    assert MakeMore.spec.params[0].default == 8
    assert MakeMore.spec.ports == MakeBatches2D.spec.ports
    assert MakeMore.spec.section == "Experiences"
    assert MakeBatches2D.spec.params[0].default == 4


def test_declarations_of_several_bases_come_together() -> None:
    class Named(MakeBatches2D):
        """Name."""

        name: str = param("me", help="who")

    class Both(MakeMore, Named):
        """Do both."""

    assert [(param.name, param.default) for param in Both.spec.params] == [
        ("count", 8),
        ("name", "me"),
        ("sides", ("left",)),
    ]
    assert Both.spec.ports == MakeBatches2D.spec.ports


def test_words_are_split_in_titles_and_short_forms_kept() -> None:
    class PPOPolicy(Operator):
        """Learn."""

    class EveryN(Operator):
        """Count."""

    assert (PPOPolicy.spec.title, EveryN.spec.title) == ("PPO Policy", "Every N")


def test_an_instance_has_its_parameters_as_attributes_with_defaults_for_the_rest() -> None:
    operator = MakeMore("make_1", {"count": 2})
    assert (operator.node, operator.count, operator.sides) == ("make_1", 2, ("left",))
    with pytest.raises(ValueError, match="count must be at least 1, not 0"):
        MakeBatches2D("make_1", {"count": 0})


def test_a_parameter_that_holds_python_cannot_be_declared_live() -> None:
    with pytest.raises(ValueError, match='editor="code" cannot be live: Python must be trusted'):
        param("x = 1", editor="code", help="Python to run", live=True)


def test_an_operator_that_overrides_nothing_passes_items_on_and_keeps_nothing() -> None:
    operator, item = MakeBatches2D("make_1"), Item("anything")
    assert list(operator.each(item)) == [item]
    assert operator.state() == {}
    assert operator.rows(7) == 7
    assert (list(operator.check(7)), operator.why_not_deterministic()) == ([], "")
