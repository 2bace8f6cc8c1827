"""Environment ids are looked up, never tried: to Gymnasium an id with a colon is code."""

from __future__ import annotations

import sys
from pathlib import Path

import gymnasium
import pytest

from engine import environment_ids


def test_a_registered_id_is_right_and_the_nearest_is_offered_for_another() -> None:
    assert environment_ids.fault("CartPole-v1") is None
    assert environment_ids.fault("cartpole-v1") == (
        'no environment "cartpole-v1" is registered',
        "did you mean CartPole-v1?",
    )
    what, hint = environment_ids.fault("Zzz") or ("", "")
    assert what == 'no environment "Zzz" is registered'
    assert "enable the package that registers it" in hint


def test_gymnasium_itself_would_import_what_stands_before_the_colon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason for the rule: if this fails one day, the rule may go."""
    (tmp_path / "canary_of_gymnasium.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    env_id = "canary_of_gymnasium:Nothing-v0"
    assert environment_ids.fault(env_id) == (
        f'the environment id "{env_id}" names a module to import, which a graph may not',
        "use a registered id",
    )
    assert "canary_of_gymnasium" not in sys.modules
    with pytest.raises(gymnasium.error.Error):
        gymnasium.make(env_id)
    assert sys.modules.pop("canary_of_gymnasium")


def test_an_id_with_a_colon_is_refused_though_somebody_registered_it() -> None:
    assert environment_ids.fault("a:B-v0", known=("a:B-v0",))


def test_ids_are_not_looked_up_where_none_are_known_yet() -> None:
    assert environment_ids.fault("Mine-v0", known=()) is None
    assert environment_ids.fault("Mine-v0", known=("Mine-v0",)) is None


def test_environments_that_make_any_other_are_neither_offered_nor_taken() -> None:
    assert gymnasium.registry.keys() >= environment_ids.SHIMS
    assert not environment_ids.SHIMS & set(environment_ids.registered())
    assert all(environment_ids.fault(shim, known=tuple(environment_ids.SHIMS)) for shim in environment_ids.SHIMS)


def test_atari_games_are_registered_without_anybody_asking() -> None:
    assert environment_ids.fault("ALE/Pong-v5") is None


def test_an_atari_game_that_is_not_there_is_told_with_what_to_install() -> None:
    assert environment_ids.fault("ALE/Pong-v5", known=("CartPole-v1",)) == (
        'no environment "ALE/Pong-v5" is registered',
        "Atari games come with: pip install 'rl-flow-studio[environments]'",
    )
