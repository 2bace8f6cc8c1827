"""The convolutions of a Q-network that sees images: torch's, on weights that lie in the policy's flat vector.

What they make of an image is handed to the dense layers as numpy rows, and the slope that comes back from there goes
on through torch's autograd. Convolutions and their strides are those of Mnih et al. 2015 (Nature 518).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.networks import CONVOLUTIONS
from engine.policies.q_layers import Floats


@dataclass(frozen=True, slots=True)
class ConvolutionShape:
    """Images of shape (H, W), (H, W, C) or (C, H, W), of bytes.

    Example: (4, 84, 84) leads to 3,136 numbers, by 77,984 weights and biases.
    """

    image: tuple[int, ...]

    @property
    def channels_last(self) -> bool:
        """Whether the colours, not the rows, come last."""
        return len(self.image) == 3 and self.image[2] <= self.image[0]

    @property
    def layers(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each layer's weights, (out, in, kernel, kernel)."""
        channels = 1 if len(self.image) == 2 else self.image[2 if self.channels_last else 0]
        inputs = [channels, *(out for out, _, _ in CONVOLUTIONS)]
        pairs = zip(inputs, CONVOLUTIONS, strict=False)
        return tuple((out, before, kernel, kernel) for before, (out, kernel, _) in pairs)

    @property
    def outputs(self) -> int:
        """How many numbers an image becomes."""
        sides = self.image[:2] if len(self.image) == 2 or self.channels_last else self.image[1:]
        for _, kernel, stride in CONVOLUTIONS:
            sides = tuple((side - kernel) // stride + 1 for side in sides)
        return CONVOLUTIONS[-1][0] * math.prod(sides)

    @property
    def size(self) -> int:
        """How many weights and biases there are."""
        return sum(math.prod(layer) + layer[0] for layer in self.layers)

    def bounds(self) -> Floats:
        """Return 1 / sqrt(inputs of a unit) for each weight and bias, (P,): how large they may be at the start."""
        sizes = [(math.prod(layer) + layer[0], math.prod(layer[1:])) for layer in self.layers]
        return np.concatenate([np.full(size, 1 / math.sqrt(inputs)) for size, inputs in sizes], dtype=np.float32)

    def build(self) -> QConvolutions:
        """Return convolutions without weights."""
        return QConvolutions(self)

    def views(self, vector: Tensor) -> list[Tensor]:
        """Return weights and biases, layer by layer, that lie in `vector` (P,), without a copy."""
        views, start = [], 0
        for layer in self.layers:
            end = start + math.prod(layer)
            views += [vector[start:end].view(layer), vector[end : end + layer[0]]]
            start = end + layer[0]
        return views


class QConvolutions:
    """Looks at images with the weights that it was told to read."""

    def __init__(self, shape: ConvolutionShape) -> None:
        """Make convolutions without weights."""
        self.shape = shape
        self.weights: list[Tensor] = []
        self.seen: Tensor | None = None

    def read(self, weights: Floats) -> None:
        """Use the weights in `weights` (P,) from now on; in place, unless they cannot be written to."""
        vector = torch.from_numpy(weights if weights.flags.writeable else weights.copy())
        self.weights = [view.requires_grad_() for view in self.shape.views(vector)]

    def __call__(self, images: NDArray[Any], learning: bool = False) -> Floats:
        """Return features (N, F) of images (N, *O); while learning, keep what `backward` needs."""
        with torch.set_grad_enabled(learning):
            features = self._planes(torch.from_numpy(np.require(images, requirements=["C", "W"]))).float() / 255
            if learning:  # their gradient takes half the time where the channels of a pixel lie side by side
                features = features.contiguous(memory_format=torch.channels_last)
            for number, (_, _, stride) in enumerate(CONVOLUTIONS):
                weight, bias = self.weights[2 * number : 2 * number + 2]
                features = torch.relu(functional.conv2d(features, weight, bias, stride))
            features = features.flatten(1)
        if learning:
            self.seen = features
        shown: Floats = features.detach().numpy()
        return shown

    def backward(self, slope: Floats, gradient: Floats) -> None:
        """Write the gradient (P,) of a loss with dl/dfeatures = `slope` (N, F), for the images learned from last."""
        assert self.seen is not None  # images come first
        slopes = torch.autograd.grad(self.seen, self.weights, torch.from_numpy(slope))
        for view, part in zip(self.shape.views(torch.from_numpy(gradient)), slopes, strict=True):
            view.copy_(part)
        self.seen = None

    def _planes(self, images: Tensor) -> Tensor:
        """Return images as (N, C, H, W)."""
        if images.dim() == 3:
            return images.unsqueeze(1)
        return images.permute(0, 3, 1, 2) if self.shape.channels_last else images
