"""A shard draws what it should, as often as it should, and priorities reach the rows that they are meant for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.kinds import Batch
from engine.replay.sampling import Prioritising
from engine.replay.shard import ReplayShard, ShardPlan


def shard(capacity: int = 8, batch_size: int = 4, **more: Any) -> ReplayShard:
    return ShardPlan("buffer_1/0", capacity, batch_size, seed=1, **more).build()


def numbered(first: int, count: int, sequence: int = 1) -> Batch:
    """Rows that carry their own number, from `first`."""
    return Batch({"number": np.arange(first, first + count, dtype=np.float32)}, sequence)


def shares(shard: ReplayShard, rows: int, draws: int = 2000) -> np.ndarray:
    """How often each of the rows numbered 0 to `rows` was drawn."""
    drawn = np.concatenate([shard.next()[0].value["index"] for _ in range(draws)])
    return np.bincount(drawn, minlength=rows)


def chi_square(counts: np.ndarray, probabilities: np.ndarray) -> float:
    expected = counts.sum() * probabilities / probabilities.sum()
    return float(((counts - expected) ** 2 / expected).sum())


def test_a_batch_carries_its_rows_with_their_numbers_and_weights() -> None:
    kept = shard(capacity=4)
    assert [kept.store(numbered(first, 3), version=first).kept for first in (0, 3, 6)] == [3, 4, 4]
    item, episodes = kept.next()
    assert item.value["number"].tolist() == item.value["index"].tolist()  # the row of a number carries this number
    assert set(item.value["index"].tolist()) <= {5, 6, 7, 8}
    assert item.value["weight"].tolist() == [1, 1, 1, 1]
    assert (item.source, item.env_steps, episodes) == ("buffer_1/0", 0, ())


def test_the_item_stands_for_the_oldest_policy_version_among_its_rows() -> None:
    kept = shard(batch_size=64)
    for version in (4, 5):
        kept.store(numbered(version, 4), version)
    assert kept.next()[0].version == 4
    kept.store(numbered(0, 6), version=9)
    assert kept.next()[0].version == 5
    assert "version" not in kept.next()[0].value.columns


def test_uniform_drawing_gives_every_row_the_same_chance() -> None:
    kept = shard(capacity=20, batch_size=10)
    kept.store(numbered(0, 20), 0)
    assert chi_square(shares(kept, 20), np.ones(20)) < 43.8  # 19 degrees of freedom, p = 0.001


def test_prioritised_drawing_follows_the_priorities() -> None:
    kept = shard(capacity=20, batch_size=10, prioritising=Prioritising(alpha=0.5, epsilon=0.0))
    kept.store(numbered(0, 20), 0)
    errors = np.arange(1, 21, dtype=np.float32) ** 2
    kept.update(np.arange(20), errors)
    assert chi_square(shares(kept, 20), np.arange(1, 21)) < 43.8  # (n^2)^0.5 = n
    off_by_one = np.roll(np.arange(1, 21), 1)
    assert chi_square(shares(kept, 20), off_by_one) > 1000


def test_weights_undo_the_bias_and_the_largest_is_one() -> None:
    kept = shard(capacity=2, batch_size=64, prioritising=Prioritising(alpha=1.0, beta=1.0, epsilon=0.0))
    kept.store(numbered(0, 2), 0)
    kept.update(np.array([0, 1]), np.array([1, 4], np.float32))
    batch = kept.next()[0].value
    assert {(index, round(weight, 6)) for index, weight in zip(batch["index"], batch["weight"], strict=True)} == {
        (0, 1.0),
        (1, 0.25),
    }


def test_beta_rises_to_one_while_rows_are_stored() -> None:
    rule = Prioritising(beta=0.4, beta_over=100)
    assert [round(rule.beta_after(stored), 3) for stored in (0, 50, 100, 500)] == [0.4, 0.7, 1.0, 1.0]
    assert Prioritising(beta=0.4).beta_after(10**9) == 0.4


def test_new_rows_get_the_highest_priority_of_all_times() -> None:
    kept = shard(capacity=10, batch_size=10, prioritising=Prioritising(alpha=1.0, epsilon=0.0))
    kept.store(numbered(0, 2), 0)
    kept.update(np.array([0, 1]), np.array([8, 2], np.float32))
    kept.update(np.array([0]), np.array([2], np.float32))
    kept.store(numbered(2, 1), 0)
    assert chi_square(shares(kept, 3), np.array([2, 2, 8])) < 13.8  # 2 degrees of freedom, p = 0.001


def test_priorities_land_on_their_rows_after_the_ring_went_round() -> None:
    kept = shard(capacity=5, batch_size=10, prioritising=Prioritising(alpha=1.0, epsilon=0.0))
    kept.store(numbered(0, 13), 0)  # rows 8 to 12 are left, in places 3, 4, 0, 1, 2
    kept.update(np.arange(8, 13), np.array([1, 2, 3, 4, 5], np.float32))
    counts = shares(kept, 13)
    assert counts[:8].sum() == 0
    assert chi_square(counts[8:], np.array([1, 2, 3, 4, 5])) < 18.5  # 4 degrees of freedom, p = 0.001


def test_an_error_that_comes_after_its_row_was_overwritten_changes_nothing() -> None:
    kept = shard(capacity=4, batch_size=10, prioritising=Prioritising(alpha=1.0, epsilon=0.0))
    kept.store(numbered(0, 4), 0)
    kept.store(numbered(4, 2), 0)
    kept.update(np.array([0, 1, 2]), np.array([1000, 1000, 3], np.float32))  # 0 and 1 lie under 4 and 5
    assert chi_square(shares(kept, 6)[2:], np.array([3, 1, 1, 1])) < 16.3  # 3 degrees of freedom, p = 0.001


def test_the_same_seed_and_the_same_rows_give_the_same_batches() -> None:
    batches = []
    for _ in range(2):
        kept = shard(prioritising=Prioritising())
        kept.store(numbered(0, 8), 0)
        batches.append([kept.next()[0].value["index"].tolist() for _ in range(5)])
    assert batches[0] == batches[1]


def test_sequences_are_kept_and_drawn_whole_with_the_state_before_the_first_step() -> None:
    kept = shard(capacity=13, batch_size=6, sequences=True)  # room for 4 sequences of 3 steps
    rows = numbered(0, 6, sequence=3).having(state=np.arange(12, dtype=np.float32).reshape(6, 2))
    assert kept.store(rows, 0) == (6, False)
    batch = kept.next()[0].value
    assert (batch.sequence, len(batch)) == (3, 6)
    for number, index, state in zip(batch["number"], batch["index"], batch["state"], strict=True):
        assert 3 * index <= number < 3 * index + 3
        assert state.tolist() == [6 * index, 6 * index + 1]
    assert (batch["number"] % 3).tolist() == [0, 1, 2, 0, 1, 2]


def test_a_sequence_has_the_priority_of_its_largest_and_its_mean_error() -> None:
    kept = shard(capacity=6, batch_size=30, sequences=True, prioritising=Prioritising(alpha=1.0, epsilon=0.0))
    kept.store(numbered(0, 6, sequence=3), 0)
    nan = float("nan")  # of a step that only warmed the state up
    kept.update(np.repeat([0, 1], 3), np.array([nan, 1, 3, nan, 5, 5], np.float32))
    drawn = kept.sampling
    assert np.allclose(drawn.tree.leaves, [0.9 * 3 + 0.1 * 2, 5])


def test_sequences_of_another_length_are_refused_in_words() -> None:
    kept = shard(sequences=True)
    kept.store(numbered(0, 6, sequence=3), 0)
    with pytest.raises(ValueError, match="keeps sequences of 3 steps; one of 2 came"):
        kept.store(numbered(0, 6, sequence=2), 0)


@pytest.mark.parametrize("rule", [None, Prioritising(beta_over=50)])
def test_what_a_checkpoint_keeps_goes_on_to_the_last_bit(rule: Prioritising | None) -> None:
    kept, again = (shard(capacity=10, prioritising=rule) for _ in range(2))
    kept.store(numbered(0, 17), 3)
    kept.update(np.arange(7, 17), np.linspace(0, 2, 10, dtype=np.float32))
    kept.next()
    assert again.restore(kept.state()) == (10, True)
    for one in (kept, again):
        one.store(numbered(17, 3), 4)
    for _ in range(10):
        (left, _), (right, _) = kept.next(), again.next()
        assert left.version == right.version
        for name, column in left.value.columns.items():
            assert column.tolist() == right.value[name].tolist()
