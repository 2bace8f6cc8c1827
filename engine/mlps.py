"""MLPs side by side in torch: one is an actor, two are twin critics.

Each is computed by products of its own. One batched product for all would save calls, but where layers are wide its
gradient by the weights takes more than twice as long: 1,880 µs against 800 for two layers of 256 by 256 and 256 rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.networks import ACTIVATIONS


class MLPs(nn.Module):
    """K MLPs of the same widths, each with its own start: uniform within 1 / sqrt(inputs) of every layer.

    That start is torch's own for linear layers, with which SAC's and TD3's published figures were made.

    Example: 2 of shapes (4, 8), (8,), (8, 1), (1,) are twin critics of 4 inputs, 98 parameters.
    """

    def __init__(
        self, count: int, shapes: Sequence[tuple[int, ...]], activation: str, generator: torch.Generator
    ) -> None:
        """Make `count` networks of these parameter shapes, as `engine.policies.plain_mlp.mlp_shapes` orders them."""
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.members = nn.ModuleList(_Layers(shapes, generator) for _ in range(count))

    def forward(self, rows: Tensor) -> Tensor:
        """Return the outputs (K, B, D) for inputs (B, I); rows that have a gradient alone get one, not the weights."""
        return torch.stack([self._one(member, rows) for member in self.members])

    def _one(self, member: nn.Module, flow: Tensor) -> Tensor:
        parts = [part.detach() if flow.requires_grad else part for part in member.parameters()]
        for weight, bias in zip(parts[:-2:2], parts[1:-2:2], strict=True):
            flow = self.activation(torch.addmm(bias, flow, weight))
        return torch.addmm(parts[-1], flow, parts[-2])


class _Layers(nn.Module):
    """The parameters of one MLP."""

    def __init__(self, shapes: Sequence[tuple[int, ...]], generator: torch.Generator) -> None:
        super().__init__()
        for place, shape in enumerate(shapes):
            bound = 1 / math.sqrt(shapes[place - place % 2][0])
            start = torch.empty(shape).uniform_(-bound, bound, generator=generator)
            self.register_parameter(f"part_{place}", nn.Parameter(start))
