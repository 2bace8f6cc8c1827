"""A network that learns and the copy of it that follows: actors and critics of continuous control are such pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor

from engine.mlps import MLPs
from engine.networks import as_one_vector
from engine.policies.descent import SMALL, Descent
from engine.policies.mlps_by_hand import MLPsByHand

if TYPE_CHECKING:
    from engine.policies.continuous_declaration import ContinuousDeclaration

PLAIN_EPSILON: Final = 1e-8  # Adam's own, with which the published figures of these algorithms were made


@dataclass(frozen=True, slots=True)
class Followed:
    """K networks side by side, the optimizer of their parameters, and a copy that follows them.

    Both turn rows (B, I) into outputs (K, B, D). Backward passes leave the gradient where the optimizer looks for it,
    except from rows that have a gradient themselves: they alone get theirs.
    """

    network: Callable[[Tensor], Tensor]
    descent: Descent
    target: Callable[[Tensor], Tensor]
    target_vector: Tensor

    def step(self, loss: Tensor, rate: float) -> None:
        """Step down the gradient of this loss, rank 0."""
        self.descent.gradient.zero_()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self.descent.step(rate)

    def follow(self, share: float) -> None:
        """Move the copy to the networks by `share` of the way."""
        self.target_vector.lerp_(self.descent.vector, share)

    def state(self) -> dict[str, Any]:
        """Return parameters, Adam's moments and the copy's parameters; arrays are copies."""
        return {**self.descent.state(), "target": self.target_vector.numpy().copy()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.descent.restore(state)
        self.target_vector.copy_(torch.tensor(state["target"]))


def followed(
    count: int, shapes: Sequence[tuple[int, ...]], settings: ContinuousDeclaration, generator: torch.Generator
) -> Followed:
    """Return MLPs, their optimizer and their copy; small ones are computed by hand, unless autograd is wanted."""
    network = MLPs(count, shapes, settings.activation, generator)
    descent = Descent(network.parameters(), PLAIN_EPSILON)
    target = MLPs(count, shapes, settings.activation, generator).requires_grad_(False)
    copied = as_one_vector(target.parameters()).copy_(descent.vector)
    if settings.autograd or descent.vector.numel() >= SMALL:
        return Followed(network, descent, target, copied)
    ours, theirs = (MLPsByHand(count, shapes, settings.activation, vector) for vector in (descent.vector, copied))
    return Followed(ours, descent, theirs, copied)
