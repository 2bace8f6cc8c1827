"""What kinds of spaces the well-known environments have, told without making one.

Checking a graph must run nothing, and the studio checks it at each edit; so what an environment takes and shows is
looked up here by its id. Only those of Gymnasium and of Atari are known: another package's environment could only be
asked by running its author's code. A test compares each row with the environment itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.kinds.kind import Row

Actions = Literal["discrete", "continuous"]
Sights = Literal["vector", "image", "number", "numbers"]  # the last two are Discrete and Tuple, which nobody here sees


@dataclass(frozen=True, slots=True)
class Spaces:
    """The kinds of an environment's two spaces.

    Attributes:
        observations: a vector or an image (Box), a number (Discrete), or several numbers (Tuple).
        actions: one of several (Discrete), or real numbers (Box).
    """

    observations: Sights
    actions: Actions


NAMES: Final[Mapping[Spaces, str]] = {
    Spaces("vector", "discrete"): "Acrobot CartPole LunarLander MountainCar",
    Spaces("vector", "continuous"): (
        "Ant BipedalWalker BipedalWalkerHardcore HalfCheetah Hopper Humanoid HumanoidStandup InvertedDoublePendulum "
        "InvertedPendulum LunarLanderContinuous MountainCarContinuous Pendulum Pusher Reacher Swimmer Walker2d"
    ),
    Spaces("image", "continuous"): "CarRacing",
    Spaces("number", "discrete"): "CliffWalking CliffWalkingSlippery FrozenLake FrozenLake8x8 Taxi",
    Spaces("numbers", "discrete"): "Blackjack",
}
KNOWN: Final = {name: spaces for spaces, names in NAMES.items() for name in names.split()}
ATARI: Final = re.compile(r"ALE/\w+|\w+NoFrameskip")
TELLING: Final = frozenset({"continuous", "obs_type", "sound_obs"})  # keyword arguments that choose other spaces
SIZES: Final[Mapping[str, tuple[int, int]]] = {  # numbers in an observation and an action; 0: one of several actions
    "Acrobot-v1": (6, 0),
    "Ant-v5": (105, 8),
    "BipedalWalker-v3": (24, 4),
    "BipedalWalkerHardcore-v3": (24, 4),
    "CartPole-v1": (4, 0),
    "HalfCheetah-v5": (17, 6),
    "Hopper-v5": (11, 3),
    "Humanoid-v5": (348, 17),
    "HumanoidStandup-v5": (348, 17),
    "InvertedDoublePendulum-v5": (9, 1),
    "InvertedPendulum-v5": (4, 1),
    "LunarLander-v3": (8, 0),
    "LunarLanderContinuous-v3": (8, 2),
    "MountainCar-v0": (2, 0),
    "MountainCarContinuous-v0": (2, 1),
    "Pendulum-v1": (3, 1),
    "Pusher-v5": (23, 7),
    "Reacher-v5": (10, 2),
    "Swimmer-v5": (8, 2),
    "Walker2d-v5": (17, 6),
}


def known_spaces(env_id: str, kwargs: Mapping[str, Any]) -> Spaces | None:
    """Return the kinds of spaces of a registered environment, or None where nobody here knows.

    Example: `known_spaces("Pendulum-v1", {})` is `Spaces("vector", "continuous")`; with the keyword argument
    `continuous`, which LunarLander and Atari games know, nothing is said.

    Args:
        env_id: the id, with its version.
        kwargs: keyword arguments of the environment.
    """
    if TELLING & kwargs.keys():
        return None
    name = re.sub(r"-v\d+$", "", env_id)
    return Spaces("image", "discrete") if ATARI.fullmatch(name) else KNOWN.get(name)


def known_rows(env_id: str, kwargs: Mapping[str, Any]) -> tuple[Row, Row] | None:
    """Return shape and dtype of one observation and of one action as they are stored; None where nobody here knows.

    Example: `known_rows("Pendulum-v1", {})` is `(((3,), "float32"), ((1,), "float32"))`.
    """
    if kwargs:
        return None
    if ATARI.fullmatch(re.sub(r"-v\d+$", "", env_id)):
        return ((210, 160, 3), "uint8"), ((), "int64")
    size = SIZES.get(env_id)
    return size and (((size[0],), "float32"), ((size[1],), "float32") if size[1] else ((), "int64"))
