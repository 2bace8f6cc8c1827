"""Packages that register environments in Gymnasium when they are imported.

Which packages those are is the program's choice (`KNOWN`) and the user's (the variable `RLFLOW_ENVIRONMENT_PACKAGES`),
never a graph's: opening or running somebody's file imports nothing that its reader has not enabled.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from typing import Final

from engine.problems import FAILURES

KNOWN: Final = ("ale_py",)
VARIABLE: Final = "RLFLOW_ENVIRONMENT_PACKAGES"  # names of further packages, separated by commas
INSTALL: Final = "pip install 'rl-flow-studio[environments]'"


@functools.cache
def enable() -> tuple[str, ...]:
    """Import each of these packages, once a process; return a sentence for each that could not be.

    A package of `KNOWN` that is not installed is no trouble: nobody asked for it.

    Example: with `RLFLOW_ENVIRONMENT_PACKAGES=my_arenas` and no such package, the only sentence is
    `"the environment package my_arenas cannot be imported: No module named 'my_arenas'"`.
    """
    wanted = [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]
    known = [name for name in KNOWN if importlib.util.find_spec(name)]
    return tuple(trouble for name in (*known, *filter(None, wanted)) if (trouble := _import(name)))


def _import(name: str) -> str:
    try:
        importlib.import_module(name)
        if name == "ale_py":
            _silence_ale()
    except FAILURES as error:  # somebody else's module may raise anything
        return f"the environment package {name} cannot be imported: {error}"
    return ""


def _silence_ale() -> None:
    """Keep ALE from writing a banner on standard error whenever it makes a game."""
    from ale_py import ALEInterface, LoggerMode

    ALEInterface.setLoggerMode(LoggerMode.Error)
