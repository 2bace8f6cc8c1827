"""Recorded experiences: written part by part, read again in any order, and nothing but columns in the files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import datasets
from engine.dataflow import ENDED
from engine.dataflow.reading import Reading
from engine.kinds import Batch, Item
from engine.operators.report.record_dataset import RecordDataset
from engine.operators.rollouts.read_dataset import ReadDataset
from engine.operators.setup.dataset import Dataset
from tests.engine.operators.pieces import TinyRun


def batch(first: int, rows: int, sequence: int = 2) -> Batch:
    column = np.arange(first, first + rows)
    return Batch({"row": column, "obs": np.stack([column, -column], 1).astype(np.float32)}, sequence)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Parts of 8 and 4 rows in sequences of 2."""
    datasets.write_part(tmp_path, 0, batch(0, 8))
    datasets.write_part(tmp_path, 1, batch(8, 4))
    return tmp_path


def test_headers_tell_rows_sequences_and_columns(folder: Path) -> None:
    told = [(part.rows, part.sequence, part.columns) for part in datasets.parts(folder)]
    assert told == [(8, 2, ("obs", "row")), (4, 2, ("obs", "row"))]


def test_batches_hold_whole_sequences_in_order(folder: Path) -> None:
    read = list(datasets.batches(folder, 3, None))
    assert [part["row"].tolist() for part in read] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert {part.sequence for part in read} == {2}


def test_a_shuffled_pass_has_every_sequence_once_and_whole(folder: Path) -> None:
    rows = [int(row) for part in datasets.batches(folder, 3, np.random.default_rng(2)) for row in part["row"]]
    assert sorted(rows) == list(range(12))
    assert rows != list(range(12))
    assert all(first % 2 == 0 and second == first + 1 for first, second in zip(rows[::2], rows[1::2], strict=True))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (b"", "part-000001.safetensors is no part of a dataset"),
        (struct.pack("<Q", 3) + b"{}", "is no part of a dataset"),
        (struct.pack("<Q", 2**60) + b"x", "is no part of a dataset"),
        (struct.pack("<Q", 10**5) + b"[" * 10**5, "is no part of a dataset"),
        (b"\x80\x04cos\nsystem\n", "is no part of a dataset"),
    ],
)
def test_a_file_that_is_no_part_is_named(folder: Path, damage: bytes, told: str) -> None:
    (folder / "part-000001.safetensors").write_bytes(damage)
    with pytest.raises(ValueError, match=told):
        datasets.parts(folder)


def test_parts_of_other_columns_are_told(folder: Path) -> None:
    datasets.write_part(folder, 2, Batch({"row": np.arange(2)}, 2))
    with pytest.raises(ValueError, match=r"part-000002.safetensors has other columns or sequences than part-000000"):
        datasets.parts(folder)


def test_a_part_cut_short_after_its_header_is_named(folder: Path) -> None:
    file = folder / "part-000000.safetensors"
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises(ValueError, match=r"part-000000.safetensors cannot be read"):
        list(datasets.batches(folder, 4, None))


def test_what_was_recorded_is_read_again(tmp_path: Path) -> None:
    record: Any = RecordDataset("record_1", {"every": 2})
    record.provide(TinyRun(tmp_path))
    given = [Item(batch(first, 4), "a/0", 1, 4) for first in (0, 4, 8, 12)]
    assert [list(record.each(item)) for item in given] == [[item] for item in given]
    run: Any = TinyRun()
    dataset = Dataset("dataset_1", {"folder": str(tmp_path / "dataset")}).provide(run)
    assert (dataset.rows, dataset.columns) == (8, ("obs", "row"))
    read = ReadDataset("read_1", {"batch_size": 4, "shuffle": False, "passes": 2})
    read.provide(run, dataset=dataset)
    stream: Any = read.stream({})
    items = [stream.pull() for _ in range(4)]
    assert [item.value["row"].tolist() for item in items] == [[4, 5, 6, 7], [12, 13, 14, 15]] * 2
    assert {item.env_steps for item in items} == {0}
    assert stream.pull() is ENDED


def test_a_resumed_recording_goes_on_behind_the_last_part(tmp_path: Path) -> None:
    for first in (0, 4):
        record: Any = RecordDataset("record_1")
        record.provide(TinyRun(tmp_path))
        list(record.each(Item(batch(first, 4))))
    assert [part["row"][0] for part in datasets.batches(tmp_path / "dataset", 4, None)] == [0, 4]


def test_a_folder_without_a_dataset_is_told(tmp_path: Path) -> None:
    run: Any = TinyRun()
    with pytest.raises(ValueError, match=r"there is no dataset in .*: name a folder that Record Dataset has written"):
        Dataset("dataset_1", {"folder": str(tmp_path)}).provide(run)


def test_without_a_number_of_passes_it_never_ends() -> None:
    stream = Reading("read_1", lambda: iter([batch(0, 2)]), 0)
    assert all(isinstance(stream.pull(), Item) for _ in range(100))
    assert stream.meter.items == 100
