"""Who plays whom: each agent has exactly one policy, each policy an agent; and which agents there are."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from engine.agent_names import CARTS, KNOWN, known_agents, matching, played_by
from engine.kinds import MultiAgentEnvironment

AGENTS = ("cart_0", "cart_1", "pole_0")


def test_every_agent_is_played_by_the_policy_whose_pattern_names_it() -> None:
    plays = played_by(AGENTS, {"ppo_1": "cart_*", "dqn_1": "pole_0"})
    assert plays == {"cart_0": "ppo_1", "cart_1": "ppo_1", "pole_0": "dqn_1"}


@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        ({"ppo_1": "cart_*"}, "no policy plays pole_0: widen"),
        ({"ppo_1": "*", "dqn_1": "pole_0"}, "ppo_1 and dqn_1 both play pole_0"),
        ({"ppo_1": "*", "dqn_1": "dog"}, "no agent is called 'dog', as dqn_1 wants; there are cart_0"),
    ],
)
def test_what_does_not_fit_is_told(patterns: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        played_by(AGENTS, patterns)


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [("cart_*", "cart_0 cart_1"), ("*", "cart_0 cart_1 pole_0"), ("pole_0, cart_1", "cart_1 pole_0"), ("dog", "")],
)
def test_agents_are_matched_by_patterns_in_their_own_order(pattern: str, matched: str) -> None:
    assert matching(["cart_0", "cart_1", "pole_0"], pattern) == tuple(matched.split())



@pytest.mark.parametrize(
    ("players", "env_id", "kwargs"),
    [("aec", name, {}) for name in KNOWN if name.startswith("classic/")]
    + [("parallel", name, {}) for name in KNOWN if name.startswith("butterfly/")]
    + [("parallel", CARTS, {}), ("parallel", CARTS, {"agents": 3})],
)
def test_the_names_are_those_of_the_environment(players: str, env_id: str, kwargs: dict[str, JsonValue]) -> None:
    from engine import tables

    table = tables.make(MultiAgentEnvironment(env_id, players, kwargs))
    assert known_agents(env_id, kwargs) == table.agents
    table.close()


def test_of_other_environments_and_keyword_arguments_nothing_is_said() -> None:
    assert known_agents("classic/chess-v6", {}) == ()
    assert known_agents("classic/tictactoe-v3", {"render_mode": "human"}) == ()
