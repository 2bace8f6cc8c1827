"""Measures other libraries in an environment of their own and keeps their figures: `make bench-peers`.

They are not installed beside the engine, so this imports nothing of it. Each is measured three times; the best counts,
since whatever else the machine does only slows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import sb3
import single_file
import torch

FIGURES = Path(__file__).with_name("figures.json")
SECONDS, TIMES = 5.0, 3
WORK = {"SB3, PPO": sb3.ppo, "SB3, DQN": sb3.dqn, "SB3, SAC": sb3.sac, "CleanRL, DQN": single_file.dqn}


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    figures = {}
    for name, work in WORK.items():
        figures[name] = round(max(work(SECONDS) for _ in range(TIMES)), 1)
        sys.stdout.write(f"{name}: {figures[name]:,} env steps/s\n")
        sys.stdout.flush()
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")


main()
