"""Which environment ids a graph may name: those in Gymnasium's registry, and never one that imports a module.

To Gymnasium an id is code: making `"module:Id-v0"` imports `module`, even where there is no such environment. So an id
is looked up, never tried, and a colon is refused before anything else looks at the id.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine.problems import nearest

SHIMS: Final = frozenset({"GymV21Environment-v0", "GymV26Environment-v0"})  # make whatever their kwargs name


def registered() -> tuple[str, ...]:
    """Return the ids in Gymnasium's registry that a graph may name, sorted; the first call imports it (0.2 s)."""
    import gymnasium

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
    hint = nearest(env_id, ids) or "see the list of environments in the form, or install the package that registers it"
    return f"no environment {shown} is registered", hint
