"""What whoever watches a run may wish while it goes on.

To pause, to resume, to stop it, to turn a live parameter, to hold an item on a wire, to see a policy play.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.clock import Clock
from engine.compiling import Opened
from engine.counters import Counters
from engine.events import Command, Event, ParamSet, Pause, Quit, Refused, Resume, RunPaused, RunResumed, SetParam, Stop
from engine.inspecting import DropItem, HoldNext, Inspection, PeekNext, SetBreakpoints, Watch
from engine.kinds import Policy
from engine.knobs import Knobs
from engine.problems import Place, Problem
from engine.reporting import Reporter
from engine.taps import Taps, refused
from engine.watching import Watching

WATCHING_SEED: Final = 0  # of the environment that is watched: what is looked at has no part in the run's numbers


class Controls:
    """The wishes that a run obeys between two pulls, and what has come of them.

    Attributes:
        paused: whether nothing is to be pulled for the time being.
        stopped: whether the run is to end.
        watching: the policy that is watched, if one is.
    """

    def __init__(self, knobs: Knobs, counters: Counters, clock: Clock, reporter: Reporter) -> None:
        self.knobs, self.counters, self.clock, self.reporter = knobs, counters, clock, reporter
        self.tell: Callable[[Event], None] = reporter.tell
        self.taps = Taps(counters, clock, reporter.tell, reporter.show, self._pause)
        self.watching: Watching | None = None
        self._ending: list[Watching] = []
        self.paused = False
        self.stopped = False

    def obey(self, command: Command, opened: Opened) -> None:
        """Do what a command wishes, and tell what was done; what is so already is not done again."""
        match command:
            case Pause():
                self._pause()
            case Resume():
                self.taps.forget_holds()
                self._resume()
            case Stop() | Quit():
                self.stopped = True
            case SetParam():
                self._turn(command, opened)
            case Watch():
                self._watch(command, opened)
            case HoldNext() | PeekNext() | DropItem() | SetBreakpoints():
                self._inspect(command, opened)

    def close(self) -> None:
        """Wait until nobody plays any more."""
        self._stop_watching()
        for watching in self._ending:
            watching.close()

    def _stop_watching(self) -> None:
        """Let the policy that is watched play no longer; training does not wait for it."""
        if self.watching:
            self.watching.end()
            self._ending.append(self.watching)
            self.watching = None

    def _pause(self) -> None:
        if not self.paused:
            self.clock.stop()
            self.paused = True
            self.reporter.rest(self.counters, self.clock.seconds)  # what stands still shall show where
            self.tell(RunPaused())

    def _resume(self) -> None:
        if self.paused:
            if self.counters.env_steps:
                self.clock.start()
            self.paused = False
            self.tell(RunResumed())

    def _inspect(self, command: Inspection, opened: Opened) -> None:
        try:
            self.taps.obey(command, opened)
        except ValueError as error:
            self._refuse(command.type, refused(command, error))
            return
        if isinstance(command, HoldNext):
            self._resume()

    def _watch(self, wish: Watch, opened: Opened) -> None:
        if self.watching and self.watching.node == wish.node and self.watching.alive:
            self.watching.wish(wish)
            return
        self._stop_watching()
        policy = opened.handles.get(wish.node)
        if not wish.node:
            return
        try:
            if not isinstance(policy, Policy):
                raise ValueError("the graph that runs has no such policy")
            self.watching = Watching(wish, policy, self.reporter.record.path, WATCHING_SEED, self.reporter.show)
        except ValueError as error:
            self._refuse("watch", Problem(Place(wish.node), str(error), "the run goes on as before"))

    def _refuse(self, command: str, problem: Problem) -> None:
        self.tell(Refused(command=command, problems=(problem.as_json(),)))

    def _turn(self, command: SetParam, opened: Opened) -> None:
        """Turn a live parameter and tell at which point of the run, or tell why not."""
        node, name, value = command.node, command.name, command.value
        try:
            before = self.knobs.turn(opened, node, name, value)
        except ValueError as error:
            self._refuse("set_param", Problem(Place(node, name), str(error), "the run goes on as before"))
            return
        counters, seconds = self.counters, self.clock.seconds
        place = {"env_steps": counters.env_steps, "seconds": seconds, "updates": counters.updates}
        self.tell(ParamSet.model_validate({**command.model_dump(exclude={"type"}), "before": before, **place}))
