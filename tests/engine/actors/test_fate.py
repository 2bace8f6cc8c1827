"""What became of an actor, in words: Ray's own speak of ids and sockets."""

from __future__ import annotations

import pytest
from ray import exceptions
from ray.core.generated.common_pb2 import ActorDiedErrorContext

from engine.actors.calls import Overdue
from engine.actors.hosts import fate

DIED = ActorDiedErrorContext(
    class_name="Host",
    actor_id=b"0" * 16,
    pid=7,
    error_message="The actor is dead because its node has died.\n\tNode Id: 17",
)
FATES = [
    (exceptions.ActorUnavailableError("RpcError: Socket closed", b"0" * 16), "its process ended, or cannot be reached"),
    (exceptions.ActorDiedError(DIED), "its process ended: The actor is dead because its node has died."),
    (exceptions.ActorDiedError(), "its process ended"),
    (exceptions.OutOfMemoryError("the machine ran low\non memory"), "OutOfMemoryError: the machine ran low"),
    (Overdue("it gave no answer in time"), "it gave no answer in time"),
    (RuntimeError(), "RuntimeError: "),
    (RuntimeError("x" * 300), "RuntimeError: " + "x" * 186),
]


@pytest.mark.parametrize(("cause", "told"), FATES)
def test_what_became_of_an_actor_is_told_in_a_line(cause: Exception, told: str) -> None:
    assert fate(cause) == told
