"""JSON as this project reads and writes it: strict on the way in, one stable form on the way out.

Python's own parser takes NaN, numbers that overflow, lone surrogates, repeated keys and nesting that exhausts the
stack; text from strangers may hold any of them, and each would turn up later as another value or a crash.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Final

import pydantic_core
from pydantic import JsonValue

LEADING: Final = (
    "format",
    "version",
    "title",
    "description",
    "about",
    "id",
    "type",
    "params",
    "from",
    "to",
    "nodes",
    "edges",
    "run",
)
WIDTH: Final = 100  # an object or list of plain values that is no longer stands on one line


def parse(data: bytes | str) -> JsonValue:
    """Return the value of a JSON text in UTF-8, with or without a byte order mark.

    Example: `parse('{"a": [1, 2.5]}')` is `{"a": [1, 2.5]}`.

    Raises:
        ValueError: it is no JSON, repeats a key, holds a number that no float can, or nests some 200 deep.
    """
    text = (data.encode() if isinstance(data, str) else data).removeprefix(b"\xef\xbb\xbf")
    pydantic_core.from_json(text, allow_inf_nan=False)  # refuses depth, long numbers, other encodings, surrogates
    value: JsonValue = json.loads(text, object_pairs_hook=_without_twins, parse_float=_finite)
    return value


def render(value: JsonValue) -> str:
    r"""Return the one text of a value: two-space indent, what leads first, other keys sorted, a final newline.

    Example: `render({"b": 1, "id": "a"})` is `'{\n  "id": "a",\n  "b": 1\n}\n'`.
    """
    return "".join(_pieces(value, 0)) + "\n"


def _without_twins(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:64]!r} stands twice in one object")
        found[key] = value
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:24]} is too large")
    return number


def _pieces(value: JsonValue, depth: int) -> Iterator[str]:
    if not isinstance(value, dict | list) or not value:
        yield _scalar(value)
        return
    start, end = "{}" if isinstance(value, dict) else "[]"
    members = list(_members(value))
    if depth > 1 and all(_is_plain(member, depth) for _, member in members):
        line = start + ", ".join(label + _scalar(member) for label, member in members) + end
        if len(line) <= WIDTH:
            yield line
            return
    pad = "\n" + "  " * (depth + 1)
    for comma, (label, member) in zip([start] + [","] * len(members), members, strict=False):
        yield comma + pad + label
        yield from _pieces(member, depth + 1)
    yield "\n" + "  " * depth + end


def _is_plain(value: JsonValue, depth: int) -> bool:
    """Whether a value may stand on its container's line; lists only deep down, so that each node keeps its lines."""
    if not isinstance(value, dict | list) or (depth > 2 and not value):
        return True
    return depth > 2 and isinstance(value, list) and not any(isinstance(member, dict | list) for member in value)


def _members(value: dict[str, JsonValue] | list[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, list):
        yield from (("", member) for member in value)
        return
    for key in sorted(value, key=_rank):
        yield f"{_scalar(key)}: ", value[key]


def _rank(key: str) -> tuple[int, str]:
    return (LEADING.index(key) if key in LEADING else len(LEADING), key)


def _scalar(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
