"""The Record Video operator."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.events import Log, VideoRecorded
from engine.kinds import Anything, Environment, Item, Policy
from engine.problems import Place, Problem, RunFailed

RATE: Final = 30  # pictures a second, where the environment does not say


class RecordVideo(Operator):
    """Film one episode with the policy's most likely actions, now and then, into the run's folder.

    Takes items, the environment and the policy; gives each item. When `every` env steps have gone by it plays an
    episode in an environment of its own, seeded, with the newest weights, and writes `videos/<node>-<env steps>.mp4`.
    Its steps are not training. The environment must be able to draw itself (`rgb_array`); no display is needed. A disk
    that refuses is told, and the run goes on. Counts nothing. Waits for nothing; the stream stands still while it
    plays, which without a GPU is long for MuJoCo: it draws about 12 pictures a second.

    Example: every 50000 in a run of 150000 env steps of CartPole-v1 makes three films of up to 10 s, 500 pictures
    each, in 1.5 s each.
    RLlib: render_env and record_env.
    """

    section = "Report"
    short = "video"
    rllib = "record_env"

    items = stream_in(Anything, "what sets it off", where="local")
    environment = handle_in(Environment, "where to play")
    policy = handle_in(Policy, "who plays")
    passed = stream_out(Anything, "the same items", where="local", same_as="items")

    every: int = param(50_000, at_least=1, unit="env steps", help="film when this many have gone by", live=True)
    longest: int = param(
        2000, at_least=1, at_most=1_000_000, unit="env steps", help="an episode that goes on is cut off", live=True
    )

    def provide(self, run: Run, **handles: Any) -> None:
        """Make an arena to film in, and draw it once for trial.

        Raises:
            ValueError: the environment cannot draw itself.
            RunFailed: OpenCV, which writes the films, is not installed.
        """
        from engine.actors.arena import Arena
        from engine.environment_packages import INSTALL

        if not importlib.util.find_spec("cv2"):
            raise RunFailed(Problem(Place(self.node), "films are written with OpenCV, which is not installed", INSTALL))
        self.run = run
        self.learner: Policy = handles["policy"]
        self.arena = Arena(handles["environment"], self.learner.blueprint, run.seed(self.node), drawn=True)
        try:
            self.arena.picture()  # what cannot be drawn shall not be known only hours from now
        except Exception:
            self.arena.close()
            raise
        self.due = run.counters.due(self.every)

    def each(self, item: Item) -> Iterable[Item]:
        """Film if it is time, then give the item."""
        if self.run.counters.env_steps >= self.due:
            self.due = self.run.counters.due(self.every)
            self._film()
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return when it films next, and what decides how its next episodes begin."""
        return {"due": self.due, "arena": self.arena.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; with a smaller `every` than then it films sooner."""
        self.due = min(self.due, int(state["due"]))
        self.arena.restore(state["arena"])

    def close(self) -> None:
        """Close the arena."""
        self.arena.close()

    def _film(self) -> None:
        from engine import videos

        env_steps = self.run.counters.env_steps
        file = f"videos/{self.node}-{env_steps}.mp4"
        pictures = self.arena.film(self.learner.newest()[0], self.longest)
        try:
            videos.write(self.run.folder / file, pictures, self.arena.rate or RATE)
        except OSError as error:
            what = f"the video was not written: {error.strerror or error}"
            self.run.tell(Log(level="warning", text=what, node=self.node))
        else:
            self.run.tell(VideoRecorded(node=self.node, file=file, env_steps=env_steps))
