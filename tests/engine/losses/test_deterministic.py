"""The targets and losses of TD3 and DDPG against numbers worked by hand."""

from __future__ import annotations

import pytest
import torch

from engine.losses.deterministic import bootstrapped_target, deterministic_actor_loss, smoothed_action


def test_noise_on_a_target_action_is_clipped_and_so_is_their_sum() -> None:
    action, noise = torch.tensor([[0.8], [0.0], [0.0]]), torch.tensor([[2.0], [1.0], [-9.0]])
    assert smoothed_action(action, noise, 0.2, 0.3).flatten().tolist() == pytest.approx([1.0, 0.2, -0.3])


def test_a_target_is_bootstrapped_unless_the_episode_terminated() -> None:
    one = torch.ones(2)
    assert bootstrapped_target(one, 0.5 * one, torch.tensor([False, True]), 4 * one).tolist() == [3.0, 1.0]


def test_the_actor_earns_the_mean_value() -> None:
    value = torch.tensor([1.0, 3.0], requires_grad=True)
    loss = deterministic_actor_loss(value)
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    assert loss.item() == -2
    assert value.grad is not None
    assert value.grad.tolist() == [-0.5, -0.5]
