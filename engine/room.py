"""Whether the machines that a run is to use have room for its actors: judged before any of them starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.problems import Place, Problem

HOST_BYTES: Final = 60_000_000  # measured: what an actor takes of its own, before environments, networks and torch
CROWD: Final = 8  # actors on one core; more only wait for each other


@dataclass(frozen=True, slots=True)
class Room:
    """What the machines of a cluster have together: cores, and free memory in bytes."""

    cores: int
    memory: int


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
