"""A parameter of an operator: what may stand there, read from a graph file or from what a person typed."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ConfigDict, JsonValue, TypeAdapter, ValidationError

from engine import json_text

Editor = Literal["", "environment", "multi_agent_environment", "code"]

LARGEST: Final = 2**53  # whole numbers past this are not exact in form fields, nor in other programs' JSON


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of an operator: its type, default, range, unit and a sentence of help.

    Attributes:
        type: `int`, `float`, `bool`, `str`, `tuple[int, ...]`, `tuple[str, ...]` or `dict[str, JsonValue]`.
        at_least: smallest allowed value; `above` excludes the bound itself.
        at_most: largest allowed value.
        choices: the only allowed values, if there are any.
        unit: what one of it is, such as `"env steps"`; empty for pure numbers.
        live: whether the code reads it anew for each item, so that it can be turned while the graph runs.
        editor: a special form field: `environment` and `multi_agent_environment` pick one, `code` is for Python, which
            must be trusted to run and is never turned live.
    """

    name: str
    type: Any
    default: Any
    help: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    live: bool = False
    editor: Editor = ""

    def fault(self, value: JsonValue) -> str | None:
        """Say in a sentence why `value` cannot stand here, or None if it can.

        Example: with `at_least=1`, `fault(0)` is `"epochs must be at least 1, not 0"`.
        """
        try:
            self.read(value)
        except ValueError as error:
            return str(error)
        return None

    def read(self, value: JsonValue) -> Any:
        """Return the JSON `value` as the parameter's own type.

        Raises:
            ValueError: it has another type or lies outside the range; the text is a sentence.
        """
        try:
            typed = _adapter(self.type).validate_json(json.dumps(value), strict=True)
        except ValidationError:
            raise ValueError(f"{self.name} must be {self.wanted}, not {_shown(value)}") from None
        for part in typed if isinstance(typed, tuple) else (typed,):
            self._refuse_outside(part)
        return typed

    def _refuse_outside(self, value: Any) -> None:
        rule = ""
        if self.choices and value not in self.choices:
            rule = f"one of {', '.join(self.choices)}"
        elif self.at_least is not None and value < self.at_least:
            rule = f"at least {_figure(self.at_least)}"
        elif self.above is not None and value <= self.above:
            rule = f"more than {_figure(self.above)}"
        elif self.at_most is not None and value > self.at_most:
            rule = f"at most {_figure(self.at_most)}"
        elif isinstance(value, int) and abs(value) > LARGEST:
            rule = f"at most {LARGEST} in size"
        if rule:
            raise ValueError(f"{self.name} must be {rule}, not {_shown(value)}")

    @property
    def written_default(self) -> str:
        """The default as it would stand in a graph file: `"[64, 64]"`, `"true"`, `"0.99"`."""
        return json.dumps(self.default)

    @property
    def wanted(self) -> str:
        """The type in words: "a whole number", "text", ..."""
        return _TYPE_WORDS.get(self.type, "a JSON object")

    def parse(self, text: str) -> JsonValue:
        """Return what a person typed as a JSON value.

        Example: `"8"` is 8, `"1e6"` a whole number, `"on"` true, `"64, 64"` and `"[64, 64]"` a list.

        Raises:
            ValueError: the value cannot stand here; the text is a sentence.
        """
        value = text if self.type is str else self._typed(text.strip())
        self.read(value)
        return value

    def _typed(self, text: str) -> JsonValue:
        if self.type in _LISTS and not text.startswith("["):
            names = [part.strip() for part in text.split(",") if part.strip()]
            text = json.dumps(names) if self.type == tuple[str, ...] else f"[{text}]"
        try:
            value = json_text.parse(text)
        except ValueError:
            return {"true": True, "on": True, "false": False, "off": False}.get(text.lower(), text)
        return int(value) if self.type is int and isinstance(value, float) and value.is_integer() else value


_TYPE_WORDS: Final[Mapping[Any, str]] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    tuple[int, ...]: "a list of whole numbers",
    tuple[str, ...]: "a list of names",
}


_LISTS: Final = (tuple[int, ...], tuple[str, ...])


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config=ConfigDict(allow_inf_nan=False))


def _shown(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _figure(bound: float) -> str:
    return str(int(bound)) if float(bound).is_integer() else str(bound)
