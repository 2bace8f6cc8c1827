"""The torch networks: their sizes, their start, and how their parameters lie in one vector."""

from __future__ import annotations

import pytest
import torch

from engine.networks import ActorCriticCNN, ActorCriticMLP, as_one_vector
from engine.policies.towers import tower_shapes


def mlp(*hidden: int, seed: int = 0, activation: str = "tanh") -> ActorCriticMLP:
    return ActorCriticMLP(tower_shapes(4, hidden, 2), activation, torch.Generator().manual_seed(seed))


def cnn(*image: int, hidden: tuple[int, ...] = (8,)) -> ActorCriticCNN:
    return ActorCriticCNN(image, hidden, 3, "relu", torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("hidden", "parameters"), [((), 15), ((64,), 835), ((64, 64), 9155), ((8, 4, 2), 181)])
def test_the_towers_have_as_many_parameters_as_two_networks(hidden: tuple[int, ...], parameters: int) -> None:
    network = mlp(*hidden)
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    numbers, values = network(torch.zeros(5, 4))
    assert numbers.shape == (5, 2)
    assert values.shape == (5,)


def test_the_towers_share_nothing() -> None:
    network = mlp(6, 6)
    numbers, values = network(torch.ones(3, 4))
    values.sum().backward()
    for stack in network.parts[:-4]:
        assert stack.grad is not None
        assert not stack.grad[0].any()
        assert stack.grad[1].any()
    assert network.parts[-4].grad is None
    assert numbers.requires_grad


def test_weights_start_orthogonal_and_actions_nearly_uniform() -> None:
    network = mlp(8, 8)
    second = network.parts[2]
    for tower in second:
        torch.testing.assert_close(tower @ tower.T, 2 * torch.eye(8))
    numbers, _ = network(torch.randn(100, 4, generator=torch.Generator().manual_seed(1)))
    assert numbers.abs().max() < 0.05


def test_the_seed_decides_the_start() -> None:
    one, same, other = (as_one_vector(mlp(8, seed=seed).parameters()) for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_a_network_keeps_out_of_torchs_own_randomness() -> None:
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    cnn(36, 36)
    mlp(8)
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("image", [(40, 44), (40, 44, 3), (3, 40, 44)])
def test_images_may_bring_their_channels_last_first_or_not_at_all(image: tuple[int, ...]) -> None:
    numbers, values = cnn(*image)(torch.zeros(2, *image, dtype=torch.uint8))
    assert numbers.shape == (2, 3)
    assert values.shape == (2,)


def test_both_orders_of_channels_see_the_same_picture() -> None:
    picture = torch.randint(0, 256, (2, 3, 36, 36), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    first, last = cnn(3, 36, 36), cnn(36, 36, 3)
    for ours, theirs in zip(first(picture), last(picture.permute(0, 2, 3, 1)), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_natures_network_has_its_known_size() -> None:
    network = ActorCriticCNN((4, 84, 84), (512,), 6, "relu", torch.Generator().manual_seed(0))
    convolutions = 32 * (4 * 64 + 1) + 64 * (32 * 16 + 1) + 64 * (64 * 9 + 1)
    dense = 512 * (64 * 7 * 7 + 1) + 7 * (512 + 1)
    assert sum(parameter.numel() for parameter in network.parameters()) == convolutions + dense


def test_parameters_and_gradients_are_views_of_one_vector() -> None:
    network = mlp(3)
    vector = as_one_vector(network.parameters())
    network(torch.ones(1, 4))[1].sum().backward()
    assert vector.grad is not None
    torch.testing.assert_close(vector.grad, torch.cat([part.grad.flatten() for part in network.parameters()]))
    assert vector.grad.any()
    vector.zero_()
    assert not any(part.any() for part in network.parameters())
