"""When a run stops."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.graph import Graph
from engine.document import STOP_CONDITIONS
from engine.problems import Place, Problem, nearest


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which stop conditions make no sense, or that there is none."""
    stop = graph.document.run.stop
    for name, value in stop.items():
        where = Place(field=f"run.stop.{name[:64]}")
        if name not in STOP_CONDITIONS:
            hint = nearest(name, STOP_CONDITIONS) or f"one of {', '.join(STOP_CONDITIONS)}"
            yield Problem(where, f"a run cannot stop at {name[:64]!r}", hint)
        elif value <= 0 and name != "return_mean_100":
            yield Problem(where, f"{name} must be more than 0, not {value:g}", "a run needs some steps to stop after")
    if not stop:
        what = "the run has no stop condition, so it goes on until you stop it"
        yield Problem(Place(field="run.stop"), what, "set env_steps", "warning")
