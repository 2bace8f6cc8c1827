"""The Agents operator."""

from __future__ import annotations

from typing import Any

from engine import kinds
from engine.agent_names import matching
from engine.declare import Operator, Run, handle_in, handle_out, param


class Agents(Operator):
    """Pick the agents of a multi-agent environment that one policy is to play.

    Takes the environment, gives it as those agents see it, for a policy: their spaces shape its networks, and Multi
    Agent Rollouts lets it act for them. Agents that share a policy must have the same spaces. Counts nothing. Waits for
    nothing.

    Example: of cart_0 to cart_3, `cart_0, cart_1` picks two and `cart_*` all four.
    RLlib: policy_mapping_fn.
    """

    section = "Setup"
    short = "agents"
    rllib = "policy_mapping_fn policies"

    environment = handle_in(kinds.MultiAgentEnvironment, "whose agents")
    view = handle_out(kinds.Environment, "the environment as these agents see it, for a policy")

    agents: str = param("*", help="their names, or patterns such as player_*, separated by commas")

    def provide(self, run: Run, **handles: Any) -> kinds.View:
        """Return the view.

        Raises:
            ValueError: no agent has such a name; the text says which there are.
        """
        from engine import tables

        environment: kinds.MultiAgentEnvironment = handles["environment"]
        table = tables.make(environment)
        table.close()
        if not matching(table.agents, self.agents):
            raise ValueError(f"no agent is called {self.agents!r}; there are {', '.join(table.agents) or 'none'}")
        return kinds.View(environment.id, reward_scale=environment.reward_scale, of=environment, agents=self.agents)
