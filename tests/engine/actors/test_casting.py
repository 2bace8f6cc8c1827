"""Who plays whom: each agent has exactly one policy, each policy an agent."""

from __future__ import annotations

import pytest

from engine.actors.casting import played_by

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
