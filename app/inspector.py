"""Looking into the run: joins wires, breakpoints and what is held with the engine, the canvas and the panel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.actions import make_action, set_icons
from app.canvas.picture import Wire
from app.canvas.stops import Stop
from app.icons import icon
from app.outline import WIRE
from app.run.breakpoint_list import words
from app.run.breakpoints import Breakpoints
from app.run.engine_process import EngineProcess
from app.run.item_panel import ItemPanel
from app.run.state import RunState
from app.themes import Theme
from engine.checking import places
from engine.document import Document
from engine.events import Event, Refused, RunEnded, RunResumed, RunStarted
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
from engine.problems import Problem

if TYPE_CHECKING:
    from app.main_window import MainWindow

ON_ACTORS: Final = (
    "Every actor works on an item of its own here, all at once: none can be held. "
    "Look shows what comes out of the gather."
)
COMMANDS: Final = ("hold_next", "peek_next", "drop_item", "set_breakpoints")


class Inspector(QObject):
    """The wires of the open graph, what is held on them, and the actions that hold, show and drop.

    Attributes:
        hold: lets what is held go, and holds the next item. peek: shows the next. drop: throws the held one away.
        go_on: lets the run go on. panel: where an item is shown.
    """

    def __init__(self, engine: EngineProcess, breakpoints: Breakpoints, window: MainWindow) -> None:
        super().__init__(window)
        self._engine, self._window = engine, window
        self._theme = window.theme
        self._held: set[str] = set()
        self._parallel: set[str] = set()
        self._path: Path | None = None
        self._document: Document | None = None
        self.breakpoints = breakpoints
        self.hold = make_action("hold", self, self._hold)
        self.peek = make_action("peek", self, lambda: self._send(PeekNext))
        self.drop = make_action("drop", self, lambda: self._send(DropItem))
        self.go_on = make_action("go_on", self, engine.resume)
        self.panel = ItemPanel((self.hold, self.go_on, self.peek, self.drop), self._theme, window)
        self._join()
        self.set_theme(self._theme)
        self.follow_document()

    def actions(self) -> tuple[QAction, ...]:
        """Return the actions, in the order of a menu."""
        return (self.hold, self.peek, self.drop)

    def set_theme(self, theme: Theme) -> None:
        """Draw icons and panel in the theme's colours."""
        self._theme = theme
        self.panel.set_theme(theme)
        set_icons((self.peek, self.drop, self.go_on), theme)
        self._enable()

    def follow_document(self) -> None:
        """Offer the wires of the document that is shown now, and mark them."""
        document = self._window.editing.document
        found = places(document, self._window.catalogue)
        streams = {_wire(e.source, e.target): found[e.source] for e in document.edges if e.source in found}
        self._parallel = {wire for wire, place in streams.items() if place == "parallel"}
        self._follow_file(document)
        self.panel.show_wires(list(streams))
        self._show_breakpoints()

    def _follow_file(self, document: Document) -> None:
        """Take the breakpoints of a graph that was opened; those of one that was saved elsewhere come along."""
        path = self._window.editing.path
        if path and path != self._path and document is self._document:
            self.breakpoints.save_as(path)
        elif path != self._path:
            self.breakpoints.open(path)
        self._path, self._document = path, document

    def take(self, event: Event) -> None:
        """Show what the engine tells of items."""
        match event:
            case RunStarted():
                self._let_go()
                self.panel.clear()
            case ItemSeen():
                self._show(event)
            case ItemDropped():
                self._held.discard(event.wire)
                self.panel.say(f"Dropped: {event.dropped:,} on this wire so far. Pause here to see the next one.")
                self._mark()
            case RunResumed() | RunEnded():
                self._let_go()
            case Refused(command=command) if command in COMMANDS:
                problem = Problem.from_json(dict(event.problems[0]))
                self._window.toast.say(problem.what)

    def add_to_menu(self, menu: QMenu, wire: Wire) -> None:
        """Add what can be done with a wire of items, before everything else in the menu."""
        name = _wire(*wire)
        if self.panel.wires.findData(name) < 0:
            return
        self.panel.choose(name)
        menu.addAction(self.hold)
        menu.addAction(self.peek)
        menu.addAction(self._breakpoint_action(name, menu))
        menu.addSeparator()

    def _breakpoint_action(self, wire: str, menu: QMenu) -> QAction:
        action = QAction(icon("breakpoint", self._theme, self._theme.danger), "&Breakpoint…", menu)
        action.setEnabled(wire not in self._parallel)
        action.triggered.connect(self._write_breakpoint)
        return action

    def _write_breakpoint(self) -> None:
        self._window.docks["Item"].bring_up()
        self.panel.breakpoints.condition.setFocus()

    # wishes

    def _join(self) -> None:
        self._engine.state_changed.connect(self._follow_state)
        self._window.editing.watch(self.follow_document)
        self._window.files.opened.connect(lambda: self.breakpoints.open(self._window.editing.path))
        self._window.canvas.wires_selected.connect(self._choose_selected)
        self._window.outline.selectionModel().currentChanged.connect(self._choose_in_outline)
        self.panel.wire_chosen.connect(self._enable)
        self.breakpoints.changed.connect(self._show_breakpoints)
        self.breakpoints.failed.connect(self._window.toast.say)
        shown = self.panel.breakpoints
        shown.wished.connect(self._add_breakpoint)
        shown.enabled.connect(self.breakpoints.enable)
        shown.removed.connect(self.breakpoints.remove)
        shown.chosen.connect(self.panel.choose)

    def _choose_selected(self, wires: Sequence[Wire]) -> None:
        if len(wires) == 1:
            self.panel.choose(_wire(*wires[0]))

    def _choose_in_outline(self, row: QModelIndex) -> None:
        if wire := row.data(WIRE):
            self.panel.choose(_wire(*wire))

    def _send(self, command: type[HoldNext] | type[PeekNext] | type[DropItem]) -> None:
        self._engine.look(command(wire=self.panel.wire))

    def _hold(self) -> None:
        self._send(HoldNext)
        if not self._held:
            self.panel.say("Waiting for the next item on this wire …")

    def _add_breakpoint(self, condition: str) -> None:
        if self.panel.wire in self._parallel:
            self.panel.breakpoints.refuse(ON_ACTORS)
        elif self.panel.wire:
            self.breakpoints.put(Breakpoint(wire=self.panel.wire, condition=condition))

    def _follow_state(self, state: RunState) -> None:
        if state is RunState.LAUNCHING:
            self._engine.look(self._wish())
        self._enable()

    def _wish(self) -> Inspection:
        """Return the breakpoints on wires that the open graph has; others are kept for when it has them again."""
        known = {self.panel.wires.itemData(row) for row in range(self.panel.wires.count())}
        return SetBreakpoints(breakpoints=tuple(one for one in self.breakpoints.all if one.wire in known))

    # what is shown

    def _show(self, seen: ItemSeen) -> None:
        if seen.held:
            self._held.add(seen.wire)
            self.panel.choose(seen.wire)
            self._window.docks["Item"].bring_up()
        self.panel.show_item(seen)
        self._mark()

    def _show_breakpoints(self) -> None:
        wish = self._wish()
        assert isinstance(wish, SetBreakpoints)
        self.panel.breakpoints.show_breakpoints(wish.breakpoints)
        if self._engine.state.allows("look"):
            self._engine.look(wish)
        self._mark()

    def _let_go(self) -> None:
        self._held.clear()
        self._mark()

    def _mark(self) -> None:
        by_wire: dict[str, list[Breakpoint]] = defaultdict(list)
        for breakpoint_ in self.breakpoints.all:
            by_wire[breakpoint_.wire].append(breakpoint_)
        stops = {wire: _stop(by_wire[wire], wire in self._held) for wire in by_wire.keys() | self._held}
        self._window.canvas.set_stops({_ends(wire): stop for wire, stop in stops.items()})
        self._enable()

    def _enable(self) -> None:
        """Enable what makes sense now, and say why something does not."""
        looks, wire = self._engine.state.allows("look"), self.panel.wire
        parallel, held = wire in self._parallel, wire in self._held
        self.hold.setEnabled(looks and bool(wire) and not parallel)
        self.hold.setText("&Step" if held else "Pause &here")
        self.hold.setIcon(icon("step" if held else "pause", self._theme))
        self.peek.setEnabled(looks and bool(wire))
        self.drop.setEnabled(held)
        self.go_on.setEnabled(self._engine.state is RunState.PAUSED)
        self.panel.why.setText(ON_ACTORS if parallel else "" if looks else "Nothing runs: breakpoints wait for a run.")
        self.panel.why.setVisible(parallel or not looks)


def _wire(source: str, target: str) -> str:
    return f"{source}→{target}"


def _ends(wire: str) -> Wire:
    source, _, target = wire.partition("→")
    return source, target


def _stop(breakpoints: list[Breakpoint], held: bool) -> Stop:
    tip = "\n".join([*(["An item is held here"] if held else []), *map(words, breakpoints)])
    return Stop(any(one.enabled for one in breakpoints) if breakpoints else None, held, tip)
