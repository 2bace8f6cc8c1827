"""The Evaluate operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Anything, Environment, Item, Policy


class Evaluate(Operator):
    """Play whole episodes with the policy's most likely actions and report their returns.

    Takes items, the environment and the policy; gives each item. When `every` env steps have gone by it plays
    `episodes` episodes in an environment of its own, seeded, with the newest weights, and reports
    `evaluation_return_mean`, `evaluation_return_min`, `evaluation_return_max` and `evaluation_length_mean`. These
    steps are not training. Counts nothing. Waits for nothing; the stream stands still while it plays.

    Example: every 20000, episodes 10 on CartPole-v1 plays at most 5000 steps each time, about a quarter second.
    RLlib: evaluation_interval, evaluation_duration with explore=False.
    """

    section = "Report"
    short = "evaluate"
    rllib = "evaluation_interval"

    items = stream_in(Anything, "what sets it off", where="local")
    environment = handle_in(Environment, "where to play")
    policy = handle_in(Policy, "who plays")
    passed = stream_out(Anything, "the same items", where="local", same_as="items")

    every: int = param(20_000, at_least=1, unit="env steps", help="play when this many have gone by", live=True)
    episodes: int = param(10, at_least=1, at_most=10_000, help="episodes to play each time", live=True)
    longest: int = param(
        10_000, at_least=1, unit="env steps", help="an episode that goes on for longer is cut off", live=True
    )

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the environment and the policy; make an arena to play in."""
        from engine.actors.arena import Arena

        self.run = run
        self.learner: Policy = handles["policy"]
        self.arena = Arena(handles["environment"], self.learner.blueprint, run.seed(self.node))
        self.due = run.counters.due(self.every)

    def each(self, item: Item) -> Iterable[Item]:
        """Play if it is time, then give the item."""
        if self.run.counters.env_steps >= self.due:
            self.due = self.run.counters.due(self.every)
            self._play()
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return when it plays next, and what decides how its next episodes begin."""
        return {"due": self.due, "arena": self.arena.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; with a smaller `every` than then it plays sooner."""
        self.due = min(self.due, int(state["due"]))
        self.arena.restore(state["arena"])

    def close(self) -> None:
        """Close the arena."""
        self.arena.close()

    def _play(self) -> None:
        episodes = self.arena.play(self.learner.newest()[0], self.episodes, self.longest)
        returns = [episode.episode_return for episode in episodes]
        values = {
            "evaluation_return_mean": sum(returns) / len(returns),
            "evaluation_return_min": min(returns),
            "evaluation_return_max": max(returns),
            "evaluation_length_mean": sum(episode.length for episode in episodes) / len(episodes),
        }
        self.run.report(self.node, values)
