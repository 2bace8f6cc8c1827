"""What a recurrent layer is, and how learners read what workers remembered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.kinds import Batch
from engine.policies.memory import Memory, starts


def test_a_state_has_one_row_an_environment_and_an_lstm_needs_twice_as_much() -> None:
    assert Memory("gru", 64, 16).state_size(towers=2) == 128
    assert Memory("lstm", 64, 16).state_size(towers=2) == 256
    assert Memory("lstm", 8, 16).shapes(towers=1, inputs=3) == ((1, 3, 32), (1, 8, 32), (1, 1, 32))


def fragments(**columns: Any) -> Batch:
    """Two fragments of four steps; the state of row i is i; row 0 terminated, rows 5 and 7 were cut off."""
    ended = {"terminated": np.arange(8) == 0, "truncated": np.isin(np.arange(8), (5, 7))}
    return Batch({"state": np.arange(8, dtype=np.float32)[:, None], **ended, **columns}, sequence=4)


def test_sequences_start_from_the_state_stored_there() -> None:
    assert starts(fragments(), 2)[0].tolist() == [[0], [2], [4], [6]]
    assert starts(fragments(), 4)[0].tolist() == [[0], [4]]


def test_the_step_after_an_end_begins_an_episode_within_its_sequence_only() -> None:
    assert starts(fragments(), 4)[1].tolist() == [[False, True, False, False], [False, False, True, False]]
    assert starts(fragments(), 2)[1].tolist() == [[False, True], [False] * 2, [False] * 2, [False] * 2]


def test_sequences_that_do_not_divide_the_fragments_are_refused() -> None:
    with pytest.raises(ValueError, match="sequences of 3 steps do not divide fragments of 4"):
        starts(fragments(), 3)


def test_batches_without_state_are_refused() -> None:
    with pytest.raises(ValueError, match="needs batches with state"):
        starts(Batch({"terminated": np.zeros(4, np.bool_)}, sequence=4), 2)
