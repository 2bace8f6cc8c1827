"""The command line: its answers, its sentences, and what it leaves behind when it is interrupted.

Most tests call `main` in this process. Those about signals, imports and the shell start a process of their own.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from engine import gallery
from engine.__main__ import main
from engine.commands import check as check_command
from engine.commands.graph_file import stop_conditions
from engine.document import Document, load, save
from engine.events import Event, Log, MetricsReported, NodeState, RunEnded, Telemetry
from engine.interruption import Interruption
from engine.progress import Progress
from engine.return_curve import ReturnCurve
from engine.runs import RunFolder
from engine.terminal import Lines, LiveTable, clock, display, figures, short
from engine.text_plot import draw, short_count

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
    display_free = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
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
    ("run my.json --set gather_1.x=1", 2, "gather_1.x: Gather Sync has no parameter 'x' (it has none)"),
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


def test_a_missing_file_is_a_problem_in_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nope.json", "--json"]) == 2
    assert json.loads(capfd.readouterr().out)[0]["file"] == "nope.json"


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
    assert "the studio needs Qt, which does not load: ImportError: libEGL.so.1: cannot open" in opened.stderr


# --- stop conditions and signals ------------------------------------------------------------------------------------


def test_stop_wishes_join_the_graphs_own() -> None:
    own = {"env_steps": 150000.0}
    assert stop_conditions(["return_mean_100=475"], own) == {"env_steps": 150000.0, "return_mean_100": 475.0}
    assert stop_conditions(["env_steps=2e5"], own) == {"env_steps": 200000.0}
    assert stop_conditions(["env_steps=none", "return_mean_100=-250"], own) == {"return_mean_100": -250.0}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_once_for_a_stop(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(number)
    with Interruption() as interruption:
        assert interruption() is None
        signal.raise_signal(number)
        command = interruption()
        assert command is not None
        assert command.type == "stop"
        assert interruption() is None
    assert signal.getsignal(number) == before
    assert "Press Ctrl-C again to end at once" in capfd.readouterr().err


def test_a_handler_that_ray_puts_in_place_is_replaced_again() -> None:
    with Interruption() as interruption:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        interruption()
        signal.raise_signal(signal.SIGTERM)
        assert interruption.wished


def test_the_second_signal_ends_the_process() -> None:
    code = (
        "import signal; from engine.interruption import Interruption\n"
        "with Interruption():\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "print('still here')"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=process_environment()
    )
    assert child.returncode == -signal.SIGINT
    assert child.stdout == ""


# --- what a terminal shows ------------------------------------------------------------------------------------------


def numbers(env_steps: int, episodes: int, mean: float | None) -> Telemetry:
    return Telemetry(
        seconds=2.0, env_steps=env_steps, env_steps_per_s=2048.0, updates=2, episodes=episodes, return_mean_100=mean
    )


LOSS = MetricsReported(node="report_1", env_steps=4096, seconds=2.0, updates=2, values={"policy_loss": -0.01234})


def shown(kind: type[Lines] | type[LiveTable], *events: Event, verbosity: int = 0, tty: bool = True) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=tty, color_system=None, highlight=False)
    progress = Progress("PPO on CartPole", 7, {"env_steps": 8192.0})
    with kind(console, progress, verbosity) as open_display:
        for event in events:
            open_display.take(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_holds_counters_return_losses_and_the_way_to_the_stop() -> None:
    table = shown(LiveTable, LOSS, numbers(4096, 187, 21.44))
    for part in ("PPO on CartPole", "seed 7", "4,096", "2,048", "187", "21.44", "policy_loss", "-0.01234", "50%"):
        assert part in table


def test_lines_hold_the_same_figures_without_a_terminal() -> None:
    progress = Progress("", 0, {})
    for event in (LOSS, numbers(4096, 187, 22.0), numbers(4096, 187, 21.4)):
        progress.take(event)
    assert figures(progress).rpartition("  ")[0] == (
        "4,096 env steps  2,048/s  updates 2  episodes 187  return 21.4 (best 22)  policy_loss -0.01234"
    )


def test_lines_come_every_few_seconds_only() -> None:
    assert shown(Lines, *[numbers(4096 + n, 187, 21.4) for n in range(9)], tty=False).count("env steps") == 1


def test_warnings_are_always_told_and_states_only_when_asked() -> None:
    events = (Log(level="warning", text="the disk is nearly full"), NodeState(node="train_1", state="running"))
    assert shown(Lines, *events, tty=False) == "warning: the disk is nearly full\n"
    assert "train_1: running" in shown(Lines, *events, verbosity=1, tty=False)


def test_a_traceback_is_shown_whole_only_when_asked() -> None:
    event = Log(level="error", node="train_1", text="Traceback (most recent call last):\n  ...\nValueError: no rows\n")
    assert shown(Lines, event, tty=False) == "error: train_1: ValueError: no rows\n"
    assert "Traceback" in shown(Lines, event, verbosity=1, tty=False)


def test_the_display_fits_the_console() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True)
    pipe = Console(file=io.StringIO(), force_terminal=False)
    progress = Progress("", 0, {})
    assert isinstance(display(screen, progress, 0), LiveTable)
    assert isinstance(display(pipe, progress, 0), Lines)
    with display(screen, progress, -1) as quiet:
        quiet.take(numbers(1, 1, 1.0))
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == ""


def test_no_colour_where_none_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with LiveTable(console, Progress("PPO", 0, {"env_steps": 10.0}), 0) as table:
        table.take(numbers(5, 1, 1.0))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[3" not in console.file.getvalue()  # 30 to 38 are colours


def test_the_best_return_counts_full_windows_and_ends_exact() -> None:
    progress = Progress("", 0, {})
    progress.take(numbers(10, 99, 50.0))
    assert progress.best is None
    progress.take(numbers(20, 100, 40.0))
    assert progress.best == 40.0
    progress.take(RunEnded(status="finished", summary={"best_return_mean_100": 41.5}))
    assert (progress.best, progress.state) == (41.5, "finished")


def test_the_way_to_each_stop_condition() -> None:
    progress = Progress("", 0, {"env_steps": 200.0, "return_mean_100": -250.0, "seconds": 1.0})
    assert progress.reached() == {"env_steps": 0.0, "return_mean_100": 0.0, "seconds": 0.0}
    progress.take(numbers(50, 1, -1000.0))
    assert progress.reached() == {"env_steps": 0.25, "return_mean_100": 0.0, "seconds": 1.0}


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (487.25, "487.2"), (0.0123456, "0.01235"), (-1234.5, "-1,234.5")]
)
def test_figures_are_short(value: float | None, text: str) -> None:
    assert short(value) == text


def test_clocks_and_counts_are_short() -> None:
    assert [clock(seconds) for seconds in (9, 75, 3675)] == ["0:09", "1:15", "1:01:15"]
    assert [short_count(count) for count in (950, 12_300, 1_500_000)] == ["950", "12k", "1.5M"]


def test_the_text_plot_fits_the_width_and_has_no_colour() -> None:
    curve = ReturnCurve()
    for step in range(1, 2001):
        curve.env_steps.append(step * 10)
        curve.returns.append(step / 4)
    plot = draw(curve, 60)
    assert {len(line) for line in plot.splitlines()} == {60}
    assert "\x1b" not in plot
    assert "20k" in plot
    assert draw(ReturnCurve(), 60) == ""


# --- running --------------------------------------------------------------------------------------------------------


def test_a_run_in_one_process_leaves_figures_and_files(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "env_steps=1000", "--out", "first", "--seed", "3"]) == 0
    told = capfd.readouterr().out
    assert told.startswith("Running PPO on CartPole.\nSeed 3; until env_steps 1,000. Recording in first\n")
    assert "Finished after " in told
    assert ": env steps 1,024 (" in told
    assert "first/reward_curve.png" in told
    first = RunFolder.open("first")
    assert first.document().node("rollouts_1").params["workers"] == 0
    assert first.summary() is not None
    assert (first.path / "reward_curve.png").exists()
    assert load(graph) == load(CARTPOLE)

    assert main(["resume", "first"]) == 2
    assert "this run has reached its stop condition: env_steps 1,000 (go further with" in capfd.readouterr().err
    assert main(["resume", "first", "--stop", "env_steps=2000", "--json", "-q"]) == 0
    summary = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert summary["env_steps"] == 2048
    assert main(["run", graph, "--out", "first"]) == 2
    assert "this folder holds a run already" in capfd.readouterr().err


def test_json_is_the_last_line_and_progress_goes_elsewhere(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "env_steps=512", "--json"]) == 0
    captured = capfd.readouterr()
    figures_ = json.loads(captured.out)
    wanted = {
        "status", "run_dir", "seed", "env_steps", "seconds", "env_steps_per_s", "updates", "episodes",
        "return_mean_100", "best_return_mean_100", "seconds_to_stop_return",
    }  # fmt: skip
    assert wanted <= set(figures_)
    assert Path(figures_["run_dir"]).parent.name == "runs"
    assert "Finished" in captured.err


def test_a_return_stops_the_run(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "return_mean_100=10", "--json", "-q"]) == 0
    summary = json.loads(capfd.readouterr().out)
    assert summary["env_steps"] < 150_000
    assert summary["episodes"] >= 100
    assert summary["return_mean_100"] >= 10
    assert summary["seconds_to_stop_return"] is not None


def test_a_run_that_was_killed_early_cannot_be_resumed(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    RunFolder.create("killed", load(CARTPOLE), 1)
    assert main(["resume", "killed"]) == 2
    complaint = capfd.readouterr().err
    assert "killed: this run ended before its first checkpoint (start again with: rlflow run killed/graph" in complaint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_cleanly_and_can_go_on(graph: str, number: signal.Signals) -> None:
    words = ["run", graph, *QUICK, "--stop", "env_steps=none", "--out", "run", "--json"]
    child = subprocess.Popen(
        [sys.executable, "-m", "engine", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=process_environment(),
    )
    wait_for_line(Path("run/events.jsonl"), b'"type":"metrics_reported"', child)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert json.loads(out)["status"] == "stopped"
    assert "rlflow resume run" in err
    assert RunFolder(Path("run")).newest_checkpoint() is not None


def wait_for_line(file: Path, wanted: bytes, child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not (file.exists() and wanted in file.read_bytes()):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline, "nothing was reported"
        time.sleep(0.05)


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


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    command = f"{sys.executable} -m engine operators --json | head -c 10"
    piped = subprocess.run(command, shell=True, capture_output=True, check=False, env=process_environment())
    assert piped.stdout == b'[{"type": '
    assert piped.stderr == b""
