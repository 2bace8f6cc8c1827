"""What a run counts, in one place and once each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.kinds import Episode

WINDOW = 100  # episodes in the running mean, as is usual in published curves


@dataclass(slots=True)
class Counters:
    """Totals of one run.

    Attributes:
        env_steps: environment steps received from the workers; each counted once, when a gather takes them.
        agent_steps: actions of agents in them; as many where there is one agent.
        trained_steps: rows that learner steps consumed, counted once per batch whatever the epochs.
        updates: learner steps (one per batch, however many minibatches).
        episodes: finished training episodes.
        recent: the returns of the last 100 finished episodes.
        by_policy: where several agents live, the last 100 returns of each policy's agents.
        best_mean: highest `return_mean_100` over full windows so far; None before the first.
    """

    env_steps: int = 0
    agent_steps: int = 0
    trained_steps: int = 0
    updates: int = 0
    episodes: int = 0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    by_policy: dict[str, deque[float]] = field(default_factory=dict)
    best_mean: float | None = None

    def trained(self, rows: int) -> None:
        """Count an update that consumed a batch of `rows`."""
        self.updates += 1
        self.trained_steps += rows

    def due(self, every: int) -> int:
        """Return the next multiple of `every` env steps.

        Example: at 51,200 env steps with `every` 50,000 it is 100,000: what is done now and then does not drift.
        """
        return (self.env_steps // every + 1) * every

    def finished(self, episodes: Iterable[Episode]) -> None:
        """Count finished episodes, in the order in which they ended."""
        for episode in episodes:
            self.episodes += 1
            self.recent.append(episode.episode_return)
            for policy, won in episode.by_agent.values():
                self.by_policy.setdefault(policy, deque(maxlen=WINDOW)).append(won)
            mean = self.return_mean_100
            if mean is not None and len(self.recent) == WINDOW:
                self.best_mean = mean if self.best_mean is None else max(self.best_mean, mean)

    @property
    def return_mean_100(self) -> float | None:
        """Mean return of the last 100 finished episodes (of fewer while there are fewer); None before the first."""
        if not self.recent:
            return None
        return sum(self.recent) / len(self.recent)

    @property
    def means_by_policy(self) -> dict[str, float]:
        """Mean return of the last 100 agents' episodes of each policy, as `return_mean_100/POLICY`."""
        return {f"return_mean_100/{policy}": sum(won) / len(won) for policy, won in self.by_policy.items()}

    def full_mean_at_least(self, wanted: float) -> bool:
        """Whether the mean return of a full window of 100 episodes is `wanted` or more."""
        mean = self.return_mean_100
        return len(self.recent) == WINDOW and mean is not None and mean >= wanted

    def state(self) -> dict[str, Any]:
        """Return everything as plain values, for a checkpoint."""
        totals = {name: getattr(self, name) for name in _TOTALS}
        by_policy = {policy: list(won) for policy, won in self.by_policy.items()}
        return totals | {"recent": list(self.recent), "by_policy": by_policy}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        for name in _TOTALS:
            setattr(self, name, state[name] if name in state else getattr(self, name))  # an older run counted less
        self.by_policy = {policy: deque(won, WINDOW) for policy, won in state.get("by_policy", {}).items()}
        self.recent.clear()
        older = (each[0] if isinstance(each, list) else each for each in state["recent"])  # with lengths beside them
        self.recent.extend(map(float, older))


_TOTALS = ("env_steps", "agent_steps", "trained_steps", "updates", "episodes", "best_mean")
