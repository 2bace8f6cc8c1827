"""How an exception becomes the failure of a node: what it says, what to try, and the batch that it failed on."""

from __future__ import annotations

import dis
import os
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from engine.kinds import Batch, Item, UnfitBatch
from engine.problems import Place, Problem, RunFailed

OURS: Final = Path(__file__).parents[1]
LIBRARIES: Final = tuple(Path(path) for name, path in sysconfig.get_paths().items() if "lib" in name)
RAISE: Final = dis.opmap["RAISE_VARARGS"]
IN_LOG: Final = "its traceback is in the log"


def failure_of(node: str, error: BaseException, item: Item | None = None) -> RunFailed:
    """Return the failure of `node` that `error` means, with the batch that it failed on: `item`'s, if it carries one.

    Example: a KeyError in step() of somebody's environment is told as "KeyError: 'left'", with the hint "look at line
    24 of racing.py, in step; its traceback is in the log".
    """
    batch = error.batch if isinstance(error, UnfitBatch) else item.value if item else None
    columns = batch.columns if isinstance(batch, Batch) else None
    foreseen = isinstance(error, UnfitBatch) or (is_sentence(error) and _own_frame(error) is None)
    problem = Problem(Place(node), told(error), "" if foreseen else advice(error))
    return RunFailed(problem, batch=columns, trace="" if foreseen else "".join(traceback.format_exception(error)))


def told(error: BaseException) -> str:
    """Return what an exception says: a sentence as it is, anything else after its class's name.

    Example: `told(KeyError("left"))` is `"KeyError: 'left'"`, and `told(ValueError("there is no row"))` the text alone.
    """
    return str(error) if is_sentence(error) else f"{type(error).__name__}: {error}".removesuffix(": ")


def is_sentence(error: BaseException) -> bool:
    """Return whether the text of an exception was written for the user: a ValueError with words, of a `raise`.

    What numpy or Python themselves raise, such as "not enough values to unpack", comes out of a line that raises
    nothing; and what a library raises speaks of the library.
    """
    if not isinstance(error, ValueError) or not str(error):
        return False
    steps = list(_steps(error))
    if not steps:  # it was never raised
        return True
    code = steps[-1].tb_frame.f_code
    return not _of_a_library(Path(code.co_filename)) and code.co_code[steps[-1].tb_lasti] == RAISE


def advice(error: BaseException) -> str:
    """Return what to try about an error that nobody foresaw: by its kind, and where the user's own code comes in.

    Example: of a `ModuleNotFoundError` for pygame it is "install pygame wherever this node runs; its traceback is in
    the log".
    """
    return "; ".join(part for part in (_by_kind(error), _own_line(error), IN_LOG) if part)


def _by_kind(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"install {error.name.partition('.')[0]} wherever this node runs"
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's: not imported here
        return "take smaller batches, a smaller buffer, or fewer workers"
    if isinstance(error, SystemExit):
        return "take out the call of sys.exit(), or raise an exception that says why"
    if isinstance(error, FileNotFoundError | PermissionError) and isinstance(error.filename, str):
        start = "" if Path(error.filename).is_absolute() else f", where paths start at {os.getcwd()}"
        return f"look for that file on the machine on which this node runs{start}"
    return ""


def _own_line(error: BaseException) -> str:
    frame = _own_frame(error)
    return f"look at line {frame.lineno} of {Path(frame.filename).name}, in {frame.name}" if frame else ""


def _own_frame(error: BaseException) -> traceback.FrameSummary | None:
    """Return the last of the frames that stand in code of the user's own: an environment's or an operator's."""
    own = [step for step in _steps(error) if _of_the_user(Path(step.tb_frame.f_code.co_filename))]
    if not own:
        return None
    code = own[-1].tb_frame.f_code
    return traceback.FrameSummary(code.co_filename, own[-1].tb_lineno, code.co_name, lookup_line=False)


def _steps(error: BaseException) -> Iterator[TracebackType]:
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


def _of_the_user(file: Path) -> bool:
    return not (file.is_relative_to(OURS) or _of_a_library(file) or file.name.startswith("<"))


def _of_a_library(file: Path) -> bool:
    if file.is_relative_to(OURS):  # which may itself be installed among the libraries
        return False
    return any(file.is_relative_to(library) for library in LIBRARIES) or "dist-packages" in file.parts
