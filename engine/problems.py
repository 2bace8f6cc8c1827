"""What is wrong, where, and what to try: the one way in which this project reports trouble.

A `Problem` is a fact that can be shown beside a node, in a list, in a terminal or as JSON. An error is an exception
that carries one or more problems; its text is the text of its problems, so no caller has to build sentences.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import JsonValue

Severity = Literal["error", "warning"]
Wire = tuple[str, str]  # source and target, each "node.port"

NEW: Final = "+"  # the node that a fix adds, in the wires that it draws; no node can be called so


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: any of a file, a node id, and a field (parameter, port or key) of that node.

    Example: `str(Place(file="a.json", node="train_1", field="epochs"))` is `"a.json: train_1.epochs"`.
    """

    node: str = ""
    field: str = ""
    file: str = ""

    def __str__(self) -> str:
        inside = ".".join(part for part in (self.node, self.field) if part)
        text = ": ".join(part for part in (self.file, inside) if part)
        return "".join(sign if sign.isprintable() else "�" for sign in text)  # a file's keys go to a terminal here


@dataclass(frozen=True, slots=True)
class Fix:
    """One obvious mend of a problem, as data: what to add, cut, draw and set in the document.

    Example: `Fix("insert Gather Sync", "GatherSync", cuts=(("a.out", "b.in"),), draws=(("a.out", "+.shards"),
    ("+.items", "b.in")))`.

    Attributes:
        title: what it does, in a few words.
        adds: the operator type of one new node; empty if it adds none. Wires call that node `NEW`.
        cuts: wires to take out.
        draws: wires to draw.
        sets: node, parameter and value; None sets the default.
    """

    title: str
    adds: str = ""
    cuts: tuple[Wire, ...] = ()
    draws: tuple[Wire, ...] = ()
    sets: tuple[tuple[str, str, JsonValue], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, what it is, and a hint at what to try.

    Example: `Problem(Place("train_1", "epochs"), "epochs must be at least 1, not 0", "try 4")` reads
    `train_1.epochs: epochs must be at least 1, not 0 (try 4)`. Where one mend is obvious, it is there as `fix`; the
    JSON leaves it out.
    """

    where: Place
    what: str
    hint: str = ""
    severity: Severity = "error"
    fix: Fix | None = None

    def __str__(self) -> str:
        start = f"{self.where}: " if str(self.where) else ""
        return f"{start}{self.what}" + (f" ({self.hint})" if self.hint else "")

    def in_file(self, file: str) -> Problem:
        """Return the same problem, placed in `file`."""
        return replace(self, where=replace(self.where, file=file))

    def as_json(self) -> dict[str, str]:
        """Return the problem as a flat JSON object with keys node, field, file, what, hint and severity."""
        return {
            "node": self.where.node,
            "field": self.where.field,
            "file": self.where.file,
            "what": self.what,
            "hint": self.hint,
            "severity": self.severity,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Problem:
        """Return the problem that `as_json` wrote."""
        place = Place(data.get("node", ""), data.get("field", ""), data.get("file", ""))
        severity: Severity = "warning" if data.get("severity") == "warning" else "error"
        return cls(place, data["what"], data.get("hint", ""), severity)


class FlowError(Exception):
    """The root of the family: an error that knows its problems.

    FlowError
    ├── GraphFileError      a file that cannot be read or written as a graph
    ├── InvalidGraph        a graph that cannot run as it is drawn
    ├── RunFailed           a node failed while running
    ├── RunFolderError      a run's folder or checkpoint that cannot be used
    └── MissingDependency   a package, cluster or device that is not there
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[FlowError], tuple[Problem, ...]]:
        return type(self), self.problems  # exceptions cross from actors to the driver by pickling


class GraphFileError(FlowError):
    """A file that cannot be read or written as a graph; the problems name the file, and node and field if known."""


class InvalidGraph(FlowError):
    """A graph that cannot run as it is drawn; one problem for each thing to mend."""


class RunFailed(FlowError):
    """A node failed while running; the first problem names it.

    Attributes:
        batch: the columns of the batch that it failed on, by name; empty if it failed on none. The session keeps it.
        trace: the traceback, for the log, of what nobody foresaw.
    """

    def __init__(self, *problems: Problem, batch: Mapping[str, Any] | None = None, trace: str = "") -> None:
        super().__init__(*problems)
        self.batch = batch or {}
        self.trace = trace


# What may come out of code of others, an environment's say: sys.exit() there shall end no engine.
FAILURES: Final = (Exception, SystemExit)


class RunFolderError(FlowError):
    """A run's folder or checkpoint that cannot be written or read; the problems name the file."""


class MissingDependency(FlowError):
    """A package, cluster or device that the run needs is not there."""


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return those problems that keep a graph from running, leaving out the warnings."""
    return tuple(problem for problem in problems if problem.severity == "error")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the hint "did you mean ...?" with the known name most like `name`; nothing if none is much like it.

    Example: `nearest("epoch", ["epochs", "minibatch"])` is `"did you mean epochs?"`.
    """
    by_lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name[:64].lower(), by_lower, n=1)
    return f"did you mean {by_lower[close[0]]}?" if close else ""
