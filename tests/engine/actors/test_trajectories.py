"""Rows of agents that act at different times: whole, in order, none lost or doubled."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.actors.trajectories import Seat, Trajectories
from engine.kinds import Acting, Batch

ONE: Seat = (0, "one")
TWO: Seat = (0, "two")
RNG = np.random.default_rng(0)


class Telling(Acting):
    """Observes (seat, count); V is ten times the count, so a row tells which observation its next value is of."""

    observation = ((2,), "float32")
    action = ((), "int64")
    records = {"value": ((), "float32")}  # noqa: RUF012  a constant of this test
    wants_next_obs = True

    def load(self, weights: Any) -> None:
        pass

    def act(self, obs: Any, rng: Any) -> Any:
        return obs[:, 1].astype(np.int64), {"value": self.values(obs)}

    def act_greedily(self, obs: Any) -> Any:
        return obs[:, 1].astype(np.int64)

    def to_environment(self, actions: Any) -> Any:
        return actions.tolist()

    def finish(self, columns: Any) -> Any:
        return columns

    def values(self, obs: Any, states: Any = None) -> Any:
        return 10 * obs[:, 1]


def sees(seat: int, count: int) -> Any:
    return np.array([seat, count], np.float32)


def act(rows: Trajectories, seats: list[Seat], *observations: Any) -> None:
    rows.act(seats, np.stack(observations), RNG)


def shown(batch: Batch | None) -> list[tuple[int, ...]]:
    """Of each row: observation, next observation, and reward."""
    assert batch is not None
    whole = np.concatenate([batch["obs"], batch["next_obs"], batch["reward"][:, None]], 1)
    return [tuple(row) for row in whole.astype(int).tolist()]


def test_a_row_is_whole_when_its_agent_meets_what_came_of_it() -> None:
    rows = Trajectories(Telling(), sequence=1)
    act(rows, [ONE], sees(1, 0))
    act(rows, [TWO], sees(2, 0))
    rows.met(ONE, 5.0, False, False, sees(1, 1))
    act(rows, [ONE], sees(1, 1))
    batch, _ = rows.take()
    assert shown(batch) == [(1, 0, 1, 1, 5)]
    assert batch is not None
    assert batch["next_value"].tolist() == [10]


def test_an_open_row_waits_for_the_next_fragment() -> None:
    rows = Trajectories(Telling(), sequence=1)
    act(rows, [ONE], sees(1, 0))
    assert rows.take() == (None, 0)
    rows.met(ONE, 3.0, False, False, sees(1, 1))
    act(rows, [ONE], sees(1, 1))
    assert shown(rows.take()[0]) == [(1, 0, 1, 1, 3)]


def test_an_ended_row_has_its_episodes_own_last_observation() -> None:
    rows = Trajectories(Telling(), sequence=1)
    for count, (terminated, truncated) in enumerate([(True, False), (False, True)]):
        act(rows, [ONE], sees(1, count))
        rows.met(ONE, 1.0, terminated, truncated, sees(1, 7))
    batch, _ = rows.take()
    assert shown(batch) == [(1, 0, 1, 7, 1), (1, 1, 1, 7, 1)]
    assert batch is not None
    assert batch["next_value"].tolist() == [0, 70]
    assert batch["terminated"].tolist() == [True, False]
    assert batch["truncated"].tolist() == [False, True]


def test_sequences_hold_rows_of_one_agent_and_the_rest_waits() -> None:
    rows = Trajectories(Telling(), sequence=2)
    for count in range(3):
        for seat in (ONE, TWO) if count < 2 else (ONE,):
            rows.met(seat, float(count), False, False, sees(1 if seat == ONE else 2, count))
        act(rows, [ONE, TWO] if count < 2 else [ONE], *[sees(1, count), sees(2, count)][: 2 if count < 2 else 1])
    batch, _ = rows.take()
    assert batch is not None
    assert batch.sequence == 2
    assert shown(batch) == [(1, 0, 1, 1, 1), (1, 1, 1, 2, 2)]
    rows.met(TWO, 9.0, True, False, sees(2, 2))
    assert shown(rows.take()[0]) == [(2, 0, 2, 1, 1), (2, 1, 2, 2, 9)]


def test_rows_that_waited_keep_the_version_that_made_them() -> None:
    rows, oldest = Trajectories(Telling(), sequence=2), []
    for count, version in enumerate([4, 5, 6, 7, 8]):
        rows.load(np.zeros(0, np.float32), version)
        rows.met(ONE, 0.0, False, False, sees(1, count))
        act(rows, [ONE], sees(1, count))
        batch, told = rows.take()
        oldest.append((len(batch) if batch else 0, told))
    assert oldest == [(0, 4), (0, 5), (2, 4), (0, 7), (2, 6)]  # a row is whole when its seat acts the next time


moves = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["act", "act", "act", "end", "take"])), max_size=80)


@given(moves, st.integers(1, 4))
def test_nothing_is_lost_doubled_or_mixed_up_whoever_acts_and_ends_when(history: Any, sequence: int) -> None:
    """Each seat counts its own observations; an act of a seat that has an open row first completes it."""
    rows = Trajectories(Telling(), sequence)
    counts, started, expected, got = [0, 0, 0], [False] * 3, [[], [], []], [[], [], []]
    for seat, move in [*history, (0, "take")]:
        name = (seat, "agent")
        if move == "take":
            _sort(rows.take()[0], got)
            continue
        if started[seat]:
            counts[seat] += 1
            rows.met(name, float(counts[seat]), move == "end", False, sees(seat, counts[seat]))
            expected[seat].append((seat, counts[seat] - 1, seat, counts[seat], counts[seat]))
            started[seat] = False
        if move == "act":
            act(rows, [name], sees(seat, counts[seat]))
            started[seat] = True
        else:
            counts[seat] += 1
    for seat in range(3):
        whole = len(expected[seat]) // sequence * sequence
        assert got[seat] == expected[seat][:whole]


def _sort(batch: Batch | None, got: list[list[Any]]) -> None:
    if batch is not None:
        assert len(batch) % batch.sequence == 0
        for row in shown(batch):
            got[row[0]].append(row)
