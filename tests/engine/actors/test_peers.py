"""Members of a group average, agree, lose each other and meet again: each in a thread of its own, over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from engine.actors import peers
from engine.actors.peers import Group, Meeting, PeerLost, Seat


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    place = Meeting("127.0.0.1")
    yield place
    del place


def member(meeting: Meeting, index: int, shards: int = 2, patience: float = 5.0) -> Group:
    return Group(Seat(index, shards, meeting.address), patience)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What these calls give, made at the same time."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def averaging(group: Group, *numbers: float) -> Callable[[], list[float]]:
    def call() -> list[float]:
        group.join()
        vector = np.array(numbers, np.float32)
        group.average(vector)
        return vector.tolist()

    return call


def test_every_member_gets_the_mean_of_all(meeting: Meeting) -> None:
    first, second, third = (member(meeting, index, 3) for index in range(3))
    given = together(averaging(first, 1, 2), averaging(second, 3, 6), averaging(third, 5, 1))
    assert given == [[3.0, 3.0]] * 3


def test_the_first_group_waits_for_whoever_starts_late_as_long_as_anybody_may_be_waited_for(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "PAUSE", 0.0)
    first, second = member(meeting, 0, patience=60), member(meeting, 1, patience=60)

    def late() -> bool:
        while not meeting.store.add("0/seated", 0):  # until the first one waits
            pass
        return second.join()

    assert together(first.join, late) == [True, True]


def test_one_alone_meets_nobody_and_is_its_own_mean() -> None:
    alone = Group(Seat(), 5.0)
    vector = np.array([1.0, 2.0])
    alone.average(vector)
    assert (alone.join(), vector.tolist(), alone.alike(3, 4)) == (False, [1.0, 2.0], (True, True))
    assert alone.longest_trained({"step": 1}, 7) == {"step": 1}


def test_members_learn_which_of_their_numbers_are_alike(meeting: Meeting) -> None:
    first, second = member(meeting, 0), member(meeting, 1)
    together(first.join, second.join)
    assert together(lambda: first.alike(1, 2**32, 3), lambda: second.alike(1, 2**32, 4)) == [(True, True, False)] * 2


def test_all_take_over_the_state_of_the_longest_trained(meeting: Meeting) -> None:
    first, second = member(meeting, 0), member(meeting, 1)
    together(first.join, second.join)
    old, new = {"version": 3, "adam": np.zeros(2)}, {"version": 5, "adam": np.array([0.5, 1.5])}
    given = together(lambda: first.longest_trained(old, 3), lambda: second.longest_trained(new, 5))
    assert [(state["version"], state["adam"].tolist()) for state in given] == [(5, [0.5, 1.5])] * 2


def test_a_member_that_is_lost_is_missed_at_once_and_its_successor_meets_the_rest(meeting: Meeting) -> None:
    first, second = member(meeting, 0, patience=60), member(meeting, 1)
    together(first.join, second.join)
    second.standing = None  # its connections close, as when its process ends
    with pytest.raises(PeerLost):
        averaging(first, 1)()
    successor = member(meeting, 1)
    assert together(averaging(first, 1), averaging(successor, 3)) == [[2.0], [2.0]]


def test_a_successor_calls_for_a_new_group_before_the_others_have_missed_anybody(meeting: Meeting) -> None:
    first, second = member(meeting, 0), member(meeting, 1)
    together(first.join, second.join)
    second.standing = None
    successor = member(meeting, 1)

    def rejoining() -> list[float]:
        with pytest.raises(PeerLost):
            averaging(first, 1)()
        return averaging(first, 1)()

    assert together(averaging(successor, 3), rejoining) == [[2.0], [2.0]]


def test_a_silent_member_is_lost_after_the_others_patience(meeting: Meeting) -> None:
    first, second = member(meeting, 0, patience=0.2), member(meeting, 1)
    together(first.join, second.join)
    with pytest.raises(PeerLost):
        averaging(first, 1)()
    assert second.standing is not None  # it was there all the time


def test_one_whose_peers_do_not_come_says_so_now_and_then_and_at_last_gives_up(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "PAUSE", 0.05)
    first = member(meeting, 0, patience=0.05)
    for _ in range(2):
        with pytest.raises(PeerLost):
            first.join()
    monkeypatch.setattr(peers, "COMEBACK", 0.0)
    with pytest.raises(ValueError, match="have not met at"):
        first.join()


def test_a_meeting_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "FORMING", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ValueError, match=f"cannot reach the driver at {address}"):
        Group(Seat(0, 2, address), 5.0)
