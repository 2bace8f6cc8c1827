"""The gradient of MLPs side by side by hand: faster than autograd, and equal to it.

The losses stay as they are written, in torch, over a few numbers a row. Between them stand products of matrices, which
numpy's take less time for, as do its sums: to autograd the whole network is one function with a gradient of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.policies.distributions import Floats
from engine.policies.plain_mlp import PlainMLP


class MLPsByHand:
    """Computes what `engine.mlps.MLPs` computes with the same parameters, and the same gradients.

    A backward pass overwrites the gradient, where autograd would add to it; rows that have a gradient alone get one.

    Example: after `MLPsByHand(2, shapes, "relu", vector)(rows).sum().backward()` the slopes are in `vector.grad`.
    """

    def __init__(self, count: int, shapes: Sequence[tuple[int, ...]], activation: str, vector: Tensor) -> None:
        """Compute with parameters (P,), as `engine.networks.as_one_vector` made them; read and written in place."""
        assert vector.grad is not None  # `as_one_vector` made it
        self.members, self.slopes = (
            _loaded(np.split(whole.numpy(), count), shapes, activation) for whole in (vector, vector.grad)
        )
        self.differentiable = torch.zeros((), requires_grad=True)  # makes outputs so, of rows that are only data

    def __call__(self, rows: Tensor) -> Tensor:
        """Return the outputs (K, B, D) for inputs (B, I)."""
        outputs: Tensor = _Flow.apply(rows, self.differentiable, self)  # type: ignore[no-untyped-call]  # torch's
        return outputs


class _Flow(torch.autograd.Function):
    """Forward and backward through all members."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, _: Tensor, network: MLPsByHand) -> Tensor:
        ctx.network, seen = network, rows.numpy()
        ctx.flows = [member.flow(seen) for member in network.members]
        return torch.from_numpy(np.stack([flow[-1] for flow in ctx.flows]))

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor | None, None, None]:
        passes = list(zip(ctx.network.members, ctx.flows, outputs[0].numpy(), strict=True))
        if ctx.needs_input_grad[0]:
            return torch.from_numpy(np.sum([_by_rows(*one) for one in passes], 0)), None, None
        for (member, flow, slope), into in zip(passes, ctx.network.slopes, strict=True):
            member.backward(flow, slope, into)
        return None, None, None


def _by_rows(member: PlainMLP, flow: Sequence[Floats], slope: Floats) -> Floats:
    """Return the slope by the rows; where the lower of two critics counts, half of each one's rows have none."""
    slopes = np.zeros_like(flow[0])
    used = np.flatnonzero(slope.any(1))
    slopes[used] = member.backward([part[used] for part in flow], slope[used])
    return slopes


def _loaded(parts: Sequence[Floats], shapes: Sequence[tuple[int, ...]], activation: str) -> list[PlainMLP]:
    networks = [PlainMLP(shapes, activation) for _ in parts]
    for network, part in zip(networks, parts, strict=True):
        network.load(part)
    return networks
