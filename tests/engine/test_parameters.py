"""What may stand at a parameter, from a file or typed by hand, and the sentence for what may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.parameters import Param

EPOCHS = Param("epochs", int, 4, "passes", at_least=1, at_most=1_000_000)
RATE = Param("rate", float, 3e-4, "step size", above=0, at_most=1)
HIDDEN = Param("hidden", tuple[int, ...], (64, 64), "widths", at_least=1)
FIELDS = Param("fields", tuple[str, ...], ("advantage",), "columns")
TO = Param("to", str, "all", "whom", choices=("all", "source"))
NORMALISE = Param("normalise", bool, False, "whether")
KWARGS = Param("kwargs", dict[str, JsonValue], {}, "arguments")

READ: list[tuple[Param, JsonValue, Any]] = [
    (EPOCHS, 8, 8),
    (RATE, 1, 1.0),
    (HIDDEN, [64, 32], (64, 32)),
    (HIDDEN, [], ()),
    (FIELDS, ["value"], ("value",)),
    (TO, "source", "source"),
    (NORMALISE, True, True),
    (KWARGS, {"render": [None]}, {"render": [None]}),
]
REFUSED: list[tuple[Param, JsonValue, str]] = [
    (EPOCHS, 0, "epochs must be at least 1, not 0"),
    (EPOCHS, 1_000_001, "epochs must be at most 1000000, not 1000001"),
    (EPOCHS, 8.0, "epochs must be a whole number, not 8.0"),
    (EPOCHS, True, "epochs must be a whole number, not true"),
    (EPOCHS, None, "epochs must be a whole number, not null"),
    (Param("n", int, 1, "any"), 2**53 + 1, "n must be at most 9007199254740992 in size, not 9007199254740993"),
    (RATE, 0, "rate must be more than 0, not 0.0"),
    (RATE, 1.5, "rate must be at most 1, not 1.5"),
    (RATE, "1", 'rate must be a number, not "1"'),
    (RATE, float("nan"), "rate must be a number, not NaN"),
    (RATE, 10**400, "rate must be a number, not 1" + "0" * 58 + "…"),
    (HIDDEN, [64, 0], "hidden must be at least 1, not 0"),
    (HIDDEN, [64, 1.5], "hidden must be a list of whole numbers, not [64, 1.5]"),
    (FIELDS, "value", 'fields must be a list of names, not "value"'),
    (TO, "some", 'to must be one of all, source, not "some"'),
    (NORMALISE, 1, "normalise must be true or false, not 1"),
    (KWARGS, [], "kwargs must be a JSON object, not []"),
]
TYPED: list[tuple[Param, str, JsonValue]] = [
    (EPOCHS, " 8 ", 8),
    (EPOCHS, "1e3", 1000),
    (RATE, "1e-3", 0.001),
    (HIDDEN, "[64, 32]", [64, 32]),
    (HIDDEN, "64, 32", [64, 32]),
    (FIELDS, "value, advantage", ["value", "advantage"]),
    (TO, "all", "all"),
    (NORMALISE, "on", True),
    (NORMALISE, "False", False),
    (KWARGS, '{"a": 1}', {"a": 1}),
]


@pytest.mark.parametrize(("param", "value", "wanted"), READ, ids=str)
def test_a_value_is_read_as_the_parameters_own_type(param: Param, value: JsonValue, wanted: object) -> None:
    assert param.read(value) == wanted
    assert type(param.read(value)) is type(wanted)
    assert param.fault(value) is None


@pytest.mark.parametrize(("param", "value", "sentence"), REFUSED, ids=str)
def test_a_value_that_cannot_stand_is_refused_in_a_sentence(param: Param, value: JsonValue, sentence: str) -> None:
    assert param.fault(value) == sentence


@pytest.mark.parametrize(("param", "text", "value"), TYPED, ids=str)
def test_what_a_person_types_becomes_a_json_value(param: Param, text: str, value: JsonValue) -> None:
    assert param.parse(text) == value


@given(st.sampled_from([EPOCHS, RATE, HIDDEN, FIELDS, TO, NORMALISE, KWARGS]), st.text(max_size=20))
def test_whatever_a_person_types_is_taken_or_refused_in_a_sentence(param: Param, text: str) -> None:
    assert refusal(param, text) == "" or refusal(param, text).startswith(f"{param.name} must be ")


def refusal(param: Param, text: str) -> str:
    """Why the text is not taken; nothing if it is, and can go into a file."""
    try:
        return "" if json.dumps(param.parse(text), allow_nan=False) else "no JSON"
    except ValueError as error:
        return str(error)


def test_nesting_that_would_exhaust_the_stack_is_refused_like_any_other_text() -> None:
    assert KWARGS.fault("x") == 'kwargs must be a JSON object, not "x"'
    with pytest.raises(ValueError, match="kwargs must be a JSON object"):
        KWARGS.parse("[" * 100_000)


def test_the_default_is_written_as_in_a_file() -> None:
    assert [param.written_default for param in (HIDDEN, TO, NORMALISE)] == ["[64, 64]", '"all"', "false"]
