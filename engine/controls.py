"""What whoever watches a run may wish while it goes on: to pause, to resume, to stop it, to turn a live parameter."""

from __future__ import annotations

from collections.abc import Callable

from engine.clock import Clock
from engine.compiling import Opened
from engine.counters import Counters
from engine.events import Command, Event, ParamSet, Pause, Quit, Refused, Resume, RunPaused, RunResumed, SetParam, Stop
from engine.knobs import Knobs
from engine.problems import Place, Problem


class Controls:
    """The wishes that a run obeys between two pulls, and what has come of them.

    Attributes:
        paused: whether nothing is to be pulled for the time being.
        stopped: whether the run is to end.
    """

    def __init__(self, knobs: Knobs, counters: Counters, clock: Clock, tell: Callable[[Event], None]) -> None:
        self.knobs, self.counters, self.clock, self.tell = knobs, counters, clock, tell
        self.paused = False
        self.stopped = False

    def obey(self, command: Command, opened: Opened) -> None:
        """Do what a command wishes, and tell what was done; what is so already is not done again."""
        if isinstance(command, Pause) and not self.paused:
            self.clock.stop()
            self.paused = True
            self.tell(RunPaused())
        elif isinstance(command, Resume) and self.paused:
            if self.counters.env_steps:
                self.clock.start()
            self.paused = False
            self.tell(RunResumed())
        elif isinstance(command, Stop | Quit):
            self.stopped = True
        elif isinstance(command, SetParam):
            self._turn(command, opened)

    def _turn(self, command: SetParam, opened: Opened) -> None:
        """Turn a live parameter and tell at which point of the run, or tell why not."""
        node, name, value = command.node, command.name, command.value
        try:
            before = self.knobs.turn(opened, node, name, value)
        except ValueError as error:
            problem = Problem(Place(node, name), str(error), "the run goes on as before")
            self.tell(Refused(command="set_param", problems=(problem.as_json(),)))
            return
        counters, seconds = self.counters, self.clock.seconds
        place = {"env_steps": counters.env_steps, "seconds": seconds, "updates": counters.updates}
        self.tell(ParamSet.model_validate({**command.model_dump(exclude={"type"}), "before": before, **place}))
