"""The dense layers of a Q-network: values and gradients equal to torch's, and noise as declared."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.policies.q_layers import QLayers, QShape, views

SHAPES = [
    QShape(4, (8, 6), 3),
    QShape(4, (8, 6), 3, atoms=5),
    QShape(4, (8, 6), 3, dueling=True),
    QShape(4, (8, 6), 3, atoms=5, dueling=True),
    QShape(4, (), 3),
    QShape(4, (), 3, dueling=True),
]
SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=str)


def by_torch(shape: QShape, vector: Tensor, obs: Tensor, activation: str) -> Tensor:
    """The same network from the paper's formulas, with a weight at a time taken off the vector."""
    layers, rest = [], vector
    for inputs, outputs in shape.layers:
        weight, bias, rest = torch.split(rest, [inputs * outputs, outputs, len(rest) - (inputs + 1) * outputs])
        layers.append((weight.view(inputs, outputs), bias))
    heads = layers[-2:] if shape.dueling else layers[-1:]
    features = obs
    for weight, bias in layers[: -len(heads)]:
        features = getattr(torch, activation)(features @ weight + bias)
    if not shape.dueling:
        ((weight, bias),) = heads
        return (features @ weight + bias).view(-1, shape.actions, shape.atoms)
    state, choice = torch.chunk(features, 2, 1) if shape.hidden else (features, features)
    value, advantage = state @ heads[0][0] + heads[0][1], choice @ heads[1][0] + heads[1][1]
    advantage = advantage.view(-1, shape.actions, shape.atoms)
    return value.unsqueeze(1) + advantage - advantage.mean(1, keepdim=True)


def drawn(*size: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


@SHAPE
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_values_and_gradients_are_those_of_autograd(shape: QShape, activation: str) -> None:
    weights, obs, slope = drawn(shape.size), drawn(7, 4, seed=1), drawn(7, 3, shape.atoms, seed=2)
    vector, given = torch.tensor(weights, requires_grad=True), torch.tensor(obs, requires_grad=True)
    wanted = by_torch(shape, vector, given, activation)
    wanted.backward(torch.tensor(slope))
    layers, gradient = QLayers(shape, activation), np.full_like(weights, np.nan)
    layers.read(weights)
    np.testing.assert_allclose(layers(obs), wanted.detach(), rtol=1e-5, atol=1e-5)
    arriving = layers.backward(slope, gradient)
    assert vector.grad is not None
    assert given.grad is not None
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(gradient / scale, vector.grad / scale, atol=1e-6)
    np.testing.assert_allclose(arriving, given.grad, rtol=1e-4, atol=1e-5)


def test_sizes_are_those_of_the_docstring() -> None:
    assert QShape(4, (64, 64), 2).layers == ((4, 64), (64, 64), (64, 2))
    assert QShape(4, (64, 64), 2).size == 4610
    assert QShape(4, (64, 64), 2, dueling=True).layers == ((4, 64), (64, 128), (64, 1), (64, 2))


def test_a_dueling_network_knows_the_state_apart_from_the_actions() -> None:
    """The bias of the value head moves all actions; that of the advantages, at equal parts, none."""
    shape = QShape(4, (8,), 3, dueling=True)
    weights = drawn(shape.size)
    (_, value), (_, advantage) = views(shape.layers, weights)[-2:]
    layers = QLayers(shape, "relu")
    layers.read(weights)
    before = layers(drawn(5, 4))
    value += 2
    advantage += 7
    np.testing.assert_allclose(layers(drawn(5, 4)), before + 2, rtol=1e-5)


def test_weights_are_read_in_place() -> None:
    shape = QShape(4, (8,), 3)
    weights, layers = drawn(shape.size), QLayers(shape, "relu")
    layers.read(weights)
    weights[:] = 0
    assert not layers(drawn(5, 4)).any()


def test_noise_of_a_layer_is_the_product_of_its_ends() -> None:
    shape = QShape(4, (8,), 3)
    for weight, bias in views(shape.layers, shape.noise(np.random.default_rng(0))):
        assert np.linalg.matrix_rank(weight) == 1
        np.testing.assert_allclose(weight[0] / weight[0, 0], bias / bias[0], rtol=1e-4)


def test_noise_has_mean_nil_and_the_variance_of_its_factors() -> None:
    """E f(e)^2 = E |e| = sqrt(2 / pi), so weights vary by 2 / pi = 0.637 and biases by 0.798."""
    shape, rng = QShape(2, (), 2), np.random.default_rng(0)
    noise = np.array([shape.noise(rng) for _ in range(20_000)])
    np.testing.assert_allclose(noise.mean(0), 0, atol=0.03)
    np.testing.assert_allclose(noise[:, :4].var(0), 2 / np.pi, rtol=0.05)
    np.testing.assert_allclose(noise[:, 4:].var(0), np.sqrt(2 / np.pi), rtol=0.05)
