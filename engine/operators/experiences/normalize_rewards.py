"""The Normalize Rewards operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Batch, Item


class NormalizeRewards(Operator):
    """Divide rewards by the running deviation of the discounted return, so that values stay near 1.

    Takes batches of whole fragments with reward, terminated and truncated, gives the same rows with scaled rewards,
    float32. For each environment R_t = r_t + gamma R_t-1, begun anew with each episode and carried from fragment to
    fragment; rewards are divided by the standard deviation of all R seen so far, those of this batch included, and
    cut to -largest .. largest. Place it before Compute Advantages; reported returns stay as they are. Counts nothing.
    Waits for nothing. On a parallel stream every actor measures for itself; a remote one anew after a resume.

    Example: with gamma 0, rewards 2 and 6 (mean 4, deviation 2) become 1 and 3.
    RLlib: none; VecNormalize of OpenAI Baselines and Stable-Baselines3, NormalizeReward of Gymnasium.
    """

    section = "Experiences"
    short = "normalize"
    rllib = "VecNormalize NormalizeReward"

    batches = stream_in(Batch, "fragments with rewards")
    normalized = stream_out(Batch, "the same rows, rewards scaled")

    gamma: float = param(0.99, at_least=0, at_most=1, help="discount of the return; that of Compute Advantages")
    largest: float = param(10.0, above=0, help="a scaled reward is cut to this, on either side")

    def provide(self, run: Run, **handles: Any) -> None:
        """Begin with no return seen."""
        from engine.policies.moments import Moments

        self.seen = Moments(1)
        self.returns: dict[str, NDArray[np.float32]] = {}  # by source, of each of its environments so far

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item with its rewards scaled."""
        batch: Batch = item.value
        self.seen.update(self._returns(item.source, batch).reshape(-1, 1))
        scaled = batch["reward"] / self.seen.deviation.astype(np.float32)
        return (item.carrying(batch.having(reward=np.clip(scaled, -self.largest, self.largest))),)

    def _returns(self, source: str, batch: Batch) -> NDArray[np.float32]:
        """Return R (N, T) of a fragment's N environments, and keep what the next fragment goes on from."""
        if batch.seats:
            raise ValueError("rewards of several agents cannot be normalised: set reward_scale of their environment")
        reward = batch["reward"].reshape(-1, batch.sequence)
        going = ~(batch["terminated"] | batch["truncated"]).reshape(reward.shape)
        carried = going * np.float32(self.gamma)
        returns = np.empty_like(reward)
        before = self.returns.get(source, np.zeros(len(reward), np.float32))
        for step in range(batch.sequence):
            returns[:, step] = before = reward[:, step] + before
            before = before * carried[:, step]
        self.returns[source] = before
        return returns

    def state(self) -> dict[str, Any]:
        """Return the moments of the returns."""
        return self.seen.state()

    def bulk(self) -> dict[str, Any]:
        """Return the unfinished returns too, for environments that go on with their episodes."""
        return {"returns": dict(self.returns)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` and `bulk` gave."""
        self.seen.restore(state)
        self.returns = dict(state.get("returns", {}))
