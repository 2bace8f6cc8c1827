"""JSON, strict on the way in and stable on the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from engine.json_text import WIDTH, parse, render

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_comes_back_from_its_text_and_has_one_text(value: JsonValue) -> None:
    assert parse(render(value)) == value
    assert render(parse(render(value))) == render(value)


def test_the_order_of_keys_does_not_depend_on_who_made_the_object() -> None:
    assert render({"z": 1, "a": 2, "type": 3, "id": 4}) == '{\n  "id": 4,\n  "type": 3,\n  "a": 2,\n  "z": 1\n}\n'


def test_what_is_plain_and_short_stands_on_one_line_below_the_first_levels() -> None:
    edge = {"to": "b.in", "from": "a.out"}
    assert render({"edges": [edge]}) == '{\n  "edges": [\n    {"from": "a.out", "to": "b.in"}\n  ]\n}\n'
    long = {"from": "a" * WIDTH, "to": "b"}
    assert render({"edges": [long]}).count("\n") == 8


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "EOF while parsing"),
        ("{'a': 1}", "key must be a string"),
        ('{"a": 1,}', "trailing comma"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice in one object"),
        ("NaN", "expected value"),
        ("-1e999", "the number -1e999 is too large"),
        ("1" * 5000, "number out of range"),
        ("[" * 300 + "]" * 300, "recursion limit exceeded"),
        ('"\\ud800"', "unexpected end of hex escape"),
        ('"\ud800"', "surrogates not allowed"),
        (b'"\xff"', "invalid unicode code point"),
        ("1 2", "trailing characters"),
    ],
)
def test_what_python_would_take_and_others_would_not_is_refused(text: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)


def test_a_byte_order_mark_is_read_over() -> None:
    assert parse(b"\xef\xbb\xbf[1]") == parse("\ufeff[1]") == [1]
