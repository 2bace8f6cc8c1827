"""Graph files from strangers: mutated ones by the thousand, and a set made to attack. None crashes, none runs."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue import find
from engine.checking import check
from engine.compiling import compile_document
from engine.document import read, write
from engine.problems import GraphFileError, Problem, errors_among
from tests.engine import hostile_files

ROOT = Path(__file__).parent.parent.parent
TEXTS = [
    file.read_bytes() for file in sorted([*ROOT.glob("tests/engine/golden/*.json"), *ROOT.glob("saved_graphs/*.json")])
]
TREES = [json.loads(text) for text in TEXTS]
CATALOGUE = find()

SIMPLE = (None, True, -1, 0, 10**30, 0.5, -0.0, 1e308, "", "a", "a.b", "9", "x" * 300, "\0", [], {}, [[]], {"": 0})
LIKELY = ("2.0", "1.9", "train_1", "CartPole-v9", "os:x", "env_steps", "train_1.results", {"id": "a", "type": "T"})
PATCHES = (b'"', b"{", b"}", b"[", b"]", b",", b":", b"1e9", b"-", b"null", b"\xff", b"\\u", b"train_1", b"")
WOUND = st.tuples(st.integers(0, 5_000), st.integers(0, 12), st.sampled_from(PATCHES) | st.binary(max_size=4))

EACH = 500 if os.environ.get("RLFLOW_NO_QT") == "1" else 5_000  # fewer where `make test` runs these a second time


def refusal(data: bytes | str) -> tuple[Problem, ...] | None:
    """Open a file and return why not. What does open is checked, written and, if it may run, compiled."""
    try:
        document = read(data)
    except GraphFileError as error:
        return error.problems
    ids = {"", *(node.id for node in document.nodes)}
    problems = check(document, CATALOGUE)
    for problem in problems:
        assert problem.what
        assert problem.hint
        assert problem.where.node in ids
    assert read(write(document)) == document
    if not errors_among(problems):
        compile_document(document, CATALOGUE)
    return None


@settings(max_examples=EACH)
@given(text=st.sampled_from(TEXTS), wounds=st.lists(WOUND, min_size=1, max_size=4))
def test_five_thousand_files_with_wounded_bytes_open_or_are_refused(
    text: bytes, wounds: list[tuple[int, int, bytes]]
) -> None:
    for position, length, patch in wounds:
        start = position % (len(text) + 1)
        text = text[:start] + patch + text[start + length :]
    problems = refusal(text)
    assert problems is None or problems


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a JSON value, the root's left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inner for place in ((*path, key), *places_in(part, (*path, key)))]


PLACES = [(tree, path) for tree in TREES for path in places_in(tree)]


@settings(max_examples=EACH)
@given(
    place=st.sampled_from(PLACES),
    way=st.sampled_from(["replace", "remove", "insert", "type", "params", "from", "nodes", "x", ""]),
    odd=st.sampled_from([*SIMPLE, *LIKELY]),
)
def test_five_thousand_files_of_another_shape_open_or_the_refusal_names_the_place(
    place: tuple[Any, tuple[Any, ...]], way: str, odd: Any
) -> None:
    tree, path = place
    changed = copy.deepcopy(tree)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    change(parent, path[-1], way, odd)
    for problem in refusal(json.dumps(changed)) or ():
        assert problem.where.node or problem.where.field
        if path[0] == "nodes" and len(path) > 2 and path[2] != "id":
            assert problem.where.node == tree["nodes"][path[1]]["id"]


def change(parent: Any, key: Any, way: str, odd: Any) -> None:
    """Put something odd at a key or beside it, or take out what stands there."""
    match way:
        case "replace":
            parent[key] = odd
        case "remove":
            del parent[key]
        case _ if isinstance(parent, list):
            parent.insert(key, odd)
        case _:
            parent[way] = odd


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the judge saw while another process opened every hostile file."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / f"{hostile_files.MODULE}.py").write_text(hostile_files.plant(str(folder / "canary")))
    for name, data in hostile_files.files():
        (folder / f"{name}.json").write_bytes(data)
    child = subprocess.run(
        [sys.executable, "-m", "tests.engine.audit_judge", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder)},  # so that the evil module can be imported
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    told: dict[str, Any] = json.loads(child.stdout)
    told["left"] = sorted(file.name for file in folder.iterdir() if file.suffix != ".json")
    return told


def test_hostile_files_run_import_open_and_contact_nothing(verdict: dict[str, Any]) -> None:
    assert {name: told["seen"] for name, told in verdict["files"].items() if told["seen"]} == {}
    assert verdict["left"] == [f"{hostile_files.MODULE}.py"]  # no canary, no temporary file, no __pycache__
    assert any("os.system" in event for event in verdict["awake"])


def test_hostile_files_take_less_than_a_second_and_a_hundred_mebibytes(verdict: dict[str, Any]) -> None:
    assert max(told["seconds"] for told in verdict["files"].values()) < 1
    assert verdict["mebibytes"] < 100


def test_hostile_files_are_refused_or_inert(verdict: dict[str, Any]) -> None:
    opened = {name for name in hostile_files.RAW if not verdict["files"][name]["refused"]}
    assert opened == hostile_files.INERT
    ids = {name for name in hostile_files.TEXTS if not verdict["files"][f"{name} as id"]["refused"]}
    assert ids == {"device"}  # CON is a node like any other: no file is called after a node


@pytest.mark.parametrize("name", hostile_files.TEXTS)
def test_no_hostile_text_is_an_environment(verdict: dict[str, Any], name: str) -> None:
    told = verdict["files"][f"{name} as environment"]
    faults = [problem for problem in told["problems"] if problem.startswith("environment_1.id: ")]
    wanted = "names a module to import" if ":" in hostile_files.TEXTS[name] else "is registered"
    assert len(faults) == 1
    assert wanted in faults[0]
