"""The conditions of breakpoints: a small language, parsed by a list of what is allowed, never evaluated by Python.

Numbers, names, `+ - * /`, comparisons (also chained), `and`, `or`, `not`, `is nan`, and the functions min, max, mean,
any, all and abs. Names are figures of the run (`return`, the mean of the last 100 episodes; env_steps, updates,
episodes, seconds), of the item (rows, version, item_steps), its metrics and its columns. A column stands for each of
its rows: a condition holds if it holds of any row.

Example: `reward < 0 and terminated` holds of a batch in which an episode ended with a penalty.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.kinds import Batch, Gradients, Item, MultiAgentBatch, TrainResult

LONGEST: Final = 200  # characters
RETURN: Final = "return_"  # `return` is no name in Python, whose grammar parses conditions

Names = Mapping[str, Any]

_FUNCTIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "min": np.min, "max": np.max, "mean": np.mean, "any": np.any, "all": np.all, "abs": np.abs,
}  # fmt: skip
_SUMS: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_GRAMMAR: Final = (
    "say it with numbers, names, + - * /, comparisons, and, or, not, `is nan`, min, max, mean, any, all, abs"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was understood.

    Attributes:
        text: as it was written.
        tree: what it means; only what `_check` lets through is in it.
    """

    text: str
    tree: ast.expr

    def holds(self, names: Names) -> bool:
        """Return whether the condition holds of these values, of any row where they are arrays.

        Raises:
            ValueError: it cannot be judged: a name has no value, or columns do not fit together; a sentence.
        """
        with np.errstate(all="ignore"):
            return bool(np.any(_value(self.tree, names)))


def parse(text: str) -> Condition | None:
    """Return the condition that a text says; None for an empty one, which always holds.

    Example: `parse("return > 200").holds({"return": 201.5})` is True.

    Raises:
        ValueError: it is none; a sentence.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise ValueError(f"a condition has at most {LONGEST} characters, and this one {len(text)}")
    try:
        tree = ast.parse(re.sub(r"\breturn\b", RETURN, text.strip()), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise ValueError(f"{text!r} is no condition: {_GRAMMAR}") from None
    _check(tree)
    return Condition(text.strip(), tree)


def names_of(item: Item) -> dict[str, Any]:
    """Return what conditions can name of an item: its provenance, and its columns or metrics."""
    named: dict[str, Any] = {"version": item.version, "item_steps": item.env_steps}
    match item.value:
        case Batch() as batch:
            named |= {"rows": len(batch), **batch.columns}
        case MultiAgentBatch() as several:
            batches = several.batches.values()
            shared = set.intersection(*(set(batch.columns) for batch in batches)) if batches else set()
            named |= {name: np.concatenate([np.ravel(batch[name]) for batch in batches]) for name in shared}
            named["rows"] = sum(map(len, batches))
        case Gradients() | TrainResult() as learned:
            named |= {"rows": learned.rows, **learned.metrics}
    return named


def _check(tree: ast.expr) -> None:
    """Refuse everything that the language does not have.

    Raises:
        ValueError: with what it was, and what can be said.
    """
    match tree:
        case ast.Constant(value=bool()):
            raise _unknown(tree)
        case ast.Constant(value=int() | float()) | ast.Name():
            return
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            _check(operand)
        case ast.BoolOp(values=parts):
            _check_all(parts)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SUMS:
            _check_all([left, right])
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Name(id="nan")]):
            _check(left)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
            _check_all([left, *others])
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            _check(argument)
        case _:
            raise _unknown(tree)


def _check_all(trees: list[ast.expr]) -> None:
    for tree in trees:
        _check(tree)


def _unknown(tree: ast.expr) -> ValueError:
    written = ast.unparse(tree).replace(RETURN, "return")
    return ValueError(f"{written!r} cannot be said in a condition: {_GRAMMAR}")


def _value(tree: ast.expr, names: Names) -> Any:
    match tree:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return _named(name.replace(RETURN, "return"), names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return np.negative(_value(operand, names))
        case ast.UnaryOp(operand=operand):
            return np.logical_not(_value(operand, names))
        case ast.BoolOp(op=op, values=parts):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return _fold(join, [_value(part, names) for part in parts])
        case ast.BinOp(left=left, op=op, right=right):
            return _fold(_SUMS[type(op)], [_value(left, names), _value(right, names)])
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](_value(argument, names))
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op]):
            odd = np.isnan(np.asarray(_value(left, names), float))
            return odd if isinstance(op, ast.Is) else ~odd
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [_value(part, names) for part in (left, *others)]
            pairs = zip(ops, values, values[1:], strict=False)
            return _fold(np.logical_and, [_fold(_COMPARISONS[type(op)], [a, b]) for op, a, b in pairs])
    raise AssertionError("it was checked")


def _named(name: str, names: Names) -> Any:
    if name not in names:
        raise ValueError(f"there is no {name} here; there are {', '.join(sorted(names))}")
    return names[name]


def _fold(join: Callable[[Any, Any], Any], values: list[Any]) -> Any:
    first, *others = values
    try:
        for value in others:
            first = join(first, value)
    except ValueError:  # numpy's words are about broadcasting
        raise ValueError("columns of different shapes cannot be put together") from None
    return first
