"""Policies: whether they suit their environment, act, and have all that they need of others to learn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.checks import mending
from engine.checks.graph import Graph
from engine.declare import Operator
from engine.environment_spaces import Actions, Sights, known_spaces
from engine.kinds import Environment, Policy, Workers
from engine.operators.learning.update_kl import UpdateKL
from engine.operators.learning.update_target_network import UpdateTargetNetwork
from engine.operators.setup.environment import Environment as GymnasiumEnvironment
from engine.problems import Place, Problem

CHOOSING: Final[dict[Actions, str]] = {"discrete": "one of several actions", "continuous": "real numbers as actions"}
SHOWING: Final[dict[Sights, str]] = {
    "vector": "vectors",
    "image": "images",
    "number": "single whole numbers",
    "numbers": "tuples",
}
INSTEAD: Final[dict[Actions, str]] = {
    "discrete": "try DQN Policy or PPO Policy, or another environment",
    "continuous": "try SAC Policy, TD3 Policy or PPO Policy, or another environment",
}


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which policies do not suit their environment, never act, or lack updates."""
    acting = {policy for workers, _ in graph.giving(Workers) for policy in graph.givers(workers, Policy)}
    for policy, operator in graph.giving(Policy):
        yield from _unsuited(graph, policy, operator)
        if acting and policy not in acting and graph.trainers(policy):
            what = "it learns, and no rollouts act with it: what it learns from is what others do"
            yield Problem(Place(policy, "policy"), what, "connect it to the rollouts", "warning")
        yield from _missing_updates(graph, policy, operator)
        yield from _idle_updates(graph, policy, operator)


def _unsuited(graph: Graph, policy: str, operator: Operator) -> Iterator[Problem]:
    """Compare what a policy can do with what is known of its environment's spaces."""
    for node in graph.givers(policy, Environment):
        environment = graph.operators[node]
        if not isinstance(environment, GymnasiumEnvironment):
            continue
        spaces = known_spaces(environment.id, environment.kwargs)
        where, title = Place(policy), operator.spec.title
        if spaces and spaces.actions not in operator.takes_actions:
            (chosen,) = operator.takes_actions
            what = f"{title} chooses {CHOOSING[chosen]}; {environment.id} takes {CHOOSING[spaces.actions]}"
            yield Problem(where, what, INSTEAD[spaces.actions])
        if spaces and spaces.observations not in operator.takes_observations:
            seen = " or ".join(SHOWING[sight] for sight in SHOWING if sight in operator.takes_observations)
            what = f"{title} sees {seen} here; {environment.id} shows {SHOWING[spaces.observations]}"
            yield Problem(where, what, "try another policy or environment")


def _missing_updates(graph: Graph, policy: str, operator: Operator) -> Iterator[Problem]:
    """Tell of a target network or a KL penalty that the learner leaves to a node which is not there."""
    learner, takers = graph.learners.get(policy, ""), graph.takers(policy, Policy)
    wanted: tuple[tuple[bool, type[Operator], str], ...] = (
        (operator.needs_target_updates, UpdateTargetNetwork, "its target network stays as it is at the start"),
        (operator.needs_kl_updates, UpdateKL, "the weight of its KL penalty stays as it is at the start"),
    )
    for needed, update, what in wanted:
        if learner and needed and not any(isinstance(graph.operators[node], update) for node in takers):
            wires = graph.wiring.leaving.get(learner, ())
            fix = mending.inserting(update, learner, wires, policy=graph.output(policy, Policy))
            hint = f"insert {update.spec.title} after {learner.partition('.')[0]}"
            yield Problem(Place(policy, "policy"), f"{what}: nobody updates it", hint, "warning", fix)


def _idle_updates(graph: Graph, policy: str, operator: Operator) -> Iterator[Problem]:
    """Tell of updates that a policy has no use for: they would end the run."""
    for node in graph.takers(policy, Policy):
        where, title = Place(node), operator.spec.title
        if isinstance(graph.operators[node], UpdateTargetNetwork) and not operator.needs_target_updates:
            yield Problem(where, f"{title} has no target network to update", f"take {node} out")
        elif isinstance(graph.operators[node], UpdateKL) and not operator.needs_kl_updates:
            hint = "take it out, or" if operator.spec.param("kl_coefficient") else f"take {node} out"
            hint += " set kl_coefficient above 0" if hint.endswith("or") else ""
            yield Problem(where, f"{title} has no KL penalty to adapt", hint)
