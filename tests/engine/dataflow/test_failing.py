"""What a node's failure says, by the kind of the error and by whose code it came out of."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.dataflow import failing, failure_of
from engine.kinds import Batch, Item, UnfitBatch, refuse_unless_finite
from engine.problems import Problem, RunFailed

IN_LOG = "its traceback is in the log"


def failure(raiser: Callable[[], Any], item: Item | None = None) -> RunFailed:
    try:
        raiser()
    except (Exception, SystemExit) as error:
        return failure_of("rollouts_1", error, item)
    raise AssertionError("it did not raise")


def problem(raiser: Callable[[], Any]) -> Problem:
    return failure(raiser).problems[0]


def raises(error: BaseException) -> Any:
    raise error


def leaves() -> None:
    raise SystemExit(3)


def own_line(raiser: Callable[[], Any]) -> str:
    """Return the hint at the only line of `raiser`."""
    code = raiser.__code__
    return f"look at line {code.co_firstlineno + 1} of test_failing.py, in {code.co_name}; {IN_LOG}"


def missing_key() -> Any:
    return {"left": 0}["right"]


def in_a_library() -> Any:
    return json.loads("{")


def too_few() -> Any:
    _, _ = (1,)


def broadcast() -> Any:
    np.zeros(4)[:] = np.zeros(5)


def no_package() -> Any:
    return importlib.import_module("packagethatisnot.part")


def relative() -> Any:
    return open("track.npy")


def absolute() -> Any:
    return open("/no/such/track.npy")


def too_large() -> Any:
    return np.zeros((10**6, 10**6, 10**3))


UNFORESEEN = [
    (missing_key, "KeyError: 'right'", ""),
    (in_a_library, "JSONDecodeError: Expecting property name enclosed in double quotes", ""),
    (too_few, "ValueError: not enough values to unpack (expected 2, got 1)", ""),
    (broadcast, "ValueError: could not broadcast input array from shape (5,) into shape (4,)", ""),
    (no_package, "ModuleNotFoundError: No module named", "install packagethatisnot wherever this node runs; "),
    (
        relative,
        "FileNotFoundError: [Errno 2] No such file or directory: 'track.npy'",
        f"look for that file on the machine on which this node runs, where paths start at {os.getcwd()}; ",
    ),
    (absolute, "FileNotFoundError: ", "look for that file on the machine on which this node runs; "),
    (too_large, "MemoryError: ", "take smaller batches, a smaller buffer, or fewer workers; "),
    (leaves, "SystemExit: 3", "take out the call of sys.exit(), or raise an exception that says why; "),
]


@pytest.mark.parametrize(("raiser", "what", "hint"), UNFORESEEN, ids=[raiser.__name__ for raiser, *_ in UNFORESEEN])
def test_what_nobody_foresaw_says_what_to_try_and_where_to_look(
    raiser: Callable[[], Any], what: str, hint: str
) -> None:
    told = problem(raiser)
    assert told.what.startswith(what)
    assert told.hint == hint + own_line(raiser)


def test_an_error_without_words_is_told_by_its_class() -> None:
    assert problem(lambda: raises(AssertionError())).what == "AssertionError"


def test_a_sentence_out_of_the_users_own_code_is_told_as_it_is_with_its_line() -> None:
    told = problem(lambda: raises(ValueError("the track is too short")))
    assert told.what == "the track is too short"
    assert told.hint.startswith("look at line")
    assert told.hint.endswith(f"of test_failing.py, in raises; {IN_LOG}")


def test_a_sentence_of_ours_needs_neither_hint_nor_traceback() -> None:
    failed = failure_of("union_1", ValueError("no branch comes from replay_1"))
    assert str(failed) == "union_1: no branch comes from replay_1"
    assert failed.trace == ""


def of_the_engine() -> ValueError:
    """Return an error that the engine raised, without the frames of this file."""
    with pytest.raises(ValueError, match="nan") as caught:
        refuse_unless_finite({"reward": np.array([np.nan], np.float32), "obs": np.zeros((1, 4), np.float32)})
    error = caught.value
    return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)


def test_a_sentence_that_the_engine_raised_needs_neither_hint_nor_traceback() -> None:
    failed = failure_of("rollouts_1", of_the_engine())
    assert str(failed) == "rollouts_1: the environment gave a reward of nan"
    assert failed.trace == ""
    assert failed.batch.keys() == {"reward", "obs"}


def test_our_own_files_are_ours_even_where_they_are_installed_among_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failing, "LIBRARIES", (failing.OURS.parent,))
    assert failing.is_sentence(of_the_engine())


def test_for_an_unfit_batch_no_line_is_to_blame_whoever_tells_of_it() -> None:
    failed = failure(lambda: raises(UnfitBatch("a reward of nan", Batch({"reward": np.zeros(2, np.float32)}))))
    assert (str(failed), failed.trace) == ("rollouts_1: a reward of nan", "")


def test_the_traceback_is_kept_of_whatever_points_to_the_log() -> None:
    for raiser in (missing_key, too_few):
        assert f"in {raiser.__name__}" in failure(raiser).trace


def test_the_batch_that_a_node_failed_on_comes_along() -> None:
    batch = Batch({"reward": np.zeros(2, np.float32)})
    assert failure(missing_key, Item(batch, "rollouts_1/0")).batch == batch.columns
    assert failure(lambda: raises(UnfitBatch("reward is nan", batch))).batch == batch.columns
