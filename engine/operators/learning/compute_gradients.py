"""The Compute Gradients operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Batch, Gradients, Item, Policy


class ComputeGradients(Operator):
    """Compute the gradient of the policy's loss over each batch, and change nothing.

    Takes batches and the policy, gives gradients with the loss's metrics. On a parallel stream it runs on the actors,
    each with a copy of the policy that has the weights last broadcast to it: that is A3C. On a local stream it uses
    the policy itself: that is A2C in two steps. Counts nothing. Waits for nothing.

    Example: a batch of 320 rows gives one vector as long as the policy has parameters, averaged over 320 rows.
    RLlib Flow: ComputeGradients, AsyncGradients.
    """

    section = "Learning"
    short = "gradients"
    rllib = "ComputeGradients AsyncGradients"

    batches = stream_in(Batch, "what to differentiate the loss over")
    policy = handle_in(Policy, "whose loss")
    gradients = stream_out(Gradients, "one vector for each batch")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy, or the actor's copy of it."""
        self.learner: Policy = handles["policy"]

    def each(self, item: Item) -> Iterable[Item]:
        """Give the gradient over the item's batch."""
        return (item.carrying(self.learner.gradients(item.value)),)
