"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("ray", "torch", "numpy", "gymnasium")
KERNELS = "OPENBLAS_CORETYPE"


def sentence() -> str:
    """Return the machine, its size and the versions."""
    gigabytes = round(psutil.virtual_memory().total / 2**30)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    kernels = os.environ.get(KERNELS) or "not set"  # some values slow numpy down
    return (
        f"{os.cpu_count()} cores ({processor()}), {gigabytes} GiB, {platform.system()}; "
        f"Python {platform.python_version()}, {versions}; {KERNELS} {kernels}"
    )


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
