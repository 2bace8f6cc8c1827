"""The ledger of calls: what it counts, when it wakes, and what is overdue."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import Any

import pytest

from engine.actors.calls import Call, Calls


class Ledger:
    """A ledger with calls to `a`, and what was heard of them."""

    def __init__(self) -> None:
        self.calls = Calls()
        self.heard: list[Any] = []
        self.lost: list[str] = []

    def submit(self, future: Future[Any], source: str = "a", made: float = 0.0, limit: float = 60.0) -> Future[Any]:
        self.calls.submit(future, Call(source, self._receive, self._lose, made, limit))
        return future

    def _receive(self, source: str, result: Any) -> None:
        self.heard.append(result)

    def _lose(self, source: str, error: Exception) -> None:
        self.lost.append(f"{source}: {error}")

    @property
    def counts(self) -> tuple[int, int, int, int]:
        calls = self.calls
        return calls.submitted, calls.received, calls.failed, len(calls.in_flight)


def test_every_call_is_received_failed_or_in_flight() -> None:
    ledger = Ledger()
    done, failed, _ = (ledger.submit(Future()) for _ in range(3))
    done.set_result(7)
    failed.set_exception(ValueError("no"))
    assert ledger.calls.poll(0)
    assert (ledger.heard, ledger.lost) == ([7], ["a: no"])
    assert ledger.counts == (3, 1, 1, 1)


def test_results_of_several_are_handed_over_in_the_order_in_which_calls_are_done() -> None:
    ledger = Ledger()
    first, second = ledger.submit(Future(), "a"), ledger.submit(Future(), "b")
    second.set_result(2)
    first.set_result(1)
    ledger.calls.poll(0)
    assert ledger.heard == [2, 1]


def test_results_of_one_are_handed_over_in_the_order_in_which_it_was_asked() -> None:
    ledger = Ledger()
    now = time.monotonic()
    first, second, third = (ledger.submit(Future(), made=now) for _ in range(3))
    second.set_result(2)
    assert not ledger.calls.poll(0)
    first.set_result(1)
    assert ledger.calls.poll(0)
    assert ledger.heard == [1, 2]
    third.set_result(3)
    ledger.calls.poll(0)
    assert (ledger.heard, ledger.counts) == ([1, 2, 3], (3, 3, 0, 0))


def test_nobody_waits_for_a_call_that_was_finished_out_of_turn_or_forgotten() -> None:
    ledger = Ledger()
    now = time.monotonic()
    first, second, third = (ledger.submit(Future(), made=now) for _ in range(3))
    second.set_result(2)
    ledger.calls.finish(second)
    first.set_result(1)
    ledger.calls.poll(0)
    assert ledger.heard == [2, 1]
    ledger.calls.forget("a")
    ledger.submit(Future(), made=now).set_result(4)
    third.set_result(3)
    ledger.calls.poll(0)
    assert ledger.heard == [2, 1, 4]


def test_a_poll_hands_over_in_its_own_thread_and_wakes_when_another_thread_is_done() -> None:
    ledger = Ledger()
    future = ledger.submit(Future())
    other = threading.Timer(0.02, future.set_result, [7])
    other.start()
    assert ledger.calls.poll(10)
    assert ledger.heard == [7]
    other.join()


def test_a_poll_of_nothing_returns_after_its_timeout() -> None:
    assert not Calls().poll(0.01)


def test_finishing_a_call_waits_for_it_and_hands_it_over_once() -> None:
    ledger = Ledger()
    future = ledger.submit(Future())
    other = threading.Timer(0.02, future.set_result, [7])
    other.start()
    ledger.calls.finish(future)
    other.join()
    ledger.calls.poll(0)
    assert ledger.heard == [7]
    assert ledger.counts == (1, 1, 0, 0)


def test_what_comes_of_a_forgotten_call_is_dropped() -> None:
    ledger = Ledger()
    future = ledger.submit(Future())
    ledger.calls.forget("a")
    future.set_result(7)
    ledger.calls.poll(0)
    assert (ledger.heard, ledger.lost) == ([], [])
    assert ledger.counts == (1, 0, 1, 0)


def test_a_call_is_overdue_only_when_whom_it_was_made_to_is_silent() -> None:
    ledger = Ledger()
    quick, _ = ledger.submit(Future()), ledger.submit(Future())
    quick.set_result(7)
    ledger.calls.poll(0)
    heard = ledger.calls.heard["a"]
    assert not ledger.calls.lose_overdue(heard + 59)
    assert ledger.calls.lose_overdue(heard + 61)
    assert ledger.lost == ["a: it gave no answer in time"]
    assert ledger.counts == (2, 1, 1, 0)


def test_a_quick_call_may_wait_behind_a_slow_one_as_long_as_that_one_may_take() -> None:
    ledger = Ledger()
    loading, _ = ledger.submit(Future(), limit=30), ledger.submit(Future(), limit=2)
    ledger.submit(Future(), "b", limit=20)
    assert ledger.calls.lose_overdue(29)
    assert ledger.lost == ["b: it gave no answer in time"]
    loading.set_result("ready")
    ledger.calls.poll(0)
    heard = ledger.calls.heard["a"]
    assert not ledger.calls.lose_overdue(heard + 1)
    assert ledger.calls.lose_overdue(heard + 3)
    assert ledger.lost[1:] == ["a: it gave no answer in time"]


def test_a_poll_looks_for_overdue_calls_now_and_then() -> None:
    ledger = Ledger()
    ledger.submit(Future(), made=time.monotonic() - 100)
    assert ledger.calls.poll(0)
    ledger.submit(Future(), made=time.monotonic() - 100)
    assert not ledger.calls.poll(0)  # it has just looked
    assert len(ledger.lost) == 1


@pytest.mark.ray
def test_calls_to_an_actor_and_their_failures_are_calls_like_others(cluster: Any) -> None:
    cluster.start()
    import ray

    class Worker:
        def answer(self) -> int:
            return 7

        def fail(self) -> None:
            raise ValueError("no")

    actor = ray.remote(Worker).options(num_cpus=0).remote()
    ledger = Ledger()
    for call in (actor.answer, actor.fail):
        ledger.submit(call.remote().future(), made=time.monotonic())
    while ledger.calls.in_flight:
        assert ledger.calls.poll(30)
    ray.kill(actor)
    assert ledger.heard == [7]
    assert "no" in ledger.lost[0]
    assert ledger.counts == (2, 1, 1, 0)
