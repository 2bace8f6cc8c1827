"""Copies of a policy on several actors that learn in step, their gradients averaged over all of them (all-reduce).

The actors meet at a store that the driver keeps, and talk to each other directly (gloo over TCP). A group stands as
long as all its members do: when one is lost, the others hear of it at once (a closed connection) or after their
patience (a stopped process), leave, and take their seats in the next group, whose number is in the store. A worker
that comes back finds its seat in the old group taken by the process it replaces, and so calls for the next one. Then
all take over the state of the member that has learned longest.

A local run's sockets listen on the loopback interface only.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Peers
from engine.packing import pack, unpack

if TYPE_CHECKING:
    from torch import Tensor

PAUSE: Final = 2.0  # seconds to wait for others before the driver hears that this worker is alive
FORMING: Final = 10.0  # seconds for connecting to each other, once all have come
COMEBACK: Final = 90.0  # seconds to wait in all; the supervision gives a lost worker 60
NEWEST: Final = "newest group"


@dataclass(frozen=True, slots=True)
class Seat:
    """Which shard of a parallel stream this is, of how many, and where they meet ("host:port"; "" if they never do)."""

    index: int = 0
    shards: int = 1
    meeting: str = ""


class PeerLost(Exception):
    """The group does not stand, or no longer."""


class Meeting:
    """The store at which the shards of one stream meet; the driver opens it on one of its own addresses."""

    def __init__(self, host: str) -> None:
        from torch.distributed import TCPStore  # type: ignore[attr-defined]  # it is there, and not declared

        listener = socket.create_server((host, 0))
        port = listener.getsockname()[1]
        self.address = f"{host}:{port}"
        self.store = TCPStore(host, port, is_master=True, wait_for_workers=False, master_listen_fd=listener.detach())
        self.store.set(NEWEST, "0")


class Group(Peers):
    """This worker's membership in the groups that it and the others form, one after the other.

    Example: with 1, 2 on one worker and 3, 6 on the other, `average` leaves 2, 4 on both.
    """

    def __init__(self, seat: Seat, patience: float) -> None:
        """Connect to the meeting; `patience` is how long a member may keep the others waiting, in seconds."""
        self.seat = seat
        self.count = seat.shards
        self.patience = timedelta(seconds=patience)
        self.number = -1  # of the group in which this worker took its seat
        self.standing: Any = None
        self.waiting_since: float | None = None
        self.store: Any = _connected(seat.meeting) if seat.shards > 1 else None

    def join(self) -> bool:
        """Form a group with all others unless one stands; return whether this is a new one.

        Raises:
            PeerLost: not all came within two seconds, or, at the beginning, within the patience; try again.
            ValueError: they have not come for a long time.
        """
        if self.count == 1 or self.standing is not None:
            return False
        self.waiting_since = self.waiting_since or time.monotonic()
        try:
            self._wait_for_all()
            self.standing = self._formed()
        except PeerLost as lost:
            if time.monotonic() - self.waiting_since < COMEBACK:
                raise
            where = self.seat.meeting
            raise ValueError(f"the workers have not met at {where} within {COMEBACK:g} s: {lost}") from None
        self.waiting_since = None
        return True

    def average(self, vector: NDArray[Any]) -> None:
        """Replace each number of `vector`, float32 or float64, by its mean over all members, in place.

        Raises:
            PeerLost: a member is gone or silent.
        """
        import torch

        if self.count > 1:
            self._reduce(torch.from_numpy(vector), "SUM")
            vector /= self.count

    def alike(self, *numbers: float) -> tuple[bool, ...]:
        """Tell for each number whether all members hold the same, exactly up to 2**53."""
        import torch

        if self.count == 1:
            return (True,) * len(numbers)
        both = torch.tensor([numbers, [-number for number in numbers]], dtype=torch.float64)
        self._reduce(both, "MAX")
        return tuple((both[0] == -both[1]).tolist())

    def longest_trained(self, state: Mapping[str, Any], version: int) -> Mapping[str, Any]:
        """Return the state of the member with the highest version; of the first, if several have it."""
        import torch
        from safetensors.numpy import load, save

        if self.count == 1:
            return state
        versions = torch.zeros(self.count, dtype=torch.float64)
        versions[self.seat.index] = version
        self._reduce(versions, "SUM")
        leader = int(versions.argmax())
        arrays, tree = pack(state)
        data = save({**arrays, "": np.frombuffer(json.dumps(tree).encode(), np.uint8)})
        size = torch.tensor([len(data)])
        self._broadcast(size, leader)
        mine = bytearray(data) if self.seat.index == leader else bytearray(int(size))
        self._broadcast(torch.frombuffer(mine, dtype=torch.uint8), leader)
        arrays = load(bytes(mine))
        leading: Mapping[str, Any] = unpack(arrays, json.loads(arrays.pop("").tobytes()))
        return leading

    def _wait_for_all(self) -> None:
        """Wait for the first group as long as a worker may keep others waiting: what is sampled meanwhile is lost."""
        first = int(self.store.get(NEWEST)) == 0
        until = time.monotonic() + (max(PAUSE, self.patience.total_seconds()) if first else PAUSE)
        while not self._all_seated():
            if time.monotonic() > until:
                raise PeerLost("not all have come")
            time.sleep(0.02)

    def _all_seated(self) -> bool:
        """Take a seat in the newest group, and tell whether all its seats are taken."""
        newest = int(self.store.get(NEWEST))
        if newest != self.number:
            if self.store.add(f"{newest}/{self.seat.index}", 1) > 1:  # by a process that this one replaces
                self._call_for_the_next(newest)
                return False
            self.number = newest
            self.store.add(f"{newest}/seated", 1)
        return bool(self.store.add(f"{newest}/seated", 0) == self.count)

    def _call_for_the_next(self, number: int) -> None:
        self.store.compare_set(NEWEST, str(number), str(number + 1))

    def _formed(self) -> Any:
        from torch.distributed import PrefixStore, ProcessGroupGloo  # type: ignore[attr-defined]  # not declared

        options: Any = ProcessGroupGloo._Options()  # type: ignore[attr-defined]  # declared under another name
        options._devices = [ProcessGroupGloo.create_device(hostname=_own_address(self.seat.meeting))]
        options._timeout = timedelta(seconds=FORMING)
        store = PrefixStore(f"{self.number}/gloo", self.store)
        try:
            return ProcessGroupGloo(store, self.seat.index, self.count, options)
        except RuntimeError as error:
            self._call_for_the_next(self.number)
            raise PeerLost(str(error)) from None

    def _reduce(self, tensor: Tensor, how: str) -> None:
        from torch.distributed import AllreduceOptions, ReduceOp

        options = AllreduceOptions()
        options.reduceOp = getattr(ReduceOp, how)
        options.timeout = self.patience
        self._carry_out("allreduce", tensor, options)

    def _broadcast(self, tensor: Tensor, leader: int) -> None:
        from torch.distributed import BroadcastOptions

        options = BroadcastOptions()
        options.rootRank = leader
        options.timeout = self.patience
        self._carry_out("broadcast", tensor, options)

    def _carry_out(self, what: str, tensor: Tensor, options: Any) -> None:
        try:
            getattr(self.standing, what)([tensor], options).wait()
        except RuntimeError as error:
            self.standing = None
            self._call_for_the_next(self.number)
            raise PeerLost(str(error)) from None


def _connected(meeting: str) -> Any:
    from torch.distributed import TCPStore  # type: ignore[attr-defined]  # it is there, and not declared

    host, _, port = meeting.rpartition(":")
    try:
        return TCPStore(host, int(port), is_master=False, timeout=timedelta(seconds=FORMING))
    except RuntimeError as error:
        raise ValueError(f"this worker cannot reach the driver at {meeting}: {error}") from None


def _own_address(meeting: str) -> str:
    """Return the address under which the meeting knows this machine: others can reach it there too."""
    host, _, port = meeting.rpartition(":")
    with socket.create_connection((host, int(port)), FORMING) as connection:
        return str(connection.getsockname()[0])
