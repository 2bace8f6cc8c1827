"""An engine on a cluster's machine, which runs graphs there for the engine that a person sits at (`relaying.py`).

It is one actor. The session in it is the same as everywhere, with the cluster's machines around it: what flows between
its actors never comes home. Only what a run tells goes home, a few lines a second, and the files that it leaves.
"""

from __future__ import annotations

import os
import queue
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine import document, environment_packages, own_operators
from engine.catalogue import find
from engine.cluster import Around
from engine.events import Command, Event, RunEnded, read_command, to_line
from engine.problems import FlowError
from engine.runs import RunFolder
from engine.trust import Trust, code_in

MOST_AT_ONCE: Final = 1000  # events that are told together


@dataclass(frozen=True, slots=True)
class Order:
    """A run, as it is sent to a cluster.

    Attributes:
        graph: the text of the graph file.
        seed: as of every run.
        stop: as of every run.
        resume: a checkpoint's state and its env steps, to go on from.
        trusted: the Python of the graph that its owner has trusted; whatever else it carries will not run there either.
        operators: the files of the owner's own operators that the graph uses, as texts.
    """

    graph: str
    seed: int
    stop: Mapping[str, float]
    resume: tuple[Mapping[str, Any], int] | None
    trusted: tuple[str, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one line, and whether it belongs into the run's record or is only to be looked at now."""

    line: bytes
    recorded: bool


def order(
    graph: document.Document, seed: int, stop: Mapping[str, float], resume: tuple[Mapping[str, Any], int] | None
) -> Order:
    """Return what must be sent so that the graph runs as it would here."""
    trust, code = Trust(), code_in(graph, find())
    trusted = tuple(piece.text for piece in code if trust.holds(piece.text))
    types = {node.type for node in graph.nodes}
    return Order(document.write(graph), seed, dict(stop), resume, trusted, own_operators.sources(types))


class Afield(RunFolder):
    """The folder of a run whose events are recorded at home; only checkpoints and the like lie here meanwhile."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.told: queue.SimpleQueue[Told] = queue.SimpleQueue()
        self.newest: Event | None = None

    def record(self, event: Event) -> None:
        """Send the event home, to be recorded there."""
        self.newest = event
        self.told.put(Told(to_line(event), recorded=True))

    def show(self, event: Event) -> None:
        """Send home what is only to be looked at; what was recorded is on its way."""
        if event is not self.newest:
            self.told.put(Told(to_line(event), recorded=False))

    def finish(self, summary: Mapping[str, Any]) -> None:
        """The end is drawn and summed up at home."""


class Outpost:
    """The actor. Each of its methods runs in a thread of its own, `run` for as long as the run takes."""

    def __init__(self) -> None:
        self.cluster = Around()
        self.place = tempfile.TemporaryDirectory(prefix="rlflow-", ignore_cleanup_errors=True)
        self.root = Path(self.place.name)
        self.commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self.runs = 0
        environment_packages.enable()

    def here(self) -> str:
        """Return Ray's id of the machine that this is on."""
        import ray

        return str(ray.get_runtime_context().get_node_id())

    def run(self, wanted: Order) -> str:
        """Begin to run a graph; return the folder in which its files are until they are fetched.

        Raises:
            FlowError: what was sent cannot be read or written here.
        """
        self.runs += 1
        self._settle_in(wanted)
        graph = document.read(wanted.graph)
        self.folder = Afield(self.root / f"run-{self.runs}")
        self.folder.path.mkdir()
        self.commands = queue.SimpleQueue()
        threading.Thread(target=self._run, args=(graph, wanted), name="session", daemon=True).start()
        return str(self.folder.path)

    def say(self, line: bytes) -> None:
        """Let the run that is under way obey this command."""
        self.commands.put(read_command(line))

    def hear(self, patience: float) -> list[Told]:
        """Return what has been told since the last call; wait up to `patience` seconds for the first of it."""
        told: list[Told] = []
        try:
            told.append(self.folder.told.get(timeout=patience))
            while len(told) < MOST_AT_ONCE:
                told.append(self.folder.told.get_nowait())
        except queue.Empty:
            pass
        return told

    def files(self, below: str = "") -> list[tuple[str, bytes]]:
        """Return the files of the run, or those below a folder of it: names as seen from the run's, and contents.

        A checkpoint's manifest comes after what it names. One that is superseded while it is read is left out.
        """
        return [(str(file.relative_to(self.folder.path)), data) for file, data in _contents(self.folder.path / below)]

    def names(self) -> list[str]:
        """Return the names of all files of the run."""
        return [str(file.relative_to(self.folder.path)) for file in self.folder.path.rglob("*") if file.is_file()]

    def leave(self) -> None:
        """End the hosts, and delete what was written here."""
        self.cluster.stop()
        self.place.cleanup()

    def _run(self, graph: document.Document, wanted: Order) -> None:
        from engine.session import run_graph

        try:
            run_graph(
                graph,
                folder=self.folder,
                seed=wanted.seed,
                stop=wanted.stop,
                tell=self.folder.show,
                commands=self._command,
                resume=self._unpacked(wanted.resume),
                cluster=self.cluster,
            )
        except FlowError as error:  # before there was a session that could have told it
            problems = tuple(problem.as_json() for problem in error.problems)
            self.folder.record(RunEnded(status="failed", problems=problems))

    def _command(self) -> Command | None:
        try:
            return self.commands.get_nowait()
        except queue.Empty:
            return None

    def _settle_in(self, wanted: Order) -> None:
        """Let this process trust and know exactly what came along."""
        data = self.root / f"data-{self.runs}"
        (data / "operators").mkdir(parents=True)
        os.environ["RLFLOW_DATA"] = str(data)
        for number, text in enumerate(wanted.operators):
            (data / "operators" / f"own_{number}.py").write_text(text, encoding="utf-8")
        for text in wanted.trusted:
            Trust(data).give(text)

    def _unpacked(self, resume: tuple[Mapping[str, Any], int] | None) -> tuple[Mapping[str, Any], int] | None:
        """Return a checkpoint in memory of this process's own: arrays that came over Ray cannot be written to."""
        if resume is None:
            return None
        self.folder.write_checkpoint(*resume)
        return self.folder.newest_checkpoint()


def _contents(below: Path) -> Iterator[tuple[Path, bytes]]:
    files = [below] if below.is_file() else sorted(below.rglob("*"), key=lambda file: file.name == "manifest.json")
    for file in files:
        try:
            if file.is_file():
                yield file, file.read_bytes()
        except FileNotFoundError:
            continue
