"""The learner behind DQN Policy where observations are images."""

from __future__ import annotations

from engine.policies.dqn import DQN, Rows, Seen
from engine.policies.q_convolutions import QConvolutions
from engine.policies.q_network import QNetwork


class ConvolutionalDQN(DQN):
    """A DQN whose networks look at images before their layers do."""

    def _seen(self, columns: Rows) -> Seen:
        """Return the rows, and what the convolutions of both networks make of their images."""
        online, target = _convolutions(self.online), _convolutions(self.target)
        judging = target(columns["next_obs"])
        choosing = online(columns["next_obs"]) if self.settings.double else judging
        return Seen(columns, online(columns["obs"], learning=True), choosing, judging)


def _convolutions(network: QNetwork) -> QConvolutions:
    assert isinstance(network.front, QConvolutions)
    return network.front
