"""`rlflow runs` over recorded runs, and `rlflow run --seeds`, which records several."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine import gallery
from engine.__main__ import main
from engine.document import Document, load
from engine.events import EpisodesFinished, Log, RunEnded
from engine.problems import Place, Problem
from engine.runs import RunFolder

GRAPH = load(gallery.path("ppo_cartpole"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def recorded(name: str, seed: int, last: float, graph: Document = GRAPH) -> Path:
    run = RunFolder.create(Path("runs") / name, graph, seed)
    run.record(EpisodesFinished(rows=((20, 0.1, last, 20), (50, 0.2, last, 30))))
    run.finish({"status": "finished", "env_steps": 50, "return_mean_100": last, "best_return_mean_100": last + 1})
    return run.path


def test_runs_are_listed_in_the_order_wished_for(capsys: pytest.CaptureFixture[str]) -> None:
    recorded("first", 1, 20.0)
    recorded("second", 2, 9.0)
    assert main(["runs", "list", "--sort", "best"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["run", "status", "seed"]
    assert [line.split()[:5] for line in lines] == [
        ["first", "finished", "1", "21", "20"],
        ["second", "finished", "2", "10", "9"],
    ]


def test_a_folder_without_runs_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "list"]) == 0
    assert capsys.readouterr().out == "No runs in runs yet.\n"
    assert main(["runs", "list", "nowhere"]) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err


def test_the_list_in_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    recorded("first", 1, 20.0)
    assert main(["runs", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["title"], row["seed"], row["last"]) == ("PPO on CartPole", 1, 20.0)


def test_a_run_is_shown_with_versions_checkpoints_and_curve(capsys: pytest.CaptureFixture[str]) -> None:
    recorded("first", 1, 20.0)
    assert main(["runs", "show", "first"]) == 0  # of runs/ the name is enough
    told = capsys.readouterr().out
    assert "versions: python 3." in told
    assert "checkpoints: none\n" in told
    assert "mean of the last 100" in told
    assert main(["runs", "show", "runs/first", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["env_steps"] == 50


def test_a_run_on_a_cluster_shows_what_each_machine_did(capsys: pytest.CaptureFixture[str]) -> None:
    run = RunFolder.create("runs/far", GRAPH, 1)
    run.record(EpisodesFinished(rows=((20, 0.1, 9.0, 20),)))
    run.finish({"status": "finished", "on_machines": {"rollouts_1": {"node-2": 1024, "node-1": 2048}}})
    assert main(["runs", "show", "far"]) == 0
    assert "env steps of rollouts_1: 2,048 on node-1, 1,024 on node-2\n" in capsys.readouterr().out


def test_a_run_that_failed_shows_why_and_its_log_if_asked(capsys: pytest.CaptureFixture[str]) -> None:
    run = RunFolder.create("runs/lost", GRAPH, 1)
    run.record(Log(level="error", node="rollouts_1", text="Traceback ...\nKeyError: 'left'\n"))
    problem = Problem(Place("rollouts_1"), "KeyError: 'left'", "look at line 24 of racing.py")
    run.record(RunEnded(status="failed", problems=({**problem.as_json(), "what": "of an earlier part"},)))
    run.record(RunEnded(status="failed", problems=(problem.as_json(),)))
    run.finish({"status": "failed"})
    assert main(["runs", "show", "lost"]) == 0
    told = capsys.readouterr().out
    assert told.endswith("error: rollouts_1: KeyError: 'left' (look at line 24 of racing.py)\n")
    assert "of an earlier part" not in told
    assert "Traceback" not in told
    assert main(["runs", "show", "lost", "--log"]) == 0
    assert capsys.readouterr().out == told + "error: rollouts_1: Traceback ...\nKeyError: 'left'\n"
    assert main(["runs", "show", "lost", "--log", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == [problem.as_json()]
    assert told["log"] == [{"level": "error", "node": "rollouts_1", "text": "Traceback ...\nKeyError: 'left'\n"}]


def test_seeds_of_one_graph_are_compared_by_their_middles(capsys: pytest.CaptureFixture[str]) -> None:
    for seed, last in ((1, 10.0), (2, 30.0), (3, 20.0)):
        recorded(f"seed-{seed}", seed, last)
    recorded("other", 1, 500.0, GRAPH.with_param("train_1", "epochs", 2))
    assert main(["runs", "compare", "seed-1", "seed-2", "seed-3", "other"]) == 0
    told = capsys.readouterr().out
    assert "PPO on CartPole: 3 runs" in told
    assert "  median 20, 95% interval 10 to 30\n" in told
    assert "  IQM 20, 95% interval" in told


def test_nothing_is_deleted_without_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    kept = recorded("first", 1, 20.0)
    assert main(["runs", "rm", "first"]) == 2
    assert "nothing was deleted (agree with y, or with --yes" in capsys.readouterr().err
    assert kept.exists()
    assert main(["runs", "rm", "first", "--yes"]) == 0
    assert not kept.exists()


def test_a_run_under_way_is_not_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    run = RunFolder.create("runs/first", GRAPH, 1)
    run.record(EpisodesFinished(rows=((20, 0.1, 9.0, 20),)))
    run.close()
    assert main(["runs", "rm", "first", "--yes"]) == 2
    assert "this run is under way (stop it first)" in capsys.readouterr().err
    os.utime("runs/first/events.jsonl", (0, 0))
    assert main(["runs", "rm", "first", "--yes"]) == 0


def test_a_folder_that_is_no_run_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded("first", 1, 20.0)
    (here / "letters").mkdir()
    assert main(["runs", "rm", "letters", "--yes"]) == 2
    assert (here / "letters").exists()
    assert main(["runs", "show", "frist"]) == 2
    assert "did you mean first?" in capsys.readouterr().err


def test_the_graph_runs_once_with_each_seed(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    quick = ["--set", "rollouts_1.workers=0", "--set", "concat_1.min_steps=512", "--stop", "env_steps=512"]
    graph = str(gallery.path("ppo_cartpole"))
    assert main(["run", graph, *quick, "--seeds", "3..4", "--out", "both"]) == 0
    told = capfd.readouterr().out
    assert "Run 2 of 2, seed 4." in told
    assert "PPO on CartPole: 2 runs, mean return of the last 100 episodes at their end\n  median " in told
    assert [RunFolder.open(here / "both" / name).about()["seed"] for name in ("seed-3", "seed-4")] == [3, 4]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--seeds", "5..1"], "'5..1' names no seed: write the smaller one first"),
        (["--seeds", "1..2", "--seed", "3"], "not allowed with argument --seeds"),
    ],
)
def test_seeds_that_make_no_sense_are_refused(
    capfd: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(["run", str(gallery.path("ppo_cartpole")), *words]) == 2
    assert complaint in capfd.readouterr().err
