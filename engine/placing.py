"""The parameters with which an operator lets a person place its actors on a cluster, declared once for all of them.

An operator says `cpus: float = placing.cpus()` and the like, and returns `placing.read(self)` from `placement`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from engine.declare import Operator, param
from engine.placement import PLACES, Placement, Where, read_resources
from engine.problems import Place, Problem


def cpus() -> Any:
    """Declare how many cores an actor keeps for itself."""
    return param(1.0, at_least=0, unit="cores", help="what each actor keeps for itself, on a cluster; 0 shares")


def gpus() -> Any:
    """Declare how many GPUs an actor keeps for itself."""
    return param(0.0, at_least=0, unit="GPUs", help="what each actor keeps for itself; 0.5 lets two share one")


def resources() -> Any:
    """Declare which named resources of a cluster's machines an actor keeps for itself."""
    return param("", help="named resources of a cluster's machines that each actor needs, such as disk=1")


def where(default: Where) -> Any:
    """Declare on which machines of a cluster the actors are."""
    return param(default, choices=PLACES, help="over a cluster's machines, on few of them, or with the learner")


def read(operator: Any) -> Placement:
    """Return what those parameters of an operator say; resources that cannot be read count as none."""
    try:
        named = read_resources(operator.resources)
    except ValueError:
        named = ()  # `problems` says so, and a graph with a problem does not run
    return Placement(operator.cpus, operator.gpus, named, cast(Where, operator.where))


def problems(operator: Operator, resources: str) -> Iterator[Problem]:
    """Say what is wrong with the named resources that an operator was given."""
    try:
        read_resources(resources)
    except ValueError as error:
        yield Problem(Place(operator.node, "resources"), str(error))
