"""What checks and a run say of nodes: problems, states, numbers. Kept while a node is not drawn, and drawn with it.

A node inside a group that is drawn as one is told of on the group: all its problems, the worst state of those inside,
and of each number the largest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer

from app.canvas.drawing import Drawing
from app.canvas.levels import Levels
from app.canvas.picture import Wire
from app.canvas.wire_numbers import WireNumbers, wire_numbers
from engine.events import NodeNumbers, NodeStateName, Telemetry
from engine.problems import Problem

Told = TypeVar("Told")
State = tuple[NodeStateName, str]  # with its detail

NUMBERS_MS: Final = 250
WORST_FIRST: Final[tuple[NodeStateName, ...]] = (
    "failed", "blocked", "starting", "paused", "running", "waiting", "ready", "done",
)  # fmt: skip
COMPARED: Final = ("items", "env_steps", "items_per_s", "env_steps_per_s", "busy", "waiting", "blocked")
STALE_MS: Final = 3_000  # without newer numbers, while nodes are at work
AT_WORK: Final = frozenset[NodeStateName](("running", "waiting", "blocked"))


class Statuses(QObject):
    """What is known of each node, shown on the items that stand for it.

    `stand_ins` has for wires beside bypassed nodes the wires that run in their place, and whose numbers they show.
    Numbers change four times a second at most; the newest always comes through. Where none come any more though nodes
    are at work, what is shown is called stale.
    """

    def __init__(self, drawing: Drawing, levels: Levels, parent: QObject) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._levels = levels
        self.stand_ins: Mapping[Wire, Wire] = {}
        self._states: dict[str, State] = {}
        self._numbers: dict[str, NodeNumbers] = {}
        self._wires: Mapping[str, WireNumbers] = {}
        self._limit = ""
        self._problems: Sequence[Problem] = ()
        self._waiting: Telemetry | None = None
        self._due = QTimer(self, singleShot=True, interval=NUMBERS_MS)
        self._due.timeout.connect(self._take_newer)
        self._stale = QTimer(self, singleShot=True, interval=STALE_MS)
        self._stale.timeout.connect(self._show_stale)

    def show(self) -> None:
        """Let every item tell of what it stands for, as after other items were drawn."""
        self._show_problems()
        self._show_states()
        self._show_numbers()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Take what is wrong with the graph."""
        self._problems = tuple(problems)
        self._show_problems()

    def set_state(self, node: str, state: NodeStateName, detail: str) -> None:
        """Take the state of a running node."""
        self._states[node] = state, detail
        self._show_states()

    def change_states(self, states: Mapping[NodeStateName, NodeStateName]) -> None:
        """Give every node whose state is a key the state that stands there."""
        self._states |= {node: (states[old], "") for node, (old, _) in self._states.items() if old in states}
        self._show_states()

    def set_numbers(self, telemetry: Telemetry) -> None:
        """Take live numbers."""
        self._waiting = telemetry
        self._stale.start()
        if not self._due.isActive():
            self._take_newer()

    def set_limit(self, node: str) -> None:
        """Take which node limits the run; it shows with the next numbers."""
        self._limit = node

    def clear_run(self) -> None:
        """Forget states and numbers."""
        self._stale.stop()
        self._limit = ""
        self._waiting, self._states, self._numbers, self._wires = None, {}, {}, {}
        self._show_states()
        self._show_numbers()

    def _take_newer(self) -> None:
        if self._waiting is not None:
            self._numbers |= self._waiting.nodes
            self._wires, self._waiting = wire_numbers(self._waiting, self._limit), None
            self._show_numbers()
            self._due.start()

    def _show_problems(self) -> None:
        found = self._gathered((problem.where.node, problem) for problem in self._problems)
        for thing, item in self._drawing.nodes.items():
            item.set_problems(found.get(thing, ()))

    def _show_states(self) -> None:
        found = self._gathered(self._states.items())
        for thing, item in self._drawing.nodes.items():
            item.set_state(*worst(found[thing]) if thing in found else (None, ""))

    def _show_numbers(self) -> None:
        found = self._gathered(self._numbers.items())
        for thing, item in self._drawing.nodes.items():
            item.set_numbers(largest(found[thing]) if thing in found else None)
        beside = {"→".join(drawn): self._wires.get("→".join(runs)) for drawn, runs in self.stand_ins.items()}
        self._drawing.show_wire_numbers({**self._wires, **beside})

    def _show_stale(self) -> None:
        """Say of the numbers on nodes at work that they are no news; those on wires go."""
        at_work = {node for node, (state, _) in self._states.items() if state in AT_WORK}
        for node in at_work & self._levels.shown_as.keys():
            if item := self._drawing.nodes.get(self._levels.shown_as[node]):
                item.footer.set_stale()
        if at_work:
            self._drawing.show_wire_numbers({})

    def _gathered(self, told: Iterable[tuple[str, Told]]) -> dict[str | None, list[Told]]:
        """Return what is told of nodes by the things that stand for them."""
        found: dict[str | None, list[Told]] = defaultdict(list)
        for node, value in told:
            found[self._levels.shown_as.get(node)].append(value)
        return found


def worst(states: Iterable[State]) -> State:
    """Return the state that matters most: of one that runs and one that failed, the latter."""
    return min(states, key=lambda state: WORST_FIRST.index(state[0]))


def largest(numbers: Sequence[NodeNumbers]) -> NodeNumbers:
    """Return of each number the largest; a queue says how full it is only where it stands for itself.

    Example: of nodes that were busy for 0.2 and 0.7 of the time it is 0.7.
    """
    if len(numbers) == 1:
        return numbers[0]
    return NodeNumbers(**{name: max(getattr(one, name) for one in numbers) for name in COMPARED})
