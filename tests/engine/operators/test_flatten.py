"""Cutting batches into pieces, on a few rows."""

from __future__ import annotations

from dataclasses import replace

from engine.operators.experiences.flatten import Flatten
from tests.engine.operators.pieces import batch, fragment, through


def test_a_batch_is_cut_into_pieces_of_which_the_last_may_be_shorter() -> None:
    pieces = through(Flatten("flatten_1", {"size": 3}), fragment(1, 2, 3, 4, 5, 6, 7, source="rollouts_1/1", version=4))
    assert [piece.value["reward"].tolist() for piece in pieces] == [[1, 2, 3], [4, 5, 6], [7]]
    assert {(piece.source, piece.version) for piece in pieces} == {("rollouts_1/1", 4)}


def test_sequences_are_never_cut() -> None:
    whole = replace(fragment(*range(8)), value=batch(sequence=4, reward=[float(n) for n in range(8)]))
    for size in (1, 3, 4):
        pieces = through(Flatten("flatten_1", {"size": size}), whole)
        assert [len(piece.value) for piece in pieces] == [4, 4]
        assert {piece.value.sequence for piece in pieces} == {4}
    assert [len(piece.value) for piece in through(Flatten("flatten_1", {"size": 5}), whole)] == [8]


def test_the_pieces_share_out_the_env_steps_of_the_batch() -> None:
    for env_steps in (0, 5, 7, 100):
        pieces = through(Flatten("flatten_1", {"size": 3}), replace(fragment(*range(7)), env_steps=env_steps))
        assert sum(piece.env_steps for piece in pieces) == env_steps
    assert [piece.env_steps for piece in through(Flatten("flatten_1", {"size": 3}), fragment(*range(7)))] == [3, 3, 1]


def test_pieces_are_views_of_the_batch() -> None:
    item = fragment(1, 2)
    (piece, _) = through(Flatten("flatten_1", {"size": 1}), item)
    assert piece.value["reward"].base is item.value["reward"]
