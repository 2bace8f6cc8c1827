"""The process in which a policy plays to be watched: pictures go out as JSON lines, wishes and weights come in.

It ends with its input, so that nothing of it outlives the engine. Time is kept by the environment's own pace: an
environment that is drawn more slowly than that plays as fast as it can be drawn, and one that plays faster than
people can see is drawn only as often as they can.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from engine.actors.arena import Arena
from engine.actors.film import Film
from engine.actors.played import WANTED, Part, Weights
from engine.events import Event, Refused, VideoRecorded, to_line
from engine.inspecting import PolicySeen, Watch
from engine.kinds import View
from engine.pictures import as_text
from engine.problems import FAILURES, FlowError, Place, Problem

RATE: Final = 30.0  # steps a second, where the environment does not say
SHOWN: Final = 25.0  # pictures a second at most
LONGEST_SIDE: Final = 480  # pixels
LONGEST: Final = 10_000  # env steps, after which an episode that goes on is cut off
LOWER: Final = 10  # of Unix's niceness: training goes first
STANDS: Final = 0.05  # seconds between looks at the wishes while the play stands still


class Player:
    """Plays episode after episode as the newest wish says."""

    def __init__(self, part: Part, send: Callable[[bytes], object], incoming: queue.SimpleQueue[Any]) -> None:
        """Make the environment, and draw it once for trial.

        Raises:
            ValueError: it cannot be drawn; a sentence.
        """
        if isinstance(part.environment, View):
            raise ValueError(f"several agents live in {part.environment.id}: only who plays alone can be watched")
        self.part, self.send, self.incoming = part, send, incoming
        self.arena = Arena(part.environment, part.blueprint, part.seed, drawn=True)
        self.arena.picture()
        self.rate = self.arena.rate or RATE
        self.wish = Watch(node=part.node)
        self.weights: Weights | None = None
        self.ended = False
        self.episodes = self.skipped = 0
        self.film: Film | None = None
        self.drawn_at = 0.0

    def play(self) -> None:
        """Play until nobody watches any more."""
        while (weights := self._next_weights()) is not None:
            self._episode(weights)
        self.arena.close()

    def _next_weights(self) -> Weights | None:
        """Ask for the newest weights and wait for them; None where nobody watches any more."""
        self.weights = None
        self.send(WANTED)
        while not self.ended and self.weights is None:
            self._hear(None)
        return self.weights

    def _episode(self, weights: Weights) -> None:
        self.episodes, self.skipped = self.episodes + 1, self.wish.skipped
        total, step, due, picture = 0.0, 0, time.monotonic(), None
        for reward in self.arena.steps(weights.vector, LONGEST):
            total, step = total + reward, step + 1
            due = self._keep_time(due)
            if self.ended or self.wish.skipped > self.skipped:
                break
            self._film(weights)
            due_to_draw = time.monotonic() - self.drawn_at >= 1 / SHOWN
            if self.film or due_to_draw:
                picture = self.arena.picture()
            if self.film and picture is not None:
                self.film.add(picture)
            if due_to_draw and picture is not None:
                self._show(picture, weights, step, total)
        if not self.ended:
            self._show(self.arena.picture(), weights, step, total, over=True)
        self._end_film(weights)

    def _keep_time(self, due: float) -> float:
        """Wait until the next step is due, and as long as the play stands still; return when the one after is due."""
        while True:
            self._hear(0.0)
            if self.ended or self.wish.skipped > self.skipped:
                return due
            wait = STANDS if not self.wish.speed else due - time.monotonic()
            if wait <= 0:
                return max(due, time.monotonic() - STANDS) + 1 / (self.rate * self.wish.speed)
            self._hear(wait)

    def _hear(self, seconds: float | None) -> None:
        """Take in one thing that has come, after waiting for it as long as this; None for as long as it takes."""
        try:
            heard = self.incoming.get(timeout=seconds) if seconds != 0.0 else self.incoming.get_nowait()
        except queue.Empty:
            return
        match heard:
            case Watch():
                self.wish = heard
            case Weights():
                self.weights = heard
            case None:
                self.ended = True

    def _show(self, picture: NDArray[np.uint8], weights: Weights, step: int, total: float, over: bool = False) -> None:
        self.drawn_at = time.monotonic()
        self.send(
            to_line(
                PolicySeen(
                    node=self.part.node, version=weights.version, episode=self.episodes, step=step,
                    episode_return=total, over=over, picture=as_text(picture, LONGEST_SIDE),
                    filming=self.film is not None,
                )
            )
        )  # fmt: skip

    def _film(self, weights: Weights) -> None:
        """Begin or end a film as it is wished now."""
        if self.wish.film and self.film is None:
            name = f"watched-{self.part.node}-{weights.env_steps}-{self.episodes}.{self.wish.film}"
            self.film = Film(self.part.folder / "videos" / name, self.rate)
        elif not self.wish.film:
            self._end_film(weights)

    def _end_film(self, weights: Weights) -> None:
        """Finish the film, if there is one, and tell where it lies or why it does not."""
        if self.film is None:
            return
        film, self.film = self.film, None
        self.wish = self.wish.model_copy(update={"film": ""})
        try:
            path = film.finish()
        except (OSError, ImportError) as error:
            self._tell(_refused(self.part.node, f"the film was not written: {error}"))
        else:
            file = str(path.relative_to(self.part.folder))
            self._tell(VideoRecorded(node=self.part.node, file=file, env_steps=weights.env_steps))

    def _tell(self, event: Event) -> None:
        self.send(to_line(event))


def _refused(node: str, what: str, hint: str = "") -> Refused:
    return Refused(command="watch", problems=(Problem(Place(node), what, hint).as_json(),))


def _listen(stream: BinaryIO, incoming: queue.SimpleQueue[Any]) -> None:
    """Take in what comes until the input ends, which is None."""
    try:
        while True:
            incoming.put(pickle.load(stream))  # of the engine that started this process, and of nobody else
    except EOFError:
        incoming.put(None)


def main() -> None:
    """Play what comes on standard input; tell why not, if it cannot be played."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # environments print where they like
    if hasattr(os, "nice"):
        os.nice(LOWER)
    incoming: queue.SimpleQueue[Any] = queue.SimpleQueue()
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    threading.Thread(target=_listen, args=(source, incoming), daemon=True).start()
    part = incoming.get()
    try:
        Player(part, out.write, incoming).play()
    except BrokenPipeError:
        pass  # the engine is gone
    except FlowError as error:
        out.write(to_line(Refused(command="watch", problems=tuple(p.as_json() for p in error.problems))))
    except FAILURES as error:  # the environment's own, or an acting part that does not fit
        out.write(to_line(_refused(part.node, f"{error}" if isinstance(error, ValueError) else repr(error))))
    out.close()
    os._exit(0)  # the thread that listens is inside a read, which nothing else ends


if __name__ == "__main__":
    main()
