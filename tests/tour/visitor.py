"""A person before a screen: an X server of their own, a pointer, keys, and eyes.

Pointer and keys are xdotool's, so they go the way of real ones. The eyes are told what is on the screen by the studio's
process (`observed_studio.py`). Nothing here waits for a time: `find` looks until it sees what it looks for.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("Xvfb", "xdotool")
MISSING = [program for program in NEEDED if not shutil.which(program)]
PATIENCE = 120.0  # seconds, for an engine that starts on a busy machine
BLINK = 0.05  # seconds between two looks


@dataclass(frozen=True)
class Thing:
    """Something on the screen: its role and name, what it says, whether it can be used and has the keyboard, its place.

    The place is left, top, width and height in pixels.
    """

    role: str
    name: str
    text: str
    enabled: bool
    focused: bool
    place: tuple[int, int, int, int]

    @property
    def centre(self) -> tuple[int, int]:
        left, top, width, height = self.place
        return left + width // 2, top + height // 2


class Visitor:
    """Works the studio as a person would."""

    def __init__(self, display: str, studio: subprocess.Popen[bytes], eyes: Path) -> None:
        self._display = display
        self.studio = studio
        self._eyes = eyes

    def look(self, picture: Path | None = None) -> list[Thing]:
        """Everything on the screen now; its picture is saved where one is asked for."""
        with socket.socket(socket.AF_UNIX) as eyes:
            eyes.connect(str(self._eyes))
            lines = eyes.makefile("rw")
            lines.write(f"{picture or ''}\n")
            lines.flush()
            return [Thing(**told) for told in json.loads(lines.readline())]

    def find(self, role: str, name: str = "", that: Callable[[Thing], bool] = lambda thing: True) -> Thing:
        """Look until there is a thing of this role whose name begins so; return the first one."""
        return self.find_all(role, name, that)[0]

    def find_all(
        self, role: str, name: str = "", that: Callable[[Thing], bool] = lambda thing: True, count: int = 1
    ) -> list[Thing]:
        """Look until there are so many of them."""
        return self._look_until(role, name, that, lambda found: len(found) >= count)

    def see_go(self, role: str, name: str = "") -> None:
        """Look until there is no such thing any more."""
        self._look_until(role, name, lambda thing: True, lambda found: not found)

    def _look_until(
        self, role: str, name: str, that: Callable[[Thing], bool], enough: Callable[[list[Thing]], bool]
    ) -> list[Thing]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            seen = [thing for thing in self.look() if thing.role == role]
            found = [thing for thing in seen if thing.name.startswith(name) and that(thing)]
            if enough(found):
                return found
            self.blink()
        picture = self._eyes.with_name("last_look.png")
        self.look(picture)
        raise AssertionError(f"looked for {role} {name!r}, saw {seen}; the screen is in {picture}")

    def blink(self) -> None:
        """Let the studio go on for a moment; it must not end."""
        try:
            code = self.studio.wait(timeout=BLINK)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"the studio has ended with code {code}")

    def click(self, thing: Thing, times: int = 1, held: str = "") -> None:
        """Click into the middle of a thing, with a key held down if one is named."""
        self.click_at(*thing.centre, times, held)

    def click_at(self, left: int, top: int, times: int = 1, held: str = "") -> None:
        """Click at a point of the screen."""
        hold, let_go = (["keydown", held], ["keyup", held]) if held else ([], [])
        self._do("mousemove", str(left), str(top), *hold, "click", "--repeat", str(times), "1", *let_go)

    def write(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "5", text)

    def press(self, keys: str) -> None:
        """Press keys, such as `ctrl+q`."""
        self._do("key", keys)

    def fill(self, field: Thing, text: str) -> None:
        """Write into a field instead of what is in it, and leave it with Enter."""
        self.click(field, times=3)
        self.write(text)
        self.press("Return")

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=os.environ | {"DISPLAY": self._display}, check=True, timeout=30)


@contextmanager
def screen(size: str = "1280x800") -> Iterator[str]:
    """An X server without a screen; gives its display, which it chooses itself."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def studio(display: str, folder: Path, *files: Path) -> Iterator[Visitor]:
    """A studio that nobody has used before, in `folder`, and its visitor; it is killed if it does not end by itself."""
    eyes = folder / "eyes"
    eyes.unlink(missing_ok=True)
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "STATE", "DATA")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.tour.observed_studio", str(eyes), *map(str, files)],
        env=os.environ | homes | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )
    visitor = Visitor(display, process, eyes)
    try:
        until = time.monotonic() + PATIENCE
        while not eyes.exists():
            assert time.monotonic() < until, "the studio does not open"
            visitor.blink()
        yield visitor
    finally:
        process.kill()
        process.wait()
