"""An environment is made once to say what its agents see and do, and once more to be drawn."""

from __future__ import annotations

import base64
import struct

import gymnasium
import pytest

from engine.environment_card import EnvironmentCard, Seat
from engine.environment_list import card_of
from engine.environment_portraits import portray
from engine.problems import FlowError


class Bare(gymnasium.Env[int, int]):
    """An environment that cannot be drawn."""

    observation_space = gymnasium.spaces.Discrete(3)
    action_space = gymnasium.spaces.Discrete(2)


class Broken(Bare):
    def __init__(self) -> None:
        raise RuntimeError("the level file is damaged")


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, made in (("Bare-v0", Bare), ("Broken-v0", Broken)):
        monkeypatch.setitem(gymnasium.registry, name, gymnasium.envs.registration.EnvSpec(name, made))


def test_the_spaces_come_first_and_the_picture_after() -> None:
    first, last = portray(card_of("CartPole-v1"))
    told = Seat(observations="vector of 4 (float32): -4.8 to 4.8, any, -0.4189 to 0.4189, any", actions="one of 2")
    assert first == card_of("CartPole-v1").model_copy(update={"seats": (told,)})
    assert not first.made
    assert last.made
    png = base64.b64decode(last.picture)
    assert struct.unpack(">4x4s2I", png[8:24]) == (b"IHDR", 600, 400)


def test_agents_who_see_and_do_the_same_share_a_seat() -> None:
    first, last = portray(card_of("classic/tictactoe-v3"))
    (seat,) = first.seats
    assert (seat.agents, seat.actions) == (("player_1", "player_2"), "one of 9")
    assert seat.observations.startswith("action_mask: vector of 9")
    assert last.picture


@pytest.mark.parametrize("env_id", ["Bare-v0", "classic/multi_cartpole-v0"])
def test_an_environment_that_cannot_be_drawn_says_so_and_tells_its_spaces(env_id: str) -> None:
    first, last = portray(card_of(env_id))
    assert first.seats == last.seats
    assert last.picture == ""
    assert last.no_picture == f"{env_id} cannot draw itself: it renders as nothing"
    assert last.made


def test_an_environment_that_cannot_be_made_says_why() -> None:
    with pytest.raises(FlowError, match=r"Broken-v0 cannot be made: the level file is damaged"):
        next(portray(card_of("Broken-v0")))


def test_a_card_comes_back_from_its_line_as_it_was() -> None:
    (*_, card) = portray(card_of("Bare-v0"))
    assert EnvironmentCard.model_validate_json(card.model_dump_json()) == card
