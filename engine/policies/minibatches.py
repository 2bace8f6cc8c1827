"""What is doubtful about the minibatches that an operator is to cut batches into."""

from __future__ import annotations

from collections.abc import Iterable

from engine.problems import Fix, Place, Problem


def too_large(node: str, minibatch: int, rows: int | None) -> Iterable[Problem]:
    """Doubt minibatches that are larger than the batches that come, if it is known how many rows these have.

    Example: of minibatch 4096 and batches of 2048 rows it says to try 2048 or less.
    """
    if rows and minibatch > rows:
        what = f"minibatch {minibatch} is larger than the batches that come, of {rows} rows"
        fix = Fix(f"set minibatch to {rows}", sets=((node, "minibatch", rows),))
        yield Problem(Place(node, "minibatch"), what, f"try {rows} or less", "warning", fix)
