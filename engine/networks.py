"""Actor-critic networks in torch, and how their parameters lie in memory.

Two ideas. All parameters of a policy are views of one flat vector, and their gradients of another: clipping, the
optimizer, checkpoints and the weights sent to workers are then each one operation on one array. And the two towers of
an MLP are one stack of matrices (2, in, out), so that each layer is one batched product for both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import torch
from torch import Tensor, nn

from engine.tanh import tanh

Activation = Callable[[Tensor], Tensor]

ACTIVATIONS: Final[dict[str, Activation]] = {"tanh": tanh, "relu": torch.relu}
HIDDEN_GAIN: Final = math.sqrt(2)
ACTOR_GAIN: Final = 0.01  # nearly uniform actions at first, so that the start explores
CRITIC_GAIN: Final = 1.0
CONVOLUTIONS: Final = ((32, 8, 4), (64, 4, 2), (64, 3, 1))  # channels, kernel, stride


class ActorCriticMLP(nn.Module):
    """Two towers of the same widths, one for the action distribution and one for the value.

    Weights start orthogonal (gain sqrt 2 in hidden layers, 0.01 before the distribution, 1 before the value), biases
    zero, as Andrychowicz et al. 2021 (arXiv 2006.05990) found best.

    Example: shapes (2, 4, 64), (2, 1, 64), (2, 64, 64), (2, 1, 64), (64, 2), (2,), (64, 1), (1,) are 9,155 parameters:
    4 inputs, hidden layers of 64 and 64, 2 outputs.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], activation: str, generator: torch.Generator) -> None:
        """Make a network of these parameter shapes, in the order that `engine.policies.towers.tower_shapes` gives."""
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        for place, shape in enumerate(shapes):
            self.register_parameter(f"part_{place}", nn.Parameter(torch.zeros(shape)))
        self.parts = tuple(self.parameters())  # a tuple, since reading attributes by name takes longer than a product
        layers = self.parts[:-4]
        self.layers = tuple(zip(layers[::2], layers[1::2], strict=True))
        for weight, _ in self.layers:
            for tower in weight:
                nn.init.orthogonal_(tower, HIDDEN_GAIN, generator)
        actor, _, critic, _ = self.parts[-4:]
        nn.init.orthogonal_(actor, ACTOR_GAIN, generator)
        nn.init.orthogonal_(critic, CRITIC_GAIN, generator)

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Return distribution parameters (B, D) and values (B,) for obs (B, O)."""
        return self.heads(self.features(obs))

    def features(self, obs: Tensor) -> Tensor:
        """Return what the hidden layers of both towers give, (2, B, W), for obs (B, O)."""
        both = obs.expand(2, *obs.shape)
        for weight, bias in self.layers:
            both = self.activation(torch.baddbmm(bias, both, weight))
        return both

    def heads(self, both: Tensor) -> tuple[Tensor, Tensor]:
        """Return distribution parameters (B, D) and values (B,) for the features (2, B, W) of actor and critic."""
        actor, actor_bias, critic, critic_bias = self.parts[-4:]
        above_actor, above_critic = both.unbind()  # indices would each make a gradient of the whole, full of zeros
        value = torch.addmm(critic_bias, above_critic, critic)
        return torch.addmm(actor_bias, above_actor, actor), value.squeeze(1)


class ActorCriticCNN(nn.Module):
    """The convolutions of Mnih et al. 2015 (Nature 518), dense layers on top, and two heads that share all of it.

    Takes uint8 images (B, H, W), (B, H, W, C) or (B, C, H, W) and divides them by 255. Convolutions are always
    followed by relu; dense layers of the given widths by `activation`.
    """

    def __init__(
        self, image: tuple[int, ...], hidden: Sequence[int], outputs: int, activation: str, generator: torch.Generator
    ) -> None:
        """Make a network for one shape of image and `outputs` distribution parameters."""
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.channels_last = len(image) == 3 and image[2] <= image[0]
        with torch.device("meta"):  # anywhere else torch would draw a start from its global randomness
            self._make_layers(image, hidden, outputs)
        self.to_empty(device="cpu")
        for layer in (*self.convolutions, *self.dense):
            _start(layer, HIDDEN_GAIN, generator)
        _start(self.actor, ACTOR_GAIN, generator)
        _start(self.critic, CRITIC_GAIN, generator)

    def _make_layers(self, image: tuple[int, ...], hidden: Sequence[int], outputs: int) -> None:
        channels, *sides = self._planes(torch.zeros(1, *image)).shape[1:]
        self.convolutions = nn.ModuleList()
        for filters, kernel, stride in CONVOLUTIONS:
            self.convolutions.append(nn.Conv2d(channels, filters, kernel, stride))
            channels, sides = filters, [(side - kernel) // stride + 1 for side in sides]
        widths = [channels * sides[0] * sides[1], *hidden]
        self.dense = nn.ModuleList(nn.Linear(*pair) for pair in zip(widths, hidden, strict=False))
        self.actor = nn.Linear(widths[-1], outputs)
        self.critic = nn.Linear(widths[-1], 1)

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Return distribution parameters (B, D) and values (B,) for images (B, *O)."""
        features = self._planes(obs).float() / 255
        for convolution in self.convolutions:
            features = torch.relu(convolution(features))
        features = features.flatten(1)
        for dense in self.dense:
            features = self.activation(dense(features))
        return self.actor(features), self.critic(features).squeeze(1)

    def _planes(self, images: Tensor) -> Tensor:
        """Return images as (B, C, H, W)."""
        if images.dim() == 3:
            return images.unsqueeze(1)
        return images.permute(0, 3, 1, 2) if self.channels_last else images


def _start(layer: nn.Module, gain: float, generator: torch.Generator) -> None:
    assert isinstance(layer, nn.Conv2d | nn.Linear)
    nn.init.orthogonal_(layer.weight, gain, generator)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)


def as_one_vector(parameters: Iterable[nn.Parameter]) -> Tensor:
    """Move parameters into one flat vector (P,), with gradients in its `grad` (P,), and make each a view of it.

    Zero `grad` before each backward pass: gradients are added to what is there.

    Example: after `vector = as_one_vector(net.parameters())`, `vector.zero_()` makes every weight of `net` zero.
    """
    owners = list(parameters)
    vector = torch.cat([owner.detach().flatten() for owner in owners])
    vector.grad = torch.zeros_like(vector)
    sizes = [owner.numel() for owner in owners]
    for owner, part, gradient in zip(owners, torch.split(vector, sizes), torch.split(vector.grad, sizes), strict=True):
        owner.data = part.view_as(owner)
        owner.grad = gradient.view_as(owner)
    return vector
