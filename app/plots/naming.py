"""What runs are called where several are shown: by their graph and seed, or where that is the same by what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.plots.run_curves import RunCurves
from engine.catalogue import Catalogue
from engine.comparing import told_apart


class Naming:
    """Finds names for runs; what tells the same runs apart is looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, ...], Sequence[str]] = {}

    def of(self, groups: Sequence[Sequence[RunCurves]]) -> list[str]:
        """Return a name for each group of runs; runs of a group differ in their seed alone.

        Example: two runs of PPO with seed 1 are "PPO · seed 1 · workers 2" and "PPO · seed 1 · workers 4".
        """
        names = [_name(group) for group in groups]
        for name in [name for name, count in Counter(names).items() if count > 1]:
            alike = [at for at, other in enumerate(names) if other == name]
            for at, words in zip(alike, self._what_differs([groups[at][0] for at in alike]), strict=True):
                names[at] = f"{name} · {words}"
        return names

    def short(self, runs: Sequence[RunCurves]) -> list[str]:
        """Return what to call each of these runs beside each other: what a person called it, or where it differs."""
        seeds = [run.seed for run in runs]
        if len(runs) == 1 or len(set(seeds)) == len(seeds):
            told: Sequence[str] = [f"seed {seed}" for seed in seeds]
        else:
            told = self._what_differs(runs)
        return [run.label or words for run, words in zip(runs, told, strict=True)]

    def _what_differs(self, runs: Sequence[RunCurves]) -> Sequence[str]:
        """Return what tells these runs apart: parameters or, where none do, the names of their folders."""
        key = tuple(part for run in runs for part in (run.folder, run.recipe))
        if key not in self._known:
            documents = [run.document for run in runs if run.document]
            words = told_apart(documents, self._catalogue) if len(documents) == len(runs) else ()
            folders = [Path(run.folder).name for run in runs]
            self._known[key] = words if len(set(words)) == len(runs) else folders
        return self._known[key]


def _name(runs: Sequence[RunCurves]) -> str:
    """Name one run, or several of one graph by their seeds."""
    seeds = ", ".join(str(run.seed) for run in runs)
    return f"{runs[0].name} · seed{'s' if len(runs) > 1 else ''} {seeds}"
