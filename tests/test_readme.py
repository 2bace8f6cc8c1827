"""The words at the front door are true: tables, links, commands and the worked example of the guide."""

from __future__ import annotations

import importlib.util
import itertools
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from types import ModuleType

import pytest

from engine import catalogue, fluent, gallery
from engine.catalogue import Catalogue
from engine.command_line import COMMANDS, _parser
from engine.declare import Operator
from engine.exit_codes import MEANINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = "engine.operators.experiences.clip_rewards"


def test_the_operator_table_is_that_of_the_catalogue() -> None:
    table = README.partition("<!-- operators -->\n")[2].partition("<!-- end of operators -->")[0]
    assert table == catalogue.find().as_markdown(), "put the output of `rlflow operators --markdown` between the marks"


def test_the_table_of_saved_graphs_is_that_of_the_gallery() -> None:
    table = README.partition("<!-- saved graphs -->\n")[2].partition("<!-- end of saved graphs -->")[0]
    made = gallery.as_markdown(catalogue.find())
    assert table == made, "put the output of `rlflow gallery --markdown` between the marks"


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | {meaning} |\n" in README


def test_every_link_into_the_project_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert len(targets) > 5
    assert [target for target in targets if not target.startswith("https://") and not (ROOT / target).exists()] == []


def shell_lines(text: str) -> Iterator[str]:
    """The commands of this project in a document's indented blocks and code spans, without their comments."""
    yield from re.findall(r"^    (rlflow .*?)\s*(?:#.*)?$", text, re.MULTILINE)
    yield from re.findall(r"^    \.venv/bin/(rlflow [^|\n]*)", text, re.MULTILINE)


@pytest.mark.parametrize("line", [*shell_lines(README), *shell_lines(CONTRIBUTING)])
def test_every_command_shown_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    assert words[0] in COMMANDS
    _parser(words).parse_args(words)


def test_the_example_in_python_is_that_of_its_module() -> None:
    shown = README.partition("## In Python")[2].partition("```python\n")[2].partition("```")[0]
    told = textwrap.dedent(str(fluent.__doc__).partition("whole:\n\n")[2].partition("\nEverything")[0])
    assert shown == told.rstrip("\n") + "\n"


def test_make_knows_its_four_commands() -> None:
    targets = re.findall(r"^\| `make ([a-z-]+)`", CONTRIBUTING, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text()
    assert len(targets) == 4
    assert all(f"\n{target}:" in makefile for target in targets)


# --- the worked example ---------------------------------------------------------------------------------------------


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Operator]:
    """The operator of CONTRIBUTING.md, imported as if it stood where the guide says."""
    code, _ = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)
    file = tmp_path / "experiences" / "clip_rewards.py"
    file.parent.mkdir()
    file.write_text(code, encoding="utf-8")
    operator: type[Operator] = imported(EXAMPLE, file, monkeypatch).ClipRewards
    return operator


def imported(name: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def test_the_example_is_what_the_guide_says_of_it(example: type[Operator]) -> None:
    spec = example.spec
    assert (spec.type, spec.title, spec.short) == ("ClipRewards", "Clip Rewards", "clip")
    assert spec.type not in catalogue.find().operators
    assert "Clip Rewards | batches | clipped | Clip the rewards" in Catalogue({spec.type: example}).as_markdown()


def test_the_example_keeps_the_contract_of_operators(example: type[Operator], monkeypatch: pytest.MonkeyPatch) -> None:
    contract = imported("contract", ROOT / "tests" / "engine" / "operators" / "test_contract.py", monkeypatch)
    asked = [test for name, test in vars(contract).items() if name.startswith("test_")]
    of_one = [test for test in asked if next(iter(signature(test).parameters), "") == "operator"]
    assert len(of_one) > 5
    for test in of_one:
        more = [mark.args[1] for mark in test.pytestmark if mark.args[0] != "operator"]
        for arguments in itertools.product([example], *more):
            test(*arguments)


def test_the_test_of_the_example_passes(example: type[Operator]) -> None:
    _, code = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)
    names: dict[str, Callable[[], None]] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)
    tests = [test for name, test in names.items() if name.startswith("test_")]
    assert len(tests) == 1
    tests[0]()


@pytest.mark.parametrize(
    ("number", "place"),
    [(0, "engine/operators/experiences/clip_rewards.py"), (1, "tests/engine/operators/test_clip_rewards.py")],
)
def test_the_example_keeps_the_style(number: int, place: str) -> None:
    code = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)[number]
    ours = 'lint.isort.known-first-party = ["engine"]'  # ruff looks for the file, which is only in the guide
    ruff = [sys.executable, "-m", "ruff", "check", "--config", ours, "--stdin-filename", place, "-"]
    found = subprocess.run(ruff, input=code, capture_output=True, text=True, check=False, cwd=ROOT)
    assert found.returncode == 0, found.stdout
