"""MLPs side by side in torch: K of the same widths as one stack of matrices, so that each layer is one product.

Twin critics are a stack of two, an actor is one of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.networks import ACTIVATIONS


class StackedMLP(nn.Module):
    """K MLPs of the same widths, each with its own start: uniform within 1 / sqrt(inputs) of every layer.

    That start is torch's own for linear layers, with which SAC's and TD3's published figures were made.

    Example: shapes (2, 4, 8), (2, 1, 8), (2, 8, 1), (2, 1, 1) are twin critics of 4 inputs, 98 parameters.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], activation: str, generator: torch.Generator) -> None:
        """Make a network of these parameter shapes, as `engine.policies.plain_mlp.stack_shapes` orders them."""
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        for place in range(0, len(shapes), 2):
            bound = 1 / math.sqrt(shapes[place][1])
            for offset in (0, 1):
                start = torch.empty(shapes[place + offset]).uniform_(-bound, bound, generator=generator)
                self.register_parameter(f"part_{place + offset}", nn.Parameter(start))
        self.parts = tuple(self.parameters())

    def forward(self, rows: Tensor) -> Tensor:
        """Return the outputs (K, B, D) for inputs (B, I)."""
        layers = list(zip(self.parts[::2], self.parts[1::2], strict=True))
        flow = rows.expand(len(self.parts[0]), *rows.shape)
        for weight, bias in layers[:-1]:
            flow = self.activation(torch.baddbmm(bias, flow, weight))
        weight, bias = layers[-1]
        return torch.baddbmm(bias, flow, weight)
