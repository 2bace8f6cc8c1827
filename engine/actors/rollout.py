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
from engine.actors.tally import Tally
from engine.kinds import Acting, Batch, Blueprint, Environment, Episode, refuse_unless_finite
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
        self.tally = Tally(plan.environments)

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Act with these weights from the next step on; one policy acts here, whatever it is called."""
        self.acting.load(weights)

    def next(self) -> tuple[Batch, tuple[Episode, ...]]:
        """Sample one fragment: a batch of N*T rows (sequences of T), and the episodes that ended in it."""
        fragment = _Fragment(self.plan.length, self.obs, self.acting)
        for step in range(self.plan.length):
            self._step(step, fragment)
        self.obs = fragment.obs[-1].copy()
        self.journal.add(fragment.actions)
        rewards = np.array(fragment.rewards, np.float64).reshape(fragment.shape)
        episodes = self.tally.add(rewards, [(last.step, last.index) for last in fragment.lasts if last.game_over])
        return fragment.batch(rewards, self.acting, self.plan.environment), episodes

    def _step(self, step: int, fragment: _Fragment) -> None:
        """Step every environment once; what runs for each of them is here, and as little as can be."""
        actions = fragment.act(step, self.acting, self.rng)
        rewards, following = fragment.rewards, fragment.obs[step + 1]
        for index, env in enumerate(self.environments):
            obs, reward, terminated, truncated, info = env.step(actions[index])
            rewards.append(reward)
            if terminated or truncated:
                game_over = GAME_GOES_ON not in info
                fragment.lasts.append(
                    _Last(step, index, bool(terminated), game_over, np.array(obs), self._state_of(index))
                )
                obs = self._begun(index, step + 1, game_over)
            following[index] = obs

    def _begun(self, index: int, step: int, game_over: bool) -> Any:
        """Reset an environment before step `step`, a new game or the next life; return what it shows."""
        self.acting.reset(index)
        if game_over:
            self.journal.begins(index, step)
        obs, _ = self.environments[index].reset()
        return obs

    def _state_of(self, index: int) -> Array | None:
        state = self.acting.state
        return None if state is None else state[index].copy()

    def state(self) -> dict[str, Any]:
        """Return what its next fragments depend on beside the weights, for a checkpoint between two fragments."""
        pasts = [past and {"began": past.began, "actions": np.array(past.actions)} for past in self.journal.pasts()]
        return {
            "pasts": pasts,
            "obs": self.obs,
            **self.tally.state(),
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
        self.tally.restore(state)
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
    """An episode's last observation, which is no row of its own, and the recurrent state before it.

    `game_over` is false where only a life is lost: to be learned from as an end, not to be reported as one.
    """

    step: int
    index: int
    terminated: bool
    game_over: bool
    obs: Array
    state: Array | None


class _Fragment:
    """The arrays of one fragment while it grows; time first, (T, N, ...)."""

    def __init__(self, length: int, first: Array, acting: Acting) -> None:
        environments = len(first)
        self.shape = (length, environments)
        self.obs = np.empty((length + 1, *first.shape), first.dtype)
        self.obs[0] = first
        row, dtype = acting.action
        self.actions = np.empty((*self.shape, *row), dtype)
        self.records = {name: np.empty((*self.shape, *row), dtype) for name, (row, dtype) in acting.records.items()}
        self.rewards: list[Any] = []  # a list: appending is cheaper than writing single array elements
        self.lasts: list[_Last] = []  # of the episodes that ended, in order of time

    def act(self, step: int, acting: Acting, rng: np.random.Generator) -> Any:
        """Choose actions for this step, note them, and return them as the environments want them."""
        actions, records = acting.act(self.obs[step], rng)
        self.actions[step] = actions
        for name, column in self.records.items():
            column[step] = records[name]
        return acting.to_environment(actions)

    def batch(self, rewards: NDArray[np.float64], acting: Acting, environment: Environment) -> Batch:
        """Return the rows, each environment's T steps together, with the rewards (T, N) as they are learned from."""
        terminated, truncated = self._ends()
        columns: dict[str, Array] = {
            "obs": self.obs[:-1],
            "action": self.actions,
            "reward": environment.learned(rewards.astype(np.float32)),
            "terminated": terminated,
            "truncated": truncated,
            **self.records,
        }
        if acting.wants_next_obs:
            columns["next_obs"] = self._next_obs()
        rows = {name: _environment_first(column) for name, column in columns.items()}
        refuse_unless_finite(rows, self.shape[0], [last.obs for last in self.lasts])
        rows = acting.finish(rows)
        if "value" in rows:
            rows["next_value"] = self._next_values(acting, rows["value"])
        return Batch(rows, sequence=self.shape[0])

    def _ends(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which rows terminated and which were cut off, each (T, N)."""
        terminated, truncated = np.zeros(self.shape, np.bool_), np.zeros(self.shape, np.bool_)
        for last in self.lasts:
            (terminated if last.terminated else truncated)[last.step, last.index] = True
        return terminated, truncated

    def _next_values(self, acting: Acting, value: Array) -> NDArray[np.float32]:
        """V(s_t+1), float32 (N*T,): of the next row, the fragment's last observation, or an episode's own last."""
        length, environments = self.shape
        following = np.empty((environments, length), np.float32)
        following[:, :-1] = value.reshape(environments, length)[:, 1:]
        cuts = [last for last in self.lasts if not last.terminated]
        values = acting.values(np.concatenate([self.obs[-1], *(cut.obs[None] for cut in cuts)]), _states(acting, cuts))
        following[:, -1] = values[:environments]
        for cut, value_of_cut in zip(cuts, values[environments:], strict=True):
            following[cut.index, cut.step] = value_of_cut
        for last in self.lasts:
            if last.terminated:
                following[last.index, last.step] = 0.0
        return following.reshape(-1)

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
