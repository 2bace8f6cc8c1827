"""The hyperbolic tangent by numpy: torch's numbers and slopes."""

from __future__ import annotations

import torch

from engine.tanh import tanh


def test_it_is_torchs_tangent_with_its_slope() -> None:
    values = torch.linspace(-12, 12, 1001).reshape(7, 143).requires_grad_()
    expected = values.detach().clone().requires_grad_()
    pulled = torch.linspace(-1, 1, 1001).reshape(7, 143)
    found = tanh(values)
    found.backward(pulled)
    torch.tanh(expected).backward(pulled)
    torch.testing.assert_close(found, torch.tanh(expected), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(values.grad, expected.grad, rtol=1e-5, atol=1e-6)


def test_columns_that_do_not_lie_together_and_no_rows_at_all_are_read() -> None:
    values = torch.linspace(-2, 2, 12).reshape(3, 4).t().requires_grad_()
    tanh(values).sum().backward()
    assert values.grad is not None
    torch.testing.assert_close(values.grad, 1 - torch.tanh(values.detach()).square())
    assert tanh(torch.zeros(0, 3)).shape == (0, 3)


def test_the_slope_that_comes_in_is_left_as_it_is() -> None:
    values = torch.tensor([0.5, -1.0], requires_grad=True)
    pulled = torch.tensor([2.0, 3.0])
    tanh(values).backward(pulled)
    assert pulled.tolist() == [2.0, 3.0]


def test_nothing_is_recorded_where_nothing_is_learned() -> None:
    with torch.inference_mode():
        assert tanh(torch.tensor([0.0, 20.0])).tolist() == [0.0, 1.0]
    assert not tanh(torch.tensor([1.0])).requires_grad
