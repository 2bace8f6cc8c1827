"""Stable-Baselines3 at the sizes of the table."""

from __future__ import annotations

import time
from typing import Any

from stable_baselines3 import DQN, PPO, SAC
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

WARM_UP = 2.0  # seconds that do not count


class Pace(BaseCallback):
    """Ends training after some seconds and notes how many steps were taken when, between two rounds of training."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.until = time.perf_counter() + WARM_UP + seconds
        self.began = time.perf_counter()
        self.noted: list[tuple[float, int]] = []

    def _on_rollout_start(self) -> None:
        if time.perf_counter() - self.began > WARM_UP:
            self.noted.append((time.perf_counter(), self.num_timesteps))

    def _on_step(self) -> bool:
        return time.perf_counter() < self.until

    @property
    def rate(self) -> float:
        """Env steps a second."""
        (first, before), (last, after) = self.noted[0], self.noted[-1]
        return (after - before) / (last - first)


def measure(model: Any, seconds: float) -> float:
    """Train for some seconds; return env steps a second."""
    pace = Pace(seconds)
    model.learn(10**9, callback=pace)
    return pace.rate


def ppo(seconds: float) -> float:
    """16 environments, batch 2048, minibatch 256, 4 epochs."""
    environments = make_vec_env("CartPole-v1", n_envs=16)
    sizes = {"n_steps": 128, "batch_size": 256, "n_epochs": 4, "learning_rate": 1e-3, "gamma": 0.98}
    return measure(PPO("MlpPolicy", environments, device="cpu", **sizes), seconds)


def dqn(seconds: float) -> float:
    """One environment, batch 64, one gradient step for four env steps."""
    sizes = {"batch_size": 64, "buffer_size": 50_000, "learning_starts": 500, "train_freq": 4, "gradient_steps": 1}
    net = {"net_arch": [64, 64]}
    return measure(DQN("MlpPolicy", "CartPole-v1", device="cpu", policy_kwargs=net, **sizes), seconds)


def sac(seconds: float) -> float:
    """256 × 256, batch 256, one gradient step for each env step."""
    sizes = {"batch_size": 256, "buffer_size": 100_000, "learning_starts": 256, "learning_rate": 1e-3}
    return measure(SAC("MlpPolicy", "Pendulum-v1", device="cpu", **sizes), seconds)
