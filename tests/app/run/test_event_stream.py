"""Bytes become events, in slices that leave the window its share of time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.run.event_stream import EventStream
from app.run.lines import LineSplitter
from app.run.slices import Slices
from engine.events import EpisodesFinished, Event, Heartbeat, NodeState, RunEnded, RunPaused, Telemetry, to_line


def numbers(env_steps: int) -> Telemetry:
    return Telemetry(seconds=1.0, env_steps=env_steps, env_steps_per_s=1.0, updates=0, episodes=0)


def told_by(qtbot: QtBot, *events: Event) -> list[Event]:
    """What the stream tells of these events, fed at once."""
    stream, told = EventStream(), []
    stream.told.connect(told.append)
    with qtbot.waitSignal(stream.drained):
        stream.feed(b"".join(to_line(event) for event in events))
    return told


def test_lines_are_put_together_from_any_pieces() -> None:
    splitter = LineSplitter(longest=100)
    pieces = [b"on", b"e\ntwo\nth", b"", b"ree", b"\n"]
    assert [line for piece in pieces for line in splitter.feed(piece)] == [b"one", b"two", b"three"]


def test_an_overlong_line_is_dropped_as_it_arrives_and_the_next_one_kept() -> None:
    splitter = LineSplitter(longest=4)
    pieces = [b"abc", b"def", b"ghi\nok\ntoolong\nyes\n"]
    assert [line for piece in pieces for line in splitter.feed(piece)] == [b"ok", b"yes"]
    assert splitter.dropped == 2


def test_events_are_told_in_order(qtbot: QtBot) -> None:
    events = [NodeState(node=f"node_{number}", state="running") for number in range(5)]
    assert told_by(qtbot, *events) == events


def test_only_the_newest_numbers_are_told(qtbot: QtBot) -> None:
    assert told_by(qtbot, numbers(1), numbers(2), Heartbeat(), numbers(3)) == [numbers(3)]


def test_numbers_from_before_a_pause_are_told_before_it(qtbot: QtBot) -> None:
    assert told_by(qtbot, numbers(1), RunPaused()) == [numbers(1), RunPaused()]


def test_heartbeats_are_signs_of_life_and_nothing_more(qtbot: QtBot) -> None:
    stream, told = EventStream(), []
    stream.told.connect(told.append)
    before = stream.heard
    with qtbot.waitSignal(stream.drained):
        stream.feed(to_line(Heartbeat()))
    assert stream.heard > before
    assert not told


def test_numbers_never_come_after_the_end_of_their_run(qtbot: QtBot) -> None:
    ended = RunEnded(status="finished")
    assert told_by(qtbot, numbers(1), ended, numbers(2)) == [numbers(1), ended, numbers(2)]


def test_a_flood_leaves_the_event_loop_its_turns(qtbot: QtBot) -> None:
    """10,000 events fed at once; a timer that wants every turn gets one between any two slices."""
    stream, turns, told = EventStream(), [], []
    stream.told.connect(told.append)
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: turns.append(len(told)))
    timer.start()
    with qtbot.waitSignal(stream.drained):
        stream.feed(to_line(EpisodesFinished(rows=((1, 0.1, 1.0, 1),))) * 10_000)
    assert len(told) == 10_000
    assert len(set(turns)) > 3  # seen between: not all at once


def test_a_slow_item_ends_its_slice(qtbot: QtBot) -> None:
    taken: list[int] = []

    def take(item: int) -> None:
        taken.append(item)
        until = time.perf_counter() + 0.002
        while time.perf_counter() < until:
            pass

    slices, ends = Slices(take, budget=0.001), []
    slices.slice_ended.connect(lambda: ends.append(len(taken)))
    with qtbot.waitSignal(slices.ended):
        slices.start(iter(range(3)))
    assert ends == [1, 2, 3, 3]


def test_stopped_slices_take_nothing_more(qtbot: QtBot) -> None:
    taken: list[int] = []
    slices = Slices(taken.append)
    slices.start(iter(range(3)))
    slices.stop()
    qtbot.waitUntil(lambda: not slices.busy)
    assert not taken


@pytest.mark.bench
def test_five_thousand_lines_a_second_leave_no_gap_over_50_ms(qtbot: QtBot) -> None:
    """Fed every 20 ms for 3 s; the longest gap between turns of a 5 ms timer is the longest freeze."""
    stream, ticks = EventStream(), [time.perf_counter()]
    line = to_line(numbers(1)) + to_line(EpisodesFinished(rows=((1, 0.1, 1.0, 1),))) * 4
    rounds: Iterator[int] = iter(range(150))
    feeding, watch = QTimer(interval=20), QTimer(interval=5)
    feeding.timeout.connect(lambda: stream.feed(line * 20) if next(rounds, None) is not None else feeding.stop())
    watch.timeout.connect(lambda: ticks.append(time.perf_counter()))
    feeding.start()
    watch.start()
    qtbot.waitUntil(lambda: not feeding.isActive() and not stream.busy, timeout=10_000)
    gaps = [after - before for before, after in pairwise(ticks)]
    print(f"longest gap {max(gaps) * 1000:.1f} ms")  # noqa: T201  # what this measures
    assert max(gaps) < 0.05
