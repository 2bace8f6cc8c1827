"""Items as plain values, so that a checkpoint can keep those that are on their way.

Example: an item from `rollouts_1/0` with a batch of one column is kept as `{"value": {"kind": "Batch", "columns":
{"reward": array}, "sequence": 1}, "source": "rollouts_1/0", "version": 3, "env_steps": 16}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from engine.kinds.batch import Batch, MultiAgentBatch
from engine.kinds.item import Item
from engine.kinds.results import Gradients, TrainResult

KINDS: Final[Mapping[str, type[Any]]] = {
    kind.__name__: kind for kind in (Batch, MultiAgentBatch, Gradients, TrainResult)
}


def keep(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return items as mappings of arrays and plain values."""
    return [_kept(item) for item in items]


def given_back(kept: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Return the items that `keep` was given."""
    return [Item(**{**each, "value": _value(each["value"])}) for each in kept]


def _kept(value: Any) -> Any:
    if isinstance(value, Item):
        return {field.name: _kept(getattr(value, field.name)) for field in fields(Item)}
    if type(value).__name__ in KINDS:
        parts = {field.name: _kept(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, **parts}
    return {name: _kept(part) for name, part in value.items()} if isinstance(value, Mapping) else value


def _value(kept: Any) -> Any:
    if not isinstance(kept, Mapping):
        return kept
    parts = {name: _value(part) for name, part in kept.items()}
    kind = KINDS.get(str(kept.get("kind")))
    return parts if kind is None else kind(**{name: part for name, part in parts.items() if name != "kind"})
