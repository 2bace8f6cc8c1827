"""What values of a metric are healthy, and what to do when they are not: the words that stand beside its curve.

What a metric *is* the operators' help says (`meanings.py`); here stands what practice says of its values, for the
metrics that people ask about. Every sentence is a rule of thumb, and says what to turn first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Advice:
    """`healthy` values in a few words, and what to `do` about others."""

    healthy: str
    do: str


ADVICE: Final[Mapping[str, Advice]] = MappingProxyType(
    {
        "kl": Advice(
            "0.003 to 0.05",
            "Above: the policy changes too fast; lower the learning rate, the epochs or the clip. "
            "Near 0 from start to end: raise them.",
        ),
        "entropy": Advice(
            "falls slowly",
            "Near 0 early on: the policy has stopped exploring; raise the entropy coefficient or lower the learning "
            "rate. Never falls: nothing is learned; look at the rewards and the advantages.",
        ),
        "explained_variance": Advice(
            "0.5 to 1, after a while",
            "Near 0 or below: the critic does not follow the returns; give it a larger learning rate, larger batches "
            "or scaled rewards, and look whether the discount fits the episodes' length.",
        ),
        "clip_fraction": Advice(
            "0.05 to 0.3",
            "Above: lower the learning rate or the epochs. Near 0: each batch could teach more; raise them.",
        ),
        "q_mean": Advice(
            "near the discounted returns",
            "Grows past them: the values are overestimated; use double Q, update the target more slowly, or lower the "
            "learning rate.",
        ),
        "td_error": Advice(
            "falls, then settles",
            "Grows: lower the learning rate, scale or clip the rewards, or update the target more slowly.",
        ),
        "policy_lag": Advice(
            "0 to a few updates",
            "Grows: experiences are older than the learner thinks; broadcast weights more often, use a shorter queue "
            "or fewer workers, or correct for it (V-trace).",
        ),
        "gradient_norm": Advice(
            "steady",
            "Peaks or growth: lower the learning rate or clip the gradients. Near 0: nothing flows; look at the loss "
            "and at saturated activations.",
        ),
        "value_loss": Advice(
            "falls, then follows the returns",
            "Grows without the returns: lower the learning rate or scale the rewards.",
        ),
        "critic_loss": Advice(
            "falls, then follows the returns",
            "Grows without the returns: lower the learning rate or update the target more slowly.",
        ),
        "policy_loss": Advice("around 0", "Its size says little: look at the return, the KL and the entropy instead."),
        "importance_weight": Advice(
            "0.9 to 1",
            "Below: batches are too old for the correction; broadcast weights more often or use a shorter queue.",
        ),
        "replay_ratio": Advice(
            "as wanted",
            "Below: the learner is too slow for the rollouts. Above: it learns the same rows again; slow it down or "
            "add workers.",
        ),
        "temperature": Advice("settles", "Falls to 0 or grows without end: set another target entropy."),
        "win_rate": Advice(
            "rises above 0.5", "Stays at 0.5 or below: the opponents are as strong, or nothing is learned."
        ),
        "episode_length": Advice("follows the task", "Falls while returns stay: look how episodes end."),
    }
)  # fmt: skip
NOTHING: Final = Advice("", "")


def advice_on(name: str) -> Advice:
    """Return the advice on a metric; a part of the name after it, such as a node or `_median`, does not matter.

    Example: `advice_on("kl (train_2)").healthy` is `"0.003 to 0.05"`, and so is that on `kl_max`.
    """
    bare = name.partition(" ")[0]
    fitting = [known for known in ADVICE if bare == known or bare.startswith(f"{known}_")]
    return ADVICE[max(fitting, key=len)] if fitting else NOTHING
