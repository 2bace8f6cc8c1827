"""What follows from what, without a process or a window."""

from __future__ import annotations

import pytest

from app.run.ending import Escalation, reason_of_death
from app.run.free_text import FreeText
from app.run.state import RunState, after
from engine.events import EngineReady, Event, Refused, RunEnded, RunPaused, RunResumed, RunStarted

STARTED = RunStarted(folder="/runs/one", title="", seed=0)


@pytest.mark.parametrize(
    ("before", "event", "then"),
    [
        (RunState.STARTING, EngineReady(pid=1, seconds=1), RunState.READY),
        (RunState.QUEUED, EngineReady(pid=1, seconds=1), RunState.READY),
        (RunState.LAUNCHING, STARTED, RunState.RUNNING),
        (RunState.PAUSING, RunPaused(), RunState.PAUSED),
        (RunState.PAUSED, RunResumed(), RunState.RUNNING),
        (RunState.RUNNING, RunEnded(status="finished"), RunState.FINISHED),
        (RunState.STOPPING, RunEnded(status="stopped"), RunState.STOPPED),
        (RunState.RUNNING, RunEnded(status="failed"), RunState.FAILED),
        (RunState.LAUNCHING, Refused(command="start_run", problems=()), RunState.FAILED),
        (RunState.PAUSING, Refused(command="pause", problems=()), RunState.RUNNING),
    ],
)
def test_events_lead_from_state_to_state(before: RunState, event: Event, then: RunState) -> None:
    assert after(before, event) is then


def test_a_stop_wished_before_the_run_began_is_not_forgotten() -> None:
    assert after(RunState.STOPPING, STARTED) is RunState.STOPPING
    assert after(RunState.STOPPING, RunPaused()) is RunState.STOPPING


def test_what_can_be_wished_for_while_running() -> None:
    wishes = ("run", "pause", "resume", "turn", "stop", "end_engine", "start_engine")
    assert [wish for wish in wishes if RunState.STARTING.allows(wish)] == ["run"]
    assert [wish for wish in wishes if RunState.QUEUED.allows(wish)] == ["stop"]
    assert [wish for wish in wishes if RunState.RUNNING.allows(wish)] == ["pause", "turn", "stop"]
    assert [wish for wish in wishes if RunState.PAUSED.allows(wish)] == ["resume", "turn", "stop"]
    assert [wish for wish in wishes if RunState.LOST.allows(wish)] == ["run", "start_engine"]


def test_an_ignored_wish_to_end_is_followed_by_two_pushes() -> None:
    escalation = Escalation(grace=3)
    escalation.begin(now=10, quiet=3)
    assert [escalation.due(now, heard=0) for now in (12, 13, 14, 16, 20)] == ["", "terminate", "", "kill", ""]


def test_a_patient_wish_waits_as_long_as_there_are_signs_of_life() -> None:
    escalation = Escalation(grace=3)
    escalation.begin(now=10, quiet=3)
    assert escalation.due(now=100, heard=99) == ""
    assert escalation.due(now=102, heard=99) == "terminate"
    assert escalation.due(now=105, heard=105) == "kill"  # no sign of life helps any more


def test_a_limit_ends_the_patience_with_signs_of_life() -> None:
    escalation = Escalation(grace=3)
    escalation.begin(now=10, quiet=3)
    escalation.begin(now=20, quiet=3, limit=15)
    assert [escalation.due(now, heard=now) for now in (34, 35, 37, 38)] == ["", "terminate", "", "kill"]


def test_hurrying_makes_the_next_push_due_at_once() -> None:
    escalation = Escalation(grace=3)
    escalation.begin(now=10, quiet=3)
    escalation.hurry(now=11)
    assert escalation.due(now=11, heard=11) == "terminate"


def test_a_wish_that_was_carried_out_pushes_nobody() -> None:
    escalation = Escalation(grace=3)
    escalation.begin(now=10, quiet=3)
    escalation.cancel()
    assert escalation.due(now=100, heard=0) == ""


def test_death_is_told_in_words_with_the_last_lines_below() -> None:
    assert reason_of_death(11, True, ["Fatal error"]) == "The engine crashed (SIGSEGV).\nFatal error"
    assert reason_of_death(3, False, []) == "The engine ended by itself with exit code 3."


def test_text_beyond_a_hundred_lines_a_second_is_left_out_and_counted() -> None:
    seconds = 0.0
    text = FreeText(clock=lambda: seconds)
    assert len(list(text.feed(b"line\n" * 250))) == 100
    seconds = 1.0
    assert list(text.feed(b"next\n")) == ["150 lines were left out here", "next"]
    assert text.last[-1] == "next"
