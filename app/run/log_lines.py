"""What the log says of each event: one line, or nothing where the window shows it better elsewhere."""

from __future__ import annotations

from typing import Final, Literal

from app.plots.figures import written
from app.run.item_words import headline, occasion
from engine.events import (
    ActorRestarted,
    CheckpointSaved,
    EngineReady,
    EngineStarting,
    Event,
    Log,
    NodeState,
    ParamSet,
    Refused,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    VideoRecorded,
)
from engine.inspecting import ItemDropped, ItemSeen
from engine.problems import Problem

Level = Literal["info", "warning", "error"]


def line_of(event: Event) -> Log | None:
    """Return the event as a line for the log; None for numbers and for what happens all the time.

    Example: `RunPaused()` gives `Log(level="info", text="The run is paused.")`.
    """
    match event:
        case Log():
            return event
        case EngineStarting():
            return _line("info", f"Engine: {event.step} (after {event.seconds:.1f} s).")
        case EngineReady():
            return _line("info", f"The engine is ready (after {event.seconds:.1f} s, process {event.pid}).")
        case RunStarted():
            return _line("info", _start(event))
        case RunPaused():
            return _line("info", "The run is paused.")
        case RunResumed():
            return _line("info", "The run goes on.")
        case ItemSeen(held=True):
            return _line("info", f"{headline(event)}. {occasion(event)}.")
        case ItemDropped():
            text = f"An item of {event.source} ({event.item_env_steps:,} env steps) was dropped on {event.wire}."
            return _line("warning", text)
        case ParamSet():
            values = f"from {written(event.before)} to {written(event.value)}"
            text = f"{event.name} was turned {values} at {event.env_steps:,} env steps."
            return Log(level="info", text=text, node=event.node)
        case CheckpointSaved():
            return _line("info", f"Checkpoint at {event.env_steps:,} env steps: {event.folder}.")
        case VideoRecorded():
            return Log(level="info", text=f"Video at {event.env_steps:,} env steps: {event.file}.", node=event.node)
        case ActorRestarted():
            text = f"{event.source} was replaced (restart {event.restarts}): {event.cause}"
            return Log(level="warning", text=text, node=event.node)
        case NodeState(state="failed"):
            return Log(level="error", text=event.detail, node=event.node)
        case Refused():
            return _line("error", f"The engine refused to {event.command.replace('_', ' ')}: {_listed(event.problems)}")
        case RunEnded():
            level: Level = "error" if event.status == "failed" else "info"
            return _line(level, f"The run has {_ENDS[event.status]}. {_listed(event.problems)}".strip())
        case _:
            return None


_ENDS: Final = {
    "finished": "finished",
    "stopped": "been stopped",
    "failed": "failed",
    "interrupted": "been interrupted",
}


def _line(level: Level, text: str) -> Log:
    return Log(level=level, text=text)


def _start(event: RunStarted) -> str:
    where = f", resumed at {event.resumed_at:,} env steps" if event.resumed_at else ""
    return f"{event.title or 'The graph'} runs with seed {event.seed}{where}: {event.folder}."


def _listed(problems: tuple[object, ...]) -> str:
    return "; ".join(str(Problem.from_json(dict(problem))) for problem in problems)
