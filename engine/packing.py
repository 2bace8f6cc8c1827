"""Takes a nested state apart into arrays and JSON, and puts it together again: checkpoints without pickle.

Arrays (and torch tensors, told by their `detach().cpu().numpy()`, so that torch is not imported here) go into one flat
mapping; the rest becomes a JSON tree in which `{"$array": "policy_1.weights"}` marks the place of each. Three more
marks keep what JSON has no word for: `$tuple`, `$pairs` (a mapping whose keys are not all plain text, such as an
optimizer's) and `$float` (nan and infinities). Integers keep every digit, as random generators need.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

NUMBERS: Final = "biuf"  # numpy's letters for the dtypes that a safetensors file can hold


def pack(state: Mapping[str, Any]) -> tuple[Arrays, Any]:
    """Return the arrays of `state` by their path, and the JSON tree of everything else.

    Example: `pack({"w": array, "version": 3})` is `({"w": array}, {"w": {"$array": "w"}, "version": 3})`.

    Raises:
        TypeError: a value is neither array, number, text, list nor mapping; the text names its path.
    """
    arrays: Arrays = {}
    return arrays, _pack(state, "", arrays)


def unpack(arrays: Mapping[str, NDArray[Any]], tree: Any) -> Any:
    """Return the state that `pack` took apart; tensors come back as numpy arrays.

    Raises:
        ValueError: the tree names an array that is not there, or holds a mark that this version does not know.
    """
    if isinstance(tree, list):
        return [unpack(arrays, value) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if len(tree) == 1 and next(iter(tree)).startswith("$"):
        ((mark, content),) = tree.items()
        return _unmark(mark, content, arrays)
    return {name: unpack(arrays, value) for name, value in tree.items()}


def _pack(value: Any, path: str, arrays: Arrays) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, Mapping):
        return _pack_mapping(value, path, arrays)
    if isinstance(value, list | tuple):
        parts = [_pack(part, f"{path}.{index}", arrays) for index, part in enumerate(value)]
        return {"$tuple": parts} if isinstance(value, tuple) else parts
    return _pack_array(value, path, arrays)


def _pack_mapping(value: Mapping[Any, Any], path: str, arrays: Arrays) -> Any:
    parts = [(key, _pack(part, f"{path}.{key}".lstrip("."), arrays)) for key, part in value.items()]
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return dict(parts)
    return {"$pairs": [[_pack(key, path, arrays), part] for key, part in parts]}


def _pack_array(value: Any, path: str, arrays: Arrays) -> Any:
    array = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    if not isinstance(array, np.ndarray) or array.dtype.kind not in NUMBERS:
        kind = f"{array.dtype} array" if isinstance(array, np.ndarray) else type(value).__name__
        raise TypeError(f"a checkpoint cannot keep {path}: it is a {kind}, not numbers, text, lists or mappings")
    name = path
    while name in arrays:  # {"a.b": x, "a": {"b": y}} has one path twice
        name += "'"
    arrays[name] = np.asarray(array, order="C")
    return {"$array": name}


def _unmark(mark: str, content: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    if mark == "$array" and content in arrays:
        return arrays[content]
    if mark == "$tuple":
        return tuple(unpack(arrays, value) for value in content)
    if mark == "$pairs":
        return {unpack(arrays, key): unpack(arrays, value) for key, value in content}
    if mark == "$float":
        return float(content)
    raise ValueError(f"there is no {mark} {content!r}")
