"""What the engine tells (events) and what the studio wishes (commands): closed unions of frozen values.

Each travels as one JSON line: to the studio over a private pipe, to `events.jsonl` in the run folder, from which
plots are drawn again later. Numbers are throttled where they arise (at most four `Telemetry` lines a second); state
changes never are. A line that is no event is an error for the reader to report, not to guess at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from engine.inspecting import Inspection, ItemDropped, ItemSeen, PolicySeen, Watch
from engine.message import Message

PROTOCOL: Final = 1
MAX_LINE: Final = 4 * 1024 * 1024  # bytes; longer lines are refused unread

RunStatus = Literal["finished", "stopped", "failed", "interrupted"]
NodeStateName = Literal["ready", "starting", "running", "waiting", "blocked", "paused", "done", "failed"]


class EngineStarting(Message):
    """A step of the engine's start, such as `"starting Ray"`, with the seconds since its process began."""

    type: Literal["engine_starting"] = "engine_starting"
    step: str
    seconds: float


class EngineReady(Message):
    """The engine is warm: Ray is up and a run can start at once.

    Of a cluster it tells cores and memory (bytes) of all its machines, and what each of them has, by Ray's names.
    """

    type: Literal["engine_ready"] = "engine_ready"
    protocol: int = PROTOCOL
    pid: int
    seconds: float
    environments: tuple[str, ...] = ()
    cores: int = 0
    memory: int = 0
    machines: tuple[Mapping[str, float], ...] = ()


class RunStarted(Message):
    """A run began. `why_not_deterministic` says why the same seed may give other numbers, or is empty.

    One that is gone on with tells the env steps at which it is, and the live parameters that had been turned by then,
    by node and name.
    """

    type: Literal["run_started"] = "run_started"
    folder: str
    title: str
    seed: int
    stop: Mapping[str, float] = {}
    why_not_deterministic: str = ""
    resumed_at: int = 0
    turned: Mapping[str, Mapping[str, JsonValue]] = {}


class NodeState(Message):
    """A node changed its state; `detail` says what it waits for, or what went wrong."""

    type: Literal["node_state"] = "node_state"
    node: str
    state: NodeStateName
    detail: str = ""


class NodeNumbers(Message):
    """One node's live numbers: items given so far, and per second over the last interval.

    `busy` and `blocked` are the shares of that interval in which its code ran (on actors: of the time of all of them),
    and in which it had something to give and nobody made room for it; `waiting` is the share in which the driver had
    nothing to do because nothing came in there. `queued` items wait in it now; `room` is how many a queue has room
    for, else 0. `lag` and `lag_p95` tell how many updates the policy was ahead of those that sampled the last items,
    half of them and all but 5 % of them at most so many; None where no policy samples. `ratio` is how many rows were
    drawn from a replay buffer for each row stored, `ratio_wanted` the bound.
    """

    items: int
    env_steps: int
    items_per_s: float
    env_steps_per_s: float
    busy: float = 0.0
    waiting: float = 0.0
    blocked: float = 0.0
    queued: int = 0
    room: int = 0
    lag: float | None = None
    lag_p95: float | None = None
    ratio: float | None = None
    ratio_wanted: float | None = None


class Telemetry(Message):
    """Live numbers of the whole run and of each node; at most four a second.

    `seconds` count from the first sample; `wires` maps `"from→to"` port pairs to env steps per second; `machines` maps
    nodes whose actors are on several machines to env steps per second on each. Where all is on one machine, `cores` is
    how many cores it has, and `cores_busy` the share of them that was at work in whatever program; else they are 0.
    """

    type: Literal["telemetry"] = "telemetry"
    seconds: float
    env_steps: int
    env_steps_per_s: float
    updates: int
    episodes: int
    return_mean_100: float | None = None
    nodes: Mapping[str, NodeNumbers] = {}
    wires: Mapping[str, float] = {}
    machines: Mapping[str, Mapping[str, float]] = {}
    cores: int = 0
    cores_busy: float = 0.0


class EpisodesFinished(Message):
    """Training episodes that ended: rows of (env steps, seconds since the first sample, return, length)."""

    type: Literal["episodes_finished"] = "episodes_finished"
    rows: tuple[tuple[int, float, float, int], ...]


class MetricsReported(Message):
    """Metrics that a node reports at a point of the run; names are explained in the operators' help."""

    type: Literal["metrics_reported"] = "metrics_reported"
    node: str
    env_steps: int
    seconds: float
    updates: int
    values: Mapping[str, float]


class CheckpointSaved(Message):
    """A complete checkpoint lies in `folder`, inside the run's folder."""

    type: Literal["checkpoint_saved"] = "checkpoint_saved"
    folder: str
    env_steps: int


class VideoRecorded(Message):
    """A node filmed an episode; the video is `file`, inside the run's folder."""

    type: Literal["video_recorded"] = "video_recorded"
    node: str
    file: str
    env_steps: int


class ActorRestarted(Message):
    """A worker died or hung and was replaced; the fragment in flight is lost and not counted."""

    type: Literal["actor_restarted"] = "actor_restarted"
    node: str
    source: str
    cause: str
    restarts: int


class RunPaused(Message):
    """The run stands still until it is resumed; what is in flight comes in and waits."""

    type: Literal["run_paused"] = "run_paused"


class RunResumed(Message):
    """The run goes on."""

    type: Literal["run_resumed"] = "run_resumed"


class RunEnded(Message):
    """The run is over; `problems` holds what went wrong as `Problem.as_json` objects, `summary` the figures."""

    type: Literal["run_ended"] = "run_ended"
    status: RunStatus
    problems: tuple[Mapping[str, str], ...] = ()
    summary: Mapping[str, JsonValue] = {}


class ParamSet(Message):
    """A live parameter of a node was turned from `before` to `value`; what comes next is made with it."""

    type: Literal["param_set"] = "param_set"
    node: str
    name: str
    value: JsonValue
    before: JsonValue
    env_steps: int
    seconds: float
    updates: int


class Refused(Message):
    """A command was not carried out; `problems` as in `RunEnded`."""

    type: Literal["refused"] = "refused"
    command: str
    problems: tuple[Mapping[str, str], ...]


class Log(Message):
    """A line for the log panel."""

    type: Literal["log"] = "log"
    level: Literal["info", "warning", "error"]
    text: str
    node: str = ""


class Heartbeat(Message):
    """The engine's process is alive; sent once a second whatever else happens, and never recorded."""

    type: Literal["heartbeat"] = "heartbeat"


Event = (
    EngineStarting | EngineReady | RunStarted | NodeState | Telemetry | EpisodesFinished | MetricsReported
    | CheckpointSaved | VideoRecorded | ActorRestarted | RunPaused | RunResumed | ParamSet | RunEnded | Refused | Log
    | ItemSeen | ItemDropped | PolicySeen | Heartbeat
)  # fmt: skip


class StartRun(Message):
    """Run this graph (the text of a graph file), or resume the run in `resume`."""

    type: Literal["start_run"] = "start_run"
    graph: str = ""
    seed: int | None = None
    stop: Mapping[str, float] | None = None
    out: str = ""
    resume: str = ""


class Pause(Message):
    """Stand still: train and ask for nothing more, while what is in flight comes in and waits."""

    type: Literal["pause"] = "pause"


class Resume(Message):
    """Go on after a pause."""

    type: Literal["resume"] = "resume"


class Stop(Message):
    """End the run: drop what is in flight, uncounted, write a checkpoint, keep the folder."""

    type: Literal["stop"] = "stop"


class Quit(Message):
    """End the run if there is one, and the engine."""

    type: Literal["quit"] = "quit"


class SetParam(Message):
    """Use another value of a live parameter from the next item on."""

    type: Literal["set_param"] = "set_param"
    node: str
    name: str
    value: JsonValue


Command = StartRun | Pause | Resume | Stop | Quit | SetParam | Watch | Inspection

_M = TypeVar("_M")
_EVENTS: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="type")])
_COMMANDS: Final[TypeAdapter[Command]] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


def to_line(message: Event | Command) -> bytes:
    r"""Return the message as one JSON line, newline included; what is no text in it becomes `?`.

    Example: `to_line(Pause())` is `b'{"type":"pause"}\n'`.
    """
    try:
        return message.model_dump_json().encode() + b"\n"
    except PydanticSerializationError:  # half a character, as in the name of a file that is no UTF-8
        return json.dumps(message.model_dump(), ensure_ascii=False).encode(errors="replace") + b"\n"


def read_event(line: bytes) -> Event:
    """Parse a line that `to_line` made of an event.

    Raises:
        ValueError: the line is too long or no event; the text says why.
    """
    return _read(line, _EVENTS, "event")


def read_command(line: bytes) -> Command:
    """Parse a line that `to_line` made of a command.

    Raises:
        ValueError: the line is too long or no command; the text says why.
    """
    return _read(line, _COMMANDS, "command")


def _read(line: bytes, adapter: TypeAdapter[_M], what: str) -> _M:
    if len(line) > MAX_LINE:
        raise ValueError(f"a line of {len(line)} bytes is no {what}: the limit is {MAX_LINE}")
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"no {what}: {first['msg']} in {line[:80]!r}") from None
