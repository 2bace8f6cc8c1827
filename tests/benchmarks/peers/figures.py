"""What other systems reach: measured here by `make bench-peers`, or else when this project began."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("figures.json")  # written by `make bench-peers`
WHEN_IT_BEGAN: Final = {  # env steps/s on 2 cores of an AMD EPYC
    "SB3, PPO": 12_524.0,
    "SB3, DQN": 1_831.0,
    "SB3, SAC": 85.0,
    "CleanRL, DQN": 2_452.0,
    "SBX, SAC": 155.0,
    "RLlib Flow, sampling": 20_000.0,
}


def figure(name: str) -> tuple[float, str]:
    """Return a peer's env steps a second, and its name with where the figure is from."""
    here: dict[str, float] = json.loads(FILE.read_text()) if FILE.exists() else {}
    if name in here:
        return here[name], f"{name} (on this machine)"
    return WHEN_IT_BEGAN[name], f"{name} (2 cores, when the project began)"
