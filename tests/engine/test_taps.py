"""Items of a run are held on a wire, shown, dropped and let go; nothing is lost that was not dropped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.event_log import read_events
from engine.events import Log, Refused, Resume, RunPaused, RunResumed, Stop
from engine.inspecting import Breakpoint, DropItem, HoldNext, ItemDropped, ItemSeen, PeekNext, SetBreakpoints
from tests.engine.test_exact_resume import newest
from tests.engine.test_session import metrics, ppo, run

BATCHES = "standardize_1.standardized→train_1.batches"
RESULTS = "train_1.results→broadcast_1.items"
ON_ACTORS = "rollouts_1.experiences→advantages_1.batches"
GATHERED = "gather_1.items→concat_1.batches"


def started(event):
    return event.type == "node_state"


def paused(event):
    return isinstance(event, RunPaused)


def only(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_the_next_item_of_a_wire_is_held_and_shown_and_the_run_goes_on_with_it(tmp_path: Path) -> None:
    commands = [(started, HoldNext(wire=BATCHES)), (paused, Resume())]
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 3}, commands=commands)
    (seen,) = only(events, ItemSeen)
    assert (seen.wire, seen.held, seen.why, seen.updates) == (BATCHES, True, "", 0)
    assert (seen.item.kind, seen.item.rows, seen.item.env_steps, seen.item.version) == ("batch", 64, 64, 0)
    assert {"reward", "advantage", "terminated"} <= {field.name for field in seen.item.fields}
    assert [type(event) for event in events if isinstance(event, RunPaused | RunResumed)] == [RunPaused, RunResumed]
    assert (ended.status, ended.summary["updates"], ended.summary["env_steps"]) == ("finished", 3, 192)


def test_what_is_held_changes_no_number_of_the_run(tmp_path: Path) -> None:
    commands = [(started, HoldNext(wire=BATCHES)), (paused, HoldNext(wire=RESULTS)), (paused, Resume())]
    looked_at, _ = run(ppo(), tmp_path / "one", stop={"updates": 3}, commands=commands)
    plain, _ = run(ppo(), tmp_path / "other", stop={"updates": 3})
    same = ("env_steps", "updates", "episodes", "return_mean_100")
    assert [looked_at.summary[name] for name in same] == [plain.summary[name] for name in same]


def test_a_step_lets_the_held_item_go_and_holds_the_next(tmp_path: Path) -> None:
    commands = [(started, HoldNext(wire=RESULTS)), (paused, HoldNext(wire=RESULTS)), (paused, Resume())]
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 4}, commands=commands)
    seen = only(events, ItemSeen)
    assert [event.updates for event in seen] == [1, 2]
    assert "policy_loss" in seen[0].item.figures


def test_an_item_that_is_dropped_trains_nothing_and_is_counted_and_recorded(tmp_path: Path) -> None:
    commands = [(started, HoldNext(wire=BATCHES)), (paused, DropItem(wire=BATCHES)), (dropped, Resume())]
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 2}, commands=commands)
    (gone,) = only(events, ItemDropped)
    assert (gone.wire, gone.source, gone.item_env_steps, gone.dropped) == (BATCHES, "rollouts_1/0", 64, 1)
    assert ended.summary["env_steps"] == 192  # 64 more than two updates take
    assert gone in list(read_events(tmp_path / "run"))


def test_a_run_can_be_stopped_while_an_item_is_held(tmp_path: Path) -> None:
    ended, _ = run(ppo(), tmp_path / "run", commands=[(started, HoldNext(wire=BATCHES)), (paused, Stop())])
    assert (ended.status, ended.summary["updates"], ended.summary["env_steps"]) == ("stopped", 0, 64)


def test_items_can_be_held_on_two_wires_at_once(tmp_path: Path) -> None:
    both = SetBreakpoints(breakpoints=(Breakpoint(wire=BATCHES), Breakpoint(wire=RESULTS)))
    commands = [(started, both), (paused, Resume()), (paused, Resume())]
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 1}, commands=commands)
    assert [event.wire for event in only(events, ItemSeen)] == [BATCHES, RESULTS]


def dropped(event):
    return isinstance(event, ItemDropped)


def test_what_is_only_looked_at_is_not_recorded(tmp_path: Path) -> None:
    run(ppo(), tmp_path / "run", stop={"updates": 2}, commands=[(started, PeekNext(wire=BATCHES))])
    assert not only(read_events(tmp_path / "run"), ItemSeen)


def test_a_peek_shows_the_next_item_and_the_run_does_not_stop(tmp_path: Path) -> None:
    commands = [(started, PeekNext(wire=BATCHES))]
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 2}, commands=commands)
    (seen,) = only(events, ItemSeen)
    assert not seen.held
    assert not only(events, RunPaused)


def test_a_peek_at_a_wire_on_actors_shows_what_comes_out_of_its_gather(tmp_path: Path) -> None:
    commands = [(started, PeekNext(wire=ON_ACTORS))]
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 1}, commands=commands)
    (seen,) = only(events, ItemSeen)
    assert seen.wire == GATHERED


def test_a_breakpoint_holds_the_items_of_which_its_condition_holds(tmp_path: Path) -> None:
    at = SetBreakpoints(breakpoints=(Breakpoint(wire=RESULTS, condition="2 <= updates <= 3"),))
    commands = [(started, at), (paused, Resume()), (paused, Resume())]
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 5}, commands=commands)
    assert [(event.updates, event.why) for event in only(events, ItemSeen)] == [
        (2, "2 <= updates <= 3"),
        (3, "2 <= updates <= 3"),
    ]
    assert ended.summary["updates"] == 5


def test_a_breakpoint_without_a_condition_holds_every_item_and_one_that_is_off_none(tmp_path: Path) -> None:
    on, off = Breakpoint(wire=RESULTS), Breakpoint(wire=BATCHES, enabled=False)
    commands = [(started, SetBreakpoints(breakpoints=(on, off))), (paused, Resume()), (paused, Resume())]
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 2}, commands=commands)
    assert [event.wire for event in only(events, ItemSeen)] == [RESULTS, RESULTS]


def test_a_condition_that_cannot_be_judged_is_told_once_and_holds_nothing(tmp_path: Path) -> None:
    at = SetBreakpoints(breakpoints=(Breakpoint(wire=RESULTS, condition="los is nan"),))
    _, events = run(ppo(), tmp_path / "run", stop={"updates": 3}, commands=[(started, at)])
    (told,) = (event.text for event in only(events, Log) if "breakpoint" in event.text)
    assert told.startswith(f"the breakpoint 'los is nan' on {RESULTS} cannot be judged: there is no los here; there")
    assert not only(events, ItemSeen)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (HoldNext(wire="a.b→c.d"), "the graph that runs has no wire a.b→c.d that carries items"),
        (HoldNext(wire="policy_1.policy→train_1.policy"), "has no wire policy_1.policy→train_1.policy that carries"),
        (HoldNext(wire=ON_ACTORS), f"is on actors, .* none can be held. Hold what comes out of the gather: {GATHERED}"),
        (DropItem(wire=BATCHES), "no item is held on this wire"),
        (SetBreakpoints(breakpoints=(Breakpoint(wire=BATCHES, condition="x["),)), "'x\\[' is no condition"),
        (SetBreakpoints(breakpoints=(Breakpoint(wire=ON_ACTORS),)), "is on actors"),
    ],
    ids=["no wire", "a handle", "on actors", "nothing held", "no condition", "a breakpoint on actors"],
)
def test_what_cannot_be_done_is_refused_in_words_and_the_run_goes_on(wish, why, tmp_path: Path) -> None:
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 1}, commands=[(started, wish)])
    (refused,) = only(events, Refused)
    assert refused.command == wish.type
    assert re.search(why, refused.problems[0]["what"])
    assert ended.status == "finished"


@pytest.mark.parametrize("wires", [(BATCHES,), (BATCHES, GATHERED)])
def test_what_is_held_when_a_run_is_stopped_goes_on_when_it_is_resumed(wires: tuple[str, ...], tmp_path: Path) -> None:
    graph, stop = ppo(**{"concat_1.min_steps": 128}), {"updates": 3}
    _, straight = run(graph, tmp_path / "straight", stop=stop)
    holding = [(started, HoldNext(wire=wires[0])), *((paused, HoldNext(wire=wire)) for wire in wires[1:])]
    _, before = run(graph, tmp_path / "before", stop=stop, commands=[*holding, (paused, Stop())])
    ended, after = run(graph, tmp_path / "after", stop=stop, resume=newest(tmp_path / "before"))
    assert metrics(before) + metrics(after) == metrics(straight) != []
    assert ended.summary["env_steps"] == 3 * 128
