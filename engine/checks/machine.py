"""The machine or cluster that is to run the graph: whether it holds all actors, and has the GPU that a node wants."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks import mending
from engine.checks.graph import Graph
from engine.declare import Operator
from engine.kinds import Policy
from engine.machine import INSTEAD, NO_GPU, NO_GPU_THERE, Machine
from engine.problems import Place, Problem
from engine.room import Demand, misfit, shortage


def problems(graph: Graph, machine: Machine) -> Iterator[Problem]:
    """Say what the graph wants that the machine has not, in the words of the run's start."""
    wanted = {node: operator.hosts() for node, operator in graph.operators.items()}
    if short := shortage(wanted, machine.room):
        yield short
    for node, operator in graph.giving(Policy):
        if getattr(operator, "device", "") == "cuda" and not machine.gpu:
            what = NO_GPU_THERE if machine.machines else NO_GPU
            yield Problem(Place(node, "device"), what, INSTEAD, fix=mending.setting(node, "device", "auto"))
    placed = {node: operator for node, operator in graph.operators.items() if operator.hosts()}
    if machine.machines:
        demands = {node: Demand(operator.hosts(), operator.placement()) for node, operator in placed.items()}
        if unfit := misfit(demands, machine.machines):
            yield unfit
    else:
        for node, operator in placed.items():
            yield from _alone(node, operator, machine)


def _alone(node: str, operator: Operator, machine: Machine) -> Iterator[Problem]:
    """Say what actors want that only a cluster's machines may have."""
    each = operator.placement()
    if each.gpus and not machine.gpu:
        yield Problem(Place(node, "gpus"), NO_GPU, "set gpus to 0", fix=mending.setting(node, "gpus", 0.0))
    if each.resources:
        names = ", ".join(name for name, _ in each.resources)
        what = f"its actors want {names}, which only machines of a cluster can have"
        fix = mending.setting(node, "resources", "")
        yield Problem(Place(node, "resources"), what, "leave resources empty, or run it on the cluster", fix=fix)
