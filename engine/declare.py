"""The words in which an operator file declares itself, and the class that every operator extends.

An operator is one class in one file: docstring, ports, parameters and the code that runs stand together. From this
declaration follow the palette entry, the node's look, the form, the help page, the wire rules, the checks, the
README table and the contract tests; nothing else need be touched to add one.

    class ConcatBatches(Operator):
        "Join batches until at least `min_steps` env steps are together, then pass them on as one."
        section = "Experiences"
        short = "concat"
        batches = stream_in(Batch, "what to join")
        joined = stream_out(Batch, "one batch of at least min_steps env steps")
        min_steps: int = param(2048, at_least=1, unit="env steps", help="how many to collect")

        def each(self, item): ...   # one item in, any number out

An instance is a node made ready to run. The same class runs on the driver and, in a parallel stream, on each actor,
which has an instance of its own. torch and ray are imported inside the methods that run, never at the top of a
file, so that reading the catalogue stays fast.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol, get_type_hints

from pydantic import ConfigDict, JsonValue, TypeAdapter, ValidationError

from engine import json_text
from engine.kinds import Episode, Item, Kind
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.actors.calls import Calls
    from engine.cluster import Cluster
    from engine.counters import Counters
    from engine.dataflow import Stream
    from engine.events import Event

Direction = Literal["in", "out"]
Where = Literal["any", "local", "parallel"]
Editor = Literal["", "environment"]

LARGEST: Final = 2**53  # whole numbers past this are not exact in the form fields, nor in other programs' JSON

SECTIONS: Final = ("Setup", "Rollouts", "Experiences", "Replay", "Learning", "Weights", "Flow", "Report")


@dataclass(frozen=True, slots=True)
class Port:
    """A named input or output of an operator.

    Attributes:
        name: the attribute name, which is also its name in graph files.
        direction: `"in"` or `"out"`.
        kind: what it carries; for an output with `same_as`, whatever enters that input.
        help: one sentence part for tooltips.
        many: whether several wires may meet here (inputs: all are merged; outputs: each gets every item).
        required: whether the graph is incomplete while nothing is connected.
        where: the streams it takes or gives: on the driver (`local`), on the actors (`parallel`), or either; an output
            `any` is wherever its input is.
        same_as: for an output, the input whose kind it passes on.
    """

    name: str
    direction: Direction
    kind: type[Kind]
    help: str
    many: bool = False
    required: bool = True
    where: Where = "any"
    same_as: str = ""

    @property
    def is_handle(self) -> bool:
        """Whether the port carries a handle (dashed wire) and not a stream."""
        return self.kind.family == "handle"


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of an operator: its type, default, range, unit and a sentence of help.

    Attributes:
        type: `int`, `float`, `bool`, `str`, `tuple[int, ...]`, `tuple[str, ...]` or `dict[str, JsonValue]`.
        at_least: smallest allowed value; `above` excludes the bound itself.
        at_most: largest allowed value.
        choices: the only allowed values, if there are any.
        unit: what one of it is, such as `"env steps"`; empty for pure numbers.
        live: whether it may be turned while the graph runs.
        editor: a special form field, such as the environment picker.
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
            text = json.dumps(names) if self.type is tuple[str, ...] else f"[{text}]"
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


def stream_in(kind: type[Kind], help: str, *, where: Where = "any", many: bool = False, required: bool = True) -> Any:
    """Declare an input that takes a stream of items carrying `kind`."""
    return Port("", "in", kind, help, many, required, where)


def stream_out(
    kind: type[Kind], help: str, *, where: Where = "any", many: bool = False, same_as: str = "", required: bool = True
) -> Any:
    """Declare an output that gives a stream of items; with `same_as`, of the kind that enters that input."""
    return Port("", "out", kind, help, many, required, where, same_as)


def handle_in(kind: type[Kind], help: str, *, required: bool = True, many: bool = False) -> Any:
    """Declare an input that takes a handle, such as the policy; it is passed to `provide` under the port's name."""
    return Port("", "in", kind, help, many, required)


def handle_out(kind: type[Kind], help: str) -> Any:
    """Declare the output that gives the handle which `provide` returns; any number of wires may leave it."""
    return Port("", "out", kind, help, many=True, required=False)


def param(
    default: Any,
    *,
    help: str,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    choices: Sequence[str] = (),
    unit: str = "",
    live: bool = False,
    editor: Editor = "",
) -> Any:
    """Declare a parameter; its type is the annotation's. See `Param` for the fields."""
    return Param("", None, default, help, at_least, above, at_most, tuple(choices), unit, live, editor)


@dataclass(frozen=True, slots=True)
class OperatorSpec:
    """Everything an operator declares, as a value.

    Attributes:
        type: the class name; the operator's name in graph files, such as `"ConcatBatches"`.
        title: the name people read, such as `"Concat Batches"`.
        short: the stem of new node ids: `"concat"` gives `concat_1`.
        section: the palette section, one of `SECTIONS`.
        summary: the docstring's first line.
        help: the whole docstring.
        rllib: the RLlib operator it corresponds to, for search; empty if there is none.
    """

    type: str
    title: str
    short: str
    section: str
    summary: str
    help: str
    rllib: str
    ports: tuple[Port, ...] = ()
    params: tuple[Param, ...] = ()

    @property
    def inputs(self) -> tuple[Port, ...]:
        """The input ports, in declared order."""
        return tuple(port for port in self.ports if port.direction == "in")

    @property
    def outputs(self) -> tuple[Port, ...]:
        """The output ports, in declared order."""
        return tuple(port for port in self.ports if port.direction == "out")

    def port(self, name: str) -> Port | None:
        """Return the port called `name`, or None."""
        return next((port for port in self.ports if port.name == name), None)

    def param(self, name: str) -> Param | None:
        """Return the parameter called `name`, or None."""
        return next((param for param in self.params if param.name == name), None)


class Run(Protocol):
    """What a running node may use of the session that runs it."""

    counters: Counters
    folder: Path
    cluster: Cluster
    calls: Calls

    @property
    def seconds(self) -> float:
        """Seconds since the first sample reached the driver; 0 before."""

    def seed(self, node: str, *more: int) -> int:
        """Return a seed (0 to 2**32-1) derived from the run's seed, the node and further numbers."""

    def tell(self, event: Event) -> None:
        """Send an event to the run's record and to whoever watches."""

    def sampled(self, env_steps: int, episodes: Sequence[Episode]) -> None:
        """Count env steps that reached the driver, and the episodes that ended in them."""

    def checkpoint(self) -> None:
        """Write a checkpoint of every stateful node now."""


class Operator:
    """A kind of node. Subclasses declare ports and parameters and override the methods they need.

    `provide` for handles, `each` for what happens to an item; sources, gathers and merges override `stream`.
    """

    section: ClassVar[str] = ""
    short: ClassVar[str] = ""
    rllib: ClassVar[str] = ""
    spec: ClassVar[OperatorSpec]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.spec = _read_declaration(cls)

    def __init__(self, node: str, params: Mapping[str, JsonValue] | None = None) -> None:
        """Make the node `node` with these parameters, defaults for the rest.

        Raises:
            ValueError: a parameter's value cannot stand.
        """
        self.node = node
        self.params = dict(params or {})
        for declared in self.spec.params:
            given = declared.name in self.params
            value = declared.read(self.params[declared.name]) if given else declared.default
            setattr(self, declared.name, value)

    def rows(self, entering: int | None) -> int | None:
        """Return how many rows a batch that leaves has, given those of one that enters; None where nobody knows.

        Asked before any run, for the checks. Example: Concat Batches with min_steps 5 makes 6 of batches of 3.
        """
        return entering

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Say what is wrong or doubtful beyond what the declaration tells, given the rows of a batch that enters."""
        return ()

    def why_not_deterministic(self) -> str:
        """Say why the same seed may give other items here ("takes items as they are ready"); nothing if it does not."""
        return ""

    def provide(self, run: Run, **handles: Any) -> Any:
        """Make ready to run, with the connected handles by port name; return what the handle output carries.

        Runs on the driver, once per run, before any item flows. An input that takes many handles gets a tuple;
        one that is not connected gets None.
        """
        return None

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream that leaves this node, given those that enter each stream input, in wire order."""
        ((upstream,),) = upstreams.values()
        return upstream.through(self)

    def each(self, item: Item) -> Iterable[Item]:
        """Take one item and give any number; the default passes it on."""
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep of this node: tensors, arrays and plain values by name."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""

    def close(self) -> None:
        """Let go of processes, files and windows; called once, however the run ended."""


def _read_declaration(cls: type[Operator]) -> OperatorSpec:
    doc = inspect.getdoc(cls) or ""
    hints = get_type_hints(cls)
    inherited: OperatorSpec | None = getattr(super(cls, cls), "spec", None)
    ports = {port.name: port for port in inherited.ports} if inherited else {}
    params = {old.name: old for old in inherited.params} if inherited else {}
    for name, value in vars(cls).items():
        if isinstance(value, Port):
            ports[name] = replace(value, name=name)
        elif isinstance(value, Param):
            params[name] = replace(value, name=name, type=hints[name])
    return OperatorSpec(
        cls.__name__,
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", cls.__name__),
        cls.short,
        cls.section,
        doc.partition("\n")[0],
        doc,
        cls.rllib,
        tuple(ports.values()),
        tuple(params.values()),
    )
