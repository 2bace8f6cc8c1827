"""The files by which a desktop knows the studio: written, found valid, and taken away again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine import gallery
from engine.__main__ import main
from engine.desktop_files import LOOK_INTO, MIME_TYPE, desktop_files, quoted

NAME = "rl-flow-studio"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose path has a space, and no programs that make lists of what is in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "my data"))
    monkeypatch.setenv("PATH", "")
    return tmp_path / "my data"


def files_below(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def test_what_is_installed_is_told_and_taken_away_again(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    others = home / "applications" / "other.desktop"
    others.parent.mkdir(parents=True)
    others.write_text("theirs")
    assert main(["desktop", "install", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["status"] == "installed"
    assert files_below(home) == {*told["files"], str(others)}
    assert main(["desktop", "remove", "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"status": "removed", "files": told["files"]}
    assert files_below(home) == {str(others)}


def test_every_file_is_named_to_people_too(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["desktop", "install"])
    lines = capfd.readouterr().out.splitlines()
    assert {line.removeprefix("Wrote ") for line in lines} == files_below(home)
    main(["desktop", "remove"])
    assert f"Deleted {home / 'applications' / NAME}.desktop\n" in capfd.readouterr().out
    main(["desktop", "remove"])
    assert capfd.readouterr().out == "There was nothing to delete.\n"


def test_a_folder_that_cannot_be_written_is_named(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home.write_text("a file")
    assert main(["desktop", "install"]) == 1
    assert f"{home}/applications/{NAME}.desktop: the file was not written" in capfd.readouterr().err


def test_the_entry_starts_the_studio_with_the_file_that_was_clicked(home: Path) -> None:
    main(["desktop", "install"])
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment]  # keys of desktop entries keep their case
    parser.read(home / "applications" / f"{NAME}.desktop")
    entry = parser["Desktop Entry"]
    assert entry["Exec"].endswith('"open" %f')
    assert Path(entry["TryExec"]).is_file()
    assert entry["Icon"] == entry["StartupWMClass"] == NAME
    assert all(entry[lists].endswith(";") for lists in ("MimeType", "Categories", "Keywords"))


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_the_validator_of_desktop_entries_has_nothing_to_say(tmp_path: Path) -> None:
    validator = shutil.which("desktop-file-validate")
    assert validator is not None
    path = tmp_path / f"{NAME}.desktop"
    path.write_bytes(entry_of("/opt/my tools/rlflow"))
    found = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def entry_of(*command: str) -> bytes:
    return next(data for path, data in desktop_files(command).items() if path.suffix == ".desktop")


@pytest.mark.parametrize(
    ("word", "in_the_file"),
    [
        ("/opt/my tools/rlflow", '"/opt/my tools/rlflow"'),
        ("100%", '"100%%"'),
        ('a"b', r'"a\\"b"'),
        ("$HOME", r'"\\$HOME"'),
        ("back\\slash", r'"back\\\\slash"'),
    ],
)
def test_a_path_stays_one_argument(word: str, in_the_file: str) -> None:
    assert quoted(word) == in_the_file
    assert f"Exec={in_the_file} %f\n" in entry_of(word).decode()


def test_graphs_are_known_by_name_and_by_the_line_of_their_format() -> None:
    described = next(data for path, data in desktop_files(["rlflow"]).items() if path.suffix == ".xml")
    names = {"": "http://www.freedesktop.org/standards/shared-mime-info"}
    (kind,) = ElementTree.fromstring(described).findall("mime-type", names)
    assert kind.attrib["type"] == MIME_TYPE
    assert [glob.attrib["pattern"] for glob in kind.findall("glob", names)] == ["*.rlflow.json"]
    (line,) = kind.findall("magic/match/match", names)
    for name in gallery.names():
        assert line.attrib["value"] in gallery.path(name).read_text()[:LOOK_INTO]


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="update-mime-database is not installed")
def test_the_lists_of_the_desktop_are_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    main(["desktop", "install"])
    assert re.search(rf"^\d+:{re.escape(MIME_TYPE)}:\*\.rlflow\.json$", (tmp_path / "mime/globs2").read_text(), re.M)
    main(["desktop", "remove"])
    assert MIME_TYPE not in (tmp_path / "mime/globs2").read_text()
