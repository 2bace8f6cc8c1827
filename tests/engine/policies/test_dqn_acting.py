"""Acting by Q-values: the best action or any, each environment with an epsilon of its own, and without torch."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from engine.policies.distributions import Categorical
from engine.policies.dqn_acting import QActing, QBlueprint
from engine.policies.moments import standardised
from engine.policies.q_layers import QShape
from engine.policies.q_network import QDesign, QNetwork
from engine.policies.returns import MeanReturn, ReturnDistribution
from engine.policies.spaces import Observations

VECTOR = Observations((4,), image=False)
THREE = Categorical((3,), (0,))
DESIGN = QDesign(QShape(4, (8,), 3), "relu", noisy=False, returns=MeanReturn())
NOISY = QDesign(QShape(4, (8,), 3), "relu", noisy=True, returns=MeanReturn())
DISTRIBUTION = QDesign(QShape(4, (8,), 3, 5, dueling=True), "relu", noisy=False, returns=ReturnDistribution(5, 0, 1))


def weights(design: QDesign) -> np.ndarray:
    """Weights far from their start, so that each action is the best somewhere."""
    return np.random.default_rng(1).standard_normal(design.size).astype(np.float32)


def acting(design: QDesign = DESIGN, epsilon: float = 0.0, ladder: float = 0.0, place: int = 0, of: int = 1) -> QActing:
    made = QBlueprint(VECTOR, THREE, design, ladder=ladder).build(place, of)
    made.load(np.append(weights(design), np.float32(epsilon)))
    return made


def observations(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, 4)).astype(np.float32)


@pytest.mark.parametrize("design", [DESIGN, DISTRIBUTION])
def test_without_epsilon_the_best_action_is_taken(design: QDesign) -> None:
    network = QNetwork(design)
    network.read(weights(design))
    best = network.expected(observations(50)).argmax(1)
    chosen, records = acting(design).act(observations(50), np.random.default_rng(0))
    np.testing.assert_array_equal(chosen, best)
    np.testing.assert_array_equal(acting(design, epsilon=1).act_greedily(observations(50)), best)
    assert records == {}
    assert (chosen.dtype, len(set(best))) == (np.dtype("int64"), 3)


def test_epsilon_is_the_share_of_arbitrary_actions() -> None:
    part, rng, obs = acting(epsilon=0.3), np.random.default_rng(0), observations(8)
    best = acting().act_greedily(obs)
    other = np.mean([part.act(obs, rng)[0] != best for _ in range(2000)])
    assert other == pytest.approx(0.3 * 2 / 3, rel=0.05)  # one arbitrary action in three is the best


def test_the_ladder_gives_each_environment_of_each_worker_its_own_epsilon() -> None:
    """Ape-X: epsilon_i = 0.4 ^ (1 + 7 i / (n - 1)), here over 2 workers of 2 environments."""
    rungs = [acting(epsilon=0.4, ladder=7, place=worker, of=2).thresholds(2) for worker in (0, 1)]
    np.testing.assert_allclose(np.concatenate(rungs), [0.4 ** (1 + 7 * i / 3) for i in range(4)], rtol=1e-5)
    assert acting(epsilon=0.4, ladder=7).thresholds(1).tolist() == pytest.approx([0.4])
    assert acting(epsilon=1, ladder=7).thresholds(3).tolist() == [1, 1, 1]


def test_new_weights_bring_a_new_epsilon_at_once() -> None:
    part, rng, obs = acting(epsilon=1), np.random.default_rng(0), observations(200)
    assert len(set(part.act(obs[:1].repeat(200, 0), rng)[0])) == 3
    part.load(np.append(weights(DESIGN), np.float32(0)))
    assert len(set(part.act(obs[:1].repeat(200, 0), rng)[0])) == 1


def test_noisy_layers_explore_anew_at_each_step_and_not_when_greedy() -> None:
    part, rng, obs = acting(NOISY), np.random.default_rng(0), observations(8)
    greedy = part.act_greedily(obs)
    steps = np.array([part.act(obs, rng)[0] for _ in range(50)])
    assert len(np.unique(steps, axis=0)) > 5
    np.testing.assert_array_equal(part.act_greedily(obs), greedy)
    calm = QNetwork(DESIGN)
    calm.read(weights(NOISY)[: DESIGN.size])
    np.testing.assert_array_equal(greedy, calm.expected(obs).argmax(1))


def test_the_same_generator_gives_the_same_actions_beyond_a_block_of_chance() -> None:
    runs = []
    for _ in range(2):
        part, rng = acting(epsilon=0.5), np.random.default_rng(7)
        runs.append(np.array([part.act(observations(2), rng)[0] for _ in range(600)]))
    np.testing.assert_array_equal(*runs)


def test_values_are_those_of_the_best_actions() -> None:
    network = QNetwork(DESIGN)
    network.read(weights(DESIGN))
    wanted = network.expected(observations(5)).max(1)
    np.testing.assert_array_equal(acting().values(observations(5)), wanted)


def test_normalised_observations_are_shifted_and_scaled_before_the_network() -> None:
    outer = QBlueprint(VECTOR, THREE, DESIGN, normalised=True).build()
    mean, deviation = observations(1)[0], 0.5 + np.abs(observations(1, seed=1)[0])
    outer.load(np.concatenate([weights(DESIGN), mean, deviation, [0]], dtype=np.float32))
    wanted = acting().values(standardised(observations(5), mean, deviation))
    np.testing.assert_array_equal(outer.values(observations(5)), wanted)


def test_environments_get_python_numbers_counted_from_their_start() -> None:
    part = QBlueprint(VECTOR, Categorical((3,), (-1,)), DESIGN).build()
    assert part.to_environment(np.array([0, 2])) == [-1, 1]


def test_a_worker_acts_without_importing_torch() -> None:
    blueprint = QBlueprint(VECTOR, THREE, DISTRIBUTION)
    sent = pickle.dumps((blueprint, np.append(weights(DISTRIBUTION), np.float32(0.5)), observations(8)))
    code = """
import pickle, sys
import numpy as np
blueprint, weights, obs = pickle.load(sys.stdin.buffer)
acting = blueprint.build(1, 2)
acting.load(weights)
actions, _ = acting.act(obs, np.random.default_rng(0))
print(sorted({"torch", "ray"} & set(sys.modules)), len(actions))
"""
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[] 8"
