"""Frames are kept once, and read as they were written, however environments stack them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.replay.frames import frame_shape
from engine.replay.ring import Ring

Rows = dict[str, np.ndarray]


def play(episode_length: int, steps: int = 1, seed: int = 0, side: int = 6) -> Iterator[Rows]:
    """Single rows of endless play: stacks of the last 3 pictures, the first of an episode repeated before it.

    `next_obs` is the stack `steps` later or the episode's last.
    """
    rng = np.random.default_rng(seed)
    while True:
        pictures = rng.integers(0, 255, (episode_length + 1, side, side), np.uint8)
        pictures = np.concatenate([pictures[:1], pictures[:1], pictures])
        for step in range(episode_length):
            after = min(step + steps, episode_length)
            yield {"obs": pictures[None, step : step + 3], "next_obs": pictures[None, after : after + 3]}


def together(rows: list[Rows]) -> Rows:
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def take(play: Iterator[Rows], count: int) -> Rows:
    return together([next(play) for _ in range(count)])


def assert_kept(ring: Ring, rows: Rows) -> None:
    """The newest rows came back bit by bit."""
    read = ring.rows(np.arange(ring.oldest, ring.end))
    for name, column in rows.items():
        assert np.array_equal(read[name], column[len(column) - len(ring) :]), name


def frames_of(ring: Ring) -> int:
    """How many frames the pool holds."""
    (frames,) = ring.frames.values()
    return len(frames.shown) - len(frames.free)


@pytest.mark.parametrize(
    ("row", "dtype", "shape"),
    [
        ((4, 84, 84), "uint8", (84, 84)),
        ((84, 84), "uint8", (84, 84)),
        ((210, 160, 3), "uint8", (210, 160, 3)),
        ((4, 210, 160, 3), "uint8", (210, 160, 3)),
        ((128,), "uint8", None),
        ((4, 84, 84), "float32", None),
    ],
)
def test_a_frame_is_a_picture_whatever_it_is_stacked_in(row, dtype, shape) -> None:
    assert frame_shape(row, np.dtype(dtype)) == shape


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("fragment", [1, 4, 10])
def test_stacks_come_back_as_they_were_while_each_picture_is_kept_once(fragment: int, steps: int) -> None:
    rows, ring, came = play(episode_length=10, steps=steps), Ring(40), []
    for _ in range(60 // fragment):
        came.append(take(rows, fragment))
        ring.add(came[-1])
    assert_kept(ring, together(came))
    assert frames_of(ring) == 44  # 4 episodes of 11 pictures


def test_environments_that_take_turns_share_a_ring() -> None:
    plays, ring, came = [play(7, seed=seed) for seed in range(3)], Ring(50), []
    for _ in range(20):
        for rows in plays:
            came.append(take(rows, 4))
            ring.add(came[-1])
            assert_kept(ring, together(came))
    assert frames_of(ring) < 1.4 * 50


def test_pictures_alike_in_fingerprint_only_are_kept_apart() -> None:
    rows, ring = play(10), Ring(30)
    first = take(rows, 5)
    ring.add(first)
    (frames,) = ring.frames.values()
    frames.factors[:] = 0  # now all fingerprints are alike
    second = take(rows, 5)
    ring.add(second)
    assert_kept(ring, together([first, second]))


def test_where_pictures_do_not_suffice_the_oldest_rows_go_before_their_time() -> None:
    rows, ring, came = play(episode_length=1), Ring(100), []  # two pictures a row
    for _ in range(60):
        came.append(take(rows, 5))
        ring.add(came[-1])
        assert_kept(ring, together(came))
    assert 55 <= len(ring) <= 65  # room for 122 pictures


def test_one_batch_of_more_pictures_than_there_is_room_for_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="more different frames than the buffer can keep"):
        Ring(50).add(take(play(episode_length=1), 50))


def test_sequences_of_stacks_share_their_pictures_too() -> None:
    rows, ring = take(play(10), 40), Ring(9, axes=1)
    ring.add({name: column.reshape(8, 5, *column.shape[1:]) for name, column in rows.items()})
    read = ring.rows(np.array([2, 0]))
    assert np.array_equal(read["obs"][1], rows["obs"][:5])
    assert frames_of(ring) == 44


def test_colour_pictures_are_shared_between_an_observation_and_the_next() -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (9, 5, 4, 3), np.uint8)
    ring = Ring(8)
    ring.add({"obs": pictures[:-1], "next_obs": pictures[1:]})
    assert_kept(ring, {"obs": pictures[:-1], "next_obs": pictures[1:]})
    assert frames_of(ring) == 9


def test_what_a_checkpoint_keeps_holds_each_picture_once_and_brings_all_rows_back() -> None:
    rows, ring, again = take(play(10), 100), Ring(40), Ring(40)
    rows["reward"] = np.arange(100, dtype=np.float32)
    ring.add(rows)
    state = ring.state()
    assert state["images"]["0"]["frames"].shape == (44, 6, 6)
    again.restore(state)
    assert (again.oldest, again.end) == (60, 100)
    assert_kept(again, rows)


def test_a_full_ring_takes_the_bytes_that_it_tells() -> None:
    side, ring = 84, Ring(1000)
    ring.add(take(play(100, side=side), 10))
    assert ring.nbytes / 1000 < 7056 * 1.1 + 200  # one picture a row, and a little
    assert ring.nbytes / 1000 > 7056
