"""The command line: its answers, its sentences and its codes.

Most tests call `main` in this process. Those about imports and the shell start one of their own. What happens when a
graph really runs is in `test_cli_runs.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import gallery
from engine.__main__ import main
from engine.commands import check as check_command
from engine.commands.graph_file import stop_conditions
from engine.document import Document, load, save
from engine.events import RunStarted
from engine.machine import Machine
from engine.room import Room
from engine.runs import RunFolder

CARTPOLE = str(gallery.path("ppo_cartpole"))
QUICK = ["--set", "rollouts_1.workers=0", "--set", "concat_1.min_steps=512", "--set", "rollouts_1.fragment_length=64"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def graph(here: Path) -> str:
    (here / "my.json").write_text(Path(CARTPOLE).read_text())
    return "my.json"


def rlflow(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine", *words],
        capture_output=True,
        text=True,
        check=False,
        env=process_environment() | environment,
    )


def process_environment() -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    left_out = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONUNBUFFERED")  # the last would hide what is written only at the end
    display_free = {name: value for name, value in os.environ.items() if name not in left_out}
    return display_free | {"PYTHONPATH": root, "OMP_NUM_THREADS": "1"}


# --- sentences ------------------------------------------------------------------------------------------------------

SENTENCES = [
    ("run nope.json", 2, "nope.json: cannot open the file: No such file or directory (check the path)"),
    ("run othr.json", 2, "othr.json: cannot open the file: No such file or directory (did you mean other.json?)"),
    ("run .", 2, ".: cannot open the file: Is a directory (check the path)"),
    ("run torn.json", 3, "torn.json: not valid JSON"),
    ("run other.json", 3, 'other.json: format: this is not a graph file: it has no "format": "rl-flow-graph"'),
    ("run my.json --set train_2.epochs=8", 2, "--set: the graph has no node 'train_2' (did you mean train_1?)"),
    ("run my.json --set train_1.epoch=8", 2, "train_1.epoch: Train One Step has no parameter 'epoch' (did you mean"),
    ("run my.json --set train_1.epochs=0", 2, "train_1.epochs: epochs must be at least 1, not 0 (the default is"),
    ("run my.json --set train_1.epochs=many", 2, 'epochs must be a whole number, not "many"'),
    ("run my.json --set gather_1.x=1", 2, "gather_1.x: Gather Sync has no parameter 'x' (its parameters are joined)"),
    ("run my.json --set epochs=8", 2, "--set: 'epochs=8' is not of the form node.param=value"),
    ("run my.json --stop env_step=8", 2, "--stop: a run cannot stop at 'env_step' (did you mean env_steps?)"),
    ("run my.json --stop env_steps=all", 2, "--stop: env_steps must be a number, not 'all'"),
    ("run my.json --stop env_steps=nan", 2, "--stop: env_steps must be a number, not 'nan'"),
    ("run my.json --seed -1", 2, "a seed is a whole number from 0 to 4294967295, not '-1'"),
    ("run my.json --set environment_1.id=CartPol-v1", 3, "environment_1.id: "),
    ("run my.json --out letters", 2, "letters: this folder is not empty, and no run's (name a new or empty one)"),
    ("run", 2, "the following arguments are required: FILE"),
    ("resume nowhere", 2, "run.json: cannot open the file: No such file or directory (name a folder that holds"),
    ("operators TrainStep", 2, "there is no operator 'TrainStep' (did you mean TrainOneStep?)"),
    ("new my.json", 2, "my.json: the file exists (name another, or replace it with --force)"),
    ("new a/b.json", 2, "a/b.json: there is no folder 'a' (make it first)"),
    ("new n.json --from ppo_cartpol", 2, "--from: there is no saved graph 'ppo_cartpol' (did you mean ppo_cartpole?)"),
    ("chek my.json", 2, "there is no command 'chek' (did you mean check?)"),
    ("my.json", 2, "there is no command 'my.json' (to open a graph, type: rlflow open my.json)"),
]


@pytest.mark.parametrize(("line", "code", "sentence"), SENTENCES, ids=[line for line, _, _ in SENTENCES])
def test_a_mistake_gets_a_sentence_and_a_code(
    graph: str, here: Path, capfd: pytest.CaptureFixture[str], line: str, code: int, sentence: str
) -> None:
    (here / "torn.json").write_text("{")
    (here / "other.json").write_text("{}")
    (here / "letters").mkdir()
    (here / "letters" / "mother.txt").write_text("dear")
    assert main(line.split()) == code
    complaint = capfd.readouterr().err
    assert sentence in complaint
    assert "Traceback" not in complaint


def test_every_wrong_setting_is_told_at_once(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, "--set", "train_1.epochs=0", "--set", "policy_1.clip=-1"]) == 2
    assert capfd.readouterr().err.count("error: ") == 2


def test_who_asks_for_json_is_refused_in_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "nope.json", "--json"]) == 2
    told = json.loads(capfd.readouterr().out)
    assert told["status"] == "refused"
    assert told["problems"][0]["file"] == "nope.json"


def test_what_nobody_expected_leaves_its_traceback_in_a_file(
    graph: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(file: str) -> Any:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(check_command, "_judge", broken)
    assert main(["check", graph]) == 1
    complaint = capfd.readouterr().err
    assert complaint.startswith("error: sorry, this should not have happened")
    assert complaint.count("\n") == 1
    log = Path(complaint.split()[-1])
    assert "nobody thought of this" in log.read_text()
    log.unlink()


# --- help -----------------------------------------------------------------------------------------------------------


def test_help_tells_examples_and_exit_codes(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capfd.readouterr().out
    assert "examples:" in text
    for code in (0, 1, 2, 3, 4, 130):
        assert f"\n  {code} " in text
    assert "serve" not in text


@pytest.mark.parametrize("command", ["open", "run", "resume", "check", "operators", "new"])
def test_every_command_has_examples(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"rlflow {command}" in capfd.readouterr().out.partition("examples:")[2]


# --- check, operators, new ------------------------------------------------------------------------------------------


def test_a_sound_graph_is_ready(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", graph]) == 0
    assert capfd.readouterr().out == "The graph is ready to run.\n"


def test_every_problem_is_told_with_node_and_field(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    broken = load(graph).with_param("train_1", "epochs", 0).with_param("policy_1", "clip", -1)
    save(broken, graph)
    assert main(["check", graph]) == 3
    told = capfd.readouterr().out
    assert "error: my.json: train_1.epochs: epochs must be at least 1" in told
    assert told.endswith("2 errors: the graph cannot run.\n")
    assert main(["check", graph, "--json"]) == 3
    problems = json.loads(capfd.readouterr().out)
    assert {(problem["node"], problem["field"]) for problem in problems} == {
        ("train_1", "epochs"),
        ("policy_1", "clip"),
    }


def test_a_warning_is_told_and_does_not_fail(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    document = load(graph)
    save(document.replace(run=document.run.model_copy(update={"stop": {}})), graph)
    assert main(["check", graph]) == 0
    told = capfd.readouterr().out
    assert "warning: my.json: run.stop: the run has no stop condition" in told
    assert told.endswith("The graph is ready to run (1 warning).\n")


def test_a_graph_that_this_machine_cannot_run_is_refused_before_a_run_s_folder_is_there(
    graph: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    small = Machine(Room(cores=2, memory=100_000_000), gpu=False)
    monkeypatch.setattr("engine.commands.target.this_machine", lambda: small)
    save(load(graph).with_param("policy_1", "device", "cuda"), graph)
    assert main(["check", graph]) == main(["run", graph]) == 3
    told = capfd.readouterr()
    for text in (told.out, told.err):
        assert "rollouts_1: 2 actors need at least 0.1 GB of memory, and 0.1 GB are free (try 1 or fewer)" in text
        assert "policy_1.device: torch finds no CUDA GPU on this machine (set device to auto or cpu)" in text
    assert not (here / "runs").exists()


def test_a_missing_file_is_a_problem_in_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nope.json", "--json"]) == 2
    assert json.loads(capfd.readouterr().out)[0]["file"] == "nope.json"


def test_a_folder_is_no_graph_and_is_not_proposed(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "folder.json").mkdir()
    assert main(["check", "folder.json"]) == 2
    assert "folder.json: cannot open the file: Is a directory (check the path)" in capfd.readouterr().out


def test_the_operators_are_listed_by_section(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["operators"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "Setup"
    assert any(line.split()[0] == "ConcatBatches" for line in lines)


def test_one_operator_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["operators", "concat batches"]) == 0
    page = capfd.readouterr().out
    assert page.startswith("Concat Batches (ConcatBatches), Experiences\n")
    assert "  batches: what to join (batch)\n" in page
    assert "  min_steps = 2048: how many to collect for one batch (a whole number, in env steps, at least 1)\n" in page


def test_operators_come_as_json_and_as_markdown(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["operators", "GatherSync", "--json"]) == 0
    (operator,) = json.loads(capfd.readouterr().out)
    assert operator["type"] == "GatherSync"
    assert main(["operators", "--markdown"]) == 0
    assert capfd.readouterr().out.startswith("| operator | takes | gives |")


def test_a_new_graph_is_empty_or_a_copy(here: Path) -> None:
    assert main(["new", "my_idea.json"]) == 0
    assert load("my_idea.json") == Document(title="my idea")
    assert main(["new", "my_idea.json", "--from", "ppo_cartpole", "--force"]) == 0
    assert load("my_idea.json") == load(CARTPOLE)


# --- stop conditions ------------------------------------------------------------------------------------------------


def test_stop_wishes_join_the_graphs_own() -> None:
    own = {"env_steps": 150000.0}
    assert stop_conditions(["return_mean_100=475"], own) == {"env_steps": 150000.0, "return_mean_100": 475.0}
    assert stop_conditions(["env_steps=2e5"], own) == {"env_steps": 200000.0}
    assert stop_conditions(["env_steps=none", "return_mean_100=-250"], own) == {"return_mean_100": -250.0}


# --- open -----------------------------------------------------------------------------------------------------------


def test_without_a_display_the_studio_says_so() -> None:
    opened = rlflow(QT_QPA_PLATFORM="xcb")
    assert opened.returncode == 4
    assert "there is no display to open the studio on (a graph runs in the terminal with:" in opened.stderr


def test_without_qt_the_studio_names_what_is_missing(here: Path) -> None:
    (here / "PySide6.py").write_text("raise ImportError('libEGL.so.1: cannot open shared object file')")
    paths = f"{here}{os.pathsep}{process_environment()['PYTHONPATH']}"
    opened = rlflow("open", QT_QPA_PLATFORM="offscreen", PYTHONPATH=paths)
    assert opened.returncode == 4
    assert "the studio needs Qt, which does not start: ImportError: libEGL.so.1: cannot open" in opened.stderr


# --- imports and the shell ------------------------------------------------------------------------------------------

HEAVY = {"torch", "ray", "PySide6", "NodeGraphQt", "pyqtgraph", "matplotlib"}


@pytest.mark.parametrize(
    "line", ["--help", "run --help", "check my.json", "operators", "new n.json --from ppo_cartpole"]
)
def test_light_commands_import_nothing_heavy(graph: str, line: str) -> None:
    assert not modules_of(line.split()) & HEAVY


def test_a_run_imports_no_qt(graph: str) -> None:
    modules = modules_of(["run", graph, *QUICK, "--stop", "env_steps=512", "-q"])
    assert "torch" in modules
    assert not modules & {"PySide6", "shiboken6", "Qt", "NodeGraphQt", "pyqtgraph", "app"}


def modules_of(words: list[str]) -> set[str]:
    code = (
        "import json, sys; from engine.__main__ import main\n"
        f"code = main({words!r}); sys.stderr.write(json.dumps(sorted(sys.modules))); sys.exit(code)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=process_environment()
    )
    return set(json.loads(child.stderr.splitlines()[-1]))


def test_the_shell_gets_the_codes(graph: str, here: Path) -> None:
    (here / "other.json").write_text("{}")
    assert rlflow("check", graph).returncode == 0
    assert rlflow("check", "other.json").returncode == 3
    assert rlflow("check").returncode == 2


def test_an_output_that_knows_only_ascii_gets_question_marks(graph: str) -> None:
    shown = rlflow("operators", "Filter", PYTHONIOENCODING="ascii")
    table = rlflow("run", graph, *QUICK, "--stop", "env_steps=512", PYTHONIOENCODING="ascii")
    assert (shown.returncode, table.returncode) == (0, 0)
    assert "?" in table.stdout


@pytest.mark.parametrize("words", ["operators --json", "operators"])  # more, and less, than what is kept back
def test_a_reader_that_leaves_early_gets_no_traceback(words: str) -> None:
    command = f"{sys.executable} -m engine {words} | head -c 10"
    piped = subprocess.run(command, shell=True, capture_output=True, check=False, env=process_environment())
    assert len(piped.stdout) == 10
    assert piped.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", ["operators", "operators --json", "--version", "run --help"])
def test_an_output_that_the_disk_refuses_is_told_in_a_sentence(words: str) -> None:
    command = f"{sys.executable} -m engine {words} > /dev/full"
    refused = subprocess.run(command, shell=True, capture_output=True, check=False, env=process_environment())
    assert refused.returncode == 1
    assert refused.stderr == b"error: the output cannot be written: No space left on device\n"


# --- export ---------------------------------------------------------------------------------------------------------


def test_export_prints_the_script_or_writes_it(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", graph]) == 0
    text = capsys.readouterr().out
    assert text.startswith('"""A graph of RL Flow Studio as a script')
    assert main(["export", graph, "-o", "my.py"]) == 0
    assert capsys.readouterr().out == "Made my.py. Run it with: python my.py\n"
    assert Path("my.py").read_text(encoding="utf-8") == text


def test_export_leaves_a_script_that_is_there_alone_unless_forced(graph: str) -> None:
    Path("my.py").write_text("mine")
    assert main(["export", graph, "-o", "my.py"]) == 2
    assert Path("my.py").read_text() == "mine"
    assert main(["export", graph, "-o", "my.py", "--force"]) == 0
    assert Path("my.py").read_text() != "mine"


def test_export_refuses_a_graph_that_cannot_run(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(load(graph).with_param("train_1", "epochs", 0), graph)
    assert main(["export", graph]) == 3
    told = "error: my.json: train_1.epochs: epochs must be at least 1, not 0 (the default is 4)\n"
    assert capsys.readouterr().err == told


# --- diff and gallery -----------------------------------------------------------------------------------------------


def test_diff_says_what_changed_under_headings(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(load(graph).with_param("train_1", "epochs", 2), "other.json")
    assert main(["diff", graph, "other.json"]) == 0
    told = "my.json → other.json\nparameters\n  train_1.epochs: 8 → 2\nthe same: 10 of 10 nodes, 13 of 13 wires\n"
    assert capsys.readouterr().out == told


def test_diff_writes_out_what_a_terminal_would_obey(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = load(graph).with_param("train_1", "epochs\x1b[2J", 2)
    save(hostile.replace(nodes=(*hostile.nodes, {"id": "x_1", "type": "New\x9b2J"})), "other.json")
    assert main(["diff", graph, "other.json"]) == 0
    told = capsys.readouterr().out
    assert r"x_1 (New\x9b2J) is new" in told
    assert r"train_1.epochs\x1b[2J: not set → 2" in told
    assert not any(sign in told for sign in "\x1b\x9b")


def test_diff_of_the_same_graph_says_so(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", graph, graph]) == 0
    assert "The graphs run the same." in capsys.readouterr().out


def test_diff_of_runs_compares_their_graphs_and_figures(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, seed in (("first", 1), ("second", 2)):
        record = RunFolder.create(here / name, load(CARTPOLE), seed)
        record.record(RunStarted(folder=name, title="PPO", seed=seed))
        record.finish({"status": "finished", "env_steps": 1000 * seed, "seconds": 0.0})
    assert main(["diff", "first", "second"]) == 0
    told = capsys.readouterr().out
    assert "run settings\n  seed: 1 → 2\n" in told
    assert "  status: finished, the same\n  env_steps: 1,000 → 2,000 (+100 %)\n" in told
    assert "  return_mean_100: none, the same\n" in told


def test_diff_in_json_is_one_list(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(load(graph).with_param("train_1", "epochs", 2), "other.json")
    assert main(["diff", graph, "other.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"subject": "parameter", "where": "train_1.epochs", "before": "8", "after": "2"}
    ]


def test_the_gallery_lists_every_saved_graph(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == list(gallery.names())
    assert main(["gallery"]) == 0
    assert "a3c_cartpole: A3C on CartPole (9 nodes, 13 wires)\n" in capsys.readouterr().out
