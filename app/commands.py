"""Every command of the studio in one table: its words, icon, first keys, and where the keys are heard.

Menus, tool bars, panels and the list of keyboard shortcuts are made from it. Which keys a command has at the moment is
known to `shortcuts.py`: the person may have chosen others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

Place = Literal["window", "canvas", "outline", "runs", "breakpoints", "snapshots"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name in code, its menu text, icon, first keys, a sentence, and where its keys are heard.

    Keys of the place "window" are heard everywhere; those of another only where that part has the focus, so that
    lists, fields and the canvas may each have a Delete of their own.

    Example: `Command("fit", "&Fit graph", "fit", ("Ctrl+0",), "Show the whole graph")`.
    """

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    place: Place = "window"

    @property
    def title(self) -> str:
        """The text without marks: "Export figure" for `"E&xport figure…"`."""
        return self.text.replace("&", "").rstrip("…")

    @property
    def sentence(self) -> str:
        """What the command does; its text, where that says it all."""
        return self.tip or self.text.replace("&", "")


_FILE: Final = (
    Command("new", "&New", "new", ("Ctrl+N",), "Begin an empty graph"),
    Command("open", "&Open…", "open", ("Ctrl+O",), "Open a graph file"),
    Command("gallery", "&Gallery…", "gallery", ("Ctrl+G",), "Pictures of the saved graphs, to open a copy of one"),
    Command("save", "&Save", "save", ("Ctrl+S",), "Save the graph"),
    Command("save_as", "Save &as…", "", ("Ctrl+Shift+S",), "Save the graph to another file"),
    Command("keep", "&Keep a snapshot…", "", ("Ctrl+K",), "Keep the graph as it is now under a name"),
    Command("snapshots", "S&napshots…", "", ("Ctrl+Shift+K",), "Restore, rename and delete what was kept"),
    Command("figure", "E&xport figure…", "", (), "Save the graph as a vector figure, SVG or PDF"),
    Command("revert", "Re&vert to the file", "", (), "Take back everything since the last save"),
    Command("quit", "&Quit", "", ("Ctrl+Q",), "Close the studio"),
)
_EDIT: Final = (
    Command("undo", "&Undo", "undo", ("Ctrl+Z",)),
    Command("redo", "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("cut", "Cu&t", "cut", ("Ctrl+X",), "Copy the selected nodes and take them out"),
    Command("copy", "&Copy", "copy", ("Ctrl+C",), "Copy the selected nodes as the text of a graph file"),
    Command("paste", "&Paste", "paste", ("Ctrl+V",), "Add the nodes on the clipboard"),
    Command("duplicate", "&Duplicate", "", ("Ctrl+D",), "Add a copy of the selected nodes"),
    Command("delete", "De&lete", "delete", ("Del", "Backspace"), "Take out what is selected", "canvas"),
    Command("select_all", "Select &all", "", ("Ctrl+A",), "Select every node", "canvas"),
    Command("rename", "Re&name…", "", ("F2",), "Write another name or text", "canvas"),
)
_GRAPH: Final = (
    Command("add", "&Add operator…", "add", ("Ctrl+Return",), "Search for an operator to add"),
    Command("frame", "Add &frame", "", ("Ctrl+Shift+F",), "Draw a frame around what is selected"),
    Command("comment", "Add co&mment…", "", ("Ctrl+Shift+M",), "Write a comment on the canvas"),
    Command("dot", "Add &dot to wire", "", ("Ctrl+Shift+D",), "Lead the selected wire through a point, to drag"),
    Command("straighten", "&Straighten wire", "", (), "Take the dots of the selected wire out"),
    Command("pull_out", "P&ull out", "", ("Ctrl+Shift+X",), "Take the selected nodes from between their wires"),
    Command("bypass", "&Bypass", "", ("D",), "Let streams pass the nodes as if they were not there", "canvas"),
    Command("group", "&Group", "", ("Ctrl+Shift+G",), "Draw what is selected as one node"),
    Command("ungroup", "U&ngroup", "", ("Ctrl+Shift+U",), "Take the selected group apart"),
    Command("leave", "&Leave the group", "", ("Alt+Up",), "Show what is around the group that is open", "canvas"),
    Command("arrange", "A&rrange", "arrange", ("Ctrl+L",), "Lay the graph out anew"),
)
_ALIGN: Final = (
    Command("align_left", "&Left edges", "", ("Ctrl+Shift+Left",), "Bring left edges to one line", "canvas"),
    Command("align_centre", "&Centres", "", ("Ctrl+Shift+C",), "Bring middles to one upright line", "canvas"),
    Command("align_right", "&Right edges", "", ("Ctrl+Shift+Right",), "Bring right edges to one line", "canvas"),
    Command("align_top", "&Top edges", "", ("Ctrl+Shift+Up",), "Bring top edges to one line", "canvas"),
    Command("align_middle", "&Middles", "", ("Ctrl+Shift+E",), "Bring middles to one level line", "canvas"),
    Command("align_bottom", "&Bottom edges", "", ("Ctrl+Shift+Down",), "Bring bottom edges to one line", "canvas"),
    Command("distribute_across", "Equal gaps &across", "", ("Ctrl+Shift+H",), "Make gaps equal, across", "canvas"),
    Command("distribute_down", "Equal gaps &down", "", ("Ctrl+Shift+V",), "Make gaps equal, downwards", "canvas"),
)
_CANVAS: Final = (
    Command("add_here", "Add operator &here…", "add", ("Tab",), "Search for an operator to add there", "canvas"),
    Command("activate", "&Open what is selected", "", ("Return", "Enter"), "Show its form or its inside", "canvas"),
    Command("see_selection", "Show se&lection", "", ("F",), "Show what is selected as large as it fits", "canvas"),
    Command("see_all", "Show &all", "", ("A", "Home"), "Show the whole graph", "canvas"),
)
_OUTLINE: Final = (
    Command("outline_add", "Add operator…", "", ("Ins",), "Search for an operator to add", "outline"),
    Command("outline_wire", "Wire the port…", "", ("L",), "List what a port can be wired to", "outline"),
    Command("outline_open", "Open", "", ("Return", "Enter"), "Show a node's form or a group's inside", "outline"),
    Command("outline_delete", "Delete", "", ("Del", "Backspace"), "Take nodes, groups or wires out", "outline"),
    Command("outline_bypass", "Bypass", "", ("Ctrl+B",), "Let streams pass the nodes", "outline"),
    Command("outline_left", "Move left", "", ("Alt+Left",), "Move the nodes on the canvas by a step", "outline"),
    Command("outline_right", "Move right", "", ("Alt+Right",), "Move the nodes on the canvas by a step", "outline"),
    Command("outline_up", "Move up", "", ("Alt+Up",), "Move the nodes on the canvas by a step", "outline"),
    Command("outline_down", "Move down", "", ("Alt+Down",), "Move the nodes on the canvas by a step", "outline"),
)
_RUN: Final = (
    Command("run", "&Run", "run", ("F5",), "Run the graph"),
    Command("run_seeds", "Run with s&eeds…", "", ("Ctrl+F5",), "Run the graph once with each of several seeds"),
    Command("pause", "&Pause", "pause", ("F6",), "Let the run stand still"),
    Command("stop", "&Stop", "stop", ("Shift+F5",), "End the run and keep what it has learned"),
    Command("resume_last", "Resume r&un", "resume", (), "Go on from the last checkpoint; without one, from the start"),
    Command("restart", "Restart &engine", "reset", (), "Start the engine anew"),
    Command("hold", "Pause &here", "pause", ("F9",), "Hold the next item on the chosen wire"),
    Command("peek", "&Look", "look", ("F8",), "Show the next item as it passes"),
    Command("drop", "&Drop", "delete", ("Shift+F9",), "Throw the held item away"),
    Command("go_on", "&Continue", "resume", (), "Let the run go on to the next breakpoint"),
    Command("breakpoints_delete", "Delete the breakpoint", "", ("Del", "Backspace"), "Take it away", "breakpoints"),
)
_RUNS: Final = (
    Command("runs_open", "Show plots", "chart", (), "Show the plots of the runs, laid over each other", "runs"),
    Command("runs_compare", "Compare", "outline", (), "Show what differs between two runs", "runs"),
    Command("runs_resume", "Resume", "resume", (), "Go on with the run", "runs"),
    Command("runs_rename", "Name", "rename", ("F2",), "Write another name for the run", "runs"),
    Command("runs_delete", "Delete", "delete", ("Del",), "Move the runs to the trash", "runs"),
    Command("runs_reveal", "Open folder", "open", (), "Show the run's files", "runs"),
)
_SNAPSHOTS: Final = (
    Command("snapshots_restore", "Restore", "", ("Return", "Enter"), "Let the graph be as it was", "snapshots"),
    Command("snapshots_rename", "Rename", "", ("F2",), "Write another name", "snapshots"),
    Command("snapshots_delete", "Delete", "", ("Del",), "Delete the snapshot", "snapshots"),
)
_VIEW: Final = (
    Command("fit", "&Fit graph", "fit", ("Ctrl+0",), "Show the whole graph"),
    Command("minimap", "&Map in the corner", "", ("Ctrl+Shift+N",), "Show a map while the graph does not fit in"),
    Command("left", "&Left panels", "", ("Ctrl+1",), "Show or hide what is left of the canvas"),
    Command("below", "Lo&wer panels", "", ("Ctrl+2",), "Show or hide what is below the canvas"),
    Command("right", "R&ight panels", "", ("Ctrl+3",), "Show or hide what is right of the canvas"),
    Command("commands", "&Command palette…", "search", ("Ctrl+Shift+P",), "Find a command, node, panel, graph"),
    Command("next_panel", "&Next panel", "", ("Ctrl+F6",), "Give the keyboard to the next panel"),
    Command("former_panel", "&Former panel", "", ("Ctrl+Shift+F6",), "Give the keyboard to the panel before"),
)
_HELP: Final = (
    Command("help", "&About this operator", "help", ("F1",), "The page of the selected operator"),
    Command("shortcuts", "&Keyboard shortcuts…", "", ("Ctrl+F1",), "The keys of every command, to look up and change"),
    Command("about", "About RL Flow &Studio"),
)
SECTIONS: Final = {
    "File": _FILE,
    "Edit": _EDIT,
    "Graph": _GRAPH,
    "Align": _ALIGN,
    "Canvas": _CANVAS,
    "Outline": _OUTLINE,
    "Run": _RUN,
    "Runs": _RUNS,
    "Snapshots": _SNAPSHOTS,
    "View": _VIEW,
    "Help": _HELP,
}
COMMANDS: Final = {command.name: command for command in chain(*SECTIONS.values())}
