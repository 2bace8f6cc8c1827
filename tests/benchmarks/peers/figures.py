"""What other systems reach: when this project began, and as `make bench-peers` has measured them on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.line import Line

FILE: Final = Path(__file__).with_name("figures.json")  # written by `make bench-peers`
WHEN_IT_BEGAN: Final = {  # env steps/s on 2 cores of an AMD EPYC
    "SB3, PPO": 12_524.0,
    "SB3, DQN": 1_831.0,
    "SB3, SAC": 85.0,
    "CleanRL, DQN": 2_452.0,
    "SBX, SAC": 155.0,
    "RLlib Flow, sampling": 20_000.0,
}


def against(name: str, work: str, ours: tuple[float, ...], wanted: float) -> Iterator[Line]:
    """Compare env steps a second with every figure that there is of a peer, such as `"SB3, PPO"`."""
    here: dict[str, float] = json.loads(FILE.read_text()) if FILE.exists() else {}
    figures = {"measured on this machine": here.get(name), "2 cores, when the project began": WHEN_IT_BEGAN[name]}
    for where, figure in figures.items():
        if figure is not None:
            yield Line(work, "env steps/s", ours, (figure,), f"{name} ({where})", wanted)
