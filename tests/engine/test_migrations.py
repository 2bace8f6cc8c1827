"""Old files become today's, one step a version; every released version has a golden file that still opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.document import VERSION, read, write
from engine.migrations import migrate

GOLDEN = sorted((Path(__file__).parent / "golden").glob("v*.json"))


def to_0_9(raw: dict[str, Any]) -> dict[str, Any]:
    return raw | {"version": "0.9", "steps": [*raw.get("steps", ()), "to 0.9"]}


def to_1_0(raw: dict[str, Any]) -> dict[str, Any]:
    return raw | {"version": "1.0", "steps": [*raw.get("steps", ()), "to 1.0"]}


STEPS = {"0.8": to_0_9, "0.9": to_1_0}


@pytest.mark.parametrize(("version", "steps"), [("0.8", ["to 0.9", "to 1.0"]), ("0.9", ["to 1.0"])])
def test_every_step_that_a_version_still_needs_is_taken_in_order(version: str, steps: list[str]) -> None:
    assert migrate({"version": version}, STEPS) == {"version": "1.0", "steps": steps}


@pytest.mark.parametrize("version", ["1.0", "1.7", "2.0", "?", None, 8])
def test_newer_and_unknown_versions_pass_untouched(version: object) -> None:
    raw = {"version": version}
    assert migrate(raw, STEPS) is raw


def test_migrating_twice_is_migrating_once_and_the_given_object_stays() -> None:
    raw = {"version": "0.8"}
    once = migrate(raw, STEPS)
    assert migrate(once, STEPS) == once
    assert raw == {"version": "0.8"}


def test_a_step_that_leads_nowhere_ends() -> None:
    assert migrate({"version": "0.8"}, {"0.8": lambda raw: raw}) == {"version": "0.8"}


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_the_golden_file_of_every_version_opens_as_todays(file: Path) -> None:
    document = read(file.read_bytes())
    assert document.version == VERSION
    assert read(write(document)) == document


def test_comments_and_frames_of_1_1_get_the_places_that_1_2_asks_for() -> None:
    layout = {"comments": [{"text": "why?", "x": 10, "y": 20}], "frames": [{"title": "Learning"}], "nodes": {}}
    assert migrate({"version": "1.1", "layout": layout})["layout"] == {
        "comments": [{"text": "why?", "at": [10, 20]}],
        "frames": [{"title": "Learning", "rect": [0, 0, 240, 160]}],
        "nodes": {},
    }


def test_there_is_a_golden_file_of_this_version() -> None:
    assert f"v{VERSION}" in [file.stem for file in GOLDEN]
