"""Which versions are installed here: what a run must tell to be repeated, and what a person is asked for first."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Final

PROJECT: Final = "rl-flow-studio"
PACKAGES: Final = (PROJECT, "ray", "torch", "numpy", "gymnasium")


def installed(package: str) -> str:
    """Return the version of an installed package without importing it, or "not installed"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def of_run() -> dict[str, str]:
    """Return the versions of Python and of every package that a run's numbers depend on."""
    return {"python": platform.python_version()} | {package: installed(package) for package in PACKAGES}
