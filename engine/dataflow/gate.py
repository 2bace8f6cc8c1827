"""What lets nothing into an operator on the driver while there is no room for what it does with it."""

from __future__ import annotations

from collections.abc import Callable

from engine.dataflow.local import Local, Pulled, Reader, Transform, Waiting
from engine.dataflow.parallel import Stream, local
from engine.declare import Operator


class _Gate(Reader):
    """Pulls only while there is room, so that what stands before it feels who does not keep up behind it."""

    def __init__(self, upstream: Local, node: str, full: Callable[[], bool], room: str) -> None:
        super().__init__(node, upstream)
        self.full = full
        self.room = Waiting(node, room)

    def pull(self) -> Pulled:
        """Let one more item in, or wait for room."""
        if self.full():
            self.meter.block()
            return self.room
        self.meter.go_on()
        return self.upstream.pull()


def gated(upstream: Stream, operator: Operator, full: Callable[[], bool], room: str) -> Local:
    """Return the stream that leaves `operator`, which nothing enters while it is `full` and there is no `room`.

    Example: `gated(stream, store, lambda: buffer.full, "room in buffer_1")`.
    """
    gate = _Gate(local(upstream, operator.node), operator.node, full, room)
    stream = Transform(gate, operator)
    gate.meter = stream.meter  # one node, one meter: telemetry tells when it is blocked
    return stream
