"""MLPs by hand: the outputs and gradients of the same MLPs in torch, for every depth, activation and number."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.mlps import MLPs
from engine.networks import as_one_vector
from engine.policies.mlps_by_hand import MLPsByHand
from engine.policies.plain_mlp import mlp_shapes

INPUTS, ROWS = 3, 37


def twins(count: int, hidden: tuple[int, ...], outputs: int, activation: str) -> tuple[MLPs, MLPsByHand, Tensor]:
    """The same MLPs in torch and by hand, and the vector of the latter."""
    shapes = mlp_shapes(INPUTS, hidden, outputs)
    network = MLPs(count, shapes, activation, torch.Generator().manual_seed(0))
    vector = as_one_vector(MLPs(count, shapes, activation, torch.Generator().manual_seed(0)).parameters())
    return network, MLPsByHand(count, shapes, activation, vector), vector


def rows() -> Tensor:
    return torch.randn((ROWS, INPUTS), generator=torch.Generator().manual_seed(1))


def lower(values: Tensor) -> Tensor:
    """A loss by which half of the rows of each of two critics do not matter."""
    return (values.amin(0) * torch.linspace(-1, 2, ROWS)[:, None]).square().sum()


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("hidden", [(), (8,), (16, 8), (5, 7, 4)])
@pytest.mark.parametrize(("count", "outputs"), [(1, 1), (2, 1), (2, 4)])
def test_it_is_autograds(count: int, outputs: int, hidden: tuple[int, ...], activation: str) -> None:
    network, by_hand, vector = twins(count, hidden, outputs, activation)
    assert vector.grad is not None
    vector.grad.fill_(9.0)  # what was there does not count
    losses = [lower(one(rows())) for one in (network, by_hand)]
    for loss in losses:
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    expected = torch.cat([part.grad.flatten() for part in network.parameters() if part.grad is not None])
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(losses[1], losses[0], rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(vector.grad, expected, rtol=1e-5, atol=1e-6 * float(expected.abs().max()))


@pytest.mark.parametrize("by_hand", [True, False])
def test_rows_with_a_gradient_alone_get_one(by_hand: bool) -> None:
    """As the actor's step needs it: through the critics, whose own gradient nobody wants."""
    network, ours, vector = twins(2, (16, 8), 1, "relu")
    seen, reference = rows().requires_grad_(), rows().requires_grad_()
    lower((ours if by_hand else network)(seen)).backward()  # type: ignore[no-untyped-call]  # torch's
    assert all(part.grad is None for part in network.parameters())
    assert vector.grad is not None
    assert vector.grad.abs().sum() == 0
    members = [list(member.parameters()) for member in network.members]
    values = torch.stack([_plain(parts, reference) for parts in members])
    lower(values).backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    assert reference.grad is not None
    torch.testing.assert_close(seen.grad, reference.grad, rtol=1e-5, atol=1e-6)


def _plain(parts: list[Tensor], flow: Tensor) -> Tensor:
    first, bias, second, bias_2, last, bias_3 = parts
    return torch.relu(torch.relu(flow @ first + bias) @ second + bias_2) @ last + bias_3


def test_without_gradients_wanted_there_are_outputs_only() -> None:
    network, by_hand, _ = twins(1, (8,), 2, "tanh")
    with torch.no_grad():
        outputs = by_hand(rows())
        torch.testing.assert_close(outputs, network(rows()))
    assert not outputs.requires_grad


def test_it_follows_the_parameters_as_they_change() -> None:
    _, by_hand, vector = twins(1, (8,), 2, "relu")
    before = by_hand(rows())
    vector.mul_(2)
    assert not torch.allclose(before, by_hand(rows()))
