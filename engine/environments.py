"""Makes environments: the one place where a graph's environment becomes a Gymnasium one."""

from __future__ import annotations

from typing import Any

import gymnasium

from engine.kinds import Environment


def make(environment: Environment) -> gymnasium.Env[Any, Any]:
    """Make the environment with its standard wrappers, save the one that only checks the author's code.

    Raises:
        gymnasium.error.Error: there is no such environment, or what it needs is not installed. Its author's code may
            raise anything else.
    """
    return gymnasium.make(environment.id, disable_env_checker=True, **environment.kwargs)
