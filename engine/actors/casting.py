"""Says which policy plays which agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import tables
from engine.actors.multi_agent_rollout import Role
from engine.kinds import MultiAgentEnvironment, Policy, View


def played_by(agents: Sequence[str], patterns: Mapping[str, str]) -> dict[str, str]:
    """Return the policy that plays each agent, given each policy's pattern.

    Example: agents `cart_0` and `cart_1` with patterns `{"ppo": "cart_0", "dqn": "cart_1"}` give
    `{"cart_0": "ppo", "cart_1": "dqn"}`; with `"cart_*"` for both there is a clash.

    Raises:
        ValueError: an agent has no policy or several, or a policy has no agent; the text is a sentence.
    """
    plays: dict[str, str] = {}
    for policy, pattern in patterns.items():
        mine = tables.matching(agents, pattern)
        if not mine:
            raise ValueError(f"no agent is called {pattern!r}, as {policy} wants; there are {', '.join(agents)}")
        if shared := [agent for agent in mine if agent in plays]:
            raise ValueError(f"{plays[shared[0]]} and {policy} both play {shared[0]}: give each agent one policy")
        plays |= dict.fromkeys(mine, policy)
    if left := [agent for agent in agents if agent not in plays]:
        raise ValueError(f"no policy plays {', '.join(left)}: widen the pattern of an Agents node, or add a policy")
    return plays


def cast(environment: MultiAgentEnvironment, policies: Sequence[Policy]) -> tuple[Role, ...]:
    """Return each policy with its agents.

    Raises:
        ValueError: as `played_by`; or a policy is not made for this environment, or remembers; the text is a sentence.
    """
    patterns: dict[str, str] = {}
    for policy in policies:
        view = policy.environment
        if not isinstance(view, View) or view.of != environment:
            raise ValueError(f"{policy.name} is made for another environment: connect it to an Agents node of this one")
        if policy.blueprint.build().state is not None:
            raise ValueError(f"{policy.name} is recurrent, which policies of several agents cannot be")
        patterns[policy.name] = view.agents
    table = tables.make(environment)
    table.close()
    plays = played_by(table.agents, patterns)
    return tuple(
        Role(policy.name, policy.blueprint, tuple(agent for agent in plays if plays[agent] == policy.name))
        for policy in policies
    )
