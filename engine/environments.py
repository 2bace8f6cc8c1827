"""Makes environments: the one place where a graph's environment becomes a Gymnasium one."""

from __future__ import annotations

from typing import Any

import gymnasium

from engine import environment_packages
from engine.kinds import Environment
from engine.wrappers.hidden import Hidden


def make(environment: Environment) -> gymnasium.Env[Any, Any]:
    """Make the environment with Gymnasium's own wrappers, save the one that only checks the author's code, and ours.

    Raises:
        Misfit: one of its options does not fit it.
        gymnasium.error.Error: there is no such environment, or what it needs is not installed. Its author's code may
            raise anything else.
    """
    if environment.id not in gymnasium.registry:
        environment_packages.enable()
    env: gymnasium.Env[Any, Any] = gymnasium.make(environment.id, disable_env_checker=True, **environment.kwargs)
    return Hidden(env, environment.hidden) if environment.hidden else env
