"""Turns what pydantic says about a graph file into problems: a sentence, and the node and field it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from engine.problems import Place, Problem

MOST: Final = 100  # problems told of one file; whoever has mended a hundred can ask again
MOST_OF: Final[Mapping[tuple[str, ...], int]] = {
    ("nodes",): 5_000,
    ("edges",): 10_000,
    ("run", "stop"): 100,
    ("layout", "nodes"): 5_000,
    ("layout", "frames"): 1_000,
    ("layout", "comments"): 1_000,
    ("layout", "dots"): 10_000,
    ("layout", "groups"): 1_000,
}

SENTENCES: Final[Mapping[str, str]] = {
    "missing": "it is missing",
    "string_type": "it must be text",
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "too_long": "there are too many of them",
    "tuple_type": "it must be a list",
    "dict_type": "it must be an object",
    "mapping_type": "it must be an object",
    "model_type": "it must be an object",
}
PATTERNS: Final[Mapping[str, str]] = {
    "id": "an id is a letter and up to 63 letters, digits, - or _",
    "from": "a wire's end reads node.port",
    "to": "a wire's end reads node.port",
    "version": 'a version reads like "1.0"',
}


class Refusal(ValueError):
    """Carries problems of our own out of a pydantic validator."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("the graph does not hold together")
        self.problems = problems


def crowds_in(raw: Mapping[str, JsonValue]) -> Iterator[Problem]:
    """Say which lists of a graph file are too long, before anything is made of a million wrong entries."""
    for path, most in MOST_OF.items():
        found = _value(raw, *path)
        if isinstance(found, list | dict) and len(found) > most:
            what = f"there are {len(found)} of them, and {most} is the most"
            yield Problem(Place(field=".".join(path)), what, "is it the right file?")


def problems_of(error: ValidationError, raw: JsonValue) -> tuple[Problem, ...]:
    """Return the problems that pydantic found in `raw`; the first hundred, and how many more there are."""
    found: list[Problem] = []
    for fault in error.errors(include_url=False, include_input=False):  # the input may be large, and `raw` has it
        cause = fault.get("ctx", {}).get("error")
        own = cause.problems if isinstance(cause, Refusal) else ()
        found += own or (Problem(place_of(fault["loc"], raw), _sentence(fault, raw)),)
    more = [Problem(Place(), f"and {len(found) - MOST} more problems")] if len(found) > MOST else []
    return (*found[:MOST], *more)


def place_of(loc: tuple[int | str, ...], raw: JsonValue) -> Place:
    """Return the node and field of a path into `raw`.

    Example: `("nodes", 3, "params")` is the field `params` of the node whose id stands in `raw["nodes"][3]`,
    `("edges", 0, "to")` a field of the node that the wire names there, and `("layout", "nodes", "train_1", 0)` the
    field `layout.0` of `train_1`.
    """
    field = ".".join(str(part) for part in loc)
    match loc:
        case ("nodes", int(index), *rest):
            node = _text(raw, "nodes", index, "id")
            return Place(node, ".".join(str(part) for part in rest)) if node else Place(field=field)
        case ("edges", int(index), *rest):
            ends = (_text(raw, "edges", index, str(end)) for end in (*rest, "to", "from"))
            return Place(next((end.partition(".")[0] for end in ends if end), ""), field)
        case ("layout", "nodes", str(node), *rest):
            return Place(node[:64], ".".join(["layout", *(str(part) for part in rest)]))
        case _:
            return Place(field=field)


def _sentence(fault: ErrorDetails, raw: JsonValue) -> str:
    kind, field = fault["type"], str(fault["loc"][-1]) if fault["loc"] else ""
    if kind == "string_pattern_mismatch":
        said = PATTERNS.get(field, PATTERNS["id"])
    else:
        said = SENTENCES.get(kind) or fault["msg"].replace("Input should", "it should")
    value = _value(raw, *fault["loc"])
    return said if value is None else f"{said}, not {_shown(value)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _text(raw: JsonValue, *path: str | int) -> str:
    value = _value(raw, *path)
    return value[:64] if isinstance(value, str) else ""


def _value(raw: Any, *path: str | int) -> Any:
    """Return what stands at a path into `raw`, or None if nothing does."""
    try:
        for part in path:
            raw = raw[part]
    except (KeyError, TypeError, IndexError):
        return None
    return raw
