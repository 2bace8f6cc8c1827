"""Acting on workers: the same numbers as the torch network, without torch, and repeatable."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.kinds import Acting
from engine.networks import as_one_vector
from engine.policies.blueprint import ActorCriticBlueprint
from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution
from engine.policies.moments import standardised
from engine.policies.spaces import Observations

VECTOR = Observations((4,), image=False)
IMAGE = Observations((36, 40, 3), image=True)
TWO = Categorical((2,), (0,))
SEVERAL = Categorical((3, 2), (0, 0), many=True)
REALS = DiagonalGaussian((-1.0, -1.0), (1.0, 1.0), (2,))


def observations(of: Observations, rows: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if of.image:
        return rng.integers(0, 256, (rows, *of.shape), np.uint8)
    return rng.standard_normal((rows, *of.shape)).astype(np.float32)


def weights_for(blueprint: ActorCriticBlueprint, seed: int = 0) -> np.ndarray:
    """Weights far from their start, so that no two outputs are alike; then log deviations, mean and deviation."""
    vector = as_one_vector(blueprint.network(seed).parameters()).numpy()
    rng = np.random.default_rng(seed)
    moved = vector + 0.1 * rng.standard_normal(vector.size)
    size = blueprint.observations.size if blueprint.normalised else 0
    rest = (np.full(blueprint.actions.free, -0.5), rng.standard_normal(size), 0.5 + rng.random(size))
    return np.concatenate([moved, *rest]).astype(np.float32)


def made(blueprint: ActorCriticBlueprint) -> Acting:
    acting = blueprint.build()
    acting.load(weights_for(blueprint))
    return acting


@pytest.mark.parametrize("rows", [1, 8, 64])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("hidden", [(), (64,), (64, 64), (16, 8, 4)])
def test_numpy_gives_what_the_torch_module_gives(hidden: tuple[int, ...], activation: str, rows: int) -> None:
    blueprint = ActorCriticBlueprint(VECTOR, SEVERAL, hidden, activation)
    acting, weights, obs = made(blueprint), weights_for(blueprint), observations(VECTOR, rows)
    network = blueprint.network(1)
    as_one_vector(network.parameters()).copy_(torch.from_numpy(weights))
    numbers, values = network(torch.from_numpy(obs))
    _, records = acting.act(obs, np.random.default_rng(0))
    np.testing.assert_allclose(records["distribution"], numbers.detach().numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(acting.values(obs), values.detach().numpy(), rtol=1e-5, atol=1e-5)


def test_normalised_observations_are_shifted_and_scaled_before_the_network() -> None:
    plain = ActorCriticBlueprint(VECTOR, TWO, (8,), "tanh")
    normalised = ActorCriticBlueprint(VECTOR, TWO, (8,), "tanh", normalised=True)
    weights, obs = weights_for(normalised), observations(VECTOR, 3)
    inner, outer = plain.build(), normalised.build()
    inner.load(weights[:-8])
    outer.load(weights)
    assert weights[-8:-4].any()
    wanted = inner.values(standardised(obs, weights[-8:-4], weights[-4:]))
    np.testing.assert_array_equal(outer.values(obs), wanted)


@pytest.mark.parametrize(("of", "actions"), [(VECTOR, TWO), (VECTOR, SEVERAL), (VECTOR, REALS), (IMAGE, TWO)])
def test_records_are_as_declared_and_finish_with_logp_and_value(of: Observations, actions: Distribution) -> None:
    acting = made(ActorCriticBlueprint(of, actions, (8,), "tanh"))
    obs = observations(of, 5)
    chosen, records = acting.act(obs, np.random.default_rng(0))
    shape, dtype = acting.action
    assert (chosen.shape, chosen.dtype) == ((5, *shape), dtype)
    for name, (shape, dtype) in acting.records.items():
        assert (records[name].shape, records[name].dtype) == ((5, *shape), dtype)
    columns = acting.finish({"obs": obs, "action": chosen, "reward": np.ones(5), **records})
    assert set(columns) == {"obs", "action", "reward", "value", "logp"}
    np.testing.assert_array_equal(columns["value"], acting.values(obs))
    assert columns["logp"].shape == (5,)
    assert columns["logp"].dtype == np.float32
    free = np.full(actions.free, -0.5, np.float32)
    np.testing.assert_array_equal(
        columns["logp"], actions.log_probability(np.array(records["distribution"]), free, chosen)
    )


def test_the_same_generator_gives_the_same_actions_beyond_a_block_of_noise() -> None:
    blueprint = ActorCriticBlueprint(VECTOR, TWO, (8,), "tanh")
    obs = observations(VECTOR, 4)
    runs = []
    for _ in range(2):
        acting, rng = made(blueprint), np.random.default_rng(7)
        runs.append(np.array([acting.act(obs, rng)[0] for _ in range(600)]))
    np.testing.assert_array_equal(*runs)
    assert 0 < runs[0].mean() < 1
    assert len(np.unique(runs[0], axis=0)) == 16  # no row of noise serves two environments


def test_greedy_actions_are_the_most_likely() -> None:
    acting, obs = made(ActorCriticBlueprint(VECTOR, TWO, (8,), "tanh")), observations(VECTOR, 20)
    _, records = acting.act(obs, np.random.default_rng(0))
    likely = np.array(records["distribution"]).argmax(1)
    np.testing.assert_array_equal(acting.act_greedily(obs), likely)
    assert set(likely) == {0, 1}


def test_values_stay_when_the_next_call_comes() -> None:
    acting = made(ActorCriticBlueprint(VECTOR, TWO, (8,), "tanh"))
    first = acting.values(observations(VECTOR, 3, seed=1))
    kept = first.copy()
    acting.values(observations(VECTOR, 3, seed=2))
    np.testing.assert_array_equal(first, kept)


def test_observations_of_double_precision_and_any_shape_are_read_as_vectors() -> None:
    square = Observations((2, 2), image=False)
    obs = observations(VECTOR, 3)
    flat, shaped = (made(ActorCriticBlueprint(of, TWO, (8,), "tanh")) for of in (VECTOR, square))
    np.testing.assert_array_equal(shaped.values(obs.reshape(3, 2, 2).astype(np.float64)), flat.values(obs))


def test_a_worker_acts_without_importing_torch() -> None:
    blueprint = ActorCriticBlueprint(VECTOR, TWO, (64, 64), "tanh")
    sent = pickle.dumps((blueprint, weights_for(blueprint), observations(VECTOR, 8)))
    code = """
import pickle, sys
import numpy as np
blueprint, weights, obs = pickle.load(sys.stdin.buffer)
acting = blueprint.build()
acting.load(weights)
actions, records = acting.act(obs, np.random.default_rng(0))
acting.finish({"obs": obs, "action": actions, **records})
acting.to_environment(actions)
print(sorted({"torch", "ray"} & set(sys.modules)), len(actions))
"""
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[] 8"


def test_images_are_acted_on_by_torch_with_the_weights_that_came() -> None:
    blueprint = ActorCriticBlueprint(IMAGE, TWO, (8,), "relu")
    acting, obs, weights = blueprint.build(), observations(IMAGE, 3), weights_for(blueprint)
    weights.flags.writeable = False  # as they arrive through shared memory
    obs.flags.writeable = False
    acting.load(weights)
    network = blueprint.network(0)
    as_one_vector(network.parameters()).copy_(torch.tensor(weights))
    wanted = network(torch.tensor(obs))[1].detach().numpy()
    np.testing.assert_allclose(acting.values(obs), wanted, rtol=1e-5)
