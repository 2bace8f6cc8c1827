"""Writes what a run tells as TensorBoard event files, for those who compare runs there.

Everything stands over env steps: `episode_return` (the mean of the episodes that one event tells, four times a second
at most: a point for each of thousands would cost more than sampling them), `return_mean_100`, `env_steps_per_s`, and
every metric that a node reports, as `node/metric`. The messages are those of tensorboardX, whose own writer is left
alone: a disk that is full for a moment ends its thread, and whoever writes after that waits for ever. Neither
TensorBoard nor TensorFlow need be installed.
"""

from __future__ import annotations

import os
import platform
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.atomic import APPENDING, append_whole
from engine.events import EpisodesFinished, Event, MetricsReported, RunStarted, Telemetry


class TensorBoard:
    """The event files of one run; the first is made when the run starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handle: int | None = None
        self._size = 0  # bytes of whole records

    def take(self, event: Event) -> None:
        """Write the numbers of an event, unbuffered; those without numbers are passed over.

        Raises:
            OSError: the disk refused; the file ends with its last whole record.
        """
        match event:
            case RunStarted():
                self._start(event.resumed_at)
            case EpisodesFinished():
                returns = [episode_return for _, _, episode_return, _ in event.rows]
                self._write({"episode_return": sum(returns) / len(returns)}, event.rows[-1][0])
            case Telemetry():
                mean = {} if event.return_mean_100 is None else {"return_mean_100": event.return_mean_100}
                self._write({"env_steps_per_s": event.env_steps_per_s, **mean}, event.env_steps)
            case MetricsReported():
                self._write({f"{event.node}/{name}": value for name, value in event.values.items()}, event.env_steps)
            case _:
                pass

    def close(self) -> None:
        """Close the file; nothing more is written before the next start."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _start(self, resumed_at: int) -> None:
        """Begin a file; points of an earlier file past `resumed_at` are hidden, since the run goes there again."""
        from tensorboardX.proto.event_pb2 import SessionLog  # here: it takes half a second, which readers need not pay

        self.close()
        self.folder.mkdir(exist_ok=True)
        name = f"events.out.tfevents.{time.time():.6f}.{platform.node()}"
        self._handle, self._size = os.open(self.folder / name, APPENDING, 0o666), 0
        self._append(file_version="brain.Event:2")
        if resumed_at:
            self._append(step=resumed_at + 1, session_log=SessionLog(status=SessionLog.START))

    def _write(self, values: Mapping[str, float], env_steps: int) -> None:
        from tensorboardX.proto.summary_pb2 import Summary

        points = [Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
        self._append(step=env_steps, summary=Summary(value=points))

    def _append(self, **fields: Any) -> None:
        from tensorboardX.proto.event_pb2 import Event as Message

        if self._handle is not None:
            record = _record(Message(wall_time=time.time(), **fields).SerializeToString())
            self._size = append_whole(self._handle, record, self._size)


def _record(message: bytes) -> bytes:
    """Return a message as such files hold it: its length, that one's checksum, the message, its checksum."""
    from tensorboardX.record_writer import masked_crc32c

    length = struct.pack("<Q", len(message))
    return b"".join(part + struct.pack("<I", masked_crc32c(part)) for part in (length, message))
