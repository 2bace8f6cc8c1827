"""Compute Advantages adds two columns; the estimate itself is tested with `engine.losses.advantages`."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kinds import Item
from engine.operators.experiences.compute_advantages import ComputeAdvantages
from tests.engine.operators.pieces import batch, through

ENDING = batch(
    sequence=2,
    reward=[1.0, 1.0],
    value=[0.5, 0.5],
    next_value=[0.5, 0.0],
    terminated=[False, True],
    truncated=[False, False],
)


def test_the_example_of_the_docstring() -> None:
    operator = ComputeAdvantages("advantages_1", {"gamma": 1, "gae_lambda": 1})
    (given,) = through(operator, Item(ENDING, "rollouts_1/0", version=3, env_steps=2))
    assert given.value["advantage"].tolist() == [1.5, 0.5]
    assert given.value["value_target"].tolist() == [2.0, 1.0]
    assert given.value["advantage"].dtype == given.value["value_target"].dtype == np.float32
    assert (given.source, given.version, given.env_steps, given.value.sequence) == ("rollouts_1/0", 3, 2, 2)


def test_gamma_and_lambda_are_the_parameters() -> None:
    operator = ComputeAdvantages("advantages_1", {"gamma": 0.5, "gae_lambda": 0})
    (given,) = through(operator, Item(ENDING))
    assert given.value["advantage"] == pytest.approx([1 + 0.5 * 0.5 - 0.5, 1 - 0.5])


def test_rows_that_are_no_whole_sequences_are_refused_in_words() -> None:
    torn = Item(batch(sequence=2, **{name: column[:1] for name, column in ENDING.columns.items()}))
    with pytest.raises(ValueError, match="1 rows cannot be divided into sequences of 2"):
        through(ComputeAdvantages("advantages_1"), torn)


def test_batches_without_values_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="these batches have no next_value and no value: let a policy with a critic"):
        through(ComputeAdvantages("advantages_1"), Item(batch(reward=[1.0])))
