"""The rollout worker: environments stepped in a plain loop, a policy acting on all of them at once.

Resets are exact: an environment that ends is reset at once, the step after an end starts from the new episode's
first observation, and no row of a batch is a reset. The value of what comes after an end is taken from the ended
episode's own last observation (cut off by a time limit) or is zero (terminated).

It imports neither torch nor ray; the policy's acting part may bring torch along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import environments
from engine.actors.journal import Journal, Past
from engine.kinds import Acting, Batch, Blueprint, Environment, Episode, UnfitBatch
from engine.wrappers.lives import GAME_GOES_ON

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class RolloutPlan:
    """Everything a worker must know to start: small, frozen, and sent once.

    Attributes:
        environment: what to step.
        blueprint: how to build the acting part of the policy.
        environments: N, how many to step together.
        length: T, steps of each in a fragment.
        seed: of the environments' resets and the policy's choices.
        worker: number of this worker among `workers`, from 0.
        workers: how many there are.
    """

    environment: Environment
    blueprint: Blueprint
    environments: int
    length: int
    seed: int
    worker: int = 0
    workers: int = 1

    def build(self) -> Rollout:
        """Return a worker with its environments made and reset."""
        return Rollout(self)


class Rollout:
    """Steps N environments, T times a fragment."""

    def __init__(self, plan: RolloutPlan) -> None:
        self.plan = plan
        self.acting: Acting = plan.blueprint.build(plan.worker, plan.workers)
        self.rng = np.random.default_rng(plan.seed)
        self.environments = [environments.make(plan.environment) for _ in range(plan.environments)]
        seeds = np.random.SeedSequence(plan.seed).generate_state(plan.environments).tolist()
        first = [env.reset(seed=seed)[0] for env, seed in zip(self.environments, seeds, strict=True)]
        self.journal = Journal(self.environments, seeds)
        self.obs = np.stack(first).astype(self.acting.observation[1])  # what the policy reads, often half the bytes
        self.returns = [0.0] * plan.environments
        self.lengths = [0] * plan.environments

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Act with these weights from the next step on; one policy acts here, whatever it is called."""
        self.acting.load(weights)

    def next(self) -> tuple[Batch, tuple[Episode, ...]]:
        """Sample one fragment: a batch of N*T rows (sequences of T), and the episodes that ended in it."""
        fragment = _Fragment(self.plan.length, self.obs, self.acting)
        episodes: list[Episode] = []
        for step in range(self.plan.length):
            self._step(step, fragment, episodes)
        self.obs = fragment.obs[-1].copy()
        self.journal.add(fragment.actions)
        return fragment.batch(self.acting, self.plan.environment), tuple(episodes)

    def _step(self, step: int, fragment: _Fragment, episodes: list[Episode]) -> None:
        actions = fragment.act(step, self.acting, self.rng)
        returns, lengths, following = self.returns, self.lengths, fragment.obs[step + 1]
        rewards, terminations, truncations = fragment.rewards, fragment.terminated, fragment.truncated
        for index, env in enumerate(self.environments):
            obs, reward, terminated, truncated, info = env.step(actions[index])
            rewards.append(reward)  # here and not by a call: this line runs for every step of every environment
            terminations.append(terminated)
            truncations.append(truncated)
            returns[index] += float(reward)
            lengths[index] += 1
            if terminated or truncated:
                fragment.last(_Last(step, index, terminated, np.array(obs), self._state_of(index)))
                self.acting.reset(index)
                if GAME_GOES_ON not in info:
                    episodes.append(Episode(returns[index], lengths[index]))
                    returns[index], lengths[index] = 0.0, 0
                    self.journal.begins(index, step + 1)
                obs, _ = env.reset()
            following[index] = obs

    def _state_of(self, index: int) -> Array | None:
        state = self.acting.state
        return None if state is None else state[index].copy()

    def state(self) -> dict[str, Any]:
        """Return what its next fragments depend on beside the weights, for a checkpoint between two fragments."""
        pasts = [past and {"began": past.began, "actions": np.array(past.actions)} for past in self.journal.pasts()]
        return {
            "pasts": pasts,
            "obs": self.obs,
            "returns": list(self.returns),
            "lengths": list(self.lengths),
            "rng": self.rng.bit_generator.state,
            "acting": self.acting.kept(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave, each environment after going through its episode again.

        Raises:
            ValueError: an environment does not come to where it was; the text is a part of a sentence.
        """
        pasts = [past and Past(past["began"], past["actions"]) for past in state["pasts"]]
        for index, (env, past) in enumerate(zip(self.environments, pasts, strict=True)):
            obs = None if past is None else self._gone_through(env, past)
            if obs is None or not np.array_equal(np.array(obs).astype(self.obs.dtype), state["obs"][index]):
                raise ValueError(f"environment {index} did not come to where it was by the same actions")
            self.obs[index] = obs
        self.journal.restore(pasts)
        self.returns, self.lengths = list(state["returns"]), list(state["lengths"])
        self.rng.bit_generator.state = state["rng"]
        self.acting.restore(state["acting"])

    def _gone_through(self, env: Any, past: Past) -> Any:
        """Return what the environment shows after its past; None if that ended the episode."""
        obs, _ = past.begin(env)
        for action in self.acting.to_environment(past.actions) if len(past.actions) else ():
            obs, _, terminated, truncated, info = env.step(action)
            if terminated or truncated:
                if GAME_GOES_ON not in info:
                    return None
                obs, _ = env.reset()
        return obs

    def close(self) -> None:
        """Close the environments."""
        for env in self.environments:
            env.close()


@dataclass(frozen=True, slots=True)
class _Last:
    """An episode's last observation, which is no row of its own, and the recurrent state before it."""

    step: int
    index: int
    terminated: bool
    obs: Array
    state: Array | None


class _Fragment:
    """The arrays of one fragment while it grows; time first, (T, N, ...)."""

    def __init__(self, length: int, first: Array, acting: Acting) -> None:
        environments = len(first)
        self.shape = (length, environments)
        self.obs = np.empty((length + 1, *first.shape), first.dtype)
        self.obs[0] = first
        self.actions: Array = np.empty(0)  # made at the first step, which shows their shape
        self.records = {name: np.empty((*self.shape, *row), dtype) for name, (row, dtype) in acting.records.items()}
        self.rewards: list[Any] = []  # lists: appending is cheaper than writing single array elements
        self.terminated: list[bool] = []
        self.truncated: list[bool] = []
        self.lasts: list[_Last] = []

    def act(self, step: int, acting: Acting, rng: np.random.Generator) -> Any:
        """Choose actions for this step, note them, and return them as the environments want them."""
        actions, records = acting.act(self.obs[step], rng)
        if not step:
            self.actions = np.empty((self.shape[0], *actions.shape), actions.dtype)
        self.actions[step] = actions
        for name, column in self.records.items():
            column[step] = records[name]
        return acting.to_environment(actions)

    def last(self, last: _Last) -> None:
        """Note how an episode ended."""
        self.lasts.append(last)

    def batch(self, acting: Acting, environment: Environment) -> Batch:
        """Return the rows, each environment's T steps together."""
        terminated = np.array(self.terminated, np.bool_).reshape(self.shape)
        columns: dict[str, Array] = {
            "obs": self.obs[:-1],
            "action": self.actions,
            "reward": environment.learned(np.array(self.rewards, np.float32).reshape(self.shape)),
            "terminated": terminated,
            "truncated": np.array(self.truncated, np.bool_).reshape(self.shape) & ~terminated,
            **self.records,
        }
        _refuse_unless_finite(columns)
        if acting.wants_next_obs:
            columns["next_obs"] = self._next_obs()
        if "value" in columns:
            columns["next_value"] = self._next_values(acting, columns["value"], columns["terminated"])
        rows = {name: _environment_first(column) for name, column in columns.items()}
        return Batch(acting.finish(rows), sequence=self.shape[0])

    def _next_values(self, acting: Acting, value: Array, terminated: Array) -> NDArray[np.float32]:
        """V(s_t+1), float32 (T, N): of the next row, the fragment's last observation, or an episode's own last."""
        following = np.empty(self.shape, np.float32)
        following[:-1] = value[1:]
        cuts = [last for last in self.lasts if not last.terminated]
        values = acting.values(np.concatenate([self.obs[-1], *(cut.obs[None] for cut in cuts)]), _states(acting, cuts))
        following[-1] = values[: self.shape[1]]
        for cut, value_of_cut in zip(cuts, values[self.shape[1] :], strict=True):
            following[cut.step, cut.index] = value_of_cut
        following[terminated] = 0.0
        return following

    def _next_obs(self) -> Array:
        """s_t+1 (T, N, *O): the next row's observation, or an episode's own last."""
        following = self.obs[1:].copy()
        for last in self.lasts:
            following[last.step, last.index] = last.obs
        return following


def _states(acting: Acting, cuts: Sequence[_Last]) -> Array | None:
    """Return the recurrent states before a fragment's last observations and before those of `cuts`."""
    if acting.state is None:
        return None
    return np.concatenate([acting.state, *(cut.state[None] for cut in cuts if cut.state is not None)])


def _environment_first(column: Array) -> Array:
    """Turn (T, N, ...) into contiguous rows (N*T, ...), each environment's steps together."""
    return np.ascontiguousarray(column.swapaxes(0, 1)).reshape(-1, *column.shape[2:])


def _refuse_unless_finite(columns: dict[str, Array]) -> None:
    """Raise UnfitBatch if the environment gave a reward or an observation that is no finite number."""
    for name, words in (("reward", "a reward"), ("obs", "an observation")):
        column = columns[name]
        if column.dtype.kind == "f" and not np.isfinite(column).all():
            rows = {name: _environment_first(column) for name, column in columns.items()}
            what = f"the environment gave {words} of {column[~np.isfinite(column)][0]}"
            raise UnfitBatch(what, Batch(rows, sequence=len(column)))
