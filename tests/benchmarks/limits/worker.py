"""A rollout worker written by hand: a list of environments, one numpy network, advantages on the spot."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import gymnasium
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

INPUTS, WIDTH, ACTIONS = 4, 64, 2  # CartPole-v1, and two towers of two layers
SHAPES: Final = (
    (2, INPUTS, WIDTH), (2, 1, WIDTH), (2, WIDTH, WIDTH), (2, 1, WIDTH), (WIDTH, ACTIONS), (ACTIONS,), (WIDTH, 1), (1,),
)  # fmt: skip
GAMMA, LAMBDA = 0.98, 0.95


def parts(vector: Floats) -> list[Floats]:
    """Return the layers of both towers as views of one vector."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), SHAPES, strict=True)]


def start(seed: int) -> Floats:
    """Return weights to begin with: normal, scaled by the width of the layer before."""
    rng = np.random.default_rng(seed)
    vector = np.zeros(sum(int(np.prod(shape)) for shape in SHAPES), np.float32)
    for part in parts(vector)[::2]:
        part[:] = rng.standard_normal(part.shape, np.float32) / np.sqrt(part.shape[-2])
    parts(vector)[4][:] *= 0.01
    return vector


class Worker:
    """Steps some environments for a fragment at a time.

    Args:
        acting: whether the network acts and advantages are estimated; otherwise actions are drawn at random.
    """

    def __init__(self, environments: int, length: int, seed: int, acting: bool = True) -> None:
        self.envs = [gymnasium.make("CartPole-v1", disable_env_checker=True) for _ in range(environments)]
        self.length, self.acting = length, acting
        self.rng = np.random.default_rng(seed)
        first = [env.reset(seed=seed + place)[0] for place, env in enumerate(self.envs)]
        self.obs = np.stack(first)
        self.returns = [0.0] * environments
        self.hidden = [np.empty((2, environments, WIDTH), np.float32) for _ in range(2)]

    def network(self, obs: Floats) -> tuple[Floats, Floats]:
        """Return logits (N, 2) and values (N,)."""
        first, first_bias, second, second_bias, actor, actor_bias, critic, critic_bias = self.layers
        one, two = self.hidden if len(obs) == len(self.envs) else (None, None)
        one = np.matmul(obs, first, out=one)
        one += first_bias
        np.tanh(one, out=one)
        two = np.matmul(one, second, out=two)
        two += second_bias
        np.tanh(two, out=two)
        return two[0] @ actor + actor_bias, (two[1] @ critic + critic_bias)[:, 0]

    def sample(self, weights: Floats | None = None) -> tuple[dict[str, NDArray[Any]], list[float]]:
        """Return the columns of one fragment, each environment's steps together, and the returns of ended episodes."""
        if weights is not None:
            self.layers = parts(weights)
        length, count, envs = self.length, len(self.envs), self.envs
        obs = np.empty((length + 1, count, INPUTS), np.float32)
        obs[0] = self.obs
        actions = np.empty((length, count), np.int64)
        logits, values = np.empty((length, count, ACTIONS), np.float32), np.empty((length, count), np.float32)
        noise = self.rng.gumbel(size=(length, count, ACTIONS)).astype(np.float32)
        chance = noise.argmax(2)
        rewards: list[float] = []
        ends: list[bool] = []
        cut: list[tuple[int, int, Any]] = []
        finished: list[float] = []
        for step in range(length):
            if self.acting:
                logits[step], values[step] = self.network(obs[step])
                actions[step] = (logits[step] + noise[step]).argmax(1)
            else:
                actions[step] = chance[step]
            following = obs[step + 1]
            for place, (env, action) in enumerate(zip(envs, actions[step].tolist(), strict=True)):
                seen, reward, terminated, truncated, _ = env.step(action)
                rewards.append(reward)
                ends.append(terminated or truncated)
                self.returns[place] += reward
                if terminated or truncated:
                    if truncated and not terminated:
                        cut.append((step, place, seen))
                    finished.append(self.returns[place])
                    self.returns[place] = 0.0
                    seen, _ = env.reset()
                following[place] = seen
        self.obs = obs[-1].copy()
        columns = {
            "obs": obs[:-1],
            "action": actions,
            "reward": np.array(rewards, np.float32).reshape(length, count),
            "end": np.array(ends).reshape(length, count),
        }
        if self.acting:
            columns |= self.learned_from(columns, obs[-1], logits, values, cut)
        return {name: rows(column) for name, column in columns.items()}, finished

    def learned_from(
        self, columns: dict[str, Any], last: Floats, logits: Floats, values: Floats, cut: list[tuple[int, int, Any]]
    ) -> dict[str, Floats]:
        """Return log-probabilities, advantages (Schulman et al. 2016) and value targets, each (T, N)."""
        reward, end = columns["reward"], columns["end"]
        following = np.concatenate([values[1:], self.network(last)[1][None]])
        following[end] = 0.0
        if cut:
            ended = self.network(np.stack([seen for _, _, seen in cut]))[1]
            for (step, place, _), value in zip(cut, ended, strict=True):
                following[step, place] = value
        errors = reward + GAMMA * following - values
        advantages, running = np.empty_like(errors), np.zeros(errors.shape[1], np.float32)
        goes_on = GAMMA * LAMBDA * ~end
        for step in range(len(errors) - 1, -1, -1):
            running = errors[step] + goes_on[step] * running
            advantages[step] = running
        shifted = logits - logits.max(2, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(2, keepdims=True))
        logp = np.take_along_axis(logs, columns["action"][..., None], 2)[..., 0]
        return {"logp": logp, "advantage": advantages, "target": advantages + values}


def rows(column: NDArray[Any]) -> NDArray[Any]:
    """Return (T, N, ...) as (N * T, ...)."""
    return np.ascontiguousarray(column.swapaxes(0, 1)).reshape(-1, *column.shape[2:])


def actors(workers: int, environments: int, length: int, acting: bool = True) -> list[Any]:
    """Return such workers on Ray actors; Ray must be up."""
    import ray

    kind = ray.remote(Worker).options(num_cpus=0)
    return [kind.remote(environments, length, 100 * worker, acting) for worker in range(workers)]


def sampling(
    acting: bool, workers: int = 2, environments: int = 8, length: int = 128
) -> Callable[[float], float]:
    """Return what samples with some workers, two calls in flight on each; env steps a second."""
    import ray

    remote = actors(workers, environments, length, acting)
    weights = start(0) if acting else None

    def rate(seconds: float) -> float:
        flying = {actor.sample.remote(weights): actor for actor in remote for _ in range(2)}
        steps, began = 0, 0.0
        while not began or time.perf_counter() - began < seconds:
            (done, *_), _ = ray.wait(list(flying))
            columns, _ = ray.get(done)
            actor = flying.pop(done)
            flying[actor.sample.remote(weights)] = actor
            if began:
                steps += len(columns["reward"])
            else:
                began = time.perf_counter()
        spent = time.perf_counter() - began
        ray.get(list(flying))
        return steps / spent

    return rate
