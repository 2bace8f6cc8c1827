"""The learner behind DQN Policy with a memory: R2D2, Q-learning from replayed sequences.

Kapturowski et al. 2019 (ICLR, "Recurrent Experience Replay in Distributed Reinforcement Learning"). A sequence starts
in the state that the worker stored, under weights that have changed since; its first steps (the burn-in) lead both
networks' memories to where they would be now, and only the rest is learned from.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch
from engine.losses.q_learning import summed_within
from engine.policies.dqn import DQN, Rows, Seen
from engine.policies.memory import starts
from engine.policies.q_layers import Floats
from engine.policies.q_memory import QMemory
from engine.policies.q_network import QNetwork


class RecurrentDQN(DQN):
    """A DQN whose networks remember; its columns are sequences (M, L, ...), and errors of the burn-in are nan."""

    @property
    def warm_up(self) -> int:
        """How many steps at the start of each sequence only lead the memories to their states."""
        return self.settings.burn_in

    def _columns(self, batch: Batch) -> dict[str, NDArray[Any]]:
        """Return the columns as sequences, with the state (M, 2 S) before each and which steps begin an episode."""
        if "discount" in batch.columns:
            raise ValueError(
                "a memory does not see the steps that N-step Returns leaves out: take that node out, and set steps on "
                "the policy"
            )
        if batch.sequence <= self.warm_up:
            raise ValueError(
                f"sequences of {batch.sequence} steps leave nothing to learn after a burn-in of {self.warm_up}: keep "
                "sequences in the Replay Buffer, and make Rollouts' fragments longer"
            )
        state, begins = starts(batch, batch.sequence)
        flat = super()._columns(batch)
        columns = {name: rows.reshape(-1, batch.sequence, *rows.shape[1:]) for name, rows in flat.items()}
        ended = (batch["terminated"] | batch["truncated"]).reshape(begins.shape)
        return {**columns, "state": state, "begins": begins, "ended": ended}

    def _seen(self, columns: Rows) -> Seen:
        """Return the rows behind the burn-in, and what both memories show of them and of what came next."""
        rest = {name: columns[name][:, self.warm_up :] for name in columns if name != "state"}
        settings = self.settings
        reward, discount, last = summed_within(rest["reward"], rest["ended"], settings.gamma, settings.steps)
        rows = {"action": rest["action"], "weight": rest["weight"], "reward": reward, "discount": discount}
        rows["terminated"] = np.take_along_axis(rest["terminated"], last, 1)
        here, next_by_online = self._remembered(self.online, columns, last)
        next_by_target = self._remembered(self.target, columns, last)[1]
        return Seen({name: _flat(values) for name, values in rows.items()}, here, next_by_online, next_by_target)

    def _remembered(self, network: QNetwork, columns: Rows, last: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return what the network's memory shows at each row behind the burn-in, and after its last step, (B, S) each.

        What comes after a step is seen in the state after it, also where it is the last of its sequence or episode.
        """
        memory = network.front
        assert isinstance(memory, QMemory)
        units = memory.shape.units
        after = memory.unroll(columns["obs"], columns["state"], columns["begins"])[:, self.warm_up :]
        following = memory.step(_flat(columns["next_obs"][:, self.warm_up :]), _flat(after))[:, :units]
        following = np.take_along_axis(following.reshape(*last.shape, units), last[:, :, None], 1)
        return _flat(after)[:, :units], _flat(following)

    def _gradient(self, columns: Rows, rng: np.random.Generator) -> tuple[Floats, tuple[float, float, float]]:
        """Put the gradient in its place; return the errors (M, L), and loss, Q and error."""
        errors, metrics = super()._gradient(columns, rng)
        told = np.full(columns["reward"].shape, np.nan, np.float32)
        told[:, self.warm_up :] = errors.reshape(len(told), -1)
        return told, metrics


def _flat(sequences: NDArray[Any]) -> NDArray[Any]:
    return sequences.reshape(-1, *sequences.shape[2:])
