"""DQN written by hand in torch: one environment, a ring in numpy, one gradient step for every four env steps."""

from __future__ import annotations

from collections.abc import Callable

import gymnasium
import numpy as np
import torch
from torch import Tensor, nn

from tests.benchmarks.limits.ppo import timed

CAPACITY, BATCH, RATE, GAMMA, LEARN_EVERY, TARGET_EVERY, EPSILON = 50_000, 64, 1e-3, 0.99, 4, 500, 0.05


def network() -> nn.Sequential:
    """Return a Q-network of two layers of 64."""
    return nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))


class DQN:
    """Double DQN (van Hasselt et al. 2016) on CartPole-v1."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        torch.set_num_threads(1)
        self.rng = np.random.default_rng(0)
        self.env = gymnasium.make("CartPole-v1", disable_env_checker=True)
        self.online, self.target = network(), network()
        self.target.load_state_dict(self.online.state_dict())
        self.adam = torch.optim.Adam(self.online.parameters(), RATE, fused=True)
        self.obs, self.next_obs = np.zeros((2, CAPACITY, 4), np.float32)
        self.action = np.zeros(CAPACITY, np.int64)
        self.reward, self.goes_on = np.zeros((2, CAPACITY), np.float32)
        self.seen, _ = self.env.reset(seed=0)
        self.steps = 0

    def play(self) -> int:
        """Take as many env steps as belong to one gradient step, then that one."""
        for _ in range(LEARN_EVERY):
            self._step()
        if self.steps >= 500:
            self._learn()
        return LEARN_EVERY

    def _step(self) -> None:
        if self.rng.random() < EPSILON:
            action = int(self.rng.integers(2))
        else:
            with torch.inference_mode():
                action = int(self.online(torch.from_numpy(self.seen)).argmax())
        following, reward, terminated, truncated, _ = self.env.step(action)
        at = self.steps % CAPACITY
        self.obs[at], self.next_obs[at], self.action[at] = self.seen, following, action
        self.reward[at], self.goes_on[at] = reward, not terminated
        self.steps += 1
        self.seen = self.env.reset()[0] if terminated or truncated else following

    def _learn(self) -> None:
        rows = self.rng.integers(min(self.steps, CAPACITY), size=BATCH)
        obs, following, action, reward, goes_on = (
            torch.from_numpy(column[rows])
            for column in (self.obs, self.next_obs, self.action, self.reward, self.goes_on)
        )
        with torch.no_grad():
            best = self.online(following).argmax(1, keepdim=True)
            target: Tensor = reward + GAMMA * goes_on * self.target(following).gather(1, best)[:, 0]
        chosen = self.online(obs).gather(1, action[:, None])[:, 0]
        loss = nn.functional.smooth_l1_loss(chosen, target)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        if self.steps % TARGET_EVERY < LEARN_EVERY:
            self.target.load_state_dict(self.online.state_dict())


def local() -> Callable[[float], float]:
    """Return what trains; env steps a second."""
    learner = DQN()
    return lambda seconds: timed(learner.play, seconds)
