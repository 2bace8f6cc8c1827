"""Tries whether an environment keeps to Gymnasium's interface: one reset and one step, before anything is built on it.

Rollouts step environments without Gymnasium's own checks, which cost time at every step.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

import gymnasium
import numpy as np

PARTS = "observation, reward, terminated, truncated and information"


def try_out(env: gymnasium.Env[Any, Any]) -> None:
    """Reset the environment within its wrappers and step it once with a sampled action.

    Example: of an environment whose step() gives four values it raises "step() gives 4 values, but should give 5:
    observation, reward, terminated, truncated and information".

    Raises:
        ValueError: what it gives is not what Gymnasium's interface says; the text is a sentence. The environment's
            author may raise anything else.
    """
    inner = env.unwrapped
    begun = inner.reset(seed=0)
    if not (isinstance(begun, tuple) and len(begun) == 2):
        raise ValueError(f"reset() gives {_counted(begun)}, but should give 2: observation and information")
    _refuse_misshapen("reset", begun[0], inner.observation_space)
    inner.action_space.seed(0)
    stepped: Any = inner.step(inner.action_space.sample())
    if not (isinstance(stepped, tuple) and len(stepped) == 5):
        raise ValueError(f"step() gives {_counted(stepped)}, but should give 5: {PARTS}")
    obs, reward, *ends, _ = stepped
    _refuse_misshapen("step", obs, inner.observation_space)
    if not _is_number(reward):
        raise ValueError(f"step() gives {_shown(reward)} as the reward, which is no number")
    for name, end in zip(("terminated", "truncated"), ends, strict=True):
        if not isinstance(end, bool | int | np.bool_):
            raise ValueError(f"step() gives {_shown(end)} as {name}, which is neither true nor false")


def _refuse_misshapen(method: str, obs: Any, space: gymnasium.Space[Any]) -> None:
    """Refuse an observation of another shape than its space's, which numpy might silently stretch."""
    if space.shape is not None and np.shape(obs) != space.shape:
        raise ValueError(f"{method}() gives {_form(obs)}, but observation_space is of {_worded(space.shape)}")


def _form(obs: Any) -> str:
    return "no observation" if obs is None else f"an observation of {_worded(np.shape(obs))}"


def _worded(shape: tuple[int, ...]) -> str:
    return f"shape {' x '.join(map(str, shape))}" if shape else "no dimensions"


def _is_number(reward: Any) -> bool:
    return isinstance(reward, Real | np.bool_) or (isinstance(reward, np.ndarray) and reward.size == 1)


def _counted(given: Any) -> str:
    if not isinstance(given, tuple):
        return f"1 value ({type(given).__name__})"
    return f"{len(given)} value{'' if len(given) == 1 else 's'}"


def _shown(value: Any) -> str:
    return repr(value)[:40]
