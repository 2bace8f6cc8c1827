"""N Step Returns sums rewards over several steps, up to an episode's end and across fragments."""

from __future__ import annotations

import pytest

from engine.kinds import Batch, Item
from engine.operators.experiences.n_step_returns import NStepReturns
from tests.engine.operators.pieces import batch, fragment, through


def steps(rewards: list[float], first: int, ends: tuple[int, ...] = (), cuts: tuple[int, ...] = ()) -> Item:
    """One environment's fragment; observation number `first` comes first, and each next one is one more."""
    count = len(rewards)
    numbers = list(range(first, first + count))
    return Item(
        batch(
            sequence=count,
            obs=[[float(number)] for number in numbers],
            reward=rewards,
            terminated=[number in ends for number in numbers],
            truncated=[number in cuts for number in numbers],
            next_obs=[[float(number + 1)] for number in numbers],
        ),
        "rollouts_1/0",
        version=first,
        env_steps=count,
    )


def summing(n: int) -> NStepReturns:
    return NStepReturns("nstep_1", {"steps": n, "gamma": 0.5})


def test_rewards_are_summed_and_discounted_and_the_last_rows_wait() -> None:
    (item,) = through(summing(2), steps([1, 2, 4], first=0))
    assert item.value["reward"].tolist() == [2, 4]
    assert item.value["discount"].tolist() == [0.25, 0.25]
    assert item.value["next_obs"].tolist() == [[2], [3]]
    assert item.value["obs"].tolist() == [[0], [1]]


def test_the_rows_that_waited_come_first_in_the_next_fragment() -> None:
    operator = summing(3)
    first, second = through(operator, steps([1, 1, 1, 1], first=0), steps([1, 1], first=4))
    assert first.value["obs"].ravel().tolist() == [0, 1]
    assert second.value["obs"].ravel().tolist() == [2, 3]
    assert (second.version, second.env_steps, second.value.sequence) == (0, 2, 2)


@pytest.mark.parametrize("kind", ["terminated", "truncated"])
def test_a_sum_stops_at_the_end_of_its_episode(kind: str) -> None:
    over = {"ends": (1,)} if kind == "terminated" else {"cuts": (1,)}
    (item,) = through(summing(3), steps([1, 2, 4, 8, 16], first=0, **over))
    assert item.value["reward"].tolist() == [2, 2, 12]  # 1 + 2/2; 2; 4 + 8/2 + 16/4
    assert item.value["discount"].tolist() == [0.25, 0.5, 0.125]
    assert item.value["next_obs"].ravel().tolist() == [2, 2, 5]
    assert item.value[kind].tolist() == [True, True, False]


def test_one_step_changes_nothing_but_tells_its_discount() -> None:
    entering = steps([1, 2], first=0, ends=(0,))
    (item,) = through(summing(1), entering)
    assert item.value["discount"].tolist() == [0.5, 0.5]
    for name, column in entering.value.columns.items():
        assert item.value[name].tolist() == column.tolist()


def test_fragments_shorter_than_the_sum_wait_until_there_are_enough() -> None:
    given = through(summing(3), *(steps([float(number)], first=number) for number in range(5)))
    assert [item.value["reward"].tolist() for item in given] == [[1.0], [2.75], [4.5]]


def test_batches_without_next_observations_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no next_obs"):
        through(summing(2), fragment(1, 2))


def test_fragments_of_other_environments_are_refused_in_words() -> None:
    operator = summing(2)
    through(operator, steps([1, 2], first=0))
    two = steps([1, 2, 3, 4], first=0)
    two = two.carrying(type(two.value)(two.value.columns, sequence=2))
    with pytest.raises(ValueError, match="put this node right behind Rollouts"):
        through(operator, two)


def of_seats(*numbers: int, seats: tuple[int, ...]) -> Item:
    """Sequences of two steps of these seats, observations and rewards being these numbers."""
    entering = steps([float(number) for number in numbers], first=0)
    columns = {**entering.value.columns, "obs": entering.value["reward"][:, None]}
    return Item(Batch({**columns, "next_obs": columns["obs"] + 1}, 2, seats), "rollouts_1/0", version=0, env_steps=2)


def test_agents_that_come_and_go_have_their_own_steps_summed() -> None:
    operator = summing(3)
    first, second = through(
        operator,
        of_seats(1, 2, 3, 4, 10, 20, seats=(7, 7, 8)),
        of_seats(100, 200, 30, 40, seats=(9, 8)),
    )
    assert first.value["obs"].ravel().tolist() == [1, 2]
    assert first.value["reward"].tolist() == [1 + 2 / 2 + 3 / 4, 2 + 3 / 2 + 4 / 4]
    assert second.value["obs"].ravel().tolist() == [10, 20]
    assert second.value["reward"].tolist() == [10 + 20 / 2 + 30 / 4, 20 + 30 / 2 + 40 / 4]
    assert (second.value.sequence, second.value.seats, second.env_steps) == (1, (), 2)


def test_nothing_leaves_while_no_agent_has_made_enough_steps() -> None:
    assert through(summing(3), of_seats(1, 2, seats=(7,)), of_seats(5, 6, seats=(8,))) == []


def test_transitions_that_span_several_steps_already_are_refused_in_words() -> None:
    (once,) = through(NStepReturns("nstep_1", {"steps": 2}), steps([1.0, 2.0, 4.0], 0))
    with pytest.raises(ValueError, match="transitions of several steps already"):
        through(NStepReturns("nstep_2", {"steps": 2}), once)
