"""The Multi Agent Environment operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import JsonValue

from engine import kinds
from engine.dataflow import told
from engine.declare import Operator, Run, handle_out, param
from engine.problems import FAILURES, Place, Problem, RunFailed, nearest


class MultiAgentEnvironment(Operator):
    """Name the PettingZoo environment that several agents live in, with its options.

    Takes nothing, gives the environment as a handle: Agents picks those that one policy plays, Multi Agent Rollouts
    steps it. Counts nothing. Waits for nothing. In a `parallel` environment all agents act at once, in an `aec` one
    after another, as in board games; agents may come and go. Where the environment tells which actions are legal, only
    those are chosen.

    Example: id `classic/multi_cartpole-v0` with kwargs {"agents": 4} has agents cart_0 to cart_3;
    `classic/tictactoe-v3`, aec, has player_1 and player_2.
    RLlib: the `env` setting with a MultiAgentEnv, PettingZooEnv.
    """

    section = "Setup"
    short = "environment"
    rllib = "MultiAgentEnv PettingZooEnv"

    environment = handle_out(kinds.MultiAgentEnvironment, "the environment, for agents and rollouts")

    id: str = param(
        "classic/multi_cartpole-v0", editor="multi_agent_environment", help="a registered PettingZoo environment"
    )
    players: str = param("parallel", choices=("parallel", "aec"), help="all act at once, or one after another")
    kwargs: dict[str, JsonValue] = param({}, help="keyword arguments of the environment, as a JSON object")
    reward_scale: float = param(
        1.0, above=0, at_most=1e9, help="multiply rewards by this before learning; returns stay unscaled"
    )

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse an id that names a module to import."""
        if ":" in self.id:
            what = f'the environment id "{self.id[:64]}" names a module to import, which a graph may not'
            yield Problem(Place(self.node, "id"), what, "use a registered id")

    def provide(self, run: Run, **handles: Any) -> kinds.MultiAgentEnvironment:
        """Return the environment as a value, once it has been made for trial.

        Raises:
            RunFailed: it cannot be made; the problem names the field to look at.
        """
        from engine import tables

        if self.id not in tables.registered(self.players):
            raise RunFailed(self._unregistered())
        environment = kinds.MultiAgentEnvironment(self.id, self.players, self.kwargs, self.reward_scale)
        try:
            tables.make(environment).close()
        except FAILURES as error:  # an environment's author may raise anything
            place = Place(self.node, "kwargs" if self.kwargs else "id")
            hint = "look at its keyword arguments" if self.kwargs else "is what it needs installed?"
            raise RunFailed(Problem(place, f"{self.id} cannot be made: {told(error)}", hint)) from error
        return environment

    def _unregistered(self) -> Problem:
        """Say that no such environment is registered, and whether it is for the other way to play."""
        from engine import tables

        what = f"no {self.players} environment {self.id[:64]!r} is registered with PettingZoo"
        other = "parallel" if self.players == "aec" else "aec"
        if self.id in tables.registered(other):
            return Problem(Place(self.node, "players"), what, f"set players to {other}")
        hint = nearest(self.id, tables.registered(self.players)) or "see the list of environments in the form"
        return Problem(Place(self.node, "id"), what, hint)
