"""Makes environments: the one place where a graph's environment becomes a Gymnasium one."""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.wrappers import FrameStackObservation

from engine import environment_packages
from engine.kinds import Environment
from engine.wrappers import atari
from engine.wrappers.hidden import Hidden


def make(environment: Environment, render_mode: str | None = None) -> gymnasium.Env[Any, Any]:
    """Make the environment with Gymnasium's own wrappers, save the one that only checks the author's code, and ours.

    Args:
        environment: which one, and how it is to be seen.
        render_mode: such as `"rgb_array"`, for those who want to look at it.

    Raises:
        Misfit: one of its options does not fit it.
        gymnasium.error.Error: there is no such environment, or what it needs is not installed. Its author's code may
            raise anything else.
    """
    if environment.id not in gymnasium.registry:
        environment_packages.enable()
    kwargs = dict(environment.kwargs) | ({"render_mode": render_mode} if render_mode else {})
    if environment.preprocessing == "atari":
        env = atari.make(environment.id, kwargs, environment.end_at_life_loss)
    else:
        env = gymnasium.make(environment.id, disable_env_checker=True, **kwargs)
    if environment.hidden:
        env = Hidden(env, environment.hidden)
    return FrameStackObservation(env, environment.frame_stack) if environment.frame_stack > 1 else env
