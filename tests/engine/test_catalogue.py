"""The operators are found by looking, and shown as JSON and Markdown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from engine.catalogue import Catalogue, find
from engine.declare import SECTIONS, Operator, param, stream_in, stream_out
from engine.kinds import Batch, TrainResult

ROOT = Path(__file__).parent.parent.parent


class Halve(Operator):
    """Keep every other row."""

    section = "Experiences"
    short = "halve"
    batches = stream_in(Batch, "what to halve")
    halves = stream_out(TrainResult, "what is left", where="local", many=True)
    keep: str = param("odd", choices=("odd", "even"), help="which rows")
    share: float = param(0.5, above=0, at_most=1, help="how many", live=True)


def test_every_file_below_operators_is_found_in_palette_order() -> None:
    found = find()
    files = {file.stem for file in (ROOT / "engine" / "operators").glob("*/*.py")} - {"__init__"}
    assert len(found.operators) == len(files)
    order = [(SECTIONS.index(spec.section), spec.title) for spec in found.specs]
    assert order == sorted(order)
    assert found.spec("TrainOneStep") is found.operators["TrainOneStep"].spec
    assert found.spec("Unheard") is None


def test_reading_the_catalogue_imports_neither_torch_nor_ray_nor_gymnasium() -> None:
    code = "import sys; from engine.catalogue import find; find(); print(*sys.modules)"
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "ray", "gymnasium", "PySide6", "matplotlib"} & set(child.stdout.split())


def test_the_catalogue_as_json_says_all_that_is_declared() -> None:
    (halve,) = json.loads(json.dumps(Catalogue({"Halve": Halve}).as_json()))
    assert halve == {
        "type": "Halve",
        "title": "Halve",
        "section": "Experiences",
        "summary": "Keep every other row.",
        "help": "Keep every other row.",
        "rllib": "",
        "ports": [
            {
                "name": "batches",
                "direction": "in",
                "kind": "batch",
                "family": "stream",
                "where": "any",
                "many": False,
                "required": True,
                "help": "what to halve",
            },
            {
                "name": "halves",
                "direction": "out",
                "kind": "train result",
                "family": "stream",
                "where": "local",
                "many": True,
                "required": True,
                "help": "what is left",
            },
        ],
        "params": [
            {
                "name": "keep",
                "wants": "text",
                "default": "odd",
                "unit": "",
                "live": False,
                "choices": ["odd", "even"],
                "help": "which rows",
            },
            {
                "name": "share",
                "wants": "a number",
                "default": 0.5,
                "unit": "",
                "live": True,
                "above": 0,
                "at_most": 1,
                "help": "how many",
            },
        ],
    }


def test_the_table_of_the_readme_has_a_row_for_each_operator_below_its_section() -> None:
    assert Catalogue({"Halve": Halve}).as_markdown() == (
        "| operator | takes | gives | what it does |\n"
        "| --- | --- | --- | --- |\n"
        "| **Experiences** | | | |\n"
        "| Halve | batches | halves | Keep every other row. |\n"
    )
    rows = find().as_markdown().splitlines()
    assert "| PPO Policy | *environment* | *policy* |" in next(row for row in rows if row.startswith("| PPO"))
    assert all(row.count("|") == 5 for row in rows)
