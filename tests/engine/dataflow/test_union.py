"""Several streams in one, in turn or as they are ready."""

from __future__ import annotations

import pytest

from engine.dataflow import ENDED, Parallel, Waiting, union
from engine.dataflow.union import READY
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Items, Lazy, Never, Ranges, Unfilled, items, values


def test_union_takes_one_of_each_branch_in_turn():
    branches = [Items("a", items(1, 2)), Items("b", items(10, 20))]
    assert values(union("u", branches, [], in_turn=True)) == [1, 10, 2, 20]


def test_union_leaves_out_a_branch_that_ended():
    branches = [Items("a", items(1)), Items("b", items(10, 20, 30))]
    assert values(union("u", branches, [], in_turn=True)) == [1, 10, 20, 30]


def test_union_pulls_driven_branches_and_keeps_their_items():
    driven = Items("b", items(10, 20))
    assert values(union("u", [Items("a", items(1, 2))], [driven], in_turn=True)) == [1, 2]
    assert driven.pull() is ENDED


def test_union_in_turn_waits_for_the_branch_in_turn():
    merged = union("u", [Never("n"), Items("a", items(1))], [], in_turn=True)
    assert merged.pull() == Waiting("n", "rain")
    assert merged.pull() == Waiting("n", "rain")


def test_union_in_turn_passes_over_a_branch_that_another_one_must_fill():
    merged = union("u", [Unfilled("r", lacks=2), Items("a", items(1, 2, 3))], [], in_turn=True)
    assert [merged.pull().value for _ in range(4)] == [1, 2, "full", 3]


def test_union_in_turn_stands_still_when_every_branch_waits_for_another():
    merged = union("u", [Unfilled("r", lacks=9), Unfilled("s", lacks=9)], [], in_turn=True)
    assert merged.pull() == Waiting(
        "u", "its branches", elsewhere=True, behind=tuple(Waiting(node, "rows", elsewhere=True) for node in "rs")
    )


def test_union_as_ready_passes_by_a_branch_that_has_nothing():
    merged = union("u", [Never("n"), Items("a", items(1, 2))], [], in_turn=False)
    assert [merged.pull().value, merged.pull().value] == [1, 2]
    assert merged.pull() == Waiting("u", "its branches", behind=(Waiting("n", "rain"),))  # the second branch ended


def test_a_union_refuses_a_parallel_stream_and_says_what_to_insert():
    with pytest.raises(RunFailed, match=r"^u: .*put a Gather Sync or Gather Async before it"):
        union("u", [Parallel(Ranges(a=[1]))], [], in_turn=True)


def in_turn(turns, *branches):
    """The first numbers of a union in turn of streams called a, b, c."""
    named = [Items(name, items(*numbers)) for name, numbers in zip("abc", branches, strict=False)]
    return values(union("u", named, [], in_turn=True, turns=lambda: turns))


def test_a_branch_has_as_many_turns_in_a_round_as_it_is_given():
    assert in_turn({"a": 2}, [1, 2, 3, 4], [10, 20, 30]) == [1, 2, 10, 3, 4, 20, 30]


def test_half_a_turn_is_a_turn_in_every_second_round_and_always_the_same_ones():
    assert in_turn({"b": 0.5}, [1, 2, 3, 4], [10, 20]) == [1, 2, 10, 3, 4, 20]


def test_turns_of_one_and_a_half_are_one_and_two_by_turns():
    assert in_turn({"a": 1.5}, [1, 2, 3, 4, 5, 6], [10, 20, 30, 40]) == [1, 10, 2, 3, 20, 4, 30, 5, 6, 40]


def test_ten_tenths_are_a_turn():
    given = in_turn({"b": 0.1}, range(1, 21), [100, 200])
    assert [given.index(100), given.index(200)] == [10, 21]


def test_turns_are_asked_anew_at_each_round():
    turns = {"a": 2.0}
    branches = [Items("a", items(1, 2, 3, 4)), Items("b", items(10, 20))]
    merged = union("u", branches, [], in_turn=True, turns=lambda: turns)
    assert [merged.pull().value for _ in range(3)] == [1, 2, 10]
    turns["a"] = 1.0
    assert values(merged) == [3, 20, 4]


def test_a_branch_of_ready_turns_gives_all_it_has_and_is_passed_over_when_it_has_nothing():
    lazy = Lazy("b")
    merged = union("u", [Items("a", items(1, 2, 3)), lazy], [], in_turn=True, turns=lambda: {"b": READY})
    assert [merged.pull().value for _ in range(2)] == [1, 2]
    lazy.ready += items(10, 20)
    assert [merged.pull().value for _ in range(3)] == [10, 20, 3]


def test_branches_of_ready_turns_alone_wait_when_none_has_anything():
    merged = union("u", [Lazy("a"), Lazy("b")], [], in_turn=True, turns=lambda: {"a": READY, "b": READY})
    assert [waiting.node for waiting in merged.pull().behind] == ["a", "b"]


def test_a_branch_with_few_turns_still_has_them_when_the_other_waits_for_it():
    branches = [Unfilled("a", lacks=9), Items("b", items(10, 20))]
    merged = union("u", branches, [], in_turn=True, turns=lambda: {"b": 0.25})
    assert merged.pull().value == 10


def test_a_union_refuses_turns_for_a_node_that_is_no_branch():
    with pytest.raises(RunFailed, match=r"^u: no branch comes from 'c'; they come from a, b$"):
        in_turn({"c": 2}, [1], [10])
