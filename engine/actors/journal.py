"""What a worker's environments have gone through since their episodes began, so that they can go through it again.

An environment's insides cannot be written down in general. But where it stands mostly follows from how its episode
began, which is decided by its generators, and from the actions since. So these are what a checkpoint keeps; a resumed
run begins the episode again, carries the actions out, and looks whether the environment shows what it showed.

Actions are kept as they lie in the worker's fragments: on the way nothing is copied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine import generators

LONGEST: Final = 100_000  # steps; of a longer episode the beginning is forgotten

Page = Sequence[Sequence[Any]] | NDArray[Any]  # actions of a fragment: of each step, those of each environment


@dataclass(frozen=True, slots=True)
class Past:
    """How an environment came to where it is.

    Attributes:
        began: the seed of its first reset, or the states of its generators before a later one.
        actions: since then, a sequence.
    """

    began: Any
    actions: Any

    def begin(self, env: Any) -> Any:
        """Reset an environment, or a table of agents, as the episode began; return what that gives."""
        if isinstance(self.began, int):
            return env.reset(seed=self.began)
        generators.restore(generators.of(env), self.began)
        return env.reset()


class Journal:
    """The actions of one worker's environments, back to where the oldest of their episodes began.

    Example: with fragments of 4 steps and an environment whose episode ended at the third, after a second fragment its
    past has 5 actions.
    """

    def __init__(self, environments: Sequence[Any], seeds: Iterable[int]) -> None:
        """Begin where each environment was just reset with its seed."""
        self.environments = environments
        self.inside = [generators.of(env) for env in environments]  # found once: looking costs more than reading
        self.begun: list[tuple[int, Any]] = [(0, seed) for seed in seeds]  # by environment: before which step, and how
        self.pages: list[Page] = []
        self.first = 0  # step of the first page
        self.end = 0  # step that comes next

    def begins(self, index: int, step: int) -> None:
        """Note that an environment is about to be reset, before step `step` of the fragment that is being made."""
        self.begun[index] = (self.end + step, generators.states(self.inside[index]))

    def add(self, page: Page) -> None:
        """Add the actions of a fragment, and forget what no episode needs."""
        self.pages.append(page)
        self.end += len(page)
        needed = max(min(step for step, _ in self.begun), self.end - LONGEST)
        while self.pages and self.first + len(self.pages[0]) <= needed:
            self.first += len(self.pages.pop(0))

    def pasts(self) -> list[Past | None]:
        """Return each environment's past; None if its episode is too long to be kept."""
        steps = [step for page in self.pages for step in page]
        return [
            Past(began, [step[index] for step in steps[since - self.first :]]) if since >= self.first else None
            for index, (since, began) in enumerate(self.begun)
        ]

    def restore(self, pasts: Sequence[Past]) -> None:
        """Take over pasts that the environments have gone through again."""
        self.inside = [generators.of(env) for env in self.environments]
        self.end = max(len(past.actions) for past in pasts)
        self.first = 0
        self.begun = [(self.end - len(past.actions), past.began) for past in pasts]
        behind = [[None] * (self.end - len(past.actions)) + list(past.actions) for past in pasts]
        self.pages = [list(zip(*behind, strict=True))]


def by_agent(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the actions of several agents as few arrays: how many steps, and by agent in which it acted, and how.

    Example: `[{"a": 0, "b": 1}, {"b": 0}]` becomes steps 2, a at [0] with [0] and b at [0, 1] with [1, 0].
    """
    acted: defaultdict[str, list[tuple[int, Any]]] = defaultdict(list)
    for number, actions in enumerate(steps):
        for agent, action in actions.items():
            acted[agent].append((number, action))
    agents = {
        agent: {"at": np.array([number for number, _ in done]), "actions": np.array([action for _, action in done])}
        for agent, done in acted.items()
    }
    return {"steps": len(steps), "agents": agents}


def step_by_step(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the actions that `by_agent` was given."""
    steps: list[dict[str, Any]] = [{} for _ in range(kept["steps"])]
    for agent, done in kept["agents"].items():
        actions = done["actions"].tolist() if done["actions"].ndim == 1 else done["actions"]
        for number, action in zip(done["at"].tolist(), actions, strict=True):
            steps[number][agent] = action
    return steps
