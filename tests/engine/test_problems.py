"""Problems as text, as JSON, and inside errors."""

from __future__ import annotations

import pickle

import pytest

from engine.problems import (
    FlowError,
    GraphFileError,
    InvalidGraph,
    MissingDependency,
    Place,
    Problem,
    RunFailed,
    errors_among,
    nearest,
)

EPOCHS = Problem(Place("train_1", "epochs"), "epochs must be at least 1, not 0", "try 4")
SEED = Problem(Place(field="run.seed"), "there is no seed", severity="warning")


def test_a_problem_reads_as_place_sentence_and_hint() -> None:
    assert str(EPOCHS) == "train_1.epochs: epochs must be at least 1, not 0 (try 4)"
    assert str(SEED.in_file("a.json")) == "a.json: run.seed: there is no seed"
    assert str(Problem(Place(), "the graph is empty")) == "the graph is empty"


def test_a_place_cannot_write_to_the_terminal_what_a_file_put_into_a_key() -> None:
    assert str(Place("train_1", "a\x1b[2Jb\nc")) == "train_1.a�[2Jb�c"


def test_a_problem_survives_json() -> None:
    for problem in (EPOCHS, SEED.in_file("a.json")):
        assert Problem.from_json(problem.as_json()) == problem
    assert Problem.from_json({"what": "odd", "severity": "?"}) == Problem(Place(), "odd")


@pytest.mark.parametrize("kind", [FlowError, GraphFileError, InvalidGraph, RunFailed, MissingDependency])
def test_an_error_says_its_problems_and_crosses_to_another_process(kind: type[FlowError]) -> None:
    error = pickle.loads(pickle.dumps(kind(EPOCHS, SEED)))
    assert type(error) is kind
    assert error.problems == (EPOCHS, SEED)
    assert str(error) == f"{EPOCHS}\n{SEED}"


def test_warnings_are_no_errors() -> None:
    assert errors_among([EPOCHS, SEED]) == (EPOCHS,)


def test_the_nearest_name_is_offered_whatever_its_case_and_none_that_is_far() -> None:
    names = ["TrainOneStep", "Filter"]
    assert nearest("trainonestp", names) == "did you mean TrainOneStep?"
    assert nearest("Zzz", names) == nearest("", names) == nearest("Filter", []) == ""
