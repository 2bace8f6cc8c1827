"""Holding, showing and dropping items on the wires of a run: where taps are put, and what their looks find.

Three ideas. A wire has a tap only while somebody waits for its next item or has a breakpoint on it. Only items on the
driver can be held: on actors the shards work at the same time, each on its own item, and none waits for us, so such a
wire shows what comes out of its gather instead. An item that is held belongs to the run like any other that is on its
way: a whole checkpoint keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.clock import Clock
from engine.compiling import Opened
from engine.conditions import Condition, names_of, parse
from engine.counters import Counters
from engine.dataflow import Gathered, Local, Parallel, Tap
from engine.events import Event, Log
from engine.inspecting import (
    Breakpoint,
    DropItem,
    HoldNext,
    Inspection,
    ItemDropped,
    ItemSeen,
    PeekNext,
    SetBreakpoints,
)
from engine.item_views import view
from engine.kinds import Item, given_back, keep
from engine.problems import Place, Problem


@dataclass(slots=True)
class _Wanted:
    """What is wanted of one wire.

    Attributes:
        hold, peek: whether its next item is to be held, or shown as it passes.
        breakpoints: conditions of which each holds an item; None holds every one.
        unjudged: what has been told already of conditions that could not be judged.
        dropped: how many items were thrown away.
    """

    hold: bool = False
    peek: bool = False
    breakpoints: tuple[Condition | None, ...] = ()
    unjudged: set[str] = field(default_factory=set)
    dropped: int = 0

    @property
    def nothing(self) -> bool:
        """Whether items can pass unseen."""
        return not (self.hold or self.peek or self.breakpoints)


class Taps:
    """What is wanted of each wire of one run, and the taps that stand in them for it."""

    def __init__(
        self,
        counters: Counters,
        clock: Clock,
        tell: Callable[[Event], None],
        show: Callable[[Event], None],
        pause: Callable[[], None],
    ) -> None:
        """Record what changes the run with `tell`, `show` what is only looked at, and `pause` where an item is held."""
        self.counters, self.clock, self.tell, self.show, self.pause = counters, clock, tell, show, pause
        self.wanted: dict[str, _Wanted] = {}
        self.taps: dict[str, Tap] = {}

    def obey(self, command: Inspection, opened: Opened) -> None:
        """Do what a command wishes.

        Raises:
            ValueError: it cannot be done, and nothing was; a sentence.
        """
        match command:
            case HoldNext(wire=wire):
                self._tap(wire, opened)
                self._of(wire).hold = True
            case PeekNext(wire=wire):
                wire = gathered_at(wire, opened) if isinstance(opened.wires.get(wire), Parallel) else wire
                self._tap(wire, opened)
                self._of(wire).peek = True
            case DropItem(wire=wire):
                self._drop(wire)
            case SetBreakpoints(breakpoints=breakpoints):
                self._set(breakpoints, opened)

    def forget_holds(self) -> None:
        """Wait for no next item any more: the run goes on, up to its breakpoints."""
        for wire, wanted in self.wanted.items():
            wanted.hold = False
            self._settle(wire)

    def state(self) -> dict[str, Any]:
        """Return what is held on each wire, for a checkpoint."""
        return {wire: keep([tap.held]) for wire, tap in self.taps.items() if tap.held is not None}

    def restore(self, state: Mapping[str, Any], opened: Opened) -> None:
        """Put what `state` gave back on its wires, where the next pulls give it; nobody looks at it any more."""
        for wire, kept in state.items():
            self._tap(wire, opened)
            (self.taps[wire].held,) = given_back(kept)
            self._settle(wire)

    def _set(self, breakpoints: Iterable[Breakpoint], opened: Opened) -> None:
        conditions: dict[str, list[Condition | None]] = {}
        for breakpoint_ in breakpoints:
            if breakpoint_.enabled:
                conditions.setdefault(breakpoint_.wire, []).append(parse(breakpoint_.condition))
                refuse_unfit(breakpoint_.wire, opened)
        for wire in conditions:
            self._tap(wire, opened)
        for wire in conditions.keys() | self.wanted.keys():
            self._of(wire).breakpoints = tuple(conditions.get(wire, ()))
            self._settle(wire)

    def _drop(self, wire: str) -> None:
        tap = self.taps.get(wire)
        if tap is None or tap.held is None:
            raise ValueError("no item is held on this wire")
        item, tap.held = tap.held, None
        wanted = self._of(wire)
        wanted.dropped += 1
        self.tell(
            ItemDropped(
                wire=wire, source=item.source, item_env_steps=item.env_steps, dropped=wanted.dropped,
                env_steps=self.counters.env_steps,
            )
        )  # fmt: skip

    def _of(self, wire: str) -> _Wanted:
        return self.wanted.setdefault(wire, _Wanted())

    def _tap(self, wire: str, opened: Opened) -> None:
        """Put a tap into a wire, or let the one that stands there look again."""
        refuse_unfit(wire, opened)
        tap = self.taps.get(wire)
        if tap is not None and tap.stands:
            tap.look = self._look(wire)
            return
        reader, upstream = opened.streams[_target(wire)], opened.wires[wire]
        assert isinstance(reader, Local)  # what takes a local stream gives one
        assert isinstance(upstream, Local)  # a parallel one was refused
        self.taps[wire] = Tap(reader, upstream, self._look(wire))

    def _settle(self, wire: str) -> None:
        """Let the tap go that nobody wants any more; it hands on first what it holds."""
        if wire in self.taps and self._of(wire).nothing:
            self.taps[wire].look = None

    def _look(self, wire: str) -> Callable[[Item], bool]:
        wanted = self._of(wire)

        def look(item: Item) -> bool:
            why = "" if wanted.hold else self._reason(wire, item)
            held = why is not None
            if held or wanted.peek:
                wanted.hold = wanted.peek = False
                self._show(wire, item, held, why or "")
                self._settle(wire)
            return held

        return look

    def _reason(self, wire: str, item: Item) -> str | None:
        """Return the condition that holds of an item, `"every item"` where there is none; None if it may pass."""
        wanted = self._of(wire)
        if not wanted.breakpoints:
            return None
        names = {**names_of(item), **self._figures()}
        for condition in wanted.breakpoints:
            try:
                if condition is None or condition.holds(names):
                    return condition.text if condition else "every item"
            except ValueError as error:
                what = f"the breakpoint {condition.text!r} on {wire} cannot be judged: {error}" if condition else ""
                if what not in wanted.unjudged:
                    wanted.unjudged.add(what)
                    self.tell(Log(level="warning", text=what, node=wire.partition(".")[0]))
        return None

    def _figures(self) -> Mapping[str, Any]:
        counters = self.counters
        mean = counters.return_mean_100
        return {
            "env_steps": counters.env_steps, "updates": counters.updates, "episodes": counters.episodes,
            "seconds": self.clock.seconds, "return": float("nan") if mean is None else mean,
        }  # fmt: skip

    def _show(self, wire: str, item: Item, held: bool, why: str) -> None:
        counters = self.counters
        if held:
            self.pause()
        self.show(
            ItemSeen(
                wire=wire, held=held, why=why, item=view(item), env_steps=counters.env_steps,
                seconds=self.clock.seconds, updates=counters.updates,
            )
        )  # fmt: skip


def refused(command: Inspection, error: ValueError) -> Problem:
    """Return the problem that a command could not be obeyed."""
    wire = getattr(command, "wire", "")
    return Problem(Place(wire.partition(".")[0]), str(error), "the run goes on as before")


def refuse_unfit(wire: str, opened: Opened) -> None:
    """Refuse a wire whose items cannot be held.

    Raises:
        ValueError: there is no such wire of items in the graph, or it is on actors; a sentence.
    """
    if wire not in opened.wires:
        raise ValueError(f"the graph that runs has no wire {wire} that carries items")
    if isinstance(opened.wires[wire], Parallel):
        raise ValueError(
            f"{wire} is on actors, which all work at the same time, each on an item of its own: none can be held. "
            f"Hold what comes out of the gather: {gathered_at(wire, opened)}"
        )


def gathered_at(wire: str, opened: Opened) -> str:
    """Return the wire on which the items of a parallel one come out of their gather.

    Raises:
        ValueError: none leaves the gather.
    """
    node = _target(wire)
    while not isinstance(opened.streams.get(node), Gathered):
        node = next((_target(onward) for onward in opened.wires if onward.startswith(f"{node}.")), "")
        if not node:
            raise ValueError(f"what is on {wire} never comes to the driver")
    leaving = next((onward for onward in opened.wires if onward.startswith(f"{node}.")), None)
    if leaving is None:
        raise ValueError(f"nothing takes the items of {node}")
    return leaving


def _target(wire: str) -> str:
    return wire.partition("→")[2].partition(".")[0]
