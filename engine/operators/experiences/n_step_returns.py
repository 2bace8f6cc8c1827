"""The N Step Returns operator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item, join

if TYPE_CHECKING:
    from engine.replay.continuing import Continuing


class NStepReturns(Operator):
    """Turn transitions of one step into transitions of several, so that rewards reach back faster.

    Takes fragments with reward, terminated, truncated and next_obs; gives transitions of which `reward` is the
    discounted sum over `steps` steps or up to the episode's end, `next_obs`, `terminated` and `truncated` are those of
    the last step summed, and `discount` (float32) is gamma to the power of how many were summed: what the value of
    next_obs counts. All other columns stay. (Sutton and Barto 2018, equation 7.1.) The last steps - 1 rows of each
    environment wait for the fragment that follows, so none is lost; therefore it runs on the actors, right behind
    Rollouts. Behind Multi Agent Rollouts each agent's steps are known by its seat, so there it may also stand on the
    driver, behind Select Experiences or Split By Policy. Counts nothing. Waits at the start, until an environment has
    made `steps` steps.

    Example: rewards 1, 2, 4 with 2 steps and gamma 0.5 give 2 and 4, each with discount 0.25.
    RLlib: the n_step setting of DQN (adjust_nstep), which drops nothing but sums anew in each fragment.
    """

    section = "Experiences"
    short = "nstep"
    rllib = "n_step adjust_nstep"

    batches = stream_in(Batch, "fragments with the next observations")
    summed = stream_out(Batch, "transitions of several steps")

    steps: int = param(3, at_least=1, at_most=1000, unit="steps", help="rewards summed in a transition")
    gamma: float = param(0.99, at_least=0, at_most=1, help="discount of the next step; the policy uses the column")

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing held back."""
        from engine.replay.continuing import Continuing

        super().__init__(node, params)
        self.continuing: defaultdict[int, Continuing] = defaultdict(Continuing)  # by seat, or all environments as -1

    def each(self, item: Item) -> Iterable[Item]:
        """Give the transitions whose steps have all been made.

        Raises:
            ValueError: the batch has no next observations, or its transitions span several steps already.
        """
        from engine.replay.continuing import by_seat

        if "next_obs" not in item.value.columns:
            raise ValueError("these batches have no next_obs: this policy does not learn from single transitions")
        if "discount" in item.value.columns:
            raise ValueError("these are transitions of several steps already: one N Step Returns sums them all")
        summed = [part for seat, steps in by_seat(item) for part in self._summed(self.continuing[seat], steps)]
        if item.value.seats and summed:  # of several agents: no longer in sequences of one length
            parts = [replace(part, value=replace(part.value, sequence=1)) for part in summed]
            return (replace(join(parts), env_steps=item.env_steps),)
        return summed

    def _summed(self, continuing: Continuing, item: Item) -> Iterable[Item]:
        from engine.replay.continuing import rows_of
        from engine.replay.n_step import n_step

        taken, version = continuing.take(item)
        continuing.hold(taken, min(self.steps - 1, taken["reward"].shape[1]))
        if taken["reward"].shape[1] < self.steps:
            return ()
        summed = n_step(taken, self.steps, self.gamma)
        batch = Batch(rows_of(summed), sequence=summed["reward"].shape[1])
        return (replace(item, value=batch, version=version, env_steps=len(batch)),)

    def bulk(self) -> dict[str, Any]:
        """Return the steps that are held back."""
        return {"continuing": {seat: continuing.state() for seat, continuing in self.continuing.items()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        for seat, kept in state.get("continuing", {}).items():
            self.continuing[seat].restore(kept)
