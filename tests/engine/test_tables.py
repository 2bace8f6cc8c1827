"""Environments of several agents, turn by turn, on games small enough to follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine import tables
from engine.kinds import MultiAgentEnvironment
from engine.tables import Table, Turn

CARTS = MultiAgentEnvironment("classic/multi_cartpole-v0", "parallel", {"agents": 2})
NOUGHTS = MultiAgentEnvironment("classic/tictactoe-v3", "aec")


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Any:
    made = tables.make(request.param)
    made.reset(seed=3)
    yield made
    made.close()


def play(table: Table, moves: Mapping[str, list[int]]) -> list[Turn]:
    """Let agents make these moves; return every turn that was met."""
    left, met = {agent: list(own) for agent, own in moves.items()}, []
    while not table.over:
        turns = table.turns()
        met += turns
        acting = {turn.agent: left[turn.agent].pop(0) for turn in turns if not turn.ended}
        if acting:
            table.act(acting)
    return met + table.turns()


@pytest.mark.parametrize("table", [CARTS], indirect=True)
def test_agents_of_a_parallel_environment_act_at_once_and_leave_one_by_one(table: Table) -> None:
    met = play(table, {"cart_0": [0] * 500, "cart_1": [0, 1] * 250})
    lengths = {agent: sum(not turn.ended for turn in met if turn.agent == agent) for agent in table.agents}
    assert lengths["cart_0"] < lengths["cart_1"]
    for agent in table.agents:
        own = [turn for turn in met if turn.agent == agent]
        assert [turn.ended for turn in own] == [False] * lengths[agent] + [True]
        assert sum(turn.reward for turn in own) == lengths[agent]


@pytest.mark.parametrize("table", [NOUGHTS], indirect=True)
def test_players_of_a_board_game_meet_what_the_other_did_to_them(table: Table) -> None:
    met = play(table, {"player_1": [0, 1, 2], "player_2": [3, 4]})
    ends = {turn.agent: turn.reward for turn in met if turn.ended}
    assert ends == {"player_1": 1.0, "player_2": -1.0}
    assert [turn.agent for turn in met if not turn.ended] == ["player_1", "player_2"] * 2 + ["player_1"]


@pytest.mark.parametrize("table", [NOUGHTS], indirect=True)
def test_legal_actions_follow_the_observation(table: Table) -> None:
    met = play(table, {"player_1": [0, 1, 2], "player_2": [3, 4]})
    second = met[1]
    assert second.obs.shape == (18 + 9,)
    assert second.obs.dtype == np.float32
    assert second.obs[-9:].tolist() == [0, 1, 1, 1, 1, 1, 1, 1, 1]


def test_what_is_not_registered_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no parallel environment 'classic/chess-v6' is registered"):
        tables.make(MultiAgentEnvironment("classic/chess-v6", "parallel"))


def test_known_environments_are_listed_and_none_that_names_a_module() -> None:
    assert CARTS.id in tables.registered("parallel")
    assert NOUGHTS.id in tables.registered("aec")
    assert not [name for name in tables.registered("aec") if ":" in name]
