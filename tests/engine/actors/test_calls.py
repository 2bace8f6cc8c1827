"""The ledger of actor calls: what counts as overdue."""

from __future__ import annotations

import threading
import time

import pytest

from engine.actors.calls import Call, Calls


@pytest.mark.ray
def test_a_call_that_queues_on_an_actor_is_overdue_only_when_the_actor_is_silent(cluster):
    cluster.start()
    import ray

    class Worker:
        def answer(self):
            return 7

        def hang(self):
            threading.Event().wait()

    actor = ray.remote(Worker).options(num_cpus=0).remote()
    calls, heard, lost = Calls(), [], []
    quick, hung = actor.answer.remote(), actor.hang.remote()
    ray.wait([quick])
    long_ago = time.monotonic() - 100
    for reference in (quick, hung):
        calls.submit(
            reference,
            Call("w/0", lambda source, result: heard.append(result), lambda *loss: lost.append(loss), long_ago, 60.0),
        )
    calls.poll(0)
    assert (heard, lost) == ([7], [])
    calls.heard["w/0"] = long_ago
    calls.poll(0)
    assert [source for source, _ in lost] == ["w/0"]
    assert (calls.submitted, calls.received, calls.failed) == (2, 1, 1)
    ray.kill(actor)
