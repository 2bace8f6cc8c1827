"""The Environment operator."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pydantic import JsonValue

from engine import kinds
from engine.dataflow import failure_of, told
from engine.declare import Operator, Run, handle_out, param
from engine.environment_spaces import known_spaces
from engine.problems import FAILURES, Place, Problem, RunFailed

if TYPE_CHECKING:
    import gymnasium

RESERVED: Final = frozenset({"id", "disable_env_checker"})  # arguments of `gymnasium.make` that the engine gives
INTERFACE: Final = "mend its code; what to give is on https://gymnasium.farama.org/api/env"
ATARI_RESERVED: Final = frozenset({"frameskip", "obs_type"})  # and of Atari games, where it prepares their pictures


class Environment(Operator):
    """Name the Gymnasium environment that the agents live in, with its options.

    Takes nothing, gives the environment as a handle; whoever steps it makes one of its own. Counts nothing. Waits for
    nothing. Observations may be vectors or images (Box); actions Discrete, MultiDiscrete or Box. Episodes cut off by a
    time limit are bootstrapped from their last observation, not treated as ended.

    For Atari games preprocessing `atari` does what published results are measured with: up to 30 steps of doing
    nothing before each game; each action held for 4 frames, so that an env step is 4 frames; the brighter of each
    pixel of the last two; grey pictures of 84 x 84; fire pressed where a life begins with it. With end_at_life_loss
    and clip_rewards the agent learns from single lives and from signs; reported returns are always of whole games and
    unclipped.

    Example: id `Pendulum-v1` with reward_scale 0.1 trains on rewards between -1.63 and 0, and still reports the
    unscaled return. `ALE/Pong-v5` with preprocessing `atari` and frame_stack 4 gives images (4, 84, 84), 28 kB a step.
    RLlib: the `env` and `env_config` settings, `observation_filter="MeanStdFilter"`, `preprocessor_pref="deepmind"`.
    """

    section = "Setup"
    short = "environment"
    rllib = "env"

    environment = handle_out(kinds.Environment, "the environment, for rollouts and policies")

    id: str = param("CartPole-v1", editor="environment", help="a registered Gymnasium environment")
    kwargs: dict[str, JsonValue] = param({}, help="keyword arguments of the environment, as a JSON object")
    normalise_observations: bool = param(
        False, help="subtract the running mean of each observation component and divide by its deviation (vectors only)"
    )
    reward_scale: float = param(
        1.0, above=0, at_most=1e9, help="multiply rewards by this before learning; returns stay unscaled"
    )
    hidden: tuple[int, ...] = param(
        (), at_least=0, help="components of vector observations that the agent does not see, counted from 0"
    )
    preprocessing: str = param(
        "none", choices=("none", "atari"), help="atari: 4 frames a step, grey pictures of 84 x 84, fire begins a life"
    )
    frame_stack: int = param(
        1, at_least=1, at_most=64, unit="observations", help="how many of the newest the agent sees at once"
    )
    end_at_life_loss: bool = param(
        False, help="of Atari games: a lost life ends the episode to learn from; returns are of whole games"
    )
    clip_rewards: bool = param(False, help="learn from the sign of each reward alone; returns stay unclipped")

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse keyword arguments that are not the environment's own, and options that mean nothing without others."""
        atari = self.preprocessing == "atari"
        for name in sorted((RESERVED | ATARI_RESERVED if atari else RESERVED) & self.kwargs.keys()):
            what = f"{name!r} is no keyword argument of an environment" + (" with preprocessing atari" if atari else "")
            yield Problem(Place(self.node, "kwargs"), what, "take it out")
        if self.end_at_life_loss and not atari:
            what = "lives are told apart only with preprocessing atari"
            yield Problem(Place(self.node, "end_at_life_loss"), what, "set preprocessing to atari, or turn this off")
        spaces = known_spaces(self.id, self.kwargs)
        if spaces and spaces.observations == "image":
            for name in ("normalise_observations", "hidden"):
                if getattr(self, name):
                    yield Problem(Place(self.node, name), f"{self.id} shows images, not vectors", "take it out")
        elif spaces and atari:
            yield Problem(Place(self.node, "preprocessing"), f"{self.id} is no Atari game", "set it to none")

    def provide(self, run: Run, **handles: Any) -> kinds.Environment:
        """Return the environment as a value, once it has been made for trial.

        Raises:
            RunFailed: it cannot be made, or is not what Gymnasium calls one; the problem names the field to look at.
        """
        from gymnasium.error import DependencyNotInstalled

        from engine import environments
        from engine.environment_packages import INSTALL
        from engine.wrappers.misfit import Misfit

        environment = kinds.Environment(
            self.id,
            self.kwargs,
            self.normalise_observations,
            self.reward_scale,
            self.hidden,
            self.preprocessing,
            self.frame_stack,
            self.end_at_life_loss,
            self.clip_rewards,
        )
        try:
            made = environments.make(environment)
        except Misfit as error:
            raise RunFailed(Problem(Place(self.node, error.field), f"{self.id}: {error}")) from None
        except DependencyNotInstalled as error:
            raise RunFailed(Problem(Place(self.node, "id"), f"{self.id} cannot be made: {error}", INSTALL)) from None
        except FAILURES as error:  # an environment's author may raise anything
            place = Place(self.node, "kwargs" if self.kwargs else "id")
            hint = "look at its keyword arguments" if self.kwargs else "is what it needs installed?"
            raise RunFailed(Problem(place, f"{self.id} cannot be made: {told(error)}", hint)) from error
        self._try_out(made)
        with contextlib.suppress(*FAILURES):  # that it cannot be closed is told at the end, and spoils nothing before
            made.close()
        return environment

    def _try_out(self, made: gymnasium.Env[Any, Any]) -> None:
        """Refuse an environment that fails at its first step, or gives what is not to be trained on."""
        from engine.environment_trial import try_out

        try:
            try_out(made)
        except FAILURES as error:  # an environment's author may raise anything
            unforeseen = failure_of(self.node, error)
            (problem,) = unforeseen.problems
            what, hint = f"{self.id} cannot be stepped: {problem.what}", problem.hint or INTERFACE
            raise RunFailed(Problem(Place(self.node, "id"), what, hint), trace=unforeseen.trace) from error
