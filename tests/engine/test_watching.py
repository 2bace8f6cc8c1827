"""A policy plays to be watched while it is trained: pictures come and change, and the run is not touched by it."""

from __future__ import annotations

import base64
import queue
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium
import pytest

from engine.actors.played import Part
from engine.actors.player import Player
from engine.event_log import read_events
from engine.events import Pause, Refused, RunPaused, Stop, VideoRecorded
from engine.inspecting import PolicySeen, Watch
from engine.kinds import Environment, View
from engine.runs import RunFolder
from engine.session import run_graph
from engine.watching import Watching
from tests.engine.operators.test_evaluate import Still
from tests.engine.operators.test_record_video import Blind
from tests.engine.test_session import ppo

WATCH = Watch(node="policy_1", speed=64.0)


class Spectator:
    """Runs a graph until it has seen enough, and wishes for one thing after another: when `when` holds, `wish`."""

    def __init__(self, *wishes: tuple[Callable[[list[Any]], bool], Any]) -> None:
        self.wishes = list(wishes)
        self.events: list[Any] = []

    def next_wish(self) -> Any:
        if self.wishes and self.wishes[0][0](self.events):
            return self.wishes.pop(0)[1]
        return None

    def run(self, graph: Any, folder: Path) -> Any:
        record = RunFolder.create(folder, graph, 1, {})
        stop = {"seconds": 60.0}
        ended = run_graph(graph, folder=record, seed=1, stop=stop, tell=self.events.append, commands=self.next_wish)
        record.close()
        return ended


def seen(events: list[Any]) -> list[PolicySeen]:
    return [event for event in events if isinstance(event, PolicySeen)]


def learned(events: list[Any]) -> bool:
    """Whether two episodes were seen, of policies of different versions."""
    return len({picture.version for picture in seen(events)}) > 1


def enough(events: list[Any]) -> bool:
    """Whether, besides, more pictures came than a play that stands still would give."""
    return learned(events) and len({picture.picture for picture in seen(events)}) > 3


def at_once(events: list[Any]) -> bool:
    return True


def test_pictures_of_the_newest_policy_come_and_change_while_it_trains(tmp_path: Path) -> None:
    spectator = Spectator((at_once, WATCH), (enough, Stop()))
    ended = spectator.run(ppo(), tmp_path / "run")
    pictures = seen(spectator.events)
    assert ended.status == "stopped"  # and not at its end: it has seen enough before
    assert base64.b64decode(pictures[0].picture).startswith(b"\x89PNG")
    assert pictures[-1].version > pictures[0].version  # the training went on meanwhile
    last_of_first = next(picture for picture in pictures if picture.over)
    assert last_of_first.episode_return == last_of_first.step  # CartPole gives 1 a step
    assert not [event for event in read_events(tmp_path / "run") if isinstance(event, PolicySeen)]


def test_the_play_goes_on_while_the_run_is_paused(tmp_path: Path) -> None:
    def played_on(events: list[Any]) -> bool:
        pause = next(index for index, event in enumerate(events) if isinstance(event, RunPaused))
        return len({picture.episode for picture in seen(events[pause:])}) >= 2

    spectator = Spectator((at_once, WATCH), (seen, Pause()), (is_paused, WATCH), (played_on, Stop()))
    assert spectator.run(ppo(), tmp_path / "run").status == "stopped"


def is_paused(events: list[Any]) -> bool:
    return any(isinstance(event, RunPaused) for event in events)


def test_a_wish_for_the_next_episode_cuts_this_one_short(tmp_path: Path) -> None:
    still = Watch(node="policy_1", speed=0.25)
    spectator = Spectator(
        (at_once, still),
        (seen, still.model_copy(update={"skipped": 1})),
        (lambda events: seen(events)[-1].episode >= 2, Stop()),
    )
    spectator.run(ppo(), tmp_path / "run")
    first = [picture for picture in seen(spectator.events) if picture.episode == 1]
    assert first[-1].over


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_a_film_is_recorded_at_a_wish(form: Any, tmp_path: Path) -> None:
    def filmed(events: list[Any]) -> bool:
        return any(isinstance(event, VideoRecorded | Refused) for event in events)

    slow = WATCH.model_copy(update={"film": form, "speed": 4.0})
    spectator = Spectator((at_once, Pause()), (is_paused, slow), (filmed, Stop()))
    spectator.run(ppo(), tmp_path / "run")
    film = next(event for event in spectator.events if isinstance(event, VideoRecorded))
    head = (tmp_path / "run" / film.file).read_bytes()[:12]
    assert head.startswith(b"GIF89a") if form == "gif" else head[4:8] == b"ftyp"
    assert any(picture.filming for picture in seen(spectator.events))


def test_who_is_watched_no_longer_ends_and_the_run_goes_on(tmp_path: Path) -> None:
    spectator = Spectator((at_once, WATCH), (seen, Watch()), (at_once, WATCH), (two_lives, Stop()))
    assert spectator.run(ppo(), tmp_path / "run").status == "stopped"
    assert not [event for event in spectator.events if isinstance(event, Refused)]


def two_lives(events: list[Any]) -> bool:
    """Whether a first episode was seen again after a later one, or after its own end: somebody began anew."""
    steps = [(picture.episode, picture.step) for picture in seen(events)]
    return any(after <= before for before, after in pairwise(steps))


def test_a_node_that_is_no_policy_is_refused(tmp_path: Path) -> None:
    told = refusal_of(Watch(node="train_1"), ppo(), tmp_path)
    assert told["node"] == "train_1"
    assert told["what"] == "the graph that runs has no such policy"


def test_who_does_not_play_alone_is_not_watched_and_told_why() -> None:
    """The process that would play says so, and ends."""
    told: list[Any] = []
    shared = View(id="multi_cartpole", agents="cart_0")
    policy = SimpleNamespace(environment=shared, blueprint=None)
    watching = Watching(WATCH, policy, Path(), 0, told.append)
    watching.close()
    (refused,) = told
    assert refused.problems[0]["what"] == "several agents live in multi_cartpole: only who plays alone can be watched"


def test_an_environment_that_cannot_draw_itself_says_so() -> None:
    gymnasium.register("Unseen-v0", Blind, disable_env_checker=True)
    try:
        part = Part("policy_1", Environment("Unseen-v0"), Still(), 0, Path())
        with pytest.raises(ValueError, match=r"^Unseen-v0 cannot draw itself: it renders as ansi$"):
            Player(part, print, queue.SimpleQueue())
    finally:
        gymnasium.registry.pop("Unseen-v0")


def refusal_of(wish: Watch, graph: Any, folder: Path) -> Any:
    def refused(events: list[Any]) -> bool:
        return any(isinstance(event, Refused) for event in events)

    spectator = Spectator((at_once, wish), (refused, Stop()))
    assert spectator.run(graph, folder / "run").status == "stopped"
    (told,) = (event for event in spectator.events if isinstance(event, Refused))
    assert told.command == "watch"
    return told.problems[0]
