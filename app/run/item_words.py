"""An item in words and rows: pure functions from what the engine told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.inspecting import FieldView, ItemSeen, ItemView


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a column of the item, or a metric.

    Attributes:
        cells: name, least, mean, most, shape, dtype.
        counts: the histogram, if there is one. note: what is said instead.
        odd: whether some of its numbers are not finite.
    """

    cells: tuple[str, str, str, str, str, str]
    counts: tuple[int, ...] = ()
    note: str = ""
    odd: bool = False


def headline(seen: ItemSeen) -> str:
    """Return what was seen, and who made it.

    Example: "Batch of 64 rows from rollouts_1/0".
    """
    item = seen.item
    rows = f" of {item.rows:,} rows" if item.rows else ""
    source = f" from {item.source}" if item.source else ""
    return f"{item.kind[:1].upper()}{item.kind[1:]}{rows}{source}"


def occasion(seen: ItemSeen) -> str:
    """Return where and why it was seen, at which point of the run, and the rest of its provenance.

    Example: "Held because kl > 0.05 · train_1.results → report_1.items · policy version 3 · 64 env steps · after 640
    env steps, 10 updates".
    """
    item = seen.item
    why = f" because {seen.why}" if seen.why not in ("", "every item") else ""
    parts = [f"Held{why}" if seen.held else "Passing", seen.wire.replace("→", " → ")]
    parts += [f"policy version {item.version:,}", f"{item.env_steps:,} env steps"]
    parts += [f"sequences of {item.sequence}"] if item.sequence > 1 else []
    updates = f"{seen.updates:,} update{'' if seen.updates == 1 else 's'}"
    return " · ".join([*parts, f"after {seen.env_steps:,} env steps, {updates}"])


def rows(item: ItemView) -> Iterator[Row]:
    """Give the lines of the table: metrics first, which are few, then columns."""
    for name, value in item.figures.items():
        text = "not finite" if value is None else short(value)
        yield Row((name, "", text, "", "", "metric"), odd=value is None)
    yield from map(_row, item.fields)


def short(value: float) -> str:
    """Return a number in few characters: 0.25 is "0.25", 12345.6 is "12,346", 0.0000123 is "1.23e-05"."""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _row(field: FieldView) -> Row:
    shape = " × ".join(map(str, field.shape)) or "one number"
    numbers = tuple("" if value is None else short(value) for value in (field.least, field.mean, field.most))
    least, mean, most = numbers
    if field.dtype == "bool":
        return Row((field.name, "", "", "", shape, field.dtype), note=_true(field))
    note = f"{field.odd:,} not finite" if field.odd else ""
    return Row((field.name, least, mean, most, shape, field.dtype), field.counts, note, bool(field.odd))


def _true(field: FieldView) -> str:
    """Say how many are true, and which rows they are.

    Example: of 64 done flags, "2 true: rows 11, 40".
    """
    size = 1
    for side in field.shape:
        size *= side
    count = round((field.mean or 0.0) * size)
    if not count:
        return "none true"
    listed = ", ".join(map(str, field.rows_true)) + (" …" if count > len(field.rows_true) else "")
    return f"{count:,} true: rows {listed}" if field.rows_true else f"{count:,} true"
