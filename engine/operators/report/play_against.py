"""The Play Against operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Anything, Item, Policy


class PlayAgainst(Operator):
    """Play whole games against agents that move at random, and report how many the policy wins.

    Takes items and a policy of a multi-agent environment; gives each item. When `every` env steps have gone by it plays
    `games` games with the policy's most likely actions for one of its agents, each in turn, while all others choose
    among their legal actions at random. It reports `win_rate` (share of games in which its return is above every
    other's; 0.5 is chance between two equals), `draw_rate`, `loss_rate` (the three add up to 1) and `match_return_mean`
    (its own mean return). These steps are not training. Counts nothing. Waits for nothing; the stream stands still
    while it plays.

    Example: 200 games of tic-tac-toe, of which it wins 184, draws 12 and loses 4: win_rate 0.92, draw_rate 0.06.
    RLlib: evaluation_config with a random policy mapped to the other agents.
    """

    section = "Report"
    short = "match"
    rllib = "evaluation_config self_play"

    items = stream_in(Anything, "what sets it off", where="local")
    policy = handle_in(Policy, "who plays")
    passed = stream_out(Anything, "the same items", where="local", same_as="items")

    every: int = param(20_000, at_least=1, unit="env steps", help="play when this many have gone by", live=True)
    games: int = param(100, at_least=1, at_most=10_000, help="games to play each time", live=True)

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy and sit down at a table of its environment."""
        from engine.actors.match import Match

        self.run = run
        self.learner: Policy = handles["policy"]
        self.match = Match(self.learner, run.seed(self.node))
        self.due = run.counters.due(self.every)

    def each(self, item: Item) -> Iterable[Item]:
        """Play if it is time, then give the item."""
        if self.run.counters.env_steps >= self.due:
            self.due = self.run.counters.due(self.every)
            self._play()
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return when it plays next, and what decides how its next games begin."""
        return {"due": self.due, "match": self.match.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; with a smaller `every` than then it plays sooner."""
        self.due = min(self.due, int(state["due"]))
        self.match.restore(state["match"])

    def close(self) -> None:
        """Close the table."""
        self.match.close()

    def _play(self) -> None:
        games = self.match.play(self.learner.newest()[0], self.games)
        won = sum(game.own > game.best_other for game in games) / len(games)
        drawn = sum(game.own == game.best_other for game in games) / len(games)
        mean = sum(game.own for game in games) / len(games)
        values = {"win_rate": won, "draw_rate": drawn, "loss_rate": 1 - won - drawn, "match_return_mean": mean}
        self.run.report(self.node, values)
