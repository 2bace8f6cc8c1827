"""SAC written by hand in torch: one environment, a ring in numpy, one gradient step for every env step."""

from __future__ import annotations

from collections.abc import Callable

import gymnasium
import numpy as np
import torch
from torch import Tensor, nn

from tests.benchmarks.limits.ppo import timed

CAPACITY, BATCH, RATE, GAMMA, SHARE, WIDTH = 100_000, 256, 1e-3, 0.99, 0.005, 256


def mlp(inputs: int, outputs: int) -> nn.Sequential:
    """Return an MLP of two layers of 256."""
    return nn.Sequential(
        nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, outputs)
    )


class SAC:
    """Soft actor-critic with twin critics and a learned temperature (Haarnoja et al. 2018) on Pendulum-v1."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        torch.set_num_threads(1)
        self.rng = np.random.default_rng(0)
        self.env = gymnasium.make("Pendulum-v1", disable_env_checker=True)
        self.actor, self.critics, self.targets = mlp(3, 2), (mlp(4, 1), mlp(4, 1)), (mlp(4, 1), mlp(4, 1))
        for critic, target in zip(self.critics, self.targets, strict=True):
            target.load_state_dict(critic.state_dict())
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.critic_parameters = [part for critic in self.critics for part in critic.parameters()]
        self.target_parameters = [part for critic in self.targets for part in critic.parameters()]
        self.adams = [
            torch.optim.Adam(part, RATE, fused=True)
            for part in (self.critic_parameters, list(self.actor.parameters()), [self.log_alpha])
        ]
        self.obs, self.next_obs = np.zeros((2, CAPACITY, 3), np.float32)
        self.action, self.reward = np.zeros((2, CAPACITY, 1), np.float32)
        self.seen, _ = self.env.reset(seed=0)
        self.steps = 0

    def play(self) -> int:
        """Take one env step and, once there are enough, one gradient step."""
        with torch.inference_mode():
            action = self._act(torch.from_numpy(self.seen)[None])[0][0].numpy()
        following, reward, _, truncated, _ = self.env.step(2 * action)
        at = self.steps % CAPACITY
        self.obs[at], self.next_obs[at], self.action[at], self.reward[at] = self.seen, following, action, reward
        self.steps += 1
        self.seen = self.env.reset()[0] if truncated else following
        if self.steps >= BATCH:
            self._learn()
        return 1

    def _act(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Return actions in -1 to 1 and their log-probabilities."""
        mean, log_std = self.actor(obs).chunk(2, -1)
        std = log_std.clamp(-20, 2).exp()
        normal = torch.distributions.Normal(mean, std)
        raw = normal.rsample()
        action = torch.tanh(raw)
        return action, (normal.log_prob(raw) - torch.log(1 - action.square() + 1e-6)).sum(-1, keepdim=True)

    def _learn(self) -> None:
        rows = self.rng.integers(min(self.steps, CAPACITY), size=BATCH)
        obs, following, action, reward = (
            torch.from_numpy(column[rows]) for column in (self.obs, self.next_obs, self.action, self.reward)
        )
        alpha = self.log_alpha.exp().detach()
        with torch.no_grad():
            then, logp = self._act(following)
            both = torch.cat([following, then], 1)
            least = torch.min(self.targets[0](both), self.targets[1](both))
            target = reward + GAMMA * (least - alpha * logp)
        pair = torch.cat([obs, action], 1)
        loss = sum(nn.functional.mse_loss(critic(pair), target) for critic in self.critics)
        self._descend(0, loss)
        now, logp = self._act(obs)
        pair = torch.cat([obs, now], 1)
        self._descend(1, (alpha * logp - torch.min(self.critics[0](pair), self.critics[1](pair))).mean())
        self._descend(2, -(self.log_alpha.exp() * (logp.detach() - 1)).mean())
        with torch.no_grad():
            torch._foreach_lerp_(self.target_parameters, self.critic_parameters, SHARE)

    def _descend(self, which: int, loss: Tensor | int) -> None:
        assert isinstance(loss, Tensor)
        self.adams[which].zero_grad()
        loss.backward()
        self.adams[which].step()


def local() -> Callable[[float], float]:
    """Return what trains; env steps a second."""
    learner = SAC()
    return lambda seconds: timed(learner.play, seconds)
