"""The convolutions of a Q-network: torch's own layers, on a flat vector."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.policies.q_convolutions import ConvolutionShape, QConvolutions


def images(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, *shape), np.uint8)


def test_sizes_are_those_of_the_docstring() -> None:
    shape = ConvolutionShape((4, 84, 84))
    assert (shape.outputs, shape.size) == (3136, 77_984)
    assert len(shape.bounds()) == 77_984


@pytest.mark.parametrize("image", [(40, 36), (3, 40, 36), (40, 36, 3)])
def test_features_and_gradient_are_those_of_torchs_layers(image: tuple[int, ...]) -> None:
    shape, seen = ConvolutionShape(image), images(*image)
    weights = np.random.default_rng(1).uniform(-1, 1, shape.size).astype(np.float32) * shape.bounds()
    channels = 1 if len(image) == 2 else 3
    layers = nn.Sequential(
        nn.Conv2d(channels, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3, 1), nn.ReLU()
    )
    nn.utils.vector_to_parameters(torch.tensor(weights), layers.parameters())
    planes = torch.tensor(seen).float() / 255
    planes = planes.unsqueeze(1) if len(image) == 2 else planes.permute(0, 3, 1, 2) if image[2] == 3 else planes
    wanted = layers(planes).flatten(1)
    slope = np.random.default_rng(2).standard_normal(wanted.shape).astype(np.float32)
    wanted.backward(torch.tensor(slope))
    made, gradient = QConvolutions(shape), np.full(shape.size, np.nan, np.float32)
    made.read(weights)
    np.testing.assert_allclose(made(seen, learning=True), wanted.detach(), atol=1e-5)
    made.backward(slope, gradient)
    grads = torch.cat([parameter.grad.flatten() for parameter in layers.parameters() if parameter.grad is not None])
    np.testing.assert_allclose(gradient, grads, rtol=1e-3, atol=1e-4)
    assert shape.outputs == wanted.shape[1]


def test_weights_are_read_in_place_unless_they_are_shared_memory() -> None:
    shape = ConvolutionShape((36, 36))
    weights, made = shape.bounds(), QConvolutions(shape)
    made.read(weights)
    weights[:] = 0
    assert not made(images(36, 36)).any()
    weights[:] = 1
    weights.flags.writeable = False
    made.read(weights)
    assert made(images(36, 36)).all()
