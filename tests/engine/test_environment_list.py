"""Environments are listed from their registrations, and what they need is told without making one."""

from __future__ import annotations

import gymnasium
import pytest

from engine import environment_ids, environment_needs, environment_packages, tables
from engine.environment_card import EnvironmentCard
from engine.environment_list import card_of, cards
from engine.environment_portraits import portray
from engine.problems import MissingDependency


def test_each_environment_that_a_graph_may_name_has_one_card() -> None:
    alone = [card.id for card in cards() if not card.players]
    together = [card.id for card in cards() if card.players]
    assert sorted(alone) == list(environment_ids.registered())
    assert sorted(together) == sorted({*tables.registered("parallel"), *tables.registered("aec")})


def test_a_card_says_what_the_registration_says() -> None:
    told = EnvironmentCard(id="CartPole-v1", group="Classic control", max_steps=500, reward_threshold=475)
    assert card_of("CartPole-v1") == told
    assert card_of("butterfly/knights_archers_zombies-v11").players == ("parallel", "aec")
    assert card_of("classic/tictactoe-v3").players == ("aec",)


@pytest.mark.parametrize(
    ("env_id", "group"),
    [
        ("CartPole-v0", "Older versions"),
        ("Ant-v5", "MuJoCo"),
        ("ALE/Pong-v5", "Atari"),
        ("PongNoFrameskip-v4", "Atari, by their former names"),
        ("phys2d/Pendulum-v0", "Classic control in JAX"),
        ("classic/multi_cartpole-v0", "Classic"),
    ],
)
def test_environments_stand_among_their_like(env_id: str, group: str) -> None:
    assert card_of(env_id).group == group


def test_environments_of_somebody_else_stand_under_the_name_of_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = gymnasium.envs.registration.EnvSpec("Maze-v0", "my_arenas.maze:Maze")
    monkeypatch.setitem(gymnasium.registry, "Maze-v0", spec)
    assert card_of("Maze-v0").group == "my_arenas"


def test_groups_stand_together_and_former_versions_last() -> None:
    groups = [card.group for card in cards() if not card.players]
    told = list(dict.fromkeys(groups))
    assert len(told) == sum(1 for one, other in zip(groups, ["", *groups], strict=False) if one != other)
    assert (told[0], told[-1]) == ("Classic control", "Older versions")


@pytest.mark.parametrize("module", sorted(environment_needs.NEEDS))
def test_what_is_told_to_be_missing_is_what_the_environments_themselves_miss(module: str) -> None:
    specs = [*gymnasium.registry.values(), *tables.pettingzoo.parallel_registry.values()]
    specs += tables.pettingzoo.aec_registry.values()
    mine = [spec.id for spec in specs if isinstance(spec.entry_point, str) and spec.entry_point.startswith(module)]
    newest = [card for card in cards() if card.id in mine and card.group != "Older versions"]
    assert newest
    if newest[-1].needs:
        with pytest.raises(MissingDependency, match="cannot be made"):
            next(portray(newest[-1]))
    else:
        assert next(portray(newest[-1])).seats


def test_without_pettingzoo_only_those_of_one_agent_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.environment_list.importlib.util.find_spec", lambda name: None)
    assert not any(card.players for card in cards())


def test_a_package_that_is_missing_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_needs, "_installed", lambda package: package != "mujoco")
    assert environment_needs.missing("gymnasium.envs.mujoco.ant_v5") == environment_packages.INSTALL
    assert environment_needs.missing("gymnasium.envs.mujocolike") == ""
