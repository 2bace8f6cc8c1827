"""The menu bar, the tool bar and the canvas's context menu, filled from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox

from app import panes, sides
from app.actions import THEME_TEXTS, make_action
from app.aligning import SHARES
from app.canvas.picture import Wire
from app.choices import choices
from app.commands import COMMANDS
from app.figure_export import ask_for_figure
from app.icons import swatch
from app.keeping import Keeping
from app.problems_panel import fix_text
from app.shortcuts_dialog import ShortcutsDialog
from app.themes import COLOURS
from app.tool_bar import ToolBar

if TYPE_CHECKING:
    from app.main_window import MainWindow

ON_CANVAS: Final = (
    "add", "frame", "comment", "", "cut", "copy", "paste", "duplicate", "delete", "", "bypass", "group", "ungroup",
    "leave", "", "arrange", "fit",
)  # fmt: skip
ALIGN: Final = (*(f"align_{line}" for line in SHARES), "", "distribute_across", "distribute_down")
EDIT: Final = ("undo", "redo", "", "cut", "copy", "paste", "duplicate", "delete", "", "select_all", "rename")
GRAPH: Final = (
    "add", "frame", "comment", "", "dot", "straighten", "pull_out", "", "bypass", "group", "ungroup", "leave", "",
)  # fmt: skip


def make_actions(window: MainWindow) -> dict[str, QAction]:
    """Return the window's actions by name, each doing what its command says, and those of the canvas."""
    gestures, files, canvas = window.gestures, window.files, window.canvas.focusProxy()
    keeping = Keeping(window)
    does: dict[str, Callable[[], object]] = {
        "new": files.new,
        "gallery": window.gallery.open,
        "open": files.choose,
        "save": files.save,
        "save_as": files.save_as,
        "keep": keeping.ask,
        "snapshots": keeping.show,
        "figure": lambda: ask_for_figure(window),
        "revert": files.revert,
        "quit": window.close,
        "undo": window.editing.undo,
        "redo": window.editing.redo,
        "cut": gestures.cut,
        "copy": gestures.copy,
        "paste": gestures.paste,
        "duplicate": gestures.duplicate,
        "select_all": gestures.select_all,
        "rename": window.rename,
        "bypass": window.group_gestures.bypass,
        "group": window.group_gestures.group,
        "ungroup": window.group_gestures.ungroup,
        "leave": window.canvas.leave_group,
        "add": gestures.open_search_in_view,
        "pull_out": gestures.pull_out,
        "frame": window.mark_gestures.add_frame,
        "comment": window.mark_gestures.start_comment,
        "dot": window.mark_gestures.add_dots,
        "straighten": window.mark_gestures.straighten,
        "arrange": gestures.arrange,
        **{f"align_{line}": partial(gestures.align, line) for line in SHARES},
        **{f"distribute_{axis}": partial(gestures.distribute, axis) for axis in ("across", "down")},
        "fit": window.canvas.fit,
        "minimap": lambda: _show_minimap(window),
        **{side: partial(sides.turn, window, side) for side in sides.SIDES},
        "commands": lambda: window.command_palette.ask(tuple(choices(window))),
        "next_panel": lambda: panes.go(window, 1),
        "former_panel": lambda: panes.go(window, -1),
        "help": window.show_help,
        "shortcuts": lambda: _show_shortcuts(window),
        "about": lambda: _tell(window, "About RL Flow Studio", ABOUT),
    }
    made = {
        name: make_action(name, window, do, canvas if COMMANDS[name].place == "canvas" else None)
        for name, do in does.items()
    }
    made["minimap"].setCheckable(True)
    made["minimap"].setChecked(window.settings.minimap)
    window.canvas.set_minimap(window.settings.minimap)
    return made | window.canvas.keys.actions


def _show_minimap(window: MainWindow) -> None:
    window.settings.minimap = window.actions_by_name["minimap"].isChecked()
    window.canvas.set_minimap(window.settings.minimap)


def _show_shortcuts(window: MainWindow) -> None:
    dialog = ShortcutsDialog(window.shortcuts, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def fill_menu_bar(window: MainWindow) -> None:
    """Make the menus."""
    bar = window.menuBar()
    bar.setAccessibleName("Menus")
    files = bar.addMenu("&File")
    _add(window, files, ("new", "gallery", "open"))
    _add_recent(window, files)
    _add(window, files, ("", "save", "save_as", "revert", "", "keep", "snapshots", "", "figure", "", "quit"))
    _add(window, bar.addMenu("&Edit"), EDIT)
    graph = bar.addMenu("&Graph")
    _add(window, graph, GRAPH)
    _add_colours(window, graph)
    _add(window, graph.addMenu("A&lign"), ALIGN)
    _add(window, graph, ("", "arrange"))
    _add_run(window, bar.addMenu("&Run"))
    view = bar.addMenu("&View")
    _add(window, view, ("fit", "see_selection", "minimap", ""))
    for dock in window.docks.values():
        view.addAction(dock.toggleViewAction())
    _add(window, view, ("", "left", "below", "right", "", "commands", "next_panel", "former_panel", ""))
    _add_themes(window, view)
    _add(window, bar.addMenu("&Help"), ("help", "shortcuts", "", "about"))
    window.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    window.canvas.customContextMenuRequested.connect(lambda pixel: _open_context_menu(window, pixel))


def fill_tool_bar(window: MainWindow) -> None:
    """Make the tool bar: run first, then editing, and the run's state at the far end."""
    bar = ToolBar(window)
    window.addToolBar(bar)
    window.run_view.fill_tool_bar(bar)
    bar.addSeparator()
    for names in (("new", "gallery", "open", "save"), ("undo", "redo"), ("add", "arrange", "fit")):
        bar.add_group([window.actions_by_name[name] for name in names])
    bar.addWidget(window.run_view.status)


def _add(window: MainWindow, menu: QMenu, names: Sequence[str]) -> None:
    for name in names:
        if name:
            menu.addAction(window.actions_by_name[name])
        else:
            menu.addSeparator()


def _add_recent(window: MainWindow, files: QMenu) -> None:
    """The recent files, looked up whenever the menu opens."""
    menu = files.addMenu("Open &recent")

    def fill() -> None:
        menu.clear()
        for path in window.settings.recent:
            action = menu.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda checked=False, path=path: window.files.open(path))
        if menu.isEmpty():
            menu.addAction("No file yet").setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill)


def _add_run(window: MainWindow, menu: QMenu) -> None:
    for action in window.run_view.actions():
        menu.addAction(action)


def _add_colours(window: MainWindow, menu: QMenu) -> None:
    """The colours that a frame may have; their swatches follow the theme whenever the menu opens."""
    colours = menu.addMenu("&Colour of frame")
    for name in COLOURS:
        action = colours.addAction(name.capitalize())
        action.triggered.connect(lambda checked=False, name=name: window.mark_gestures.colour(name))

    def fill() -> None:
        for action, name in zip(colours.actions(), COLOURS, strict=True):
            action.setIcon(swatch(window.theme.named_colour(name)))

    colours.aboutToShow.connect(fill)


def _add_themes(window: MainWindow, view: QMenu) -> None:
    menu = view.addMenu("&Theme")
    group = QActionGroup(menu)
    for name, text in THEME_TEXTS.items():
        action = QAction(text, menu, checkable=True)
        action.setChecked(window.settings.theme == name)
        action.triggered.connect(lambda checked=False, name=name: _choose_theme(window, name))
        group.addAction(action)
        menu.addAction(action)


def _choose_theme(window: MainWindow, name: str) -> None:
    window.settings.theme = name
    window.apply_theme()


def context_menu(window: MainWindow, wire: Wire | None = None) -> QMenu:
    """Make the canvas's menu for what is selected now, and for the wire that was pointed at, if one was."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if wire:
        window.run_view.inspector.add_to_menu(menu, wire)
    _add_fixes(window, menu)
    _add(window, menu, ON_CANVAS)
    if window.mark_gestures.selected("frame"):
        _add_colours(window, menu)
    if window.canvas.selected_wires() or window.mark_gestures.selected("dot"):
        _add(window, menu, ("", "dot", "straighten"))
    return menu


def _open_context_menu(window: MainWindow, pixel: QPoint) -> None:
    point = window.canvas.mapToGlobal(pixel)
    context_menu(window, window.canvas.wire_at(*window.canvas.scene_position(point))).popup(point)


def _add_fixes(window: MainWindow, menu: QMenu) -> None:
    """What mends the problems of the selected nodes, first of all."""
    selected = window.canvas.selected()
    mends = [problem for problem in window.problems.problems if problem.fix and problem.where.node in selected]
    for problem in mends:
        action = menu.addAction(fix_text(problem))
        action.triggered.connect(lambda checked=False, problem=problem: window.mend(problem))
    if mends:
        menu.addSeparator()


def _tell(window: MainWindow, title: str, text: str) -> None:
    box = QMessageBox(window)
    box.setWindowTitle(title)
    box.setText(text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


ABOUT: Final = (
    "<h3>RL Flow Studio</h3><p>Draw a reinforcement learning algorithm as a dataflow graph, run it on Ray, "
    "and watch it learn.</p><p>Apache License 2.0</p>"
)
