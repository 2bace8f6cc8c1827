"""Every command of the window in one table: its words, icon and keys. Menus and tool bar are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.icons import icon
from app.themes import Theme

Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name in code, its menu text, icon, keys and tooltip.

    The keys of `on_canvas` commands work only while the canvas has the focus: lists and fields have them too.
    """

    name: str
    text: str
    icon: str = ""
    keys: QKeySequence.StandardKey | str = ""
    tip: str = ""
    on_canvas: bool = False


COMMANDS: Final = (
    Command("new", "&New", "new", Key.New, "Begin an empty graph"),
    Command("open", "&Open…", "open", Key.Open, "Open a graph file"),
    Command("gallery", "&Gallery…", "gallery", "Ctrl+G", "Pictures of the saved graphs, to open a copy of one"),
    Command("save", "&Save", "save", Key.Save, "Save the graph"),
    Command("save_as", "Save &as…", "", Key.SaveAs, "Save the graph to another file"),
    Command("figure", "E&xport figure…", "", "", "Save the graph as a vector figure, SVG or PDF"),
    Command("revert", "Re&vert to the file", "", "", "Take back everything since the last save"),
    Command("quit", "&Quit", "", Key.Quit, "Close the studio"),
    Command("undo", "&Undo", "undo", Key.Undo),
    Command("redo", "&Redo", "redo", Key.Redo),
    Command("cut", "Cu&t", "cut", Key.Cut, "Copy the selected nodes and take them out"),
    Command("copy", "&Copy", "copy", Key.Copy, "Copy the selected nodes as the text of a graph file"),
    Command("paste", "&Paste", "paste", Key.Paste, "Add the nodes on the clipboard"),
    Command("duplicate", "&Duplicate", "", "Ctrl+D", "Add a copy of the selected nodes"),
    Command("delete", "De&lete\tDel", "delete", "", "Take the selected nodes out"),  # the canvas hears the key itself
    Command("select_all", "Select &all", "", Key.SelectAll, "Select every node", on_canvas=True),
    Command("rename", "Re&name…", "", "F2", "Write another name or text", on_canvas=True),
    Command("add", "&Add operator…", "add", "Ctrl+Return", "Search for an operator to add (Tab on the canvas)"),
    Command("pull_out", "P&ull out", "", "Ctrl+Shift+X", "Take the selected nodes from between their wires"),
    Command("frame", "Add &frame", "", "Ctrl+Shift+F", "Draw a frame around what is selected"),
    Command("comment", "Add co&mment…", "", "Ctrl+Shift+M", "Write a comment on the canvas"),
    Command("dot", "Add &dot to wire", "", "Ctrl+Shift+D", "Lead the selected wire through a point, to drag"),
    Command("straighten", "&Straighten wire", "", "", "Take the dots of the selected wire out"),
    Command("bypass", "&Bypass", "", "D", "Let streams pass the nodes as if they were not there", on_canvas=True),
    Command("group", "&Group", "", "Ctrl+Shift+G", "Draw what is selected as one node"),
    Command("ungroup", "U&ngroup", "", "Ctrl+Shift+U", "Take the selected group apart"),
    Command("leave", "&Leave the group", "", "Alt+Up", "Show what is around the group that is open (Escape)"),
    Command("align_left", "&Left edges", "", "Ctrl+Shift+Left", "Bring left edges to one line", on_canvas=True),
    Command("align_centre", "&Centres", "", "Ctrl+Shift+C", "Bring middles to one upright line", on_canvas=True),
    Command("align_right", "&Right edges", "", "Ctrl+Shift+Right", "Bring right edges to one line", on_canvas=True),
    Command("align_top", "&Top edges", "", "Ctrl+Shift+Up", "Bring top edges to one line", on_canvas=True),
    Command("align_middle", "&Middles", "", "Ctrl+Shift+E", "Bring middles to one level line", on_canvas=True),
    Command("align_bottom", "&Bottom edges", "", "Ctrl+Shift+Down", "Bring bottom edges to one line", on_canvas=True),
    Command("distribute_across", "Equal gaps &across", "", "Ctrl+Shift+H", "Make gaps equal, across", on_canvas=True),
    Command("distribute_down", "Equal gaps &down", "", "Ctrl+Shift+V", "Make gaps equal, downwards", on_canvas=True),
    Command("arrange", "A&rrange", "arrange", "Ctrl+L", "Lay the graph out anew"),
    Command("fit", "&Fit graph", "fit", "Ctrl+0", "Show the whole graph"),
    Command("commands", "&Command palette…", "search", "Ctrl+Shift+P", "Find a command, a node, a panel or a graph"),
    Command("next_panel", "&Next panel", "", "Ctrl+F6", "Give the keyboard to the next panel"),
    Command("former_panel", "&Former panel", "", "Ctrl+Shift+F6", "Give the keyboard to the panel before"),
    Command("help", "&About this operator", "help", Key.HelpContents, "The page of the selected operator"),
    Command("shortcuts", "&Keyboard shortcuts", "", "Ctrl+F1", "The keys of every command"),
    Command("about", "About RL Flow &Studio"),
)
THEME_TEXTS: Final = {"system": "&Follow the system", "dark": "&Dark", "light": "&Light"}


def make_actions(window: QWidget, canvas: QWidget) -> dict[str, QAction]:
    """Return an action for every command, by name; their keys work in the window, or on the canvas only."""
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, window)
        if isinstance(command.keys, Key):
            action.setShortcuts(command.keys)  # all that the platform knows, such as Ctrl+Y beside Ctrl+Shift+Z
        else:
            action.setShortcut(QKeySequence(command.keys))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        words = command.tip or command.text.replace("&", "")
        action.setToolTip(f"{words} ({keys})" if keys else words)
        if command.on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        (canvas if command.on_canvas else window).addAction(action)
        actions[command.name] = action
    return actions


def set_icons(actions: dict[str, QAction], theme: Theme) -> None:
    """Draw the icons of the actions in the theme's colours."""
    for command in COMMANDS:
        if command.icon:
            actions[command.name].setIcon(icon(command.icon, theme))


def shortcut_table(actions: dict[str, QAction]) -> str:
    """Return the commands that have keys as an HTML table."""
    rows = [
        f"<tr><td>{action.text().replace('&', '').rstrip('…')}</td>"
        f"<td><b>{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}</b></td></tr>"
        for action in actions.values()
        if not action.shortcut().isEmpty()
    ]
    return f"<table cellpadding='4'>{''.join(rows)}</table>"
