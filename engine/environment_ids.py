"""Which environment ids a graph may name: those in Gymnasium's registry, and never one that imports a module.

To Gymnasium an id is code: making `"module:Id-v0"` imports `module`, even where there is no such environment. So an id
is looked up, never tried, and a colon is refused before anything else looks at the id.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine import environment_packages
from engine.problems import nearest

SHIMS: Final = frozenset({"GymV21Environment-v0", "GymV26Environment-v0"})  # make whatever their kwargs name
ATARI: Final = "ALE/"


def registered() -> tuple[str, ...]:
    """Return the ids that a graph may name, sorted.

    They are those in Gymnasium's registry once the enabled packages are imported, which takes the first call 0.3 s.
    """
    import gymnasium

    environment_packages.enable()
    return tuple(sorted(env_id for env_id in gymnasium.registry if ":" not in env_id and env_id not in SHIMS))


def fault(env_id: str, known: Collection[str] | None = None) -> tuple[str, str] | None:
    """Say what is wrong with an environment id, and a hint; None if it can be made.

    Example: `fault("CartPole-v9")` is
    `('no environment "CartPole-v9" is registered', "did you mean CartPole-v1?")`.

    Args:
        env_id: the id; any text at all.
        known: the registered ids, where the caller has them; empty leaves the registry out.
    """
    shown = f'"{env_id[:64]}"'
    if ":" in env_id:
        return f"the environment id {shown} names a module to import, which a graph may not", "use a registered id"
    if env_id in SHIMS:
        return f"the environment {shown} would make any other, also one that imports a module", "name that one here"
    ids = registered() if known is None else known
    if not ids or env_id in ids:
        return None
    return f"no environment {shown} is registered", _hint(env_id, ids, looked_up=known is None)


def _hint(env_id: str, ids: Collection[str], looked_up: bool) -> str:
    if env_id.startswith(ATARI) and not any(known.startswith(ATARI) for known in ids):
        return f"Atari games come with: {environment_packages.INSTALL}"
    if looked_up and (troubles := environment_packages.enable()):
        return troubles[0]
    return nearest(env_id, ids) or "see the list of environments in the form, or enable the package that registers it"
