"""Whether the machines that a run is to use have room for its actors: judged before any of them starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.placement import Placement
from engine.problems import Place, Problem

HOST_BYTES: Final = 60_000_000  # measured: what an actor takes of its own, before environments, networks and torch
CROWD: Final = 8  # actors on one core; more only wait for each other
LEARNER: Final = Placement()  # what the engine itself takes of a cluster, beside what its actors take


@dataclass(frozen=True, slots=True)
class Room:
    """What the machines of a cluster have together: cores, and free memory in bytes."""

    cores: int
    memory: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What a node wants: so many actors, each placed so."""

    actors: int
    each: Placement


def shortage(wanted: Mapping[str, int], room: Room) -> Problem | None:
    """Say that the actors that nodes want do not fit: an error if memory is too short, a warning if cores are few.

    Example: 100 actors want 6 GB, which a machine with 4 GB has not; on one with 2 cores and 16 GB they only crowd.
    """
    total = sum(wanted.values())
    first = max(wanted, key=lambda node: wanted[node], default="")
    if total * HOST_BYTES > room.memory:
        least, free = total * HOST_BYTES / 1e9, room.memory / 1e9
        what = f"{total} actors need at least {least:.1f} GB of memory, and {free:.1f} GB are free"
        return Problem(Place(first), what, f"try {max(1, room.memory // HOST_BYTES // 2)} or fewer")
    if total > CROWD * room.cores:
        what = f"{total} actors share {room.cores} cores, so most of them wait for one"
        return Problem(Place(first), what, f"{2 * room.cores} may be as fast", "warning")
    return None


def misfit(wanted: Mapping[str, Demand], machines: Sequence[Mapping[str, float]]) -> Problem | None:
    """Say which node wants more than the machines of a cluster have, each for one actor, or all for all of them.

    Example: 4 workers with a core each do not fit two machines of 2 cores: the learner takes one of the 4.
    """
    for node, demand in wanted.items():
        if demand.actors and not any(_holds(machine, demand.each.wants) for machine in machines):
            what = f"each of its actors wants {words(demand.each.wants)}, and no machine of the cluster has that"
            return Problem(Place(node), what, f"the machines have {'; '.join(map(words, machines)) or 'nothing'}")
    for name in {name for demand in wanted.values() for name in demand.each.wants}:
        if problem := _too_many(name, wanted, sum(machine.get(name, 0) for machine in machines)):
            return problem
    return None


def words(amounts: Mapping[str, float]) -> str:
    """Return resources as a person says them: `{"CPU": 2.0, "disk": 0.5}` is "2 CPU and 0.5 disk"."""
    return " and ".join(f"{amount:g} {name}" for name, amount in amounts.items()) or "nothing"


def _holds(machine: Mapping[str, float], wants: Mapping[str, float]) -> bool:
    return all(machine.get(name, 0) >= amount for name, amount in wants.items())


def _too_many(name: str, wanted: Mapping[str, Demand], has: float) -> Problem | None:
    shares = {node: demand.actors * demand.each.wants.get(name, 0) for node, demand in wanted.items()}
    first = max(shares, key=lambda node: shares[node])
    shares["the learner"] = LEARNER.wants.get(name, 0)
    total = sum(shares.values())
    if total <= has:
        return None
    parts = ", ".join(f"{node} {share:g}" for node, share in shares.items() if share)
    what = f"the graph wants {total:g} {name} of the cluster ({parts}), which has {has:g}"
    return Problem(Place(first), what, "take fewer actors, let each have less, or add machines")
