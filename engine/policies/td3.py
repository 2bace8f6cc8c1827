"""Twin Delayed DDPG, and DDPG without its mends: the gradient step behind the TD3 Policy operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from engine.kinds import Environment
from engine.losses.deterministic import bootstrapped_target, deterministic_actor_loss, smoothed_action
from engine.losses.soft_actor_critic import critic_loss
from engine.policies.continuous import Continuous, Rows, value

if TYPE_CHECKING:
    from engine.declare import Run
    from engine.operators.setup.td3_policy import TD3Policy


class TD3(Continuous):
    """A deterministic actor and one or two critics."""

    settings: TD3Policy

    def __init__(self, operator: TD3Policy, environment: Environment, run: Run) -> None:
        """Build the networks for the environment's spaces."""
        critics = 2 if operator.twin_critics else 1
        noise, ladder = operator.exploration_noise, operator.noise_ladder
        super().__init__(operator, environment, run, critics=critics, deviation=noise, ladder=ladder)
        self.policy_loss = torch.zeros(())
        self.critic_steps = 0

    def step(self, rows: Rows) -> tuple[dict[str, Tensor], Tensor]:
        """Step the critics, and the actor at their first step and each `policy_delay`-th after it."""
        critic, values, error = self._step_critics(rows)
        if self.critic_steps % self.settings.policy_delay == 0:
            self.policy_loss = self._step_actor(rows)
        self.critic_steps += 1
        return {"critic_loss": critic, "policy_loss": self.policy_loss, "q_mean": values.mean()}, error

    def state(self) -> dict[str, Any]:
        """Return what every such policy keeps, the critics' steps, and the actor's loss, told until it steps again."""
        return {**super().state(), "policy_loss": float(self.policy_loss), "critic_steps": self.critic_steps}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        super().restore(state)
        self.policy_loss = torch.tensor(state["policy_loss"])
        self.critic_steps = int(state.get("critic_steps", self.version))  # an older run counted versions

    def _step_critics(self, rows: Rows) -> tuple[Tensor, Tensor, Tensor]:
        settings = self.settings
        with torch.no_grad():
            aimed = torch.tanh(self.actor.target(rows.next_obs)[0])
            action = smoothed_action(aimed, rows.noise[0], settings.target_noise, settings.target_noise_clip)
            following = value(self.critic.target, rows.next_obs, action).amin(0)
            target = bootstrapped_target(rows.reward, rows.discount, rows.terminated, following)
        values = value(self.critic.network, rows.obs, rows.action)
        loss = critic_loss(values, target, rows.weight)
        self.critic.step(loss, settings.critic_learning_rate)
        values = values.detach()
        return loss.detach(), values, (values - target).abs().mean(0)

    def _step_actor(self, rows: Rows) -> Tensor:
        chosen = torch.tanh(self.actor.network(rows.obs)[0])
        loss = deterministic_actor_loss(value(self.critic.network, rows.obs, chosen)[0])
        self.actor.step(loss, self.settings.actor_learning_rate)
        return loss.detach()
