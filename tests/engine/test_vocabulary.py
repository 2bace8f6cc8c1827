"""The words of scripts: one for each operator, which stay what they are when operators are added."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.catalogue import find
from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch
from engine.vocabulary import Word, inputs_first, usual_ids, words

WORDS = words(find())


class Blend(Operator):
    """Take any number of streams, and another."""

    short = "blend"
    batches = stream_in(Batch, "several", many=True)
    other = stream_in(Batch, "one", required=False)
    reference = stream_in(Batch, "one more")
    blended = stream_out(Batch, "all")
    share: float = param(0.5, help="of each")


@pytest.mark.parametrize(
    ("type_id", "word"),
    [
        ("ConcatBatches", "concat"),
        ("TrainOneStep", "train"),
        ("GatherSync", "gather_sync"),
        ("EveryN", "every_n"),
        ("PPOPolicy", "PPOPolicy"),
        ("Rollouts", "Rollouts"),
    ],
)
def test_streams_are_taken_by_methods_and_the_rest_is_made_by_functions(type_id: str, word: str) -> None:
    assert WORDS[type_id].name == word


def test_no_new_operator_changes_the_word_of_another() -> None:
    """An operator that takes a stream needs a `short` of its own: sharing one renames methods that scripts call."""
    shorts = Counter(word.spec.short for word in WORDS.values() if word.entry)
    assert {short for short, count in shorts.items() if count > 1} == {"every", "gather"}


def test_no_two_operators_have_one_word() -> None:
    assert len({word.name for word in WORDS.values()}) == len(WORDS)


def test_arguments_are_the_other_inputs_required_ones_first() -> None:
    word = Word(Blend.spec, "blend", Blend.spec.port("batches"))
    assert [port.name for port in word.inputs] == ["reference", "other"]


def test_a_parameter_stands_without_its_name_only_where_nothing_else_is_taken() -> None:
    bare = {name: WORDS[name].bare for name in ("ConcatBatches", "Environment", "TrainOneStep", "Union")}
    assert {name: found.name if found else None for name, found in bare.items()} == {
        "ConcatBatches": "min_steps",
        "Environment": "id",
        "TrainOneStep": None,  # it takes a policy
        "Union": None,  # it takes more streams
    }


def test_inputs_come_first_and_everything_once() -> None:
    inputs = {"d": ["b", "c"], "c": ["a"], "b": ["a"], "a": [], "alone": []}
    assert inputs_first(["d", "alone", "b"], lambda name: inputs[name]) == ["a", "b", "c", "d", "alone"]


def test_a_chain_of_any_length_is_followed() -> None:
    assert inputs_first([100_000], lambda number: [number - 1] if number else []) == list(range(100_001))


def test_nodes_are_numbered_by_stem() -> None:
    assert usual_ids(["policy", "train", "train", "policy"]) == ["policy_1", "train_1", "train_2", "policy_2"]
