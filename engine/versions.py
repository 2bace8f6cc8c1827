"""Which versions are installed here: what a run must tell to be repeated, and what a person is asked for first."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Final

from engine.problems import Place, Problem

NOT_THERE: Final = "not installed"
PROJECT: Final = "rl-flow-studio"
PACKAGES: Final = (PROJECT, "ray", "torch", "numpy", "gymnasium")
ON_A_CLUSTER: Final = ("torch", "numpy", "gymnasium", "pydantic", "safetensors", "platformdirs", "psutil")


def installed(package: str) -> str:
    """Return the version of an installed package without importing it, or "not installed"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return NOT_THERE


def of_run() -> dict[str, str]:
    """Return the versions of Python and of every package that a run's numbers depend on."""
    return {"python": platform.python_version()} | {package: installed(package) for package in PACKAGES}


def for_a_cluster() -> dict[str, str]:
    """Return the versions of what a machine of a cluster must have, since only the engine's own code travels there."""
    return {package: installed(package) for package in ON_A_CLUSTER}


def differing(there: Mapping[str, Mapping[str, str]], here: Mapping[str, str]) -> tuple[Problem, ...]:
    """Say which machines lack a package (an error), or have another version of it than this one (a warning).

    Example: `differing({"node-2": {"torch": "2.12.0"}}, {"torch": "2.13.0+cpu"})` warns that "node-2 has torch 2.12.0,
    and this machine 2.13.0"; what stands after a plus says for which hardware it was built.
    """
    return tuple(problem for name, found in there.items() for problem in _of_machine(name, found, here))


def _of_machine(name: str, found: Mapping[str, str], here: Mapping[str, str]) -> Iterator[Problem]:
    wanted = {package: version.partition("+")[0] for package, version in here.items()}
    missing = [package for package in wanted if found.get(package, NOT_THERE) == NOT_THERE]
    if missing:
        install = " ".join(f"{package}=={wanted[package]}" for package in missing)
        yield Problem(Place(), f"{name} has no {', '.join(missing)}", f"type there: pip install {install}")
    for package, version in wanted.items():
        other = found.get(package, NOT_THERE).partition("+")[0]
        if package not in missing and other != version:
            what = f"{name} has {package} {other}, and this machine {version}"
            yield Problem(Place(), what, "numbers may differ", "warning")
