"""The machine that is to run the graph: whether it holds all actors, and has the GPU that a policy wants."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks import mending
from engine.checks.graph import Graph
from engine.kinds import Policy
from engine.machine import INSTEAD, NO_GPU, Machine
from engine.problems import Place, Problem
from engine.room import shortage


def problems(graph: Graph, machine: Machine) -> Iterator[Problem]:
    """Say what the graph wants that the machine has not, in the words of the run's start."""
    wanted = {node: operator.hosts() for node, operator in graph.operators.items()}
    if short := shortage(wanted, machine.room):
        yield short
    for node, operator in graph.giving(Policy):
        if getattr(operator, "device", "") == "cuda" and not machine.gpu:
            yield Problem(Place(node, "device"), NO_GPU, INSTEAD, fix=mending.setting(node, "device", "auto"))
