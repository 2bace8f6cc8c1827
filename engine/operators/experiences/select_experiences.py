"""The Select Experiences operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Batch, Item, MultiAgentBatch, Policy


class SelectExperiences(Operator):
    """Take one policy's experiences out of multi-agent batches.

    Takes multi-agent batches and the policy; gives the batches of its agents, which are like those of a single agent.
    An item keeps all its env steps, and has the version of this policy that acted. Counts nothing. Waits while the
    policy's agents have no whole sequence.

    Example: a fragment of 64 env steps in which policy_1's two agents acted 64 times each gives 128 rows, 64 env steps.
    RLlib Flow: SelectExperiences(policy_ids).
    """

    section = "Experiences"
    short = "select"
    rllib = "SelectExperiences"

    batches = stream_in(MultiAgentBatch, "what several policies met")
    policy = handle_in(Policy, "whose experiences to take")
    selected = stream_out(Batch, "those of this policy's agents")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy's name."""
        self.wanted: str = handles["policy"].name

    def each(self, item: Item) -> Iterable[Item]:
        """Give the policy's batch, if there is one.

        Raises:
            ValueError: the policy did not act in this stream.
        """
        value: MultiAgentBatch = item.value
        if self.wanted not in value.versions:
            raise ValueError(f"{self.wanted} does not act there: connect it to the rollouts, or select another policy")
        batch = value.batches.get(self.wanted)
        if batch is None:
            return ()
        return (Item(batch, item.source, value.versions[self.wanted], item.env_steps),)
