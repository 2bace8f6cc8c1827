"""The memory of a recurrent Q-network: equal to torch's LSTM, forgetting where an episode begins."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.policies.q_memory import MemoryShape, QMemory

SHAPE = MemoryShape(3, 5)
M, L = 2, 6
NEVER = np.zeros((M, L), np.bool_)


def drawn(*size: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


def memory(weights: np.ndarray) -> QMemory:
    made = QMemory(SHAPE)
    made.read(weights)
    return made


def torch_lstm(weights: np.ndarray) -> torch.nn.LSTM:
    """Torch's own, whose gates stand in the order i, f, g, o and whose matrices are transposed."""
    matrix, bias = weights[:-20].reshape(8, 20), weights[-20:]
    order = np.r_[0:10, 15:20, 10:15]
    lstm = torch.nn.LSTM(3, 5, batch_first=True)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.tensor(matrix[:3].T[order]))
        lstm.weight_hh_l0.copy_(torch.tensor(matrix[3:].T[order]))
        lstm.bias_ih_l0.copy_(torch.tensor(bias[order]))
        lstm.bias_hh_l0.zero_()
    return lstm


def from_torch(lstm: torch.nn.LSTM) -> np.ndarray:
    """Its gradient as it lies in our vector."""
    back = np.argsort(np.r_[0:10, 15:20, 10:15])
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    enter, recur, bias = (getattr(lstm, name).grad.numpy()[back] for name in names)
    return np.concatenate([enter.T.ravel(), recur.T.ravel(), bias])


def test_sequences_and_their_gradient_are_those_of_torch() -> None:
    weights, obs, state, slope = drawn(SHAPE.size), drawn(M, L, 3, seed=1), drawn(M, 10, seed=2), drawn(M, L, 5, seed=3)
    made, lstm = memory(weights), torch_lstm(weights)
    hidden, cell = (torch.tensor(part).unsqueeze(0).contiguous() for part in np.split(state, 2, 1))
    wanted, (_, last) = lstm(torch.tensor(obs), (hidden, cell))
    wanted.backward(torch.tensor(slope))
    after = made.unroll(obs, state, NEVER)
    np.testing.assert_allclose(after[:, :, :5], wanted.detach(), atol=1e-5)
    np.testing.assert_allclose(after[:, -1, 5:], last[0].detach(), atol=1e-5)
    gradient = np.full(SHAPE.size, np.nan, np.float32)
    made.backward(slope.reshape(-1, 5), gradient)
    np.testing.assert_allclose(gradient, from_torch(lstm), atol=1e-5)


def test_steps_one_by_one_are_the_sequence() -> None:
    made, obs, state = memory(drawn(SHAPE.size)), drawn(M, L, 3, seed=1), drawn(M, 10, seed=2)
    whole = made.unroll(obs, state, NEVER)
    for step in range(L):
        state = made.step(obs[:, step], state)
        np.testing.assert_allclose(whole[:, step], state, atol=1e-6)


def test_an_episode_that_begins_knows_nothing_of_the_last() -> None:
    """Both what is remembered and the gradient are those of the two halves alone."""
    made, obs, slope = memory(drawn(SHAPE.size)), drawn(M, L, 3, seed=1), drawn(M, L, 5, seed=3)
    nothing, begins = np.zeros((M, 10), np.float32), NEVER.copy()
    begins[:, 2] = True
    together = made.unroll(obs, nothing, begins)
    gradients = np.zeros((3, SHAPE.size), np.float32)
    made.backward(slope.reshape(-1, 5), gradients[0])
    for row, part in enumerate((slice(0, 2), slice(2, 6)), start=1):
        alone = made.unroll(obs[:, part], nothing, NEVER[:, part])
        made.backward(slope[:, part].reshape(-1, 5), gradients[row])
        np.testing.assert_allclose(together[:, part], alone, atol=1e-6)
    np.testing.assert_allclose(gradients[0], gradients[1] + gradients[2], atol=1e-5)


@pytest.mark.parametrize("first", [1, 4])
def test_steps_that_warm_up_pass_no_gradient(first: int) -> None:
    """The gradient is that of the rest alone, begun in the state that the warm-up led to."""
    made, obs, slope = memory(drawn(SHAPE.size)), drawn(M, L, 3, seed=1), drawn(M, L, 5, seed=3)
    warm = made.unroll(obs, np.zeros((M, 10), np.float32), NEVER)[:, first - 1]
    gradients = np.zeros((2, SHAPE.size), np.float32)
    made.backward(slope[:, first:].reshape(-1, 5), gradients[0])
    made.unroll(obs[:, first:], warm, NEVER[:, first:])
    made.backward(slope[:, first:].reshape(-1, 5), gradients[1])
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-5)


def test_its_size_is_that_of_the_docstring() -> None:
    assert MemoryShape(4, 64).size == 17_664
