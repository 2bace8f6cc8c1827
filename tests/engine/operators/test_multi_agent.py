"""Environment, agents, policies and rollouts of several agents, wired by hand as a plan wires them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.counters import Counters
from engine.declare import named
from engine.kinds import Batch, Environment, Item, MultiAgentBatch, Policy
from engine.operators.experiences.select_experiences import SelectExperiences
from engine.operators.experiences.split_by_policy import SplitByPolicy
from engine.operators.rollouts.multi_agent_rollouts import MultiAgentRollouts
from engine.operators.setup.agents import Agents
from engine.operators.setup.multi_agent_environment import MultiAgentEnvironment
from engine.operators.setup.ppo_policy import PPOPolicy
from engine.problems import RunFailed
from tests.engine.operators.pieces import TinyRun

CARTS = {"id": "classic/multi_cartpole-v0", "kwargs": {"agents": 3}}


def environment(**params: Any) -> Any:
    return MultiAgentEnvironment("environment_1", CARTS | params).provide(TinyRun())  # type: ignore[arg-type]


def policy(node: str, agents: str, where: Any) -> Policy:
    view = Agents(f"agents_of_{node}", {"agents": agents}).provide(TinyRun(), environment=where)  # type: ignore[arg-type]
    operator = PPOPolicy(node, {"hidden": [8]})
    made: Policy = named(operator, operator.provide(TinyRun(), environment=view))  # type: ignore[arg-type]
    return made


def rollouts(where: Any, *policies: Policy, **params: Any) -> MultiAgentRollouts:
    small = {"workers": 0, "environments_per_worker": 2, "fragment_length": 8, "sequence_length": 4}
    operator = MultiAgentRollouts("rollouts_1", small | params)
    operator.provide(TinyRun(), environment=where, policies=policies)  # type: ignore[arg-type]
    return operator


def items(operator: MultiAgentRollouts, count: int) -> list[Item]:
    operator.shards.load(())
    got: list[Item] = []
    for _ in range(count):
        operator.shards.ask("rollouts_1/0")
        got += operator.shards.arrived()
    for item in got:
        operator.shards.taken(item)
    operator.close()
    return got


def test_each_policy_gets_the_rows_of_its_agents_in_sequences_of_one_agent() -> None:
    where = environment()
    one, two = policy("one", "cart_0", where), policy("two", "cart_1, cart_2", where)
    first, second = items(rollouts(where, one, two, fragment_length=4, sequence_length=2), 2)
    for item in (first, second):
        assert item.env_steps == 8
        assert item.value.versions == {"one": 0, "two": 0}
        assert {batch.sequence for batch in item.value.batches.values()} == {2}
    rows = {name: sum(len(item.value.batches[name]) for item in (first, second)) for name in ("one", "two")}
    assert rows == {"one": 12, "two": 24}  # of 8 steps in 2 environments, 7 are whole, and 6 of them fill sequences
    assert set(first.value.batches["one"].columns) >= {"obs", "action", "logp", "value", "next_value"}


def test_agent_steps_are_counted_beside_env_steps() -> None:
    where = environment()
    operator = rollouts(where, policy("one", "*", where), sequence_length=1)
    items(operator, 2)
    counters: Counters = operator.shards.run.counters
    assert counters.env_steps == 32


def test_weights_reach_the_policy_that_they_are_of() -> None:
    where = environment()
    one, two = policy("one", "cart_0", where), policy("two", "cart_1, cart_2", where)
    operator = rollouts(where, one, two)
    operator.shards.load(())
    one.version = 7
    operator.shards.send(one)
    operator.shards.ask("rollouts_1/0")
    (item,) = operator.shards.arrived()
    assert item.value.versions == {"one": 7, "two": 0}
    assert item.version == 0
    with pytest.raises(ValueError, match="do not act with three: connect it there too"):
        operator.shards.send(policy("three", "*", where))
    operator.close()


def test_a_fragment_tells_the_oldest_version_that_made_a_row_of_it() -> None:
    where = environment()
    one = policy("one", "*", where)
    operator, versions = rollouts(where, one, fragment_length=1, sequence_length=1), []
    operator.shards.load(())
    for one.version in (1, 2, 3):
        operator.shards.send(one)
        operator.shards.ask("rollouts_1/0")
        (item,) = operator.shards.arrived()
        operator.shards.taken(item)
        versions.append((item.version, item.value.versions, len(item.value.batches)))
    operator.close()
    assert versions == [(1, {"one": 1}, 0), (1, {"one": 1}, 1), (2, {"one": 2}, 1)]  # a row is whole one step later


def test_a_policy_made_for_another_environment_is_refused() -> None:
    where, other = environment(), environment(kwargs={"agents": 2})
    with pytest.raises(ValueError, match="one is made for another environment"):
        rollouts(where, policy("one", "*", other))


def test_agents_that_are_not_there_are_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="no agent is called 'dog'; there are cart_0, cart_1, cart_2"):
        policy("one", "dog", environment())


def test_agents_of_other_spaces_cannot_share_a_policy() -> None:
    where = environment(id="butterfly/knights_archers_zombies-v11", kwargs={})
    assert policy("one", "*", where).environment.id == where.id


def test_an_environment_that_cannot_be_made_names_its_node() -> None:
    with pytest.raises(RunFailed, match=r"made: .*unexpected keyword argument 'colour'") as refused:
        environment(kwargs={"colour": "red"})
    assert str(refused.value.problems[0].where) == "environment_1.kwargs"


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("nothing/at_all-v0", "environment_1.id: no parallel environment 'nothing/at_all-v0' is registered with "
         "PettingZoo (see the list of environments in the form)"),
        ("classic/multi_cartpol-v0", "environment_1.id: no parallel environment 'classic/multi_cartpol-v0' is "
         "registered with PettingZoo (did you mean classic/multi_cartpole-v0?)"),
        ("classic/tictactoe-v3", "environment_1.players: no parallel environment 'classic/tictactoe-v3' is registered "
         "with PettingZoo (set players to aec)"),
    ],
)  # fmt: skip
def test_an_environment_that_is_not_registered_is_told_with_what_to_try(id_: str, told: str) -> None:
    with pytest.raises(RunFailed) as refused:
        environment(id=id_)
    assert str(refused.value) == told


def test_an_id_that_names_a_module_is_refused_before_the_run() -> None:
    (problem,) = MultiAgentEnvironment("environment_1", {"id": "os:system"}).check(None)
    assert "names a module to import" in problem.what


def selected(name: str, **batches: Batch) -> list[Item]:
    value = MultiAgentBatch(batches, {"one": 3, "two": 5})
    operator, wanted = SelectExperiences("select_1"), policy(name, "*", environment())
    operator.provide(TinyRun(), policy=wanted)  # type: ignore[arg-type]
    return list(operator.each(Item(value, "rollouts_1/0", 3, 16)))


def test_selecting_keeps_the_env_steps_and_takes_the_policys_own_version() -> None:
    batch = Batch({"reward": np.ones(4, np.float32)}, 2)
    (item,) = selected("two", one=batch, two=batch)
    assert (item.value, item.version, item.env_steps, item.source) == (batch, 5, 16, "rollouts_1/0")


def test_nothing_comes_of_a_fragment_in_which_the_policy_had_no_whole_sequence() -> None:
    assert selected("two", one=Batch({"reward": np.ones(4, np.float32)})) == []


def test_a_policy_that_does_not_act_there_is_told() -> None:
    with pytest.raises(ValueError, match="three does not act there"):
        selected("three")


def ways(name: str, **batches: Batch) -> Any:
    value = MultiAgentBatch(batches, {"one": 3, "two": 5, "three": 4})
    operator = SplitByPolicy("split_1")
    operator.provide(TinyRun(), policy=policy(name, "*", environment()))  # type: ignore[arg-type]
    return operator.ways(Item(value, "rollouts_1/0", 3, 16))


def test_a_split_leads_a_policys_batch_one_way_and_all_others_another() -> None:
    batch, other = Batch({"reward": np.ones(4, np.float32)}, 2), Batch({"reward": np.zeros(2, np.float32)}, 2)
    assert ways("one", one=batch, two=other, three=other) == {
        "selected": Item(batch, "rollouts_1/0", 3, 16),
        "others": Item(MultiAgentBatch({"two": other, "three": other}, {"two": 5, "three": 4}), "rollouts_1/0", 4, 16),
    }


def test_a_split_gives_nothing_where_there_is_nothing() -> None:
    batch = Batch({"reward": np.ones(4, np.float32)}, 2)
    assert ways("one", one=batch).keys() == {"selected"}
    assert ways("one", two=batch).keys() == {"others"}
    with pytest.raises(ValueError, match="four does not act there"):
        ways("four", one=batch)


def test_a_single_agents_rollouts_refuse_an_environment_of_several() -> None:
    from engine import environments

    where = environment()
    view = policy("one", "*", where).environment
    assert isinstance(view, Environment)
    with pytest.raises(ValueError, match="several agents live in classic/multi_cartpole-v0"):
        environments.make(view)
