"""Gives each policy its agents, as a role in the play."""

from __future__ import annotations

from collections.abc import Sequence

from engine import tables
from engine.actors.multi_agent_rollout import Role
from engine.agent_names import played_by
from engine.kinds import MultiAgentEnvironment, Policy, View


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
