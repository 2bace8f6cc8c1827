"""The loss of the policy gradient."""

from __future__ import annotations

from torch import Tensor


def policy_gradient_loss(logp: Tensor, advantage: Tensor) -> Tensor:
    """Return the mean of -log pi(a_t | s_t) A_t over B rows, rank 0; the advantages are constants.

    Its gradient is that of the advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, section 4), and of
    REINFORCE where A_t is the return. Example: log-probabilities -1, -2 and advantages 2, 1 cost (2 + 2) / 2 = 2.

    Raises:
        ValueError: logp and advantage are not both (B,).
    """
    if logp.dim() != 1 or logp.shape != advantage.shape:
        raise ValueError(f"both must be of shape (B,), not {tuple(logp.shape)} and {tuple(advantage.shape)}")
    return -(logp * advantage).mean()
