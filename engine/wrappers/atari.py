"""The usual treatment of Atari 2600 games, so that results can be compared with published ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import gymnasium
from gymnasium.wrappers import AtariPreprocessing

from engine.wrappers.lives import Lives
from engine.wrappers.misfit import Misfit

GIVEN: Final = {"frameskip": 1, "obs_type": "grayscale"}  # frames are skipped here, and in colour they cost more


def make(env_id: str, kwargs: Mapping[str, Any], end_at_life_loss: bool) -> gymnasium.Env[Any, Any]:
    """Make a game as Mnih et al. 2015 (Nature 518) and Machado et al. 2018 (arXiv 1709.06009) treat it.

    Up to 30 steps of doing nothing come before each game; each action is held for 4 frames; of the last two the
    brighter of each pixel is kept, since sprites flicker; pictures are grey, 84 x 84, uint8. See `Lives` for the rest.

    Example: `make("ALE/Pong-v5", {}, False)` gives observations (84, 84) and a step each 4/60 s of play.

    Raises:
        Misfit: it is no Atari game.
        gymnasium.error.Error: there is no such environment, or what it needs is not installed.
    """
    if "frameskip" not in gymnasium.spec(env_id).kwargs:
        raise Misfit("preprocessing", "it is no Atari game, and atari is for these alone")
    env = gymnasium.make(env_id, disable_env_checker=True, **{**kwargs, **GIVEN})
    return Lives(AtariPreprocessing(env), end_at_life_loss)
