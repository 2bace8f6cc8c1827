"""The Compute Advantages operator."""

from __future__ import annotations

from collections.abc import Iterable

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item


class ComputeAdvantages(Operator):
    """Add advantages and value targets to each fragment, by generalised advantage estimation.

    Takes batches with reward, terminated, truncated, value and next_value; gives the same rows with two more float32
    columns: `advantage` and `value_target` = advantage + value. Within a sequence of T steps,
    delta_t = r_t + gamma V(s_t+1) (1 - terminated_t) - V(s_t) and A_t = delta_t + gamma lambda A_t+1, where the sum
    stops at every episode end; an episode cut off by a time limit is bootstrapped from its last observation.
    (Schulman et al. 2016, arXiv 1506.02438, equation 16.) Counts nothing. Waits for nothing. On a parallel stream it
    runs on the actors. IMPALA Policy and APPO Policy need none before them: they compute the advantages of V-trace in
    the learner, where the newest values and probabilities are.

    Example: rewards 1, 1, values 0.5, 0.5, next values 0.5, 0 and an end after the second step give, with gamma 1 and
    lambda 1, advantages 1.5 and 0.5.
    RLlib: compute_advantages in postprocess_trajectory.
    """

    section = "Experiences"
    short = "advantages"
    rllib = "compute_advantages postprocess_trajectory GAE"

    batches = stream_in(Batch, "fragments with rewards and values")
    estimated = stream_out(Batch, "the same rows with advantages and value targets")

    gamma: float = param(0.99, at_least=0, at_most=1, help="discount of the next step's value")
    gae_lambda: float = param(0.95, at_least=0, at_most=1, help="0 trusts the critic, 1 the returns")

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item with both columns.

        Raises:
            ValueError: there are no values; the text is a sentence.
        """
        from engine.losses.advantages import generalised_advantages

        batch: Batch = item.value
        if missing := {"value", "next_value"} - batch.columns.keys():
            what = f"these batches have no {' and no '.join(sorted(missing))}"
            raise ValueError(f"{what}: let a policy with a critic act, such as PPO Policy, or take this out")
        advantage = generalised_advantages(batch, self.gamma, self.gae_lambda)
        return (item.carrying(batch.having(advantage=advantage, value_target=advantage + batch["value"])),)
