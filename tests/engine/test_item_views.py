"""What a person is shown of an item."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from engine.item_views import BINS, PICTURES, field, view
from engine.kinds import Batch, Gradients, Item, MultiAgentBatch, TrainResult
from engine.pictures import as_text, png


def test_a_batch_shows_its_provenance_and_each_column():
    columns = {"reward": np.float32([0, 1, 1, 2]), "terminated": np.array([False, False, True, False])}
    seen = view(Item(Batch(columns, sequence=2), "rollouts_1/0", version=7, env_steps=4))
    assert (seen.kind, seen.source, seen.version, seen.env_steps) == ("batch", "rollouts_1/0", 7, 4)
    assert (seen.rows, seen.sequence) == (4, 2)
    reward, terminated = seen.fields
    assert (reward.name, reward.shape, reward.dtype) == ("reward", (4,), "float32")
    assert (reward.least, reward.most, reward.mean, reward.odd) == (0, 2, 1, 0)
    assert len(reward.counts) == BINS
    assert (reward.counts[0], sum(reward.counts[1:-1]), reward.counts[-1]) == (1, 2, 1)
    assert (terminated.mean, terminated.rows_true, terminated.counts) == (0.25, (2,), ())


def test_numbers_that_are_not_finite_are_counted_and_left_out():
    seen = field("advantage", np.float32([1, np.nan, np.inf, 3]))
    assert (seen.least, seen.most, seen.mean, seen.odd) == (1, 3, 2, 2)
    assert sum(seen.counts) == 2
    assert field("advantage", np.float32([np.nan])).least is None


def test_equal_numbers_stand_in_the_middle_of_their_histogram():
    counts = field("reward", np.ones(5, np.float32)).counts
    assert counts[BINS // 2] == 5


def test_an_array_of_rows_that_are_no_numbers_has_no_histogram():
    assert field("obs", np.zeros((4, 3), np.float32)).counts == ()
    assert field("obs", np.zeros((0,), np.float32)).least is None


def test_results_and_gradients_show_their_metrics():
    result = view(Item(TrainResult({"loss": 0.5, "kl": float("nan")}, 8, 64, errors=np.float32([1, 2]))))
    assert (result.kind, result.rows, result.figures) == ("train result", 64, {"loss": 0.5, "kl": None})
    assert [part.name for part in result.fields] == ["errors"]
    gradients = view(Item(Gradients(np.float32([3, 4]), 5, {"entropy": 0.7})))
    assert (gradients.fields[0].most, gradients.figures) == (4, {"entropy": 0.7})


def test_batches_of_several_policies_show_whose_column_it_is():
    one = Batch({"reward": np.float32([1])})
    seen = view(Item(MultiAgentBatch({"ppo_1": one, "dqn_1": one}, {})))
    assert [part.name for part in seen.fields] == ["ppo_1/reward", "dqn_1/reward"]
    assert seen.rows == 2


def test_images_are_shown_as_images():
    rgb = np.zeros((6, 32, 48, 3), np.uint8)
    frames = np.arange(2 * 4 * 16 * 16).reshape(2, 4, 16, 16).astype(np.uint8)
    stacked = np.zeros((2, 4, 32, 48, 3), np.uint8)
    assert [size_of(text) for text in pictures(rgb)] == [(48, 32)] * PICTURES
    assert [size_of(text) for text in pictures(frames)] == [(16, 16)] * 2
    assert pixels_of(pictures(frames)[0]).tolist() == frames[0, -1].tolist()  # the newest of the stack
    assert [size_of(text) for text in pictures(stacked)] == [(48, 32)] * 2
    assert pictures(np.zeros((2, 4), np.uint8)) == ()


def test_a_large_picture_loses_every_second_pixel():
    assert size_of(as_text(np.zeros((600, 400, 3), np.uint8), 320)) == (200, 300)


def test_a_png_holds_the_pixels():
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    data = png(picture)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    raw = zlib.decompress(data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8])
    assert raw == b"\0" + picture[0].tobytes() + b"\0" + picture[1].tobytes()


def pictures(observations):
    return view(Item(Batch({"obs": observations}))).pictures


def size_of(text):
    return struct.unpack(">II", base64.b64decode(text)[16:24])


def pixels_of(text):
    data = base64.b64decode(text)
    width, height = size_of(text)
    raw = zlib.decompress(data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8])
    return np.frombuffer(raw, np.uint8).reshape(height, 1 + width)[:, 1:]
