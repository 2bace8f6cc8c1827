"""The Random Policy operator."""

from __future__ import annotations

from typing import Any

from engine.declare import Operator, Run, handle_in, handle_out
from engine.kinds import Environment, Policy


class RandomPolicy(Operator):
    """Act at random and learn nothing: what any other policy must beat.

    Takes the environment (its spaces say what can be done), gives the policy as a handle, for rollouts and Evaluate;
    learners refuse it. Discrete actions are equally likely; real ones are uniform between their bounds, or standard
    normal where a bound is missing. Batches have no value and no log-probability, so Compute Advantages refuses them;
    they fill a replay buffer or a dataset. Counts nothing. Waits for nothing.

    Example: on CartPole-v1 it pushes left in half of all steps, and its episodes return about 22.
    RLlib: RandomPolicy.
    """

    section = "Setup"
    short = "random"
    rllib = "RandomPolicy"

    environment = handle_in(Environment, "where actions are drawn for")
    policy = handle_out(Policy, "the policy, for rollouts")

    def provide(self, run: Run, **handles: Any) -> Policy:
        """Look at the environment's spaces.

        Raises:
            ValueError: the environment has spaces that no policy here can handle.
        """
        from engine.policies.at_random import AtRandom

        return AtRandom(self.spec.title, handles["environment"])
