"""What the studio remembers between two starts: window, theme, recent files, clusters, keys; and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

APP: Final = "rl-flow-studio"
RECENT: Final = 10
USED: Final = 20  # commands that the palette shows first
THEMES: Final = ("system", "dark", "light")


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of this user: `config` for choices, `state` for recovery copies and logs."""

    config: Path
    state: Path

    @classmethod
    def of_user(cls) -> Places:
        """Where the system wants them, such as `~/.config` and `~/.local/state`."""
        return cls(platformdirs.user_config_path(APP), platformdirs.user_state_path(APP))


class Settings:
    """The remembered choices, in one ini file."""

    def __init__(self, places: Places) -> None:
        self._file = QSettings(str(places.config / "studio.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """One of `THEMES`."""
        chosen = str(self._file.value("theme", "system"))
        return chosen if chosen in THEMES else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._file.setValue("theme", name)

    @property
    def minimap(self) -> bool:
        """Whether a map of the graph shows where it does not fit into the view."""
        return str(self._file.value("minimap", "true")) == "true"

    @minimap.setter
    def minimap(self, wanted: bool) -> None:
        self._file.setValue("minimap", "true" if wanted else "false")

    @property
    def recent(self) -> tuple[Path, ...]:
        """The files opened or saved last, newest first, that are still there."""
        return tuple(path for path in map(Path, self._texts("recent")) if path.is_file())

    def add_recent(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        others = [str(old) for old in self.recent if old != path.resolve()]
        self._file.setValue("recent", [str(path.resolve()), *others][:RECENT])

    @property
    def used_commands(self) -> tuple[str, ...]:
        """The names of what was chosen in the command palette, last first."""
        return self._texts("used_commands")

    def add_used_command(self, name: str) -> None:
        """Put a choice of the command palette first among those that were used."""
        others = [other for other in self.used_commands if other != name]
        self._file.setValue("used_commands", [name, *others][:USED])

    @property
    def chosen_keys(self) -> dict[str, tuple[str, ...]]:
        """The keys that the person chose, by command; whether there are such keys and commands is for others to say."""
        self._file.beginGroup("keys")
        names = self._file.childKeys()
        self._file.endGroup()
        return {name: self._texts(f"keys/{name}") for name in names}

    def keep_keys(self, keys: Mapping[str, Sequence[str]]) -> None:
        """Remember the keys that the person chose, by command; all others have their first."""
        self._file.remove("keys")
        for name, texts in keys.items():
            self._file.setValue(f"keys/{name}", list(texts))

    @property
    def address(self) -> str:
        """The cluster on which graphs run; empty for this machine."""
        return str(self._file.value("address", ""))

    @address.setter
    def address(self, address: str) -> None:
        self._file.setValue("address", address)
        if address:
            self._file.setValue("addresses", [address, *(a for a in self.addresses if a != address)][:RECENT])

    @property
    def addresses(self) -> tuple[str, ...]:
        """The clusters that were named last, newest first."""
        return self._texts("addresses")

    def window(self) -> tuple[QByteArray, QByteArray]:
        """The window's geometry and the state of its docks; empty at first."""
        return self._bytes("geometry"), self._bytes("docks")

    def keep_window(self, geometry: QByteArray, docks: QByteArray) -> None:
        """Remember the window's geometry and the state of its docks."""
        self._file.setValue("geometry", geometry)
        self._file.setValue("docks", docks)

    def _texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one is read back as no list."""
        kept = self._file.value(key, [])
        return (kept,) if isinstance(kept, str) else tuple(map(str, kept or []))

    def _bytes(self, key: str) -> QByteArray:
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
