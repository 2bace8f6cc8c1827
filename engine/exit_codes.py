"""What `rlflow` answers to the shell, and which error gives which answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from engine.problems import FlowError, GraphFileError, InvalidGraph, MissingDependency


class UsageError(FlowError):
    """Something was asked for that does not exist: a file, a node, a parameter, a counter."""


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    INVALID = 3
    MISSING = 4
    INTERRUPTED = 130


MEANINGS: Final[Mapping[ExitCode, str]] = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "the run failed",
    ExitCode.USAGE: "the command line is wrong, or names something that is not there",
    ExitCode.INVALID: "the file is no graph, or the graph cannot run",
    ExitCode.MISSING: "a package, library, display or cluster is missing",
    ExitCode.INTERRUPTED: "interrupted by Ctrl-C or SIGTERM, stopped cleanly, the run kept",
}

_BY_ERROR: Final[Mapping[type[FlowError], ExitCode]] = {
    UsageError: ExitCode.USAGE,
    GraphFileError: ExitCode.INVALID,
    InvalidGraph: ExitCode.INVALID,
    MissingDependency: ExitCode.MISSING,
}


def code_of(error: FlowError) -> ExitCode:
    """Return the exit code that tells of this error."""
    return _BY_ERROR.get(type(error), ExitCode.FAILED)
