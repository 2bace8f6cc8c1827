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

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol, get_args, get_type_hints

from pydantic import JsonValue

from engine.environment_spaces import Actions, Sights
from engine.kinds import Episode, Item, Kind, Policy
from engine.parameters import Editor
from engine.parameters import Param as Param  # one of the words; operators and their users find it here
from engine.placement import ANYWHERE, Placement
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.actors.calls import Calls
    from engine.actors.peers import Seat
    from engine.cluster import Cluster
    from engine.counters import Counters
    from engine.dataflow import Stream
    from engine.events import Event

Direction = Literal["in", "out"]
Where = Literal["any", "local", "parallel"]

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
    """Declare a parameter; its type is the annotation's. See `Param` for the fields.

    Raises:
        ValueError: it is for Python and live: code runs only after the user has read and trusted it.
    """
    if live and editor == "code":
        raise ValueError('a parameter with editor="code" cannot be live: Python must be trusted before a run starts')
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
    seat: Seat

    @property
    def seconds(self) -> float:
        """Seconds since the first sample reached the driver, without pauses; 0 before."""

    def seed(self, node: str, *more: int) -> int:
        """Return a seed (0 to 2**32-1) derived from the run's seed, the node and further numbers."""

    def tell(self, event: Event) -> None:
        """Send an event to the run's record and to whoever watches."""

    def report(self, node: str, values: Mapping[str, float]) -> None:
        """Tell metrics of `node` by name, with the counters as they are now."""

    def sampled(self, env_steps: int, episodes: Sequence[Episode], agent_steps: int) -> None:
        """Count env steps that reached the driver, what agents did in them, and the episodes that ended in them."""

    def checkpoint(self) -> None:
        """Have a whole checkpoint written as soon as no item is on its way through an operator."""


class Operator:
    """A kind of node. Subclasses declare ports and parameters and override the methods they need.

    `provide` for handles, `each` for what happens to an item; sources, gathers and merges override `stream`.
    """

    section: ClassVar[str] = ""
    short: ClassVar[str] = ""
    rllib: ClassVar[str] = ""
    needs_target_updates: ClassVar[bool] = False  # gives a policy whose target network somebody must update
    in_step: ClassVar[bool] = False  # its copies on the actors go forward together, none without the others
    spec: ClassVar[OperatorSpec]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.spec = _read_declaration(cls)

    def __init__(self, node: str, params: Mapping[str, JsonValue] | None = None) -> None:
        """Make the node `node` with these parameters, defaults for the rest.

        `providers` are the operators whose handles it takes, by port; the compiler fills them in, so that an actor
        can make the same handles for its own copy.

        Raises:
            ValueError: a parameter's value cannot stand.
        """
        self.node = node
        self.params = dict(params or {})
        self.providers: dict[str, Operator] = {}
        for declared in self.spec.params:
            given = declared.name in self.params
            value = declared.read(self.params[declared.name]) if given else declared.default
            setattr(self, declared.name, value)

    @property
    def needs_kl_updates(self) -> bool:
        """Whether it gives a policy whose KL penalty somebody must adapt."""
        return False

    @property
    def takes_actions(self) -> frozenset[Actions]:
        """What its policy can choose, one of several actions or real numbers; asked only of policies."""
        return frozenset(get_args(Actions))

    @property
    def takes_observations(self) -> frozenset[Sights]:
        """What its policy can see; asked only of policies."""
        return frozenset(get_args(Sights))

    def rows(self, entering: int | None) -> int | None:
        """Return how many rows a batch that leaves has, given those of one that enters; None where nobody knows.

        Asked before any run, for the checks. Example: Concat Batches with min_steps 5 makes 6 of batches of 3.
        """
        return entering

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Say what is wrong or doubtful beyond what the declaration tells, given the rows of a batch that enters."""
        return ()

    def hosts(self) -> int:
        """Return how many host actors it takes; asked before anything starts."""
        return 0

    def placement(self) -> Placement:
        """Return where its host actors may be, and what each keeps for itself; asked only of those that have some."""
        return ANYWHERE

    def why_not_deterministic(self) -> str:
        """Say why the same seed may give other items here ("takes items as they are ready"); nothing if it does not."""
        return ""

    def provide(self, run: Run, **handles: Any) -> Any:
        """Make ready to run, with the connected handles by port name; return what the handle output carries.

        Runs once per run, before any item flows: on the driver, and on each actor that runs the operator or one that
        takes its handle. An input that takes many handles gets a tuple; one that is not connected gets None.
        """
        return None

    def turning(self, name: str, value: Any) -> None:
        """Do what it takes for a live parameter to have another value, before it has; most need nothing.

        Raises:
            ValueError: it cannot have it as things are; the text is a sentence.
        """

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream that leaves this node, given those that enter each stream input, in wire order."""
        ((upstream,),) = upstreams.values()
        return upstream.through(self)

    def each(self, item: Item) -> Iterable[Item]:
        """Take one item and give any number; the default passes it on."""
        return (item,)

    def rest(self) -> Iterable[Item]:
        """Give what is held back, once, when the stream that enters has ended; few streams do."""
        return ()

    def settle(self) -> None:
        """Return when no thread of this node is changing what `state` of any node gives; asked before states are."""

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep of this node: tensors, arrays and plain values by name."""
        return {}

    def bulk(self) -> dict[str, Any]:
        """Return what is too large to be written every few seconds, such as items: see `kinds.keep`.

        For checkpoints at the end and at wish. From `state` and this together the node goes on as if it never stopped.
        """
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` and `bulk` gave; a checkpoint written meanwhile lacks the second."""

    def close(self) -> None:
        """Let go of processes, files and windows; called once if `provide` came to its end."""


def named(operator: Operator, handle: Any) -> Any:
    """Return what an operator provided; a policy learns its name, which is that of its node."""
    if isinstance(handle, Policy):
        handle.name = operator.node
    return handle


def _read_declaration(cls: type[Operator]) -> OperatorSpec:
    doc = inspect.getdoc(cls) or ""
    hints = get_type_hints(cls)
    ports: dict[str, Port] = {}
    params: dict[str, Param] = {}
    for name, value in (declared for base in reversed(cls.__mro__) for declared in vars(base).items()):
        if isinstance(value, Port):
            ports[name] = replace(value, name=name)
        elif isinstance(value, Param):
            params[name] = replace(value, name=name, type=hints[name])
    return OperatorSpec(
        cls.__name__,
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])", " ", cls.__name__),
        cls.short,
        cls.section,
        doc.partition("\n")[0],
        doc,
        cls.rllib,
        tuple(ports.values()),
        tuple(params.values()),
    )
