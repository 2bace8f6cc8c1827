"""Packages that environments of Gymnasium and PettingZoo need beside these two, told without importing anything.

Of another author's environments nothing is known before they are made.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from typing import Final

from engine.environment_packages import INSTALL

NEEDS: Final[Mapping[str, tuple[str, str]]] = {  # by the modules that define them: what is imported, what to type
    "gymnasium.envs.box2d": ("Box2D", "pip install 'gymnasium[box2d]'"),
    "gymnasium.envs.mujoco": ("mujoco", INSTALL),
    "gymnasium.envs.phys2d": ("jax", "pip install 'gymnasium[jax]'"),
    "gymnasium.envs.tabular": ("jax", "pip install 'gymnasium[jax]'"),
    "pettingzoo.atari": ("multi_agent_ale_py", "pip install 'pettingzoo[atari]'"),
    "pettingzoo.butterfly": ("pygame", INSTALL),
    "pettingzoo.butterfly.pistonball": ("pymunk", "pip install 'pettingzoo[butterfly]'"),
    "pettingzoo.classic.chess": ("chess", "pip install 'pettingzoo[classic]'"),
    "pettingzoo.classic.hanabi": ("shimmy", "pip install 'pettingzoo[classic]'"),
    "pettingzoo.classic.rlcard_envs": ("rlcard", "pip install 'pettingzoo[classic]'"),
    "pettingzoo.sisl": ("pygame", INSTALL),
    "pettingzoo.sisl.multiwalker": ("Box2D", "pip install 'pettingzoo[sisl]'"),
}


def missing(module: str) -> str:
    """Return what to type for a package that the environments of a module need and that is not installed, or nothing.

    Example: without Box2D, `missing("gymnasium.envs.box2d.lunar_lander")` is `"pip install 'gymnasium[box2d]'"`.
    """
    known = [prefix for prefix in NEEDS if module == prefix or module.startswith(f"{prefix}.")]
    if not known:
        return ""
    package, install = NEEDS[max(known, key=len)]
    return "" if _installed(package) else install


@functools.cache
def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
