"""Packages of environments are imported because this program or its user names them, and in silence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest

from engine import environment_ids, environment_packages
from engine.environment_packages import VARIABLE
from engine.local_ray import KEPT_VARIABLES

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


def test_a_game_is_made_without_a_word_on_the_terminal() -> None:
    code = (
        "from engine import environments; from engine.kinds import Environment\n"
        "environments.make(Environment('ALE/Pong-v5')).reset(seed=1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
