"""What this machine has for a run, found out in a moment and without torch and Ray.

A check asks before a run what the run's start will find: room for its actors, and a GPU. What the start says where it
finds none is here too, so that both say the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from engine.room import Room

NO_GPU: Final = "torch finds no CUDA GPU on this machine"
NO_GPU_THERE: Final = "no machine of the cluster has a GPU"
INSTEAD: Final = "set device to auto or cpu"

# Any of them may be there alone: in a container, under Windows' Linux, and with AMD's GPUs, which torch calls CUDA too.
DRIVERS: Final = ("proc/driver/nvidia", "dev/nvidiactl", "dev/dxg", "dev/kfd")


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine has.

    Attributes:
        room: its cores and its free memory.
        gpu: whether there is the driver of a GPU that torch may use; without one it can use none.
        machines: of a cluster, what each of its machines has, by Ray's names; empty where actors share one machine.
    """

    room: Room
    gpu: bool
    machines: tuple[Mapping[str, float], ...] = ()

    @classmethod
    def cluster(cls, cores: int, memory: int, machines: Sequence[Mapping[str, float]]) -> Machine:
        """Return what a cluster has: its cores and memory in all, and what each of its machines has."""
        return cls(Room(cores, memory), any(one.get("GPU") for one in machines), tuple(machines))


def this_machine() -> Machine:
    """Return what this machine has now."""
    room = Room(psutil.cpu_count() or 1, psutil.virtual_memory().available)
    return Machine(room, has_gpu_driver(Path("/"), shutil.which("nvidia-smi")))


def has_gpu_driver(root: Path, tool: str | None) -> bool:
    """Say whether a file system shows the driver of a GPU, or the driver's tool was found.

    Example: under a root that holds `proc/driver/nvidia` there is one; under an empty root, without a tool, none.
    """
    return tool is not None or any((root / driver).exists() for driver in DRIVERS)
