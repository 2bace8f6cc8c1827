"""A learner's steps, on parameters small enough to follow by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn

from engine.policies.descent import SMALL, Descent


def two(first: float, second: float) -> tuple[Descent, nn.Parameter, nn.Parameter]:
    parts = nn.Parameter(torch.tensor([first])), nn.Parameter(torch.tensor([second]))
    return Descent(parts), *parts


def test_the_first_step_of_adam_is_the_rate_against_the_gradients_sign() -> None:
    descent, one, other = two(1.0, 1.0)
    descent.gradient.copy_(torch.tensor([3.0, -0.5]))
    norm = descent.step(0.1)
    assert float(norm) == pytest.approx(9.25**0.5)
    assert one.item() == pytest.approx(0.9, abs=1e-5)
    assert other.item() == pytest.approx(1.1, abs=1e-5)


def test_a_gradient_is_scaled_to_the_longest_allowed() -> None:
    descent, _, _ = two(1.0, 1.0)
    descent.gradient.copy_(torch.tensor([3.0, 4.0]))
    assert float(descent.step(0.1, max_norm=1.0)) == pytest.approx(5.0)
    assert descent.gradient.tolist() == pytest.approx([0.6, 0.8])


def test_steps_are_bit_by_bit_those_of_torchs_optimizer() -> None:
    descent, theirs = Descent([nn.Parameter(torch.linspace(-1, 1, 50))]), nn.Parameter(torch.linspace(-1, 1, 50))
    optimizer = torch.optim.Adam([theirs], eps=1e-5, fused=True)
    generator = torch.Generator().manual_seed(0)
    for rate in (0.1, 0.1, 0.01):
        gradient = torch.randn(50, generator=generator)
        descent.gradient.copy_(gradient)
        descent.step(rate)
        theirs.grad = gradient
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    assert torch.equal(descent.vector, theirs.detach())


def test_backward_writes_into_the_gradient() -> None:
    descent, one, other = two(2.0, 5.0)
    (one * other).sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    assert descent.gradient.tolist() == [5.0, 2.0]


def test_a_restored_descent_goes_on_as_the_first_would() -> None:
    first, _, _ = two(1.0, 1.0)
    first.gradient.copy_(torch.tensor([3.0, 4.0]))
    first.step(0.1)
    second, _, _ = two(0.0, 0.0)
    second.restore(first.state())
    for descent in (first, second):
        descent.gradient.copy_(torch.tensor([-1.0, 2.0]))
        descent.step(0.1)
    assert torch.equal(first.vector, second.vector)


@pytest.mark.parametrize(("parameters", "main", "beside"), [(10, 1, 1), (SMALL, 8, 4)])
def test_a_large_network_takes_the_cores_that_nobody_else_needs(
    parameters: int, main: int, beside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.policies.descent.THREADS", 8)
    descent = Descent([nn.Parameter(torch.zeros(parameters))])

    def threads() -> int:
        descent.set_threads()
        return torch.get_num_threads()

    before = torch.get_num_threads()
    with ThreadPoolExecutor() as executor:
        assert executor.submit(threads).result() == beside
    assert threads() == main
    torch.set_num_threads(before)
