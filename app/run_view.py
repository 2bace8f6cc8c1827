"""Watching a run from the window: the engine's process, its panels, and the run's marks on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QToolBar, QToolButton

from app import docks
from app.diagnostics import diagnostics
from app.inspector import COMMANDS, Inspector
from app.notices import Notice, listed
from app.plots.plot_panel import PlotPanel
from app.results import Results
from app.resuming import Resuming
from app.run.breakpoints import Breakpoints
from app.run.engine_process import EngineProcess
from app.run.limit_line import LimitLine
from app.run.log_panel import LogPanel
from app.run.run_actions import RunActions
from app.run.run_panel import RunPanel
from app.run.runs_list import RunsList
from app.run.state import RunState
from app.run.target import Target
from app.themes import Theme
from app.trust_dialog import TrustDialog
from app.watcher import Watcher
from engine.document import Document
from engine.events import (
    EngineReady,
    Event,
    NodeState,
    NodeStateName,
    Refused,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    Telemetry,
)
from engine.problems import Problem, errors_among
from engine.trust import Code, Trust, untrusted

if TYPE_CHECKING:
    from app.main_window import MainWindow

ACTIVE: Final[tuple[NodeStateName, ...]] = ("running", "waiting", "blocked")
TURN_AFTER: Final = 250  # ms without another edit: one turn of a spin box is one change of the run
NOTHING_YET: Final = Telemetry(seconds=0, env_steps=0, env_steps_per_s=0, updates=0, episodes=0)


class RunView(QObject):
    """Joins the engine with the window; whoever shows the window starts the engine then."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._numbers = NOTHING_YET
        self.engine = EngineProcess(self)
        self.commands = RunActions(self.engine, window.theme, self)
        self.status = RunPanel(self.engine, self.commands, window.theme, window)
        self.target = Target(self.engine, window.settings, window)
        self.plots = PlotPanel(window.theme, window.catalogue, window)
        self.runs = RunsList(window.theme, parent=window)
        self.log = LogPanel(window.theme, window)
        self.limit = LimitLine(window.catalogue, window)
        self.inspector = Inspector(self.engine, Breakpoints(window.places.state, self), window)
        self.watcher = Watcher(self.engine, window)
        self.resuming = Resuming(self.engine, window)
        self._turn_soon = QTimer(self, interval=TURN_AFTER, singleShot=True)
        self._turn_soon.timeout.connect(self._turn)
        self._lay_out()
        self.results = Results(self, window)
        self._join()

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Add the run's buttons; Run stands out."""
        for action in (self.commands.run, self.commands.pause, self.commands.stop):
            bar.addAction(action)
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.setAccessibleName(action.text().replace("&", ""))
        bar.addWidget(self.target)

    def actions(self) -> tuple[QAction, ...]:
        """The run's commands for the menu."""
        return (*self.commands.all(), *self.inspector.actions())

    def set_theme(self, theme: Theme) -> None:
        """Dress the panels in the theme."""
        parts = (self.commands, self.status, self.plots, self.runs, self.log, self.results)
        for part in (*parts, self.inspector, self.watcher):
            part.set_theme(theme)

    def leave(self) -> None:
        """Let the engine end."""
        if self.engine.alive:
            self.engine.quit()

    def ask_to_stop(self, then: Callable[[], None]) -> None:
        """Ask whether to end the run under way, and go on if so; the engine writes a checkpoint as it ends."""
        box = QMessageBox(self._window)
        box.setWindowTitle("A run is under way")
        box.setText("<b>Stop the run and close the studio?</b>")
        box.setInformativeText("What it has learned so far is kept in its folder.")
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        stop.clicked.connect(then)
        box.open()

    def run(self, go: Callable[[Document], None] | None = None) -> None:
        """Run the open graph, or show what keeps it from running; `go` may do something else with a sound graph."""
        self._window.check_now()
        problems = errors_among(self._window.problems.problems)
        if problems:
            self._window.docks["Problems"].bring_up()
            self._window.toast.say(f"Before it can run: {problems[0].what}")
            return
        document = self._window.editing.document
        unread = untrusted(document, self._window.catalogue)
        if unread:
            self._ask_to_trust(unread, go)
        else:
            (go or self.engine.run)(document)

    def _ask_to_trust(self, unread: tuple[Code, ...], go: Callable[[Document], None] | None) -> None:
        """Show the code that nobody has trusted, and run the graph if the person does now."""
        dialog = TrustDialog(unread, self._window.theme, self._window)
        dialog.accepted.connect(lambda: self._trust(unread, go))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _trust(self, unread: tuple[Code, ...], go: Callable[[Document], None] | None) -> None:
        try:
            for piece in unread:
                Trust().give(piece.text)
        except OSError as error:
            self._window.toast.say(f"The trust cannot be recorded: {error.strerror or error}")
        else:
            self.run(go)

    def take(self, event: Event) -> None:
        """Show what the engine tells, where it belongs."""
        for part in (self.resuming, self.plots, self.runs, self.log, self.inspector, self.watcher):
            part.take(event)
        self.limit.take(event, self.engine.document)
        canvas = self._window.canvas
        match event:
            case EngineReady():
                self._window.set_environments(event.environments)
            case RunStarted():
                self._numbers = NOTHING_YET
                canvas.clear_run()
                self._window.docks["Plots"].bring_up()
            case NodeState(state="failed"):
                why = "\n\n".join((event.detail, *self.log.traceback_end(event.node)))
                canvas.set_node_state(event.node, event.state, why)
            case NodeState():
                canvas.set_node_state(event.node, event.state, event.detail)
            case Telemetry():
                self._numbers = event
                canvas.set_limit(self.limit.node)
                canvas.set_numbers(event)
            case RunPaused():
                canvas.change_states(dict.fromkeys(ACTIVE, "paused"))
                canvas.set_numbers(at_rest(self._numbers))
            case RunResumed():
                canvas.change_states({"paused": "running"})
            case RunEnded():
                canvas.set_numbers(at_rest(self._numbers))
                self._show_problems(event)
            case Refused(command=command) if command not in (*COMMANDS, "watch"):
                self._show_problems(event)

    def _lay_out(self) -> None:
        window = self._window
        parts = {"Plots": self.plots, "Runs": self.runs, "Log": self.log, "Item": self.inspector.panel}
        parts["Watch"] = self.watcher.panel
        window.centralWidget().layout().insertWidget(1, self.limit)  # between notices and canvas
        window.docks |= {title: docks.Dock(title, panel, window) for title, panel in parts.items()}
        order = [window.docks[title] for title in ("Plots", "Runs", "Item", "Problems", "Log")]
        docks.add_tabs(window, docks.Area.BottomDockWidgetArea, order)
        window.addDockWidget(docks.Area.RightDockWidgetArea, window.docks["Watch"])
        window.tabifyDockWidget(window.docks["Script"], window.docks["Watch"])
        window.docks["Parameters"].raise_()

    def _join(self) -> None:
        self.commands.run_wished.connect(lambda: self.run())
        self.engine.told.connect(self.take)
        self.engine.logged.connect(self.log.take)
        self.engine.state_changed.connect(self._follow)
        self.engine.died.connect(self._tell_death)
        self._window.files.opened.connect(self._forget_run)
        self._window.editing.watch(self._edited)
        for part in (self.runs, self.commands):
            part.resume_wished.connect(self.resuming.resume)
        self.target.refused.connect(self._window.toast.say)
        self.target.changed.connect(self._window.check_now)
        self.plots.failed.connect(self._window.toast.say)
        self.plots.saved.connect(lambda path: self._window.toast.say(f"Saved {path}"))

    def _follow(self, state: RunState) -> None:
        if state in (RunState.STARTING, RunState.LAUNCHING):
            self._window.notices.remove_topic("run")
        if state is RunState.LAUNCHING:
            self._window.canvas.clear_run()
        self._window.set_locked(state.running)
        self._window.form.set_locked(state.running, live=self.engine.turns)

    def _edited(self) -> None:
        if self.engine.turns:
            self._turn_soon.start()

    def _turn(self) -> None:
        """Let the run use what was edited of the graph; all else of it is locked."""
        self.engine.turn(self._window.editing.document, self._window.catalogue)

    def _forget_run(self) -> None:
        """Take away what speaks of nodes of the graph that was open before."""
        self.limit.clear()
        self._window.canvas.clear_run()
        self._window.notices.remove_topic("run")

    def _show_problems(self, event: RunEnded | Refused) -> None:
        problems = [Problem.from_json(dict(problem)) for problem in event.problems]
        if problems:
            text = _what_became(event)
            choices = [("Copy diagnostics", lambda: self._copy_diagnostics(problems))]
            if isinstance(event, RunEnded):
                choices.append(("Show the log", self._window.docks["Log"].bring_up))
            if problems[0].where.node:
                choices.insert(0, ("Show the node", lambda: self._window.go_to_problem(problems[0])))
            self._window.notices.add(Notice("error", text, listed(problems), choices, topic="run", stays=True))

    def _copy_diagnostics(self, problems: Sequence[Problem]) -> None:
        QGuiApplication.clipboard().setText(diagnostics(problems, self.log.lines))
        self._window.toast.say("Copied, without paths and secrets")

    def _tell_death(self, reason: str) -> None:
        self._window.canvas.clear_run()
        first, _, rest = reason.partition("\n")
        choices = [(action.text().replace("&", ""), action.trigger) for action in self._ways_out()]
        details = f"{rest}\nYour graph is untouched." if rest else "Your graph is untouched."
        self._window.notices.add(Notice("error", first, details, choices, topic="run"))

    def _ways_out(self) -> tuple[QAction, ...]:
        return tuple(action for action in (self.commands.resume_last, self.commands.restart) if action.isEnabled())


def _what_became(event: RunEnded | Refused) -> str:
    """Say how a run that had problems ended; a full disk fails no run, but leaves its record short."""
    if isinstance(event, Refused):
        return "The parameter was not turned." if event.command == "set_param" else "The run did not start."
    return "The run failed." if event.status == "failed" else "The run was not recorded whole."


def at_rest(telemetry: Telemetry) -> Telemetry:
    """Return the numbers of a run that stands still: what it has done so far, and no rates."""
    still = dict.fromkeys(("items_per_s", "env_steps_per_s", "busy", "waiting", "blocked"), 0.0)
    nodes = {node: numbers.model_copy(update=still) for node, numbers in telemetry.nodes.items()}
    return telemetry.model_copy(update={"nodes": nodes, "wires": {}, "env_steps_per_s": 0.0})
