"""The studio's window: palette and outline left, the graph in the middle, its form and help right, results below.

The window only joins its parts. The document lives in `Editing`; gestures and menus make edits of it
(`gestures.py`), files go through `files.py`, and everything that shows the document watches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app import docks, sides
from app.actions import set_icons
from app.canvas import Canvas
from app.command_palette import CommandPalette
from app.editing import Editing
from app.files import Files
from app.gallery import Gallery
from app.gestures import Gestures
from app.group_gestures import GroupGestures
from app.groups import Groups
from app.mark_gestures import MarkGestures
from app.menus import fill_menu_bar, fill_tool_bar, make_actions
from app.notices import Notice, Notices
from app.operator_page import OperatorPage
from app.outline import Outline
from app.palette import Palette
from app.parameter_form import ParameterForm
from app.problems_panel import ProblemsPanel
from app.restoring import can_restore
from app.run_view import RunView
from app.script_panel import ScriptPanel
from app.search import Search
from app.settings import Places, Settings
from app.shortcuts import Shortcuts
from app.themes import DARK, LIGHT, Theme, palette, stylesheet, system_theme
from app.toast import Toast
from engine.catalogue import Catalogue, find
from engine.checking import check
from engine.machine import this_machine
from engine.problems import Problem

CHECK_DELAY: Final = 120  # ms after the last edit: problems follow typing, and never slow it
STARTING_SIZE: Final = QSize(1440, 900)
SHARE: Final = 0.8  # of a screen that has room for more
DOCK_WIDTHS: Final = (230, 310)
DOCK_HEIGHT: Final = 250


class MainWindow(QMainWindow):
    """The window, around one open document."""

    def __init__(self, places: Places, catalogue: Catalogue | None = None) -> None:
        super().__init__()
        self.catalogue = catalogue or find()
        self.editing = Editing()
        self.places = places
        self.settings = Settings(places)
        self.shortcuts = Shortcuts(self.settings, self)
        self.theme = self._chosen_theme()
        self._environments: tuple[str, ...] = ()
        self._closing = False
        self._make_parts(places)
        self._lay_out()
        self.actions_by_name = make_actions(self)
        self.run_view = RunView(self)
        fill_menu_bar(self)
        fill_tool_bar(self)
        self._take_shortcuts()
        self._join_parts()
        self._restore()
        self._dress()
        self._show_document()

    # making

    def _make_parts(self, places: Places) -> None:
        editing, catalogue, theme = self.editing, self.catalogue, self.theme
        self.canvas = Canvas(catalogue, theme, self)
        self.toast = Toast(theme, self.canvas)
        self.notices = Notices(theme, self)
        self.search = Search(theme, self)
        self.command_palette = CommandPalette(self.settings, theme, self)
        self.gallery = Gallery(catalogue, theme, self)
        self.palette_panel = Palette(catalogue, theme, self)
        self.outline = Outline(editing, catalogue, theme, self)
        self.form = ParameterForm(editing, catalogue, theme, self)
        self.page = OperatorPage(catalogue, theme, self)
        self.script = ScriptPanel(catalogue, theme, self)
        self.problems = ProblemsPanel(theme, self)
        self.gestures = Gestures(editing, catalogue, self.canvas, self.search, self)
        self.group_gestures = GroupGestures(editing, catalogue, self.canvas, self.gestures)
        self.mark_gestures = MarkGestures(editing, self.canvas, self)
        self.files = Files(self, editing, catalogue, self.notices, self.settings, places)
        self._check_soon = QTimer(self, singleShot=True, interval=CHECK_DELAY)

    def _lay_out(self) -> None:
        self.setAccessibleName("RL Flow Studio")
        self.setAcceptDrops(True)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(centre)
        docks.set_up(self)
        self.docks = {
            title: docks.Dock(title, widget, self)
            for title, widget in (
                ("Operators", self.palette_panel),
                ("Outline", self.outline),
                ("Parameters", self.form),
                ("Help", self.page),
                ("Script", self.script),
                ("Problems", self.problems),
            )
        }
        docks.add_tabs(self, docks.Area.LeftDockWidgetArea, [self.docks["Operators"], self.docks["Outline"]])
        reading = [self.docks[title] for title in ("Parameters", "Help", "Script")]
        docks.add_tabs(self, docks.Area.RightDockWidgetArea, reading)

        if troubles := self.catalogue.troubles:
            told = "\n".join(map(str, troubles))
            self.notices.add(Notice("warning", "Some of your own operators cannot be used.", told))

    def _join_parts(self) -> None:
        self.editing.watch(self._show_document)
        self._check_soon.timeout.connect(self.check_now)
        self.files.opened.connect(self.canvas.fit)
        self.canvas.gallery_wished.connect(self.gallery.open)
        self.gallery.chosen.connect(self.files.open_example)
        self.canvas.selection_changed.connect(self._show_selection)
        self.canvas.activated.connect(self.open_form)
        self.canvas.refused.connect(self.toast.say)
        self.gestures.refused.connect(self.toast.say)
        self.mark_gestures.refused.connect(self.toast.say)
        self.group_gestures.refused.connect(self.toast.say)
        self.outline.refused.connect(self.toast.say)
        self.script.said.connect(self.toast.say)
        self.docks["Script"].visibilityChanged.connect(self.script.set_seen)
        self.outline.things_selected.connect(self.canvas.select)
        self.outline.opened.connect(self.canvas.activate)
        self.outline.add_wished.connect(self.gestures.open_search_in_view)
        self.outline.bypass_wished.connect(self.group_gestures.bypass)
        self.palette_panel.operator_wished.connect(self.gestures.add_in_view)
        self.palette_panel.operator_shown.connect(self.page.show_operator)
        self.form.help_wished.connect(self.show_help)
        self.page.back_wished.connect(self.go_to_field)
        self.form.open_wished.connect(self.canvas.go_to_level)
        self.form.ungroup_wished.connect(self.group_gestures.ungroup)
        self.form.renamed.connect(lambda old, new: self.canvas.select([new]))
        self.problems.chosen.connect(self.go_to_problem)
        self.problems.fix_wished.connect(self.mend)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply_theme)

    def _take_shortcuts(self) -> None:
        self.shortcuts.changed.connect(lambda: self.shortcuts.dress(self))
        self.shortcuts.dress(self)
        if faults := self.shortcuts.faults:
            text = "Some of your keys cannot be used: their commands have their first keys again."
            self.notices.add(Notice("warning", text, "\n".join(faults)))

    def _restore(self) -> None:
        geometry, state = self.settings.window()
        self.layout().invalidate()  # so that it measures the panels as they are now, not as they were when added,
        self.layout().activate()  # and does not force its size on the remembered one
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self._take_starting_size()
        self._remembered = not state.isEmpty() and self.restoreState(state)
        sides.recall(self)

    def _take_starting_size(self) -> None:
        available = self.screen().availableSize()
        self.resize((available * SHARE).expandedTo(STARTING_SIZE).boundedTo(available))
        if available.width() <= STARTING_SIZE.width() or available.height() <= STARTING_SIZE.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)  # its frame would stand beyond the screen

    def showEvent(self, event: QShowEvent) -> None:
        """Give the docks their first sizes, which Qt takes only once the window is laid out."""
        super().showEvent(event)
        docks.name_tab_bars(self)
        if not self._remembered:
            self._remembered = True
            sides.make_room(self, DOCK_WIDTHS, DOCK_HEIGHT)
            self._size_docks({"Operators": DOCK_WIDTHS[0], "Parameters": DOCK_WIDTHS[1]}, Qt.Orientation.Horizontal)
            self._size_docks({"Problems": DOCK_HEIGHT}, Qt.Orientation.Vertical)

    def _size_docks(self, sizes: Mapping[str, int], direction: Qt.Orientation) -> None:
        there = {self.docks[title]: size for title, size in sizes.items() if not self.docks[title].isHidden()}
        self.resizeDocks(list(there), list(there.values()), direction)

    # showing

    def _show_document(self) -> None:
        document = self.editing.document
        self.canvas.show_document(document)
        self._check_soon.start()
        self.setWindowTitle(f"{self.editing.name}[*]")
        self.setWindowModified(self.editing.dirty)
        for name, what in (("undo", self.editing.undo_name), ("redo", self.editing.redo_name)):
            action = self.actions_by_name[name]
            action.setText(f"&{name.capitalize()} {what}".strip())
            action.setEnabled(bool(what) and not self.gestures.locked)
        self.actions_by_name["revert"].setEnabled(self.editing.path is not None and self.editing.dirty)

    def _show_selection(self, things: Sequence[str]) -> None:
        self.form.show_things(things)
        self.outline.select(set(things))
        for name in ("cut", "copy", "duplicate", "rename"):
            self.actions_by_name[name].setEnabled(bool(things or self.canvas.selected_marks()))
        groups = Groups(self.editing.document.layout)
        types = {self.editing.document.node(thing).type for thing in things if thing not in groups.by_id}
        if len(types) == 1:
            self.page.show_operator(types.pop())

    def check_now(self) -> None:
        """Check the graph and show what is wrong with it, everywhere."""
        self._check_soon.stop()
        machine = self.run_view.target.machine or this_machine()
        problems = check(self.editing.document, self.catalogue, self._environments, machine)
        self.show_problems(problems)
        self.script.show_graph(self.editing.document, problems)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark problems on the canvas and in the form, and list them."""
        self.canvas.set_problems(problems)
        self.form.set_problems(problems)
        self.outline.set_problems(problems)
        self.problems.show_problems(problems)
        count = f"Problems ({len(problems)})" if problems else "Problems"
        self.docks["Problems"].setWindowTitle(count)

    def set_environments(self, environments: Sequence[str]) -> None:
        """Take the environment ids that the engine knows, for the picker and for checking."""
        self._environments = tuple(environments)
        self.form.set_environments(environments)
        self._check_soon.start()

    def set_locked(self, locked: bool) -> None:
        """Let the graph not be changed while it runs."""
        self.gestures.locked = self.files.locked = locked
        self.canvas.set_locked(locked)
        self.form.set_locked(locked)
        self.outline.set_locked(locked)
        self._show_document()

    def mend(self, problem: Problem) -> None:
        """Carry out the fix of a problem, if the graph as it is now still has it."""
        self.check_now()
        if problem.fix and problem in self.problems.problems:
            self.gestures.mend(problem.fix)

    def go_to_problem(self, problem: Problem) -> None:
        """Bring a problem's node into view, with its field in the form."""
        node = problem.where.node
        known = any(node == other.id for other in self.editing.document.nodes)
        self.canvas.select([node] if known else [])
        if known:
            self.canvas.center_on(node)
        self.go_to_field(problem.where.field.rpartition(".")[2])

    def rename(self) -> None:
        """Let the name of the selected node be written in its form, and that of a frame in place."""
        marks = self.canvas.selected_marks()
        if marks and not self.canvas.selected():
            self.canvas.activate_mark(marks[0])
        else:
            self.open_form()

    def open_form(self) -> None:
        """Bring up the form of what is selected, ready to type."""
        self.docks["Parameters"].bring_up()
        self.form.focus_first()

    def go_to_field(self, name: str) -> None:
        """Bring up the form of what is selected, with the keyboard in the field called `name`."""
        self.docks["Parameters"].bring_up()
        self.form.focus_field(name)

    def show_help(self, type_id: str = "") -> None:
        """Bring up the page of an operator: by default of the selected one, at the parameter that has the keyboard."""
        asked = (type_id, "") if type_id else self.form.at_keyboard()
        self.docks["Help"].bring_up()  # first, as a page is scrolled rightly only while it is seen
        if asked[0]:
            self.page.show_operator(*asked)
        self.page.setFocus()

    def apply_theme(self) -> None:
        """Dress the window in the chosen theme; `system` follows the desktop."""
        self.theme = self._chosen_theme()
        self._dress()
        for part in (
            self.canvas, self.toast, self.notices, self.search, self.command_palette, self.gallery, self.palette_panel,
            self.outline, self.form, self.page, self.script, self.problems, self.run_view,
        ):  # fmt: skip
            part.set_theme(self.theme)

    def _chosen_theme(self) -> Theme:
        return {"dark": DARK, "light": LIGHT}.get(self.settings.theme) or system_theme()

    def _dress(self) -> None:
        QApplication.setPalette(palette(self.theme))
        self.setStyleSheet(stylesheet(self.theme))
        set_icons(self.actions_by_name.values(), self.theme)

    # the window's own events

    def changeEvent(self, event: QEvent) -> None:
        """Coming back to the window, look whether somebody else has changed the file."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and hasattr(self, "files"):
            self.files.look_at_disk()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take graph files, and results behind which there is a graph."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the graph file that was dropped, or restore the graph behind a result."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            (self.files.open if _is_graph(path) else self.files.restore)(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work and a run under way; then remember the window and let the engine end."""
        if not self._closing and not self._may_close():
            event.ignore()
            return
        self.settings.keep_window(self.saveGeometry(), self.saveState())
        self.files.drop_copy()
        self.run_view.leave()
        event.accept()

    def _may_close(self) -> bool:
        """Whether nothing speaks against closing; otherwise asks, and closes later if that is the answer."""
        if self.run_view.engine.state.running:
            self.run_view.ask_to_stop(self._close_unless_dirty)
        elif self.editing.dirty:
            self.files.settle_unsaved(self._close_for_good)
        else:
            return True
        return False

    def _close_unless_dirty(self) -> None:
        self.files.settle_unsaved(self._close_for_good)

    def _close_for_good(self) -> None:
        self._closing = True
        self.close()


def _dropped(event: QDropEvent) -> Path | None:
    """The one graph file or result that is dragged, or None."""
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 and (_is_graph(files[0]) or can_restore(files[0])) else None


def _is_graph(path: Path) -> bool:
    """Whether a path is that of a graph file, and not of a file that a run keeps beside its graph."""
    return path.suffix == ".json" and not can_restore(path)
