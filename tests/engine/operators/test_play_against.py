"""Games against agents that move at random, counted."""

from __future__ import annotations

from typing import Any

import pytest

from engine.events import MetricsReported
from engine.kinds import Environment
from engine.operators.report.play_against import PlayAgainst
from engine.operators.setup.agents import Agents
from engine.operators.setup.multi_agent_environment import MultiAgentEnvironment
from engine.operators.setup.ppo_policy import PPOPolicy
from tests.engine.operators.pieces import TinyRun, result


def policy(environment: Any) -> Any:
    return PPOPolicy("policy_1", {"hidden": [8]}).provide(TinyRun(), environment=environment)  # type: ignore[arg-type]


def noughts() -> Any:
    params = {"id": "classic/tictactoe-v3", "players": "aec"}
    where = MultiAgentEnvironment("environment_1", params).provide(TinyRun())  # type: ignore[arg-type]
    return Agents("agents_1").provide(TinyRun(), environment=where)  # type: ignore[arg-type]


def test_wins_draws_and_losses_add_up_and_are_told_when_it_is_time() -> None:
    operator, run = PlayAgainst("match_1", {"every": 100, "games": 20}), TinyRun()
    operator.provide(run, policy=policy(noughts()))  # type: ignore[arg-type]
    for env_steps in (99, 100, 150, 200):
        run.counters.env_steps = env_steps
        assert len(list(operator.each(result()))) == 1
    operator.close()
    told = [event for event in run.told if isinstance(event, MetricsReported)]
    assert [event.env_steps for event in told] == [100, 200]
    for event in told:
        values = event.values
        assert values["win_rate"] + values["draw_rate"] + values["loss_rate"] == pytest.approx(1)
        assert values["match_return_mean"] == pytest.approx(values["win_rate"] - values["loss_rate"])
        assert 0.2 < values["win_rate"] < 0.9  # it has learned nothing yet


def test_a_policy_that_plays_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="plays alone: Evaluate measures it"):
        PlayAgainst("match_1").provide(TinyRun(), policy=policy(Environment("CartPole-v1")))  # type: ignore[arg-type]


def test_a_game_with_a_single_agent_is_refused_before_it_begins() -> None:
    params = {"id": "classic/multi_cartpole-v0", "kwargs": {"agents": 1}}
    where = MultiAgentEnvironment("environment_1", params).provide(TinyRun())  # type: ignore[arg-type]
    alone = Agents("agents_1").provide(TinyRun(), environment=where)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="only one agent lives in classic/multi_cartpole-v0"):
        PlayAgainst("match_1").provide(TinyRun(), policy=policy(alone))  # type: ignore[arg-type]
