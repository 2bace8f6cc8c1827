"""Only legal actions: where the environment tells which those are, the others' logits are put out of reach."""

from __future__ import annotations

from typing import Any, Final

FAR: Final = 1e9  # added to no logit that matters, and exp(-1e9) is 0 in float32


def legal(logits: Any, obs: Any, count: int) -> Any:
    """Return logits (B, D) with those of illegal actions lowered by 1e9, numpy arrays or tensors alike.

    The last `count` numbers of obs (B, O) are 1 for a legal action and 0 for an illegal one; a count of 0 means that
    all are legal. What is lowered is never chosen, has no part in the entropy, and gets no gradient (Huang and Ontañón
    2022, arXiv 2006.14171).

    Example: logits 1, 2 and a mask of 1, 0 give 1 and -999,999,998.
    """
    return logits + (obs[:, -count:] - 1) * FAR if count else logits
