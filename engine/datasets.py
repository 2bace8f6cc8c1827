"""Recorded experiences on disk: a folder of parts, each one batch, with columns by name and no pickle anywhere.

    part-000000.safetensors    the columns of a batch; the file's own header says how long its sequences are
    part-000001.safetensors    ...

A part is written whole or not at all, so a recording that was interrupted is a shorter recording.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from engine.atomic import write_atomically
from engine.json_text import parse
from engine.kinds import Batch

LONGEST_HEADER: Final = 1_000_000  # bytes; a header has some names and numbers


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a dataset: how many rows it has, in sequences of how many steps, and its columns' names."""

    file: Path
    rows: int
    sequence: int
    columns: tuple[str, ...]


def write_part(folder: Path, number: int, batch: Batch) -> None:
    """Write a batch as part `number` of the dataset in `folder`, which is made.

    Raises:
        OSError: the disk refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    columns = {name: np.ascontiguousarray(column) for name, column in batch.columns.items()}
    content = save(columns, metadata={"sequence": str(batch.sequence)})
    write_atomically(folder / f"part-{number:06}.safetensors", content)


def parts(folder: Path) -> tuple[Part, ...]:
    """Return the parts of the dataset in `folder`, in order; only their headers are read.

    Raises:
        ValueError: there is none, one cannot be read, or their columns differ; the text is a sentence.
    """
    found = tuple(_part(file) for file in sorted(folder.glob("part-*.safetensors")))
    if not found:
        raise ValueError(f"there is no dataset in {folder}: name a folder that Record Dataset has written")
    for part in found[1:]:
        if (part.columns, part.sequence) != (found[0].columns, found[0].sequence):
            raise ValueError(f"{part.file.name} has other columns or sequences than {found[0].file.name}")
    return found


def read_part(part: Part) -> Batch:
    """Return the batch that a part holds.

    Raises:
        ValueError: the file cannot be read, or has changed; the text is a sentence.
    """
    try:
        columns = load(part.file.read_bytes())
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{part.file.name} cannot be read: {error}") from None
    return Batch(columns, part.sequence)


def batches(folder: Path, rows: int, rng: np.random.Generator | None) -> Iterator[Batch]:
    """Give the dataset once, in batches of `rows` rows (rounded up to whole sequences), parts one after another.

    With `rng`, the order of parts, and of sequences within each, is drawn anew; the last batch of a part may be short.

    Example: parts of 8 and 4 rows in sequences of 2 give, with rows 3, batches of 4, 4 and 4 rows.

    Raises:
        ValueError: as `parts` and `read_part`.
    """
    found = list(parts(folder))
    if rng is not None:
        rng.shuffle(found)
    for part in found:
        yield from _cut(read_part(part), rows, rng)


def _cut(batch: Batch, rows: int, rng: np.random.Generator | None) -> Iterator[Batch]:
    count, steps = len(batch) // batch.sequence, batch.sequence
    order = np.arange(count) if rng is None else rng.permutation(count)
    together = -(-rows // steps)
    for start in range(0, count, together):
        chosen = (order[start : start + together, None] * steps + np.arange(steps)).ravel()
        yield Batch({name: column[chosen] for name, column in batch.columns.items()}, steps)


def _part(file: Path) -> Part:
    try:
        with file.open("rb") as opened:
            (size,) = struct.unpack("<Q", opened.read(8))
            header: Any = parse(opened.read(min(size, LONGEST_HEADER)))
        sequence = int(header.pop("__metadata__", {}).get("sequence", 1))
        (rows,) = {column["shape"][0] for column in header.values()}
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise ValueError(f"{file.name} is no part of a dataset: {error}") from None
    if sequence < 1 or rows % sequence:
        raise ValueError(f"{file.name} is no part of a dataset: {rows} rows are no sequences of {sequence}")
    return Part(file, rows, sequence, tuple(sorted(header)))
