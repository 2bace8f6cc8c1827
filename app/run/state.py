"""In which state the engine and its run are, and what can be wished for in each: values and two tables, no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from engine.events import EngineReady, Event, NodeStateName, Refused, RunEnded, RunPaused, RunResumed, RunStarted

Wish = Literal["run", "pause", "resume", "turn", "look", "stop", "end_engine", "start_engine"]


class RunState(StrEnum):
    """A state of the engine and its run; the value is the word that the window shows."""

    OFF = "Engine off"
    STARTING = "Engine starting"
    QUEUED = "Run queued"
    READY = "Ready"
    LAUNCHING = "Starting run"
    RUNNING = "Running"
    PAUSING = "Pausing"
    PAUSED = "Paused"
    STOPPING = "Stopping"
    FINISHED = "Finished"
    STOPPED = "Stopped"
    FAILED = "Failed"
    LOST = "Engine lost"

    @property
    def look(self) -> NodeStateName:
        """Return the node state whose icon and colour say the same, so that one picture has one meaning."""
        return _LOOKS[self]

    @property
    def running(self) -> bool:
        """Whether a run is under way, from the click on Run to its end."""
        return self in _UNDER_WAY

    @property
    def engine_starts(self) -> bool:
        """Whether the engine is on its way to its first answer, with a run that waits for it or without."""
        return self in (RunState.STARTING, RunState.QUEUED)

    def allows(self, wish: Wish) -> bool:
        """Tell whether this wish makes sense now; its button is enabled exactly then."""
        return self in _ALLOWED[wish]


_LOOKS: Final[Mapping[RunState, NodeStateName]] = MappingProxyType(
    {
        RunState.OFF: "ready",
        RunState.STARTING: "starting",
        RunState.QUEUED: "starting",
        RunState.READY: "ready",
        RunState.LAUNCHING: "starting",
        RunState.RUNNING: "running",
        RunState.PAUSING: "paused",
        RunState.PAUSED: "paused",
        RunState.STOPPING: "waiting",
        RunState.FINISHED: "done",
        RunState.STOPPED: "done",
        RunState.FAILED: "failed",
        RunState.LOST: "failed",
    }
)
_UNDER_WAY: Final = frozenset(
    {
        RunState.QUEUED,
        RunState.LAUNCHING,
        RunState.RUNNING,
        RunState.PAUSING,
        RunState.PAUSED,
        RunState.STOPPING,
    }
)
_WARM: Final = frozenset({RunState.READY, RunState.FINISHED, RunState.STOPPED, RunState.FAILED})
_ALLOWED: Final[Mapping[Wish, frozenset[RunState]]] = MappingProxyType(
    {
        "run": _WARM | {RunState.STARTING, RunState.LOST},  # as soon as the engine, if need be a new one, is ready
        "pause": frozenset({RunState.RUNNING}),
        "resume": frozenset({RunState.PAUSED}),
        "turn": frozenset({RunState.RUNNING, RunState.PAUSING, RunState.PAUSED}),
        "look": frozenset({RunState.LAUNCHING, RunState.RUNNING, RunState.PAUSING, RunState.PAUSED}),
        "stop": _UNDER_WAY - {RunState.STOPPING},
        "end_engine": frozenset({RunState.STOPPING}),
        "start_engine": frozenset({RunState.OFF, RunState.LOST}),
    }
)
_ENDS: Final[Mapping[str, RunState]] = MappingProxyType(
    {
        "finished": RunState.FINISHED,
        "stopped": RunState.STOPPED,
        "interrupted": RunState.STOPPED,
        "failed": RunState.FAILED,
    }
)
_REFUSALS: Final[Mapping[tuple[RunState, str], RunState]] = MappingProxyType(
    {
        (RunState.LAUNCHING, "start_run"): RunState.FAILED,
        (RunState.PAUSING, "pause"): RunState.RUNNING,
        (RunState.STOPPING, "stop"): RunState.READY,  # there is no run that could be stopped
    }
)


def after(state: RunState, event: Event) -> RunState:
    """Return the state that follows when the engine tells `event`.

    Example: `after(RunState.PAUSING, RunPaused())` is `RunState.PAUSED`.
    """
    match event:
        case EngineReady():
            return RunState.READY
        case RunStarted():
            return RunState.STOPPING if state is RunState.STOPPING else RunState.RUNNING
        case RunPaused():
            return RunState.PAUSED if state in (RunState.PAUSING, RunState.RUNNING) else state
        case RunResumed():
            return RunState.RUNNING if state is RunState.PAUSED else state
        case RunEnded(status=status):
            return _ENDS[status]
        case Refused(command=command):
            return _REFUSALS.get((state, command), state)
        case _:
            return state
