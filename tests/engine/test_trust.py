"""Python in graphs runs only if exactly that text is in the user's own signed record."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from engine import __main__ as command_line
from engine.catalogue import find
from engine.checking import check
from engine.document import Document, save
from engine.problems import InvalidGraph, errors_among
from engine.runs import RunFolder
from engine.session import run_graph
from engine.trust import Trust, code_in, untrusted
from tests.engine.graphs import adding, cutting, node, ppo, wiring

CODE = 'def each(columns):\n    return {**columns, "reward": columns["reward"] * 2}\n'
HOSTILE = "open('/nonexistent/proof', 'w')\ndef each(columns):\n    return columns\n"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path / "data"))


def carrying(code: str) -> Document:
    """PPO with a Map in front of Compute Advantages, without remote workers."""
    document = cutting(ppo(), "rollouts_1.experiences → advantages_1.batches").with_param("rollouts_1", "workers", 0)
    document = adding(document, node("Map", "map_1", code=code))
    return wiring(document, "rollouts_1.experiences → map_1.batches", "map_1.mapped → advantages_1.batches")


def run(document: Document, folder: Path) -> Any:
    stop = {"env_steps": 2048.0}
    made = RunFolder.create(folder, document, 1, stop)
    return run_graph(document, folder=made, seed=1, stop=stop, tell=lambda event: None, commands=lambda: None)


def test_a_text_is_trusted_and_no_other() -> None:
    Trust().give(CODE)
    assert Trust().holds(CODE)
    assert not Trust().holds(CODE + " ")


def test_the_key_is_the_users_alone() -> None:
    trust = Trust()
    trust.give(CODE)
    assert stat.S_IMODE((trust.folder / "trust.key").stat().st_mode) == 0o600


def test_a_record_from_elsewhere_has_another_signature(tmp_path: Path) -> None:
    mine, theirs = Trust(tmp_path / "mine"), Trust(tmp_path / "theirs")
    mine.give("x = 1")
    theirs.give(CODE)
    (mine.folder / "trusted.json").write_bytes((theirs.folder / "trusted.json").read_bytes())
    assert not mine.holds(CODE)


@pytest.mark.parametrize("signed", ["-", "", "é"])
@pytest.mark.parametrize("key", [None, b""], ids=["no key", "empty key"])
def test_without_a_key_no_record_trusts_anything(signed: str, key: bytes | None) -> None:
    trust = Trust()
    trust.give(CODE)
    (digest,) = json.loads((trust.folder / "trusted.json").read_bytes())
    (trust.folder / "trusted.json").write_text(json.dumps({digest: signed}))
    assert not trust.holds(CODE)
    (trust.folder / "trust.key").unlink()
    if key is not None:
        (trust.folder / "trust.key").write_bytes(key)
    assert not trust.holds(CODE)
    trust.give(CODE)
    assert trust.holds(CODE)


@pytest.mark.parametrize("record", ["", "[]", "{", '{"a": 1}', "null"])
def test_a_damaged_record_trusts_nothing(record: str) -> None:
    trust = Trust()
    trust.give(CODE)
    (trust.folder / "trusted.json").write_text(record)
    assert not trust.holds(CODE)


def test_what_an_operator_has_by_default_needs_no_trust() -> None:
    default = find().operators["Map"].spec.param("code")
    assert default is not None
    assert untrusted(carrying(default.default), find()) == ()
    assert [piece.node for piece in code_in(carrying(CODE), find())] == ["map_1"]


def test_the_check_warns_and_says_what_to_type() -> None:
    (problem,) = check(carrying(CODE))
    assert (str(problem.where), problem.severity) == ("map_1.code", "warning")
    assert problem.hint == "read it, then type: rlflow trust FILE"
    Trust().give(CODE)
    assert check(carrying(CODE)) == ()


def test_the_engine_runs_no_code_that_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(InvalidGraph, match=r"map_1.code: this node carries Python that you have not trusted"):
        run(carrying(HOSTILE), tmp_path / "run")


def test_trusted_code_changes_what_is_learned_from(tmp_path: Path) -> None:
    Trust().give(CODE)
    assert run(carrying(CODE), tmp_path / "run").status == "finished"


def test_a_mistake_in_the_code_ends_the_run_with_its_line(tmp_path: Path) -> None:
    code = "def each(columns):\n    return columns['speed']\n"
    Trust().give(code)
    (problem,) = run(carrying(code), tmp_path / "run").problems
    assert problem["node"] == "map_1"
    assert problem["what"].startswith("line 2 of its code failed: KeyError: 'speed' [in rollouts_1/0 on ")


def test_reading_and_checking_code_does_not_run_it() -> None:
    """The code would fail with an error of its own; nobody hears of it."""
    assert errors_among(check(carrying(HOSTILE))) == ()


def test_the_command_shows_the_code_and_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "graph.json")
    save(carrying(CODE + "# \x1b[2Jgone\u202e"), file)
    assert command_line.main(["trust", file]) == 2
    shown = capsys.readouterr()
    assert "map_1.code:\n\n    def each(columns):\n" in shown.out
    assert r"# \x1b[2Jgone\u202e" in shown.out
    assert "add --yes" in shown.err
    assert command_line.main(["trust", file, "--yes"]) == 0
    capsys.readouterr()
    assert command_line.main(["trust", file]) == 0
    assert "no Python in this graph that you have not trusted" in capsys.readouterr().out


def test_running_untrusted_code_is_refused_with_the_command_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "graph.json")
    save(carrying(CODE), file)
    assert command_line.main(["run", file, "--out", str(tmp_path / "run"), "--json"]) == 3
    shown = capsys.readouterr()
    assert f"rlflow trust {file}" in shown.err
    assert json.loads(shown.out.splitlines()[-1])["status"] == "refused"
    assert not (tmp_path / "run").exists()
