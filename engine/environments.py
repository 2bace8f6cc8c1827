"""Makes environments: the one place where a graph's environment becomes a Gymnasium one."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any, Final

import gymnasium
from gymnasium.wrappers import FrameStackObservation

from engine import environment_packages
from engine.kinds import Environment, View
from engine.wrappers import atari
from engine.wrappers.hidden import Hidden

DRAWN: Final = "rgb_array"  # Gymnasium's name for rendering as an array


def make(environment: Environment) -> gymnasium.Env[Any, Any]:
    """Make the environment with Gymnasium's own wrappers, save the one that only checks the author's code, and ours.

    Raises:
        Misfit: one of its options does not fit it.
        gymnasium.error.Error: there is no such environment, or what it needs is not installed. Its author's code may
            raise anything else.
    """
    if isinstance(environment, View):
        raise ValueError(f"several agents live in {environment.id}: Multi Agent Rollouts steps it")
    if environment.id not in gymnasium.registry:
        environment_packages.enable()
    if environment.preprocessing == "atari":
        env = atari.make(environment.id, environment.kwargs, environment.end_at_life_loss)
    else:
        env = gymnasium.make(environment.id, disable_env_checker=True, **environment.kwargs)
    if environment.hidden:
        env = Hidden(env, environment.hidden)
    return FrameStackObservation(env, environment.frame_stack) if environment.frame_stack > 1 else env


def make_drawn(environment: Environment) -> gymnasium.Env[Any, Any]:
    """Make the environment so that its `render` gives a picture (H, W, 3), RGB, uint8; no display is needed.

    Raises:
        ValueError: it cannot draw itself; the text is a sentence.
        gymnasium.error.Error: as `make`.
    """
    plain = make(environment)
    modes: list[str] = plain.metadata.get("render_modes") or []
    plain.close()
    if DRAWN not in modes:
        raise ValueError(f"{environment.id} cannot draw itself: it renders as {', '.join(modes) or 'nothing'}")
    draw_unseen()
    return make(replace(environment, kwargs={**environment.kwargs, "render_mode": DRAWN}))


def draw_unseen() -> None:
    """Let environments that are made from now on draw where there is no display."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # of pygame, for the classic environments
        os.environ.setdefault("MUJOCO_GL", "egl")
