"""Soft Actor-Critic: the gradient step behind the SAC Policy operator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.kinds import Environment
from engine.losses.soft_actor_critic import (
    critic_loss,
    soft_actor_loss,
    soft_target,
    squashed_gaussian,
    temperature_loss,
)
from engine.policies.continuous import Continuous, Rows, value
from engine.policies.continuous_acting import log_deviation
from engine.policies.descent import Descent
from engine.policies.followed import PLAIN_EPSILON

if TYPE_CHECKING:
    from engine.declare import Run
    from engine.operators.setup.sac_policy import SACPolicy


class SAC(Continuous):
    """A stochastic actor, twin critics, and a temperature that is learned or fixed."""

    settings: SACPolicy

    def __init__(self, operator: SACPolicy, environment: Environment, run: Run) -> None:
        """Build the networks for the environment's spaces."""
        super().__init__(operator, environment, run, critics=2, deviation=None)
        self.log_alpha = nn.Parameter(torch.tensor([math.log(operator.temperature)]))
        self.temperature = Descent([self.log_alpha], PLAIN_EPSILON)
        self.entropy_target = operator.target_entropy * self.blueprint.actions.size

    def step(self, rows: Rows) -> tuple[dict[str, Tensor], Tensor]:
        """Step the critics, then the actor, then the temperature."""
        alpha = self.log_alpha.detach().exp()
        critic, values, error = self._step_critics(rows, alpha)
        actor, logp = self._step_actor(rows, alpha)
        if self.settings.learn_temperature:
            self._step_temperature(logp)
        metrics = {"critic_loss": critic, "policy_loss": actor, "q_mean": values.mean(), "entropy": -logp.mean()}
        return {**metrics, "temperature": alpha.squeeze(0)}, error

    def _step_critics(self, rows: Rows, alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        with torch.no_grad():
            action, logp = self._sampled(rows.next_obs, rows.noise[0])
            following = value(self.critic.target, rows.next_obs, action).amin(0)
            target = soft_target(rows.reward, rows.discount, rows.terminated, following, logp, alpha)
        values = value(self.critic.network, rows.obs, rows.action)
        loss = critic_loss(values, target, rows.weight)
        self.critic.step(loss, self.settings.critic_learning_rate)
        values = values.detach()
        return loss.detach(), values, (values - target).abs().mean(0)

    def _step_actor(self, rows: Rows, alpha: Tensor) -> tuple[Tensor, Tensor]:
        action, logp = self._sampled(rows.obs, rows.noise[1])
        loss = soft_actor_loss(value(self.critic.network, rows.obs, action).amin(0), logp, alpha)
        self.actor.step(loss, self.settings.actor_learning_rate)
        return loss.detach(), logp.detach()

    def _step_temperature(self, logp: Tensor) -> None:
        self.temperature.gradient.zero_()
        loss = temperature_loss(self.log_alpha, logp, self.entropy_target).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self.temperature.step(self.settings.actor_learning_rate)

    def _sampled(self, obs: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        mean, raw = self.actor.network(obs)[0].chunk(2, 1)
        return squashed_gaussian(mean, log_deviation(raw, torch.tanh), noise)

    def state(self) -> dict[str, Any]:
        """Return what every such policy keeps, and the temperature."""
        return {**super().state(), "temperature": self.temperature.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        super().restore(state)
        self.temperature.restore(state["temperature"])
