"""The engine as the studio's child process: commands come in as JSON lines, events go out as JSON lines.

The real standard output is kept for events and then pointed at standard error, because Ray and native code print
where they like. Ray starts in the main thread, which also runs the graphs; one small thread reads commands, and one
tells once a second that the process lives. End of input means that the studio is gone: the run is stopped and the
engine ends. With the address of a cluster, the graphs run there (`relaying.py`), and everything else is the same.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final

from engine import document, environment_ids, environment_packages, trust
from engine.address import Address
from engine.catalogue import find
from engine.checking import check
from engine.cluster import Cluster
from engine.events import (
    Command,
    EngineReady,
    EngineStarting,
    Event,
    Heartbeat,
    Log,
    Quit,
    Refused,
    StartRun,
    read_command,
    to_line,
)
from engine.machine import Machine
from engine.problems import FlowError, InvalidGraph, Place, Problem, errors_among
from engine.runs import RunFolder
from engine.site import Site

HEARTBEAT: Final = 1.0  # seconds
IDLE: Final = 60.0  # seconds without a command after which nothing is kept warm on a cluster
WARM_HOSTS: Final = 2  # as many as the graphs in the gallery ask for


class Engine:
    """Reads commands, runs graphs, tells events; lives as long as the studio."""

    def __init__(self, commands: int, events: BinaryIO, address: Address | None = None) -> None:
        """Begin to listen; `commands` is a file descriptor, `events` a stream, `address` that of a cluster if any."""
        self.began = time.monotonic()
        self.incoming: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self.events = events
        self.site = Site(address, self._starting) if address else None
        self.cluster = self.site or Cluster(self._starting)
        self.quitting = False
        self.writing = threading.Lock()  # whole lines, from two threads
        threading.Thread(target=self._listen, args=(commands,), name="commands", daemon=True).start()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def serve(self) -> int:
        """Warm up, then obey commands until told to quit; return the exit code."""
        try:
            self._warm_up()
            while not self.quitting:
                self._obey_next()
        except FlowError as error:
            self._tell_problems("engine", error)
            return 4
        finally:
            self.cluster.stop()
        return 0

    def tell(self, event: Event) -> None:
        """Send an event; if nobody listens any more, quit."""
        try:
            with self.writing:
                self.events.write(to_line(event))
                self.events.flush()
        except OSError:  # a broken pipe; Windows calls it otherwise
            self.quitting = True
            self.incoming.put(Quit())

    def _starting(self, step: str) -> None:
        self.tell(EngineStarting(step=step, seconds=time.monotonic() - self.began))

    def _warm_up(self) -> None:
        self.cluster.start(warm=WARM_HOSTS)
        self._import_early()  # while the hosts start
        self.cluster.wait_for_idle()
        names = environment_ids.registered()
        for trouble in environment_packages.enable():
            self.tell(Log(level="warning", text=trouble))
        ready = EngineReady(pid=os.getpid(), seconds=time.monotonic() - self.began, environments=names)
        self.tell(ready.model_copy(update=_has(self.site.machine())) if self.site else ready)
        for problem in self.site.warnings if self.site else ():
            self.tell(Log(level="warning", text=str(problem)))

    def _import_early(self) -> None:
        """Import what the first run would wait for two seconds; on a cluster, torch is imported there."""
        self._starting("importing TensorBoard's writer" if self.site else "importing torch")
        import tensorboardX  # noqa: F401

        if self.site is None:
            import torch  # noqa: F401

    def _listen(self, commands: int) -> None:
        for line in _lines(commands):
            try:
                self.incoming.put(read_command(line))
            except ValueError as error:
                self.tell(Log(level="error", text=f"a command was not understood: {error}"))
        self.incoming.put(Quit())

    def _beat(self) -> None:
        """Tell that this process lives, whatever its main thread is at; a stopped process tells nothing."""
        while not self.quitting:
            self.tell(Heartbeat())
            time.sleep(HEARTBEAT)

    def _command_while_running(self) -> Command | None:
        try:
            command = self.incoming.get_nowait()
        except queue.Empty:
            return None
        if isinstance(command, StartRun):
            problem = Problem(Place(), "a graph is running already", "stop it first")
            self.tell(Refused(command="start_run", problems=(problem.as_json(),)))
            return None
        self.quitting = self.quitting or isinstance(command, Quit)
        return command

    def _obey_next(self) -> None:
        """Obey the next command; while there is none for long, hold nothing on a cluster that others may need."""
        try:
            command = self.incoming.get(timeout=IDLE)
        except queue.Empty:
            self.cluster.rest()
        else:
            self._obey(command)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Quit):
            self.quitting = True
        elif isinstance(command, StartRun):
            try:
                self._run(_wanted(command, self.site.machine() if self.site else None))
            except FlowError as error:
                self._tell_problems("start_run", error)

    def _run(self, wanted: _Wanted) -> None:
        from engine import relaying, session

        here = partial(session.run_graph, cluster=self.cluster)
        run_graph = partial(relaying.run_graph, cluster=self.site) if self.site else here
        try:
            run_graph(
                wanted.document,
                folder=wanted.folder,
                seed=wanted.seed,
                stop=wanted.stop,
                tell=self.tell,
                commands=self._command_while_running,
                resume=wanted.resume,
            )
        finally:
            wanted.folder.close()

    def _tell_problems(self, command: str, error: FlowError) -> None:
        self.tell(Refused(command=command, problems=tuple(problem.as_json() for problem in error.problems)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a `StartRun` asks for, read and ready."""

    document: document.Document
    folder: RunFolder
    seed: int
    stop: Mapping[str, float]
    resume: tuple[Mapping[str, Any], int] | None = None


def _wanted(command: StartRun, machine: Machine | None) -> _Wanted:
    """Read what a command asks for; what a cluster's machines cannot hold is refused, as what is wrong with a graph."""
    if command.resume:
        return _resumed(command)
    graph = document.read(command.graph)
    seed = graph.run.seed if command.seed is None else command.seed
    stop = graph.run.stop if command.stop is None else command.stop
    graph = graph.replace(run={"seed": seed, "stop": dict(stop)})
    unread = (trust.problem(piece) for piece in trust.untrusted(graph, find()))
    if problems := (*errors_among(check(graph, target=machine)), *unread):  # before there is a folder for nothing
        raise InvalidGraph(*problems)
    if command.out:
        folder = RunFolder.create(command.out, graph, seed, stop)
    else:
        folder = RunFolder.create_below("runs", graph, seed, stop)
    return _Wanted(graph, folder, seed, stop)


def _resumed(command: StartRun) -> _Wanted:
    folder = RunFolder.open(command.resume)
    graph = folder.document()
    stop = graph.run.stop if command.stop is None else command.stop
    return _Wanted(graph, folder, graph.run.seed, stop, folder.newest_checkpoint())


def _has(machine: Machine) -> dict[str, Any]:
    return {"cores": machine.room.cores, "memory": machine.room.memory, "machines": machine.machines}


def _lines(descriptor: int) -> Iterator[bytes]:
    """Give the lines that come in until the input ends.

    Read from the descriptor itself: a thread that waits inside `sys.stdin` aborts the interpreter when it ends.
    """
    rest = b""
    while data := os.read(descriptor, 1 << 16):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines


def main(address: Address | None = None) -> int:
    """Serve on this process's standard input and output, for a cluster if one is named; return the exit code."""
    os.umask(0o077)
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return Engine(sys.stdin.fileno(), events, address).serve()
