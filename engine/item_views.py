"""What a person is shown of an item: its provenance, and of each array what can be read at a glance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.inspecting import FieldView, ItemView
from engine.kinds import Batch, Gradients, Item, Kind, MultiAgentBatch, TrainResult
from engine.pictures import as_text

BINS: Final = 24
FIRST: Final = 12  # rows that are told by number
PICTURES: Final = 4
SMALLEST_IMAGE: Final = 16  # pixels a side; a smaller array of numbers is no image
LONGEST: Final = 320  # pixels a side of what is shown


def view(item: Item) -> ItemView:
    """Return what a person sees of an item.

    Example: of a batch of rewards 0, 1, 1, 2, a field `reward` of shape (4,), from 0 to 2, with the mean 1.
    """
    value = item.value
    kind = value.title if isinstance(value, Kind) else type(value).__name__
    seen = ItemView(kind=kind, source=item.source, version=item.version, env_steps=item.env_steps)
    return seen.model_copy(update=_of_value(value))


def _of_value(value: Any) -> dict[str, Any]:
    match value:
        case Batch():
            pictures = tuple(_pictures(value.columns.get("obs")))
            return {"rows": len(value), "sequence": value.sequence, "fields": _fields(value), "pictures": pictures}
        case MultiAgentBatch(batches=batches):
            fields = tuple(field for name, batch in batches.items() for field in _fields(batch, f"{name}/"))
            return {"rows": sum(map(len, batches.values())), "fields": fields}
        case Gradients():
            return {"rows": value.rows, "figures": _figures(value.metrics), "fields": (field("vector", value.vector),)}
        case TrainResult():
            arrays = {"errors": value.errors, "indexes": value.indexes}
            fields = tuple(field(name, array) for name, array in arrays.items() if array is not None)
            return {"rows": value.rows, "figures": _figures(value.metrics), "fields": fields}
        case _:
            return {}


def _fields(batch: Batch, prefix: str = "") -> tuple[FieldView, ...]:
    return tuple(field(f"{prefix}{name}", column) for name, column in batch.columns.items())


def field(name: str, array: NDArray[Any]) -> FieldView:
    """Return what can be said of an array."""
    seen = FieldView(name=name, shape=array.shape, dtype=str(array.dtype))
    if not array.size or array.dtype.kind not in "biuf":
        return seen
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    told: dict[str, Any] = {"odd": array.size - finite.size}
    if finite.size:
        least, most = float(finite.min()), float(finite.max())
        told |= {"least": least, "most": most, "mean": float(finite.mean(dtype=np.float64))}
        if array.ndim == 1 and array.dtype.kind != "b":
            told["counts"] = tuple(map(int, np.histogram(finite.astype(np.float64), BINS, _span(least, most))[0]))
    if array.dtype.kind == "b" and array.ndim == 1:
        told["rows_true"] = tuple(map(int, np.flatnonzero(array)[:FIRST]))
    return seen.model_copy(update=told)


def _span(least: float, most: float) -> tuple[float, float]:
    """Return the ends of a histogram; equal numbers stand in its middle."""
    return (least, most) if most - least > 1e-12 * max(1.0, abs(least), abs(most)) else (least - 1, most + 1)


def _figures(metrics: Mapping[str, float]) -> dict[str, float | None]:
    return {name: float(value) if math.isfinite(value) else None for name, value in metrics.items()}


def _pictures(observations: NDArray[Any] | None) -> Iterator[str]:
    """Give the first observations as pictures, if they are bytes (B, H, W, C), (B, K, H, W) or (B, K, H, W, C).

    Of K frames in a stack it is the newest.
    """
    if observations is None or observations.dtype != np.uint8 or observations.ndim < 3:
        return
    for seen in observations[:PICTURES]:
        if seen.ndim == 4 or (seen.ndim == 3 and seen.shape[-1] not in (1, 3)):
            seen = seen[-1]
        if seen.ndim == 3 and seen.shape[-1] == 1:
            seen = seen[..., 0]
        if min(seen.shape[:2]) >= SMALLEST_IMAGE:
            yield as_text(seen, LONGEST)
