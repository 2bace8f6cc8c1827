"""DQN in one file, as CleanRL does it: a vectorised environment of one, Stable-Baselines3's buffer, plain torch."""

from __future__ import annotations

import time

import gymnasium
import numpy as np
import torch
from stable_baselines3.common.buffers import ReplayBuffer
from torch import nn

WARM_UP = 2.0  # seconds that do not count
CAPACITY, BATCH, RATE, GAMMA, LEARN_EVERY, TARGET_EVERY, STARTS, EPSILON = 50_000, 64, 1e-3, 0.99, 4, 500, 500, 0.05


def network() -> nn.Sequential:
    """Return a Q-network of two layers of 64."""
    return nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))


def dqn(seconds: float) -> float:
    """One environment, batch 64, one gradient step for four env steps; env steps a second."""
    envs = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")])
    online, target = network(), network()
    target.load_state_dict(online.state_dict())
    adam = torch.optim.Adam(online.parameters(), RATE)
    buffer = ReplayBuffer(CAPACITY, envs.single_observation_space, envs.single_action_space, "cpu")
    obs, _ = envs.reset(seed=0)
    steps, began, counted = 0, time.perf_counter(), None
    while (now := time.perf_counter()) - began < WARM_UP + seconds:
        if counted is None and now - began > WARM_UP:
            counted = now, steps
        if np.random.random() < EPSILON:
            actions = envs.action_space.sample()
        else:
            actions = online(torch.Tensor(obs)).argmax(1).numpy()
        following, rewards, terminated, _, infos = envs.step(actions)
        buffer.add(obs, following, actions, rewards, terminated, [infos])
        obs, steps = following, steps + 1
        if steps > STARTS and steps % LEARN_EVERY == 0:
            learn(online, target, adam, buffer)
        if steps % TARGET_EVERY == 0:
            target.load_state_dict(online.state_dict())
    assert counted is not None
    return (steps - counted[1]) / (time.perf_counter() - counted[0])


def learn(online: nn.Module, target: nn.Module, adam: torch.optim.Optimizer, buffer: ReplayBuffer) -> None:
    """Take one gradient step."""
    rows = buffer.sample(BATCH)
    with torch.no_grad():
        best = target(rows.next_observations).max(1).values
        wanted = rows.rewards.flatten() + GAMMA * best * (1 - rows.dones.flatten())
    loss = nn.functional.mse_loss(online(rows.observations).gather(1, rows.actions).squeeze(), wanted)
    adam.zero_grad()
    loss.backward()
    adam.step()
