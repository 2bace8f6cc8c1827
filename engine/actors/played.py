"""What goes to the process in which a policy plays (`player`), and the one line from there that is no event.

They stand apart from it: a value of a module that runs as a program is not the value that others import.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Blueprint, Environment

WANTED: Final = b"weights\n"  # asks for the newest weights


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays, where, and the run's folder, for films."""

    node: str
    environment: Environment
    blueprint: Blueprint
    seed: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Weights:
    """The acting weights (P,) of an episode, their version, and the env steps that the run had counted then."""

    vector: NDArray[np.float32]
    version: int
    env_steps: int
