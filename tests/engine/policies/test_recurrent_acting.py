"""Acting with a memory: torch's numbers without torch, and nobody else's memories."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds import Acting
from engine.networks import as_one_vector
from engine.policies.blueprint import ActorCriticBlueprint
from engine.policies.distributions import Categorical
from engine.policies.memory import Memory
from engine.policies.moments import standardised
from engine.policies.spaces import Observations

STEPS, ROWS = 6, 5


def blueprint(cell: str = "gru", hidden: tuple[int, ...] = (8,), *, normalised: bool = False) -> ActorCriticBlueprint:
    observations, actions = Observations((3,), image=False), Categorical((2,), (0,))
    return ActorCriticBlueprint(observations, actions, hidden, "tanh", normalised, memory=Memory(cell, 4, STEPS))


def weights_for(wanted: ActorCriticBlueprint) -> np.ndarray:
    """Weights far from their start; then mean and deviation of the observations."""
    vector = as_one_vector(wanted.network(0).parameters()).numpy()
    rng = np.random.default_rng(0)
    size = 3 if wanted.normalised else 0
    moved = vector + 0.5 * rng.standard_normal(vector.size)
    return np.concatenate([moved, rng.standard_normal(size), 0.5 + rng.random(size)]).astype(np.float32)


def made(wanted: ActorCriticBlueprint) -> Acting:
    acting = wanted.build()
    acting.load(weights_for(wanted))
    return acting


def observations(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((STEPS, ROWS, 3)).astype(np.float32)


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("hidden", [(), (8,), (8, 6)])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_step_by_step_it_gives_what_the_torch_module_gives_at_once(
    cell: str, hidden: tuple[int, ...], normalised: bool
) -> None:
    wanted = blueprint(cell, hidden, normalised=normalised)
    acting, weights, obs, rng = made(wanted), weights_for(wanted), observations(), np.random.default_rng(1)
    begins = np.zeros((ROWS, STEPS), np.bool_)
    begins[2, 3] = True
    numbers, values = [], []
    for step in range(STEPS):
        for index in np.flatnonzero(begins[:, step]):
            acting.reset(int(index))
        _, records = acting.act(obs[step], rng)
        numbers.append(np.array(records["distribution"]))
        values.append(np.array(records["value"]))
    network = wanted.network(1)
    vector = as_one_vector(network.parameters())
    vector.copy_(torch.from_numpy(weights[: vector.numel()]))
    rows = obs.swapaxes(0, 1).copy()
    if normalised:
        rows = standardised(rows, weights[-6:-3], weights[-3:])
    state = torch.zeros(ROWS, wanted.memory.state_size(2) if wanted.memory else 0)
    theirs = network(torch.from_numpy(rows), state, torch.from_numpy(begins))
    for ours, other in zip((numbers, values), theirs, strict=True):
        columns = np.stack(ours, 1).reshape(ROWS * STEPS, -1)
        np.testing.assert_allclose(columns, other.detach().numpy().reshape(ROWS * STEPS, -1), atol=1e-5)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_state_recorded_is_that_before_the_step(cell: str) -> None:
    acting, obs, rng = made(blueprint(cell)), observations(), np.random.default_rng(0)
    first = acting.act(obs[0], rng)[1]["state"]
    after = np.array(acting.state)
    second = acting.act(obs[1], rng)[1]["state"]
    assert not first.any()
    assert after.any()
    np.testing.assert_array_equal(second, after)
    assert second.shape == (ROWS, *acting.records["state"][0])


def test_a_reset_forgets_one_environment_and_leaves_what_was_recorded() -> None:
    acting, obs, rng = made(blueprint()), observations(), np.random.default_rng(0)
    acting.act(obs[0], rng)
    recorded = acting.act(obs[1], rng)[1]["state"]
    kept, state = np.array(recorded), np.array(acting.state)
    acting.reset(3)
    assert acting.state is not None
    assert not acting.state[3].any()
    np.testing.assert_array_equal(np.delete(acting.state, 3, 0), np.delete(state, 3, 0))
    np.testing.assert_array_equal(recorded, kept)


def test_values_are_those_of_the_states_given_and_leave_no_memory() -> None:
    acting, obs, rng = made(blueprint("lstm")), observations(), np.random.default_rng(0)
    acting.act(obs[0], rng)
    state = np.array(acting.state)
    swapped = acting.values(obs[1][::-1], state[::-1])
    np.testing.assert_array_equal(acting.state, state)
    recorded = acting.act(obs[1], rng)[1]["value"]
    np.testing.assert_allclose(swapped[::-1], recorded, atol=1e-6)


def test_greedy_play_remembers_too() -> None:
    acting, obs = made(blueprint()), observations()
    acting.reset(0)  # an arena forgets before its first step
    acting.act_greedily(obs[0])
    assert acting.state is not None
    assert acting.state.any()


def test_another_number_of_environments_begins_without_memories() -> None:
    acting, obs, rng = made(blueprint()), observations(), np.random.default_rng(0)
    acting.act(obs[0], rng)
    assert not acting.act(obs[1, :2], rng)[1]["state"].any()
