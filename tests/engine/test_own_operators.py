"""Operators in the user's own folder: found, drawn, checked and run like the others; broken files are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import __main__ as command_line
from engine import own_operators
from engine.catalogue import find
from engine.checking import check
from engine.cluster import Cluster
from engine.document import Document
from engine.runs import RunFolder
from engine.session import run_graph
from tests.engine.graphs import adding, cutting, node, ppo, wiring

SCALE = '''"""Rewards, scaled."""

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch


class ScaleRewards(Operator):
    """Multiply every reward by a factor."""

    section = "Experiences"
    short = "scale"
    batches = stream_in(Batch, "what to scale")
    scaled = stream_out(Batch, "the same rows, scaled")
    factor: float = param(0.5, help="what rewards are multiplied by")

    def each(self, item):
        batch = item.value
        return [item.carrying(batch.having(reward=batch["reward"] * self.factor))]
'''


README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_this_very_operator() -> None:
    shown = README.read_text(encoding="utf-8").partition("## Your own Python")[2].partition("```python\n")[2]
    assert shown.partition("```")[0] == SCALE.partition("\n\n")[2]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path))
    made = tmp_path / "operators"
    made.mkdir()
    return made


def with_it() -> Document:
    document = cutting(ppo(), "rollouts_1.experiences → advantages_1.batches")
    document = adding(document, node("ScaleRewards", "scale_1", factor=0.25))
    return wiring(document, "rollouts_1.experiences → scale_1.batches", "scale_1.scaled → advantages_1.batches")


def test_a_file_in_the_folder_is_an_operator_of_the_catalogue(folder: Path) -> None:
    (folder / "scale_rewards.py").write_text(SCALE)
    spec = find().spec("ScaleRewards")
    assert spec is not None
    assert (spec.title, spec.section, spec.params[0].default) == ("Scale Rewards", "Experiences", 0.5)
    assert find().troubles == ()
    assert check(with_it()) == ()


def test_without_it_the_graph_says_so() -> None:
    assert any("no operator 'ScaleRewards'" in problem.what for problem in check(with_it()))


def test_a_changed_file_is_read_again(folder: Path) -> None:
    file = folder / "scale_rewards.py"
    file.write_text(SCALE)
    assert find().spec("ScaleRewards") is not None
    file.write_text(SCALE.replace("ScaleRewards", "ShrinkRewards"))
    assert find().spec("ScaleRewards") is None
    assert find().spec("ShrinkRewards") is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def (", "line 1 cannot be read"),
        ("x = 1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("x = 1", "defines no class that extends Operator"),
        (SCALE.replace('"Experiences"', '"Mine"'), "names the section 'Mine'; it must be one of Setup"),
        (SCALE.replace('short = "scale"', ""), "must say how its nodes are called"),
        (SCALE.replace('"""Multiply every reward by a factor."""', ""), "has no docstring"),
        (SCALE.replace("ScaleRewards", "ConcatBatches"), "an operator called ConcatBatches comes with the program"),
    ],
)
def test_a_file_that_gives_no_operator_is_told_and_the_others_work(folder: Path, text: str, told: str) -> None:
    (folder / "broken.py").write_text(text)
    (folder / "good.py").write_text(SCALE.replace("ScaleRewards", "GoodOne"))
    catalogue = find()
    (problem,) = catalogue.troubles
    assert told in problem.what
    assert problem.where.file == str(folder / "broken.py")
    assert catalogue.spec("GoodOne") is not None


def test_the_command_line_lists_it_and_tells_of_broken_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "scale_rewards.py").write_text(SCALE)
    (folder / "broken.py").write_text("def (")
    assert command_line.main(["operators"]) == 0
    shown = capsys.readouterr()
    assert "ScaleRewards" in shown.out
    assert f"warning: {folder / 'broken.py'}: line 1 cannot be read" in shown.err


def test_folders_may_be_named_by_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(own_operators.VARIABLE, str(tmp_path))
    (tmp_path / "scale_rewards.py").write_text(SCALE)
    assert find().spec("ScaleRewards") is not None


def test_files_of_one_name_in_two_folders_both_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = folder.parent / "other"
    other.mkdir()
    monkeypatch.setenv(own_operators.VARIABLE, str(other))
    (folder / "scale.py").write_text(SCALE)
    (other / "scale.py").write_text(SCALE.replace("ScaleRewards", "ShrinkRewards"))
    first, again = find(), find()
    for name in ("ScaleRewards", "ShrinkRewards"):
        assert first.operators[name] is again.operators[name]


def test_of_two_files_with_one_operator_the_later_is_told_of(folder: Path) -> None:
    (folder / "a.py").write_text(SCALE)
    (folder / "b.py").write_text(SCALE)
    (problem,) = find().troubles
    assert problem.where.file == str(folder / "b.py")
    assert problem.what == f"an operator called ScaleRewards stands in {folder / 'a.py'} too"


@pytest.mark.ray
def test_it_runs_on_actors_which_cannot_import_its_file(folder: Path, tmp_path: Path, cluster: Cluster) -> None:
    (folder / "scale_rewards.py").write_text(SCALE)
    made = RunFolder.create(tmp_path / "run", with_it(), 1, {"env_steps": 4096.0})
    ended = run_graph(
        with_it(),
        folder=made,
        seed=1,
        stop={"env_steps": 4096.0},
        tell=lambda event: None,
        commands=lambda: None,
        cluster=cluster,
    )
    assert (ended.status, ended.problems) == ("finished", ())
