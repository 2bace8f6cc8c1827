"""PPO written by hand: no framework, one loop; the gradient from autograd or by the chain rule in numpy."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tests.benchmarks.limits.worker import ACTIONS, INPUTS, WIDTH, Floats, Worker, actors, parts, start

MINIBATCH, EPOCHS, RATE, CLIP, VALUE, NORM = 256, 4, 1e-3, 0.2, 0.5, 0.5
COLUMNS = ("obs", "action", "logp", "advantage", "target")
WARM_UP = 0.7  # seconds that do not count

Columns = dict[str, NDArray[Any]]


class Learner(ABC):
    """Learns from batches by the clipped surrogate loss (Schulman et al. 2017)."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    @abstractmethod
    def weights(self) -> Floats:
        """Return the weights as workers take them."""

    @abstractmethod
    def step(self, obs: Any, action: Any, logp: Any, advantage: Any, target: Any) -> None:
        """Take one gradient step."""

    def learn(self, batch: Columns) -> None:
        """Go over the batch in shuffled minibatches, as often as `EPOCHS` says."""
        advantage = batch["advantage"]
        batch = {**batch, "advantage": (advantage - advantage.mean()) / (advantage.std() + 1e-8)}
        columns = [self.tensor(batch[name]) for name in COLUMNS]
        for _ in range(EPOCHS):
            order = self.rng.permutation(len(advantage))
            shuffled = [column[order] for column in columns]
            for at in range(0, len(order), MINIBATCH):
                self.step(*(column[at : at + MINIBATCH] for column in shuffled))

    def tensor(self, column: NDArray[Any]) -> Any:
        """Return the column as the learner computes with it."""
        return column


class ByHand(Learner):
    """Everything in numpy, on one vector; Adam is torch's fused kernel on the same memory."""

    def __init__(self) -> None:
        super().__init__()
        self.vector = start(0)
        self.slope = np.zeros_like(self.vector)
        self.layers, self.slopes = parts(self.vector), parts(self.slope)
        self.parameter = nn.Parameter(torch.from_numpy(self.vector))
        self.parameter.grad = torch.from_numpy(self.slope)
        self.adam = torch.optim.Adam([self.parameter], RATE, eps=1e-5, fused=True)

    def weights(self) -> Floats:
        """Return a copy of the vector."""
        return self.vector.copy()

    def step(self, obs: Floats, action: Any, logp: Floats, advantage: Floats, target: Floats) -> None:
        """Forward, the chain rule back, clip, Adam."""
        first, first_bias, second, second_bias, actor, actor_bias, critic, critic_bias = self.layers
        one = np.tanh(obs @ first + first_bias)
        two = np.tanh(one @ second + second_bias)
        logits, value = two[0] @ actor + actor_bias, (two[1] @ critic + critic_bias)[:, 0]
        rows = np.arange(len(obs))
        shifted = logits - logits.max(1, keepdims=True)
        chances = np.exp(shifted)
        sums = chances.sum(1, keepdims=True)
        chances /= sums
        ratio = np.exp((shifted - np.log(sums))[rows, action] - logp)
        open_ = np.where(advantage > 0, ratio < 1 + CLIP, ratio > 1 - CLIP)
        logp_slope = -(ratio * advantage * open_) / len(obs)
        logits_slope = -chances * logp_slope[:, None]
        logits_slope[rows, action] += logp_slope
        value_slope = ((value - target) * (VALUE / len(obs)))[:, None]
        self.slopes[4][:], self.slopes[5][:] = two[0].T @ logits_slope, logits_slope.sum(0)
        self.slopes[6][:], self.slopes[7][:] = two[1].T @ value_slope, value_slope.sum(0)
        back = np.stack([logits_slope @ actor.T, value_slope @ critic.T]) * (1 - two * two)
        self.slopes[2][:], self.slopes[3][:] = one.swapaxes(1, 2) @ back, back.sum(1, keepdims=True)
        back = (back @ second.swapaxes(1, 2)) * (1 - one * one)
        self.slopes[0][:], self.slopes[1][:] = obs.T @ back, back.sum(1, keepdims=True)
        norm = float(np.sqrt(self.slope @ self.slope))
        if norm > NORM:
            self.slope *= NORM / norm
        self.adam.step()


class Autograd(Learner):
    """Two torch modules, their loss, backward, fused Adam: as one writes it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.actor, self.critic = tower(ACTIONS), tower(1)
        self.parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.adam = torch.optim.Adam(self.parameters, RATE, eps=1e-5, fused=True)

    def tensor(self, column: NDArray[Any]) -> Any:
        """Return a tensor of the same memory where that can be written to."""
        return torch.from_numpy(np.require(column, requirements="W"))

    def weights(self) -> Floats:
        """Return the weights in the workers' order: of each layer both towers' weights, then both biases."""
        one, two = ([part.detach().numpy() for part in tower.parameters()] for tower in (self.actor, self.critic))
        hidden = [np.stack([a.T, b.T]).ravel() for a, b in zip(one[:4], two[:4], strict=True)]
        return np.concatenate([*hidden, *(part.T.ravel() for part in (*one[4:], *two[4:]))])

    def step(self, obs: Any, action: Any, logp: Any, advantage: Any, target: Any) -> None:
        """Forward, backward, clip, Adam."""
        logs = torch.log_softmax(self.actor(obs), 1)
        ratio = (logs.gather(1, action[:, None])[:, 0] - logp).exp()
        surrogate = torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage)
        loss = -surrogate.mean() + VALUE * 0.5 * (self.critic(obs)[:, 0] - target).square().mean()
        self.adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, NORM)
        self.adam.step()


def tower(outputs: int) -> nn.Sequential:
    """Return an MLP of two hidden layers."""
    return nn.Sequential(
        nn.Linear(INPUTS, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, outputs)
    )


def remote(kind: type[Learner], overlapped: bool = False) -> Callable[[float], float]:
    """Return what trains on batches of 2048 from two Ray workers of 8 environments; env steps a second.

    Overlapped, the workers sample the next batch while this one is learned from.
    """
    import ray

    torch.set_num_threads(1)
    workers, learner = actors(2, 8, 128), kind()

    def rate(seconds: float) -> float:
        flying = [worker.sample.remote(learner.weights()) for worker in workers]

        def train() -> int:
            nonlocal flying
            found = [columns for columns, _ in ray.get(flying)]
            if overlapped:
                flying = [worker.sample.remote(learner.weights()) for worker in workers]
            learner.learn({name: np.concatenate([each[name] for each in found]) for name in COLUMNS})
            if not overlapped:
                flying = [worker.sample.remote(learner.weights()) for worker in workers]
            return 2048

        steps = timed(train, seconds)
        ray.get(flying)
        return steps

    return rate


def local(kind: type[Learner]) -> Callable[[float], float]:
    """Return what trains on batches of 2048 from 16 environments in this process; env steps a second."""
    torch.set_num_threads(1)
    worker, learner = Worker(16, 128, 0), kind()

    def train() -> int:
        learner.learn(worker.sample(learner.weights())[0])
        return 2048

    return lambda seconds: timed(train, seconds)


def timed(work: Callable[[], int], seconds: float) -> float:
    """Repeat `work` for some seconds after a warm-up; return how many steps it did in one second."""
    warm = time.perf_counter() + WARM_UP
    while time.perf_counter() < warm:
        work()
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        steps += work()
    return steps / (time.perf_counter() - began)
