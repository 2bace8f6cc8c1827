"""The policy gradient loss, worked by hand."""

from __future__ import annotations

import pytest
import torch

from engine.losses.policy_gradient import policy_gradient_loss


def test_rows_cost_their_negated_log_probability_times_their_advantage() -> None:
    loss = policy_gradient_loss(torch.tensor([-1.0, -2.0]), torch.tensor([2.0, 1.0]))
    assert loss.item() == 2.0


def test_the_gradient_of_a_row_is_its_negated_advantage_over_the_rows() -> None:
    logp = torch.tensor([-1.0, -2.0], requires_grad=True)
    policy_gradient_loss(logp, torch.tensor([3.0, -1.0])).backward()
    assert logp.grad is not None
    assert logp.grad.tolist() == [-1.5, 0.5]


def test_columns_of_another_rank_are_refused_before_they_broadcast() -> None:
    with pytest.raises(ValueError, match=r"not \(2,\) and \(2, 1\)"):
        policy_gradient_loss(torch.zeros(2), torch.zeros(2, 1))
