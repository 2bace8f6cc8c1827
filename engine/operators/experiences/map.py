"""The Map operator."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import Any, Final

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Batch, Item
from engine.problems import FAILURES

UNCHANGED: Final = "def each(columns):\n    return columns\n"


class Map(Operator):
    """Change every batch with Python of your own.

    Takes batches, gives what the function `each` in `code` makes of their columns: it gets a dict from column names to
    numpy arrays of B rows, which it must not write to, and returns such a dict; None, or columns without a row, drop
    the batch. `np` is numpy. On a parallel stream it runs on the actors. Code that is not the default runs only after
    you have seen and trusted exactly that text (`rlflow trust FILE`, or when the studio asks): a graph may come from
    anyone. Counts nothing. Waits for nothing.

    Example: the code `def each(columns): return {**columns, "reward": columns["reward"] - 0.1}` takes a tenth from each
    reward.
    RLlib Flow: ParallelIterator.for_each, LocalIterator.for_each.
    """

    section = "Experiences"
    short = "map"
    rllib = "for_each"

    batches = stream_in(Batch, "what to change")
    mapped = stream_out(Batch, "what your function makes of them")

    code: str = param(UNCHANGED, editor="code", help="Python that defines each(columns), given and giving columns")

    def provide(self, run: Run, **handles: Any) -> None:
        """Make the function of the code, which the session has found to be trusted.

        Raises:
            ValueError: the code cannot be read, or defines no such function; the text is a sentence.
        """
        import numpy as np

        self.file = f"<code of {self.node}>"
        names: dict[str, Any] = {"np": np, "numpy": np}
        try:
            exec(compile(self.code, self.file, "exec"), names)
        except SyntaxError as error:
            raise ValueError(f"line {error.lineno} of its code cannot be read: {error.msg}") from None
        except FAILURES as error:
            raise ValueError(self._told(error)) from error
        if not callable(names.get("each")):
            raise ValueError("its code defines no function each(columns)")
        self.function: Callable[[dict[str, Any]], Any] = names["each"]

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item with the columns that the function returns; nothing if these are None or have no row.

        Raises:
            ValueError: the function failed, or returned something else; the text is a sentence.
        """
        batch: Batch = item.value
        try:
            columns = self.function(dict(batch.columns))
        except FAILURES as error:
            raise ValueError(self._told(error)) from error
        mapped = None if columns is None else self._batch(columns, batch)
        return (item.carrying(mapped),) if mapped else ()

    def _batch(self, columns: Any, before: Batch) -> Batch:
        import numpy as np

        if not isinstance(columns, dict) or not columns:
            raise ValueError(f"its code must return columns or None, not {type(columns).__name__}")
        arrays = {str(name): np.asarray(column) for name, column in columns.items()}
        rows = {name: array.shape[:1] for name, array in arrays.items()}
        if len(set(rows.values())) != 1 or () in rows.values():
            told = ", ".join(f"{name} {'x'.join(map(str, array.shape)) or 'none'}" for name, array in arrays.items())
            raise ValueError(f"its code must return columns of as many rows each, not {told}")
        (count,) = next(iter(rows.values()))
        arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        return Batch(arrays, before.sequence, before.seats) if count == len(before) else Batch(arrays)

    def _told(self, error: BaseException) -> str:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.file]
        where = f"line {lines[-1]} of its code" if lines else "its code"
        return f"{where} failed: {type(error).__name__}: {error}"
