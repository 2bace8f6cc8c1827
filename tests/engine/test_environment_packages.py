"""Packages of environments are imported because this program or its user names them, and in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest

from engine import environment_ids, environment_packages, gallery
from engine.environment_packages import VARIABLE
from engine.local_ray import KEPT_VARIABLES

ROOT = Path(__file__).parents[2]
REGISTERING = """
import gymnasium
gymnasium.register("Arena-v0", "gymnasium.envs.classic_control:CartPoleEnv")
"""


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Imports happen once a process, so each test here begins and leaves as if none had happened."""
    environment_packages.enable.cache_clear()
    yield
    environment_packages.enable.cache_clear()
    gymnasium.registry.pop("Arena-v0", None)


def package(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv(VARIABLE, name)


def test_the_environments_of_a_package_that_the_user_names_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, "arenas_of_a_user", REGISTERING, monkeypatch)
    assert environment_packages.enable() == ()
    assert environment_ids.fault("Arena-v0") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nothing_of_that_name", "No module named 'nothing_of_that_name'"),
        ("raise OSError('no card')", "no card"),
    ],
)
def test_a_package_that_cannot_be_imported_is_told_where_its_environment_is_missed(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, f"broken_arenas_{len(why)}", text, monkeypatch)
    _, hint = environment_ids.fault("Arena-v0") or ("", "")
    assert hint == f"the environment package broken_arenas_{len(why)} cannot be imported: {why}"


def test_a_known_package_that_is_not_installed_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_packages, "KNOWN", ("arenas_that_nobody_installed",))
    assert environment_packages.enable() == ()


def test_rollout_actors_hear_of_the_users_packages() -> None:
    assert VARIABLE in KEPT_VARIABLES


@pytest.mark.ray
def test_a_package_that_imports_ray_too_early_keeps_no_run_from_its_actors(tmp_path: Path) -> None:
    (tmp_path / "arenas_on_ray.py").write_text(f"import ray\n{REGISTERING}")
    path = os.pathsep.join((str(ROOT), str(tmp_path)))
    settings = ("environment_1.id=Arena-v0", "rollouts_1.workers=1", "concat_1.min_steps=1024")
    words = [word for setting in settings for word in ("--set", setting)]
    command = [sys.executable, "-m", "engine", "run", gallery.path("ppo_cartpole"), *words, "--stop", "env_steps=1024"]
    environment = {**os.environ, "PYTHONPATH": path, VARIABLE: "arenas_on_ray", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_game_is_made_without_a_word_on_the_terminal() -> None:
    code = (
        "from engine import environments; from engine.kinds import Environment\n"
        "environments.make(Environment('ALE/Pong-v5')).reset(seed=1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
