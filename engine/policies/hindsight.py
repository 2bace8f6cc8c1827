"""What a learner makes of experiences that older policies sampled: its own values, and V-trace's corrections.

The correction belongs here, in the learner, and not in an operator before it: it weighs with the probabilities and
values of the networks as they are when the batch is learned from, which nobody upstream of a queue can know.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.kinds import Batch
from engine.losses.sequences import following
from engine.losses.vtrace import VTrace
from engine.policies.actor_critic import ActorCritic
from engine.policies.legal import legal

Floats = NDArray[np.float32]


def judged(policy: ActorCritic, batch: Batch) -> tuple[Floats, Floats, Floats]:
    """Return log pi(a_t | s_t), V(s_t) and V(s_t+1), each (B,), by the policy's networks as they are now.

    V(s_t+1) is the next row's value; at a sequence's last row and where an episode was cut off, that of the row's own
    `next_obs`. Where an episode terminated it means nothing.
    """
    ends = batch["truncated"].copy()
    ends.reshape(-1, batch.sequence)[:, -1] = True
    obs = np.concatenate([batch["obs"], batch["next_obs"][ends]])
    logp, values = said_by(policy.network, policy.log_std, policy, obs, batch["action"])
    value, own = np.split(values, [len(batch)])
    next_value = following(value, batch.sequence)
    next_value[ends] = own
    return logp, value, next_value


def said_by(
    network: nn.Module, log_std: Tensor, policy: ActorCritic, obs: NDArray[Any], action: NDArray[Any]
) -> tuple[Floats, Floats]:
    """Return log pi(a | s) (B,) for the first B of obs (K, *O) and V(s) (K,), by a network of this policy's kind."""
    seen = policy.seen(obs)
    with torch.no_grad():
        numbers, values = network(seen)
        numbers = legal(numbers, seen, policy.blueprint.observations.mask)[: len(action)]
        logp, _ = policy.likelihood(numbers, log_std, policy.tensor(action))
    return logp.cpu().numpy(), values.cpu().numpy()


def corrected(policy: ActorCritic, vtrace: VTrace, batch: Batch, logp: Floats | None = None) -> Batch:
    """Return the batch with V-trace's `advantage` and `value_target`, and `value` of the critic that learns.

    Args:
        policy: whose critic values the observations.
        vtrace: the correction's parameters.
        batch: whole sequences, with logp of the policy that sampled, and next_obs.
        logp: log-probabilities (B,) under the policy that shall have acted; by default those under `policy`.

    Raises:
        ValueError: the batch does not say what came after its ends.
    """
    missing = [name for name in ("logp", "reward", "next_obs") if name not in batch.columns]
    if missing:
        raise ValueError(
            f"{policy.settings.spec.title} needs batches with {', '.join(missing)}: "
            "connect this policy to the Rollouts that sample for it"
        )
    own, value, next_value = judged(policy, batch)
    log_ratio = (own if logp is None else logp) - batch["logp"]
    target, advantage = vtrace(batch, log_ratio, value, next_value)
    return batch.having(value=value, value_target=target, advantage=advantage)
