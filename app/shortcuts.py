"""Which keys every command has now: those that the person chose, else the first of the table; kept in the settings.

A key may stand for one command only wherever both could be heard: those of the window are heard everywhere, those of
the canvas or a list only there. Keys that everybody expects of lists, fields and menus are never given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions import first_keys, give_keys, is_plain, spoken
from app.commands import COMMANDS, Command, Place
from app.settings import Settings

Keys = tuple[QKeySequence, ...]

WALKING: Final = {
    "Up": "goes through the rows", "Down": "goes through the rows", "Left": "closes a row", "Right": "opens a row",
    "Space": "selects a row", "Tab": "leaves the list", "Shift+Tab": "leaves the list", "Esc": "gives up",
}  # fmt: skip
STEERING: Final = {
    **{f"{held}{way}": "moves what is selected" for held in ("", "Shift+") for way in ("Left", "Right", "Up", "Down")},
    "Space": "pans, with the mouse", "Shift+Tab": "leaves the canvas", "Esc": "lets go of what is selected",
}  # fmt: skip
OPENING: Final = {f"Alt+{letter}": "opens a menu" for letter in "FEGRVH"}
KEPT: Final[dict[Place, Mapping[str, str]]] = {
    "window": OPENING,
    "canvas": OPENING | STEERING,
    "outline": OPENING | WALKING | {"F2": "renames a row"},
    "runs": OPENING | WALKING,
    "breakpoints": OPENING | WALKING,
    "snapshots": OPENING | WALKING,
}
ALWAYS: Final = (  # what nobody can change, for whoever looks a key up
    ("Move what is selected on the canvas, or the view", "Arrows; with Shift further"),
    ("Let go of what is selected on the canvas, then leave the group", "Esc, Backspace"),
    ("Move the view of the canvas", "Space and the mouse"),
    ("Leave the canvas", "Shift+Tab"),
    ("Rename a row of the outline", "F2"),
    ("Open the menu of what has the keyboard", "Menu, Shift+F10"),
    ("Open a menu of the menu bar", "Alt and its letter"),
)


class Shortcuts(QObject):
    """The keys of all commands.

    Attributes:
        faults: what of the settings could not be used, in sentences.

    Signals:
        changed(): some command has other keys now.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._chosen: dict[str, Keys] = {}
        self.faults = tuple(self._read())

    def keys(self, name: str) -> Keys:
        """Return the keys of a command, the one that menus show first; none, if it has none."""
        return self._chosen.get(name, first_keys(COMMANDS[name]))

    def is_changed(self, name: str) -> bool:
        """Whether a command has other keys than its first."""
        return name in self._chosen

    def dress(self, widget: QWidget) -> None:
        """Give all actions of commands below a widget their keys; what is of the whole window is heard everywhere."""
        for action in widget.findChildren(QAction):
            if command := COMMANDS.get(action.objectName()):
                give_keys(action, self.keys(command.name))
                if command.place == "window":
                    widget.addAction(action)

    def holders(self, name: str, key: QKeySequence) -> tuple[Command, ...]:
        """Return the other commands that have a key where the command of this name would be heard."""
        place = COMMANDS[name].place
        others = (command for command in COMMANDS.values() if command.name != name)
        return tuple(other for other in others if _overlap(place, other.place) and key in self.keys(other.name))

    def refusal(self, name: str, key: QKeySequence) -> str:
        """Say why a command can never have a key, in a sentence; empty, if it can.

        Example: for `run`, "R alone is for lists and fields. Hold Ctrl or Alt too, or take F1 to F35."
        """
        place, text = COMMANDS[name].place, key.toString(QKeySequence.SequenceFormat.PortableText)
        if text in KEPT[place]:
            return f"{spoken(key)} always {KEPT[place][text]}."
        if place == "window" and is_plain(key):
            return f"{spoken(key)} alone is for lists and fields. Hold Ctrl or Alt too, or take F1 to F35."
        return ""

    def give(self, name: str, keys: Sequence[QKeySequence]) -> None:
        """Let a command have these keys and no others, of which nobody else has one and none is refused."""
        self._change({name: tuple(keys)})

    def take(self, name: str, key: QKeySequence) -> None:
        """Let a command have a key of others; a sole other one gets its former key, if that suits it."""
        holders, former = self.holders(name, key), self.keys(name)[:1]
        changed = {name: (key,)}
        for holder in holders:
            changed[holder.name] = tuple(kept for kept in self.keys(holder.name) if kept != key)
        if len(holders) == 1 and former and self._suits(holders[0].name, former[0], name):
            changed[holders[0].name] = former + changed[holders[0].name]
        self._change(changed)

    def reset(self, name: str) -> tuple[str, ...]:
        """Give a command its first keys again, and all who have those by now theirs; return the names of all."""
        names, first = [name], {name: first_keys(COMMANDS[name])}
        for one in names:
            holders = {holder.name for key in first[one] for holder in self.holders(one, key)}
            names.extend(sorted(holders - set(names)))
            first |= {holder: first_keys(COMMANDS[holder]) for holder in holders}
        self._change(first)
        return tuple(names)

    def reset_all(self) -> None:
        """Give every command its first keys again."""
        self._change({name: first_keys(COMMANDS[name]) for name in self._chosen})

    def _suits(self, name: str, key: QKeySequence, giver: str) -> bool:
        return not self.refusal(name, key) and {other.name for other in self.holders(name, key)} <= {giver}

    def _change(self, keys: Mapping[str, Keys]) -> None:
        chosen = self._chosen | dict(keys)
        self._chosen = {name: keys for name, keys in chosen.items() if keys != first_keys(COMMANDS[name])}
        self._settings.keep_keys({name: [key.toString() for key in keys] for name, keys in self._chosen.items()})
        self.changed.emit()

    # what was kept

    def _read(self) -> Iterator[str]:
        """Take the keys of the settings over; tell of each that cannot be used, and let its command have the first."""
        for name, texts in self._settings.chosen_keys.items():
            if name not in COMMANDS:
                yield f"There is no command {name}."
            elif fault := self._fault(name, keys := tuple(map(QKeySequence, texts))):
                yield f"{COMMANDS[name].title}: {', '.join(texts)} cannot be its key. {fault}".rstrip()
            else:
                self._chosen[name] = keys
        while twice := [name for name in self._chosen if any(self.holders(name, key) for key in self.keys(name))]:
            for name in twice:
                yield f"{COMMANDS[name].title}: another command has {spoken(self._chosen.pop(name)[0])} too."

    def _fault(self, name: str, keys: Keys) -> str:
        if any(key.count() != 1 or not key.toString() for key in keys):
            return "No such key is known."
        return next((fault for key in keys if (fault := self.refusal(name, key))), "")


def _overlap(one: Place, other: Place) -> bool:
    """Whether keys of two places could be meant at once."""
    return one == other or "window" in (one, other)
