"""The distributional projection and loss: worked by hand, and against independent formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from engine.losses.distributional import divergence_loss, project, softmax, support_between


def floats(*values: Any) -> np.ndarray:
    return np.array(values, np.float32)


def moved(
    probabilities: list[float], reward: float, discount: float, terminated: bool, support: np.ndarray
) -> list[float]:
    rows = floats(probabilities), floats(reward), floats(discount), np.array([terminated])
    return project(*rows, support)[0].tolist()


SUPPORT = support_between(0, 2, 3)


def test_the_support_is_even() -> None:
    assert support_between(-1, 1, 3).tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    ("probabilities", "reward", "discount", "terminated", "wanted"),
    [
        ([0, 0, 1], 0.25, 0.5, False, [0, 0.75, 0.25]),  # 2 moves to 1.25
        ([0.2, 0.3, 0.5], 0, 1, False, [0.2, 0.3, 0.5]),  # nothing moves
        ([0.2, 0.3, 0.5], 1, 1, False, [0, 0.2, 0.8]),  # what leaves the support stays at its end
        ([0.2, 0.3, 0.5], -5, 1, False, [1, 0, 0]),
        ([0.2, 0.3, 0.5], 1.5, 1, True, [0, 0.5, 0.5]),  # the future of a terminated row does not count
    ],
)
def test_atoms_move_and_are_shared_between_neighbours(
    probabilities: list[float], reward: float, discount: float, terminated: bool, wanted: list[float]
) -> None:
    assert moved(probabilities, reward, discount, terminated, SUPPORT) == pytest.approx(wanted)


def test_the_projection_is_the_sum_over_triangular_kernels() -> None:
    """Equation 7 of the paper: m_i = sum_j p_j max(0, 1 - |moved z_j - z_i| / spacing)."""
    rng = np.random.default_rng(0)
    support = support_between(-3, 7, 21)
    probabilities = softmax(rng.standard_normal((40, 21)).astype(np.float32))
    reward, discount = rng.normal(0, 3, 40).astype(np.float32), rng.random(40).astype(np.float32)
    terminated = rng.random(40) < 0.3
    got = project(probabilities, reward, discount, terminated, support)
    images = np.clip(reward[:, None] + (discount * ~terminated)[:, None] * support, -3, 7)
    kernel = np.clip(1 - np.abs(images[:, None, :] - support[None, :, None]) / 0.5, 0, 1)
    np.testing.assert_allclose(got, (kernel * probabilities[:, None, :]).sum(2), atol=1e-5)
    np.testing.assert_allclose(got.sum(1), 1, rtol=1e-5)


def test_within_the_support_the_mean_moves_as_the_returns_do() -> None:
    support = support_between(-10, 10, 11)
    probabilities = floats([0, 0, 0, 0.1, 0.2, 0.4, 0.2, 0.1, 0, 0, 0])
    got = project(probabilities, floats(1.3), floats(0.9), np.array([False]), support)
    assert (got[0] @ support).item() == pytest.approx(1.3 + 0.9 * (probabilities[0] @ support).item(), abs=1e-5)


def test_the_loss_is_the_divergence_and_its_slope_the_difference() -> None:
    losses, slopes = divergence_loss(floats([0, 0]), floats([1, 0]))
    assert losses.tolist() == pytest.approx([math.log(2)])
    assert slopes.tolist() == [[-0.5, 0.5]]
    assert divergence_loss(floats([1, 1]), floats([0.5, 0.5]))[0].tolist() == pytest.approx([0])


def test_loss_and_slope_are_those_of_torch() -> None:
    rng = np.random.default_rng(0)
    logits = (5 * rng.standard_normal((30, 7))).astype(np.float32)
    target = softmax(rng.standard_normal((30, 7)).astype(np.float32))
    target[:10, :6] = 0
    target[:10, 6] = 1
    given = torch.tensor(logits, requires_grad=True)
    wanted = torch.nn.functional.kl_div(given.log_softmax(1), torch.tensor(target), reduction="none").sum(1)
    wanted.sum().backward()
    losses, slopes = divergence_loss(logits, target)
    np.testing.assert_allclose(losses, wanted.detach(), rtol=1e-4, atol=1e-5)
    assert given.grad is not None
    np.testing.assert_allclose(slopes, given.grad, atol=1e-6)
