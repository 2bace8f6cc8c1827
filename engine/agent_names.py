"""The names of agents: which a pattern names, which policy plays which, and those of well-known environments.

Checking a graph must run nothing, and importing PettingZoo takes seconds; so the agents of the environments that ours
and PettingZoo's own graphs use most are looked up here. A test compares each row with the environment itself.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "classic/tictactoe-v3": ("player_1", "player_2"),
    "classic/connect_four-v3": ("player_0", "player_1"),
    "butterfly/knights_archers_zombies-v11": ("archer_0", "archer_1", "knight_0", "knight_1"),
}
CARTS: Final = "classic/multi_cartpole-v0"


def known_agents(env_id: str, kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every agent that may act in an environment, or none where nobody here knows.

    Example: `known_agents("classic/multi_cartpole-v0", {"agents": 2})` is `("cart_0", "cart_1")`.

    Args:
        env_id: the id, with its version.
        kwargs: keyword arguments of the environment.
    """
    if env_id == CARTS:
        count = kwargs.get("agents", 4)
        return tuple(f"cart_{index}" for index in range(count)) if isinstance(count, int) and count <= 100 else ()
    return () if kwargs else KNOWN.get(env_id, ())


def matching(agents: Collection[str], pattern: str) -> tuple[str, ...]:
    """Return the agents that a pattern such as `"player_*"` or `"archer_0, knight_*"` names, in their order.

    Example: of `cart_0`, `cart_1` and `pole_0`, `"cart_*"` names the first two.
    """
    patterns = [part.strip() for part in pattern.split(",")]
    return tuple(agent for agent in agents if any(fnmatch.fnmatchcase(agent, part) for part in patterns))


def played_by(agents: Sequence[str], patterns: Mapping[str, str]) -> dict[str, str]:
    """Return the policy that plays each agent, given each policy's pattern.

    Example: agents `cart_0` and `cart_1` with patterns `{"ppo": "cart_0", "dqn": "cart_1"}` give
    `{"cart_0": "ppo", "cart_1": "dqn"}`; with `"cart_*"` for both there is a clash.

    Raises:
        ValueError: an agent has no policy or several, or a policy has no agent; the text is a sentence.
    """
    plays: dict[str, str] = {}
    for policy, pattern in patterns.items():
        mine = matching(agents, pattern)
        if not mine:
            raise ValueError(f"no agent is called {pattern!r}, as {policy} wants; there are {', '.join(agents)}")
        if shared := [agent for agent in mine if agent in plays]:
            raise ValueError(f"{plays[shared[0]]} and {policy} both play {shared[0]}: give each agent one policy")
        plays |= dict.fromkeys(mine, policy)
    if left := [agent for agent in agents if agent not in plays]:
        raise ValueError(f"no policy plays {', '.join(left)}: widen the pattern of an Agents node, or add a policy")
    return plays
