"""Makes a registered environment to say what its agents see and do there, and to draw it.

That runs its author's code, which may fail, hang or crash: whoever asks does so in a process that may end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import gymnasium
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from engine import environments
from engine.environment_card import EnvironmentCard, Seat
from engine.kinds import Environment, MultiAgentEnvironment
from engine.pictures import as_text
from engine.problems import FAILURES, FlowError, MissingDependency, Place, Problem
from engine.space_words import words

LONGEST_SIDE: Final = 640  # pixels
STEPS: Final = 25  # at random before the picture: games begin with an empty screen, and legs in the air
SEED: Final = 1


def portray(card: EnvironmentCard) -> Iterator[EnvironmentCard]:
    """Give the card with its seats, and then with a picture too, or with the reason why there is none.

    Example: that of CartPole-v1 gets one seat, "vector of 4 (float32): ..." and "one of 2", then 600 x 400 pixels.

    Raises:
        MissingDependency: what it needs is not installed.
        FlowError: it cannot be made.
    """
    try:
        seats = tuple(_seats_together(card) if card.players else _seat_alone(card))
    except FAILURES as error:  # an environment's author may raise anything
        raise _refusal(card, error) from error
    made = card.model_copy(update={"seats": seats})
    yield made
    try:
        picture = as_text(_together(card) if card.players else _alone(card), LONGEST_SIDE)
    except FAILURES as error:
        yield made.model_copy(update={"no_picture": str(error) or type(error).__name__})
    else:
        yield made.model_copy(update={"picture": picture})


def _kwargs(card: EnvironmentCard) -> dict[str, JsonValue]:
    return json.loads(card.kwargs) if card.kwargs else {}


def _refusal(card: EnvironmentCard, error: BaseException) -> FlowError:
    reasons = (error, error.__cause__)  # PettingZoo says why an import failed, and keeps the failure as the cause
    lacks = any(isinstance(one, ImportError | gymnasium.error.DependencyNotInstalled) for one in reasons)
    what = f"{card.id} cannot be made: {str(error) or type(error).__name__}"
    hint = card.needs if lacks or not card.kwargs else "look at its keyword arguments"
    return (MissingDependency if lacks else FlowError)(Problem(Place(), what, hint))


def _seat_alone(card: EnvironmentCard) -> Iterator[Seat]:
    env = environments.make(Environment(card.id, _kwargs(card)))
    yield Seat(observations=words(env.observation_space), actions=words(env.action_space))
    env.close()


def _seats_together(card: EnvironmentCard) -> Iterator[Seat]:
    """Give one seat for all agents that see and do the same."""
    from engine import tables

    table = tables.make(MultiAgentEnvironment(card.id, card.players[0], _kwargs(card)))
    told = {agent: tuple(map(words, table.spaces(agent))) for agent in table.agents}
    table.close()
    for observations, actions in dict.fromkeys(told.values()):
        agents = tuple(agent for agent, each in told.items() if each == (observations, actions))
        yield Seat(agents=agents, observations=observations, actions=actions)


def _alone(card: EnvironmentCard) -> NDArray[Any]:
    env = environments.make_drawn(Environment(card.id, _kwargs(card)))
    env.reset(seed=SEED)
    env.action_space.seed(SEED)
    for _ in range(STEPS):
        if any(env.step(env.action_space.sample())[2:4]):
            break
    picture = np.asarray(env.render(), np.uint8)
    env.close()
    return picture


def _together(card: EnvironmentCard) -> NDArray[Any]:
    from engine import tables

    table = tables.make_drawn(MultiAgentEnvironment(card.id, card.players[0], _kwargs(card)))
    table.reset(SEED)
    picture = table.picture()
    table.close()
    return picture
