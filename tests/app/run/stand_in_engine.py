"""A process that speaks the engine's protocol without training anything, so that tests of the studio start in 0.2 s.

Words on its command line choose what it does:
    deaf     ignores Stop, Quit, the end of its input and SIGTERM
    mute     says nothing more once it is ready
    chatty   sends a heartbeat ten times a second
    garbage  sends lines that are no events, and an overlong one, before it is ready
    fails    ends each run at once because of a problem
    refuses  says that it cannot start, and ends
    noisy    prints 500 lines on standard error before it is ready
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from engine.events import (
    MAX_LINE,
    CheckpointSaved,
    EngineReady,
    EngineStarting,
    EpisodesFinished,
    Event,
    Heartbeat,
    Log,
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
    to_line,
)
from engine.inspecting import (
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

HOW = sys.argv[1:]
DOT = (  # a PNG of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)


def tell(*events: Event) -> None:
    os.write(1, b"".join(to_line(event) for event in events))


def start_up() -> None:
    if "deaf" in HOW:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "garbage" in HOW:
        os.write(1, b"this is no event\n")
        sys.stdout.buffer.write(b"x" * (MAX_LINE + 10) + b"\n")
        sys.stdout.flush()
    if "noisy" in HOW:
        sys.stderr.write("".join(f"line {number}\n" for number in range(500)))
    if "refuses" in HOW:
        problem = Problem(Place(), "Ray did not start", "is the disk full?")
        tell(Refused(command="engine", problems=(problem.as_json(),)))
        sys.exit(4)
    tell(EngineStarting(step="warming up", seconds=0.1), EngineReady(pid=os.getpid(), seconds=0.2))


def obey(line: bytes) -> bool:
    """Carry out one command; say whether to go on."""
    match read_command(line):
        case StartRun() if "fails" in HOW:
            problem = Problem(Place("train_1"), "the loss is not a number")
            tell(RunStarted(folder="/runs/one", title="PPO on CartPole", seed=1))
            tell(RunEnded(status="failed", problems=(problem.as_json(),)))
        case StartRun(resume=folder):
            turned = {"policy_1": {"clip": 0.1}, "gone_1": {"clip": 0.1}} if folder else {}
            begun = RunStarted(folder=folder or "/runs/one", title="PPO on CartPole", seed=1, stop={"env_steps": 1000})
            tell(begun.model_copy(update={"turned": turned}))
            tell(EpisodesFinished(rows=((20, 0.1, 20.0, 20), (45, 0.2, 25.0, 25))))
            tell(Telemetry(seconds=0.3, env_steps=50, env_steps_per_s=200.0, updates=1, episodes=2))
        case SetParam(node=node, name=name, value=value):
            place = {"env_steps": 50, "seconds": 0.3, "updates": 1}
            tell(ParamSet.model_validate({"node": node, "name": name, "value": value, "before": None, **place}))
        case HoldNext(wire=wire) | PeekNext(wire=wire) as wish:
            reward = FieldView(name="reward", shape=(64,), dtype="float32", least=0, most=2, mean=1, counts=(8, 48, 8))
            item = ItemView(kind="batch", source="rollouts_1/0", version=3, env_steps=64, rows=64, fields=(reward,))
            held = isinstance(wish, HoldNext)
            tell(ItemSeen(wire=wire, held=held, item=item, env_steps=50, seconds=0.3, updates=1))
            if held:
                tell(RunPaused())
        case DropItem(wire=wire):
            tell(ItemDropped(wire=wire, source="rollouts_1/0", item_env_steps=64, dropped=1, env_steps=50))
        case SetBreakpoints(breakpoints=breakpoints):
            tell(Log(level="info", text=f"breakpoints: {[one.condition for one in breakpoints if one.enabled]}"))
        case Watch(node="cannot_1"):
            problem = Problem(Place("cannot_1"), "Blind-v0 cannot draw itself: it renders as ansi")
            tell(Refused(command="watch", problems=(problem.as_json(),)))
        case Watch(node=node) as wish if node:
            tell(PolicySeen(node=node, version=3, episode=wish.skipped + 1, step=7, episode_return=7.0, picture=DOT))
            if wish.film:
                tell(VideoRecorded(node=node, file=f"videos/watched-{node}-50-1.{wish.film}", env_steps=50))
        case Pause():
            tell(RunPaused())
        case Resume():
            tell(RunResumed())
        case Stop() if "deaf" not in HOW:
            tell(CheckpointSaved(folder="checkpoints/50", env_steps=50))
            tell(RunEnded(status="stopped", summary={"env_steps": 50}))
        case Quit():
            return "deaf" in HOW
    return True


def main() -> None:
    start_up()
    rest = b""
    while True:
        if not select.select([0], [], [], 0.1)[0]:
            if "chatty" in HOW:
                tell(Heartbeat())
            continue
        data = os.read(0, 65536)
        if not data and "deaf" not in HOW:
            return
        *lines, rest = (rest + data).split(b"\n")
        if not data:
            time.sleep(0.1)
        if not all(obey(line) for line in lines):
            return


if __name__ == "__main__":
    main()
