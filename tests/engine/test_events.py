"""Events and commands are one JSON line each, there and back; a line that is none is refused in words."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from engine.document import read, write
from engine.events import (
    MAX_LINE,
    ActorRestarted,
    CheckpointSaved,
    Command,
    EngineReady,
    EngineStarting,
    EpisodesFinished,
    Event,
    Heartbeat,
    Log,
    MetricsReported,
    NodeNumbers,
    NodeState,
    ParamSet,
    Pause,
    Quit,
    Refused,
    Resume,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    SetParam,
    StartRun,
    Stop,
    Telemetry,
    VideoRecorded,
    read_command,
    read_event,
    to_line,
)
from engine.inspecting import (
    Breakpoint,
    DropItem,
    FieldView,
    HoldNext,
    ItemDropped,
    ItemSeen,
    ItemView,
    PeekNext,
    PolicySeen,
    SetBreakpoints,
    Watch,
)
from engine.problems import Place, Problem
from tests.engine.graphs import ppo

EVENTS: tuple[Event, ...] = (
    EngineStarting(step="starting Ray", seconds=1.25),
    EngineReady(pid=4711, seconds=3.5, environments=("CartPole-v1", "Pendulum-v1")),
    RunStarted(folder="runs/1", title="PPO é 漢", seed=2**32 - 1, stop={"env_steps": 150_000.0}, resumed_at=512),
    NodeState(node="gather_1", state="waiting", detail="its workers"),
    Telemetry(
        seconds=10.0,
        env_steps=40_960,
        env_steps_per_s=4096.0,
        updates=20,
        episodes=300,
        return_mean_100=41.5,
        nodes={"train_1": NodeNumbers(items=20, env_steps=40_960, items_per_s=2.0, env_steps_per_s=4096.0, busy=0.5)},
        wires={"train_1.results→report_1.items": 4096.0},
        policy_lag=0.0,
    ),
    EpisodesFinished(rows=((512, 0.5, 21.0, 21), (512, 0.5, -9.0, 9))),
    MetricsReported(node="report_1", env_steps=2048, seconds=0.5, updates=1, values={"kl": 1e-05}),
    CheckpointSaved(folder="checkpoints/2048", env_steps=2048),
    VideoRecorded(node="video_1", file="videos/video_1-2048.mp4", env_steps=2048),
    ActorRestarted(node="rollouts_1", source="rollouts_1/0", cause="killed", restarts=2),
    RunPaused(),
    RunResumed(),
    ParamSet(node="union_1", name="weights", value={"a": 2}, before={}, env_steps=512, seconds=0.5, updates=2),
    RunEnded(status="finished", summary={"seconds_to_stop_return": None, "updates": 20}),
    Refused(command="start_run", problems=(Problem(Place("train_1"), "no").as_json(),)),
    Log(level="warning", text="two\nlines", node="train_1"),
    ItemSeen(
        wire="train_1.results→report_1.items",
        held=True,
        why="kl > 1",
        item=ItemView(
            kind="train result", source="rollouts_1/0", version=3, env_steps=64, figures={"kl": None},
            fields=(FieldView(name="errors", shape=(4,), dtype="float32", least=0.0, counts=(3, 1)),),
        ),
        env_steps=64,
        seconds=0.5,
        updates=1,
    ),
    ItemDropped(wire="a.b→c.d", source="rollouts_1/0", item_env_steps=64, dropped=1, env_steps=128),
    PolicySeen(node="policy_1", version=3, episode=2, step=7, episode_return=7.0, picture="aGVsbG8="),
    Heartbeat(),
)  # fmt: skip
COMMANDS: tuple[Command, ...] = (
    StartRun(),
    Pause(),
    Resume(),
    Stop(),
    Quit(),
    SetParam(node="policy_1", name="learning_rate", value=1e-4),
    HoldNext(wire="a.b→c.d"),
    PeekNext(wire="a.b→c.d"),
    DropItem(wire="a.b→c.d"),
    SetBreakpoints(breakpoints=(Breakpoint(wire="a.b→c.d", condition="return > 200", enabled=False),)),
    Watch(node="policy_1", speed=0.5, skipped=1, film="gif"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_survives_the_line(event: Event) -> None:
    line = to_line(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_event(line) == event


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


def test_half_a_character_does_not_keep_an_event_from_being_told() -> None:
    told = Log(level="error", text="cannot open \udcff.json", node="train_1")
    assert read_event(to_line(told)) == Log(level="error", text="cannot open ?.json", node="train_1")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.type)
def test_every_command_survives_the_line(command: Command) -> None:
    assert read_command(to_line(command)) == command


def test_there_is_an_example_of_every_command() -> None:
    assert {type(command) for command in COMMANDS} == set(get_args(Command))


def test_a_graph_travels_in_a_command_and_problems_in_an_event() -> None:
    command = read_command(to_line(StartRun(graph=write(ppo()), seed=3, stop={"env_steps": 1000})))
    assert isinstance(command, StartRun)
    assert read(command.graph) == ppo()
    problem = Problem(Place("train_1", "epochs"), "no", "yes")
    event = read_event(to_line(RunEnded(status="failed", problems=(problem.as_json(),), summary={"updates": 3})))
    assert isinstance(event, RunEnded)
    assert [Problem.from_json(data) for data in event.problems] == [problem]


def test_numbers_of_a_run_read_as_they_were_told() -> None:
    assert to_line(Pause()) == b'{"type":"pause"}\n'
    told = EpisodesFinished(rows=((512, 0.5, 21.0, 21), (512, 0.5, 9.0, 9)))
    assert to_line(told) == b'{"type":"episodes_finished","rows":[[512,0.5,21.0,21],[512,0.5,9.0,9]]}\n'
    assert read_event(to_line(told)) == told


def test_fields_of_a_newer_engine_are_read_over() -> None:
    assert read_event(b'{"type": "log", "level": "info", "text": "hello", "colour": "red"}\n') == Log(
        level="info", text="hello"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "no event: Invalid JSON: EOF while parsing a value at line 1 column 0 in b''"),
        (b"Traceback (most recent", "no event: Invalid JSON: expected value at line 1 column 1 in b'Traceback"),
        (b'{"type": "pause"}', "no event: Input tag 'pause' found using 'type' does not match any of the expected"),
        (b'{"type": "log"}', "no event: Field required in b"),
        (b'{"type": "log", "level": "loud", "text": ""}', "no event: Input should be 'info', 'warning' or 'error' in"),
        (b"[" * 100_000, "no event: Invalid JSON: recursion limit exceeded"),
        (b" " * (MAX_LINE + 1), f"a line of {MAX_LINE + 1} bytes is no event: the limit is {MAX_LINE}"),
    ],
    ids=["empty", "a traceback", "a command", "a field is missing", "another word", "nested", "too long"],
)
def test_a_line_that_is_no_event_is_refused_in_words(line: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match="no event") as refused:
        read_event(line)
    assert str(refused.value).startswith(reason)
    assert len(str(refused.value)) < 600


def test_a_number_that_is_none_is_refused_where_it_is_told_and_not_where_it_is_read() -> None:
    with pytest.raises(ValueError, match="finite number"):
        MetricsReported(node="report_1", env_steps=1, seconds=0.1, updates=1, values={"kl": math.nan})


def test_telemetry_of_a_thousand_nodes_is_far_below_the_limit() -> None:
    numbers = NodeNumbers(items=10**9, env_steps=10**12, items_per_s=123456.789, env_steps_per_s=123456.789)
    told = Telemetry(
        seconds=1e5,
        env_steps=10**12,
        env_steps_per_s=1e5,
        updates=10**6,
        episodes=10**6,
        nodes={f"standardize_{index}": numbers for index in range(1000)},
        wires={f"standardize_{index}.standardized→concat_{index}.batches": 1e5 for index in range(1000)},
    )
    assert len(to_line(told)) < MAX_LINE / 10
