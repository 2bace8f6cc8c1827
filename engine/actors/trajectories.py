"""What the agents of one policy meet on one worker, kept until it is whole: rows in sequences of one agent each.

An agent's row begins when it acts and is complete when it meets what came of it, which may be many moves of others
later. Complete rows of one seat (an agent in one of the worker's environments) stay in order, episode after episode,
and leave as soon as there is a sequence of them; the rest wait for the next fragment. So no row is lost, none is
doubled, and every batch keeps the promise that a sequence holds consecutive steps of one agent.

Numbers that depend on the weights (log-probabilities, values) are made before a fragment ends, with the weights that
acted. Each row remembers their version, for it may leave when newer ones act.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Acting, Batch, refuse_unless_finite

Array = NDArray[Any]
Seat = tuple[int, str]  # number of the environment on this worker, name of the agent
MOST_SEATS: Final = 2**20  # of one worker


class Trajectories:
    """The rows of one policy's agents.

    Example: with sequences of 2, a row made with version 4 and the next with version 5 leave together, as version 4.
    """

    def __init__(self, acting: Acting, sequence: int, life: int = 0) -> None:
        """Collect for `acting`, in sequences of `sequence` rows of one seat.

        `life` is a number that no other worker has, nor this one's successor.
        """
        self.acting = acting
        self.life = life
        self.sequence = sequence
        self.version = 0  # of the weights that act
        self.seats: dict[Seat, int] = {}
        self.whole: dict[int, dict[str, Array]] = {}  # by seat number, complete rows that no sequence has taken
        self.carried: tuple[list[int], dict[str, Array]] = ([], {})  # seats and columns of rows not yet complete
        self._begin([], [])

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Act with these weights from the next call on."""
        self.acting.load(weights)
        self.version = version

    def _begin(self, open_seats: Sequence[int], versions: Sequence[int]) -> None:
        self.owners = list(open_seats)  # by row of this fragment, its seat
        self.versions = list(versions)  # by row, of the weights that acted
        self.open = {seat: row for row, seat in enumerate(open_seats)}
        self.reward = [0.0] * len(open_seats)
        self.terminated = [False] * len(open_seats)
        self.truncated = [False] * len(open_seats)
        self.lasts: dict[int, Array] = {}
        self.pages: list[dict[str, Array]] = []

    def met(self, seat: Seat, reward: float, terminated: bool, truncated: bool, obs: Array) -> None:
        """Complete the seat's last row: the reward since, and if its episode ended, how and with what observation.

        Raises:
            ValueError: a reward before its first row is no finite number; `take` looks at all others.
        """
        row = self.open.pop(self._number(seat), None)
        if row is None:
            if not math.isfinite(reward):
                raise ValueError(f"the environment gave a reward of {reward}")
            return
        self.reward[row] = reward
        self.terminated[row], self.truncated[row] = terminated, truncated and not terminated
        if terminated or truncated:
            self.lasts[row] = np.array(obs)

    def act(self, seats: Sequence[Seat], obs: Array, rng: np.random.Generator) -> Sequence[Any]:
        """Choose actions for these seats' observations (n, *O), begin their rows, and return what the agents do."""
        actions, records = self.acting.act(obs, rng)
        records = {name: part.copy() for name, part in records.items()}  # the next call may overwrite them
        self.pages.append({"obs": obs, "action": actions.copy(), **records})
        for seat in seats:
            number = self._number(seat)
            self.open[number] = len(self.owners)
            self.owners.append(number)
            self.versions.append(self.version)
            self.reward.append(0.0)
            self.terminated.append(False)
            self.truncated.append(False)
        return self.acting.to_environment(actions)

    def take(self) -> tuple[Batch | None, int]:
        """End the fragment: return the sequences that are whole, or None, and the oldest version that acted in them.

        Rows not yet complete are carried over. Where nothing leaves, the version is that of the weights that act.

        Raises:
            UnfitBatch: a reward or an observation is no finite number.
        """
        if not self.owners:
            return None, self.version
        columns = self._columns()
        refuse_unless_finite(columns, lasts=list(self.lasts.values()))
        self.carried = self._open_rows(columns)
        self._keep(columns)
        self._begin(self.carried[0], [self.versions[row] for row in sorted(self.open.values())])
        return self._sequences()

    def state(self) -> dict[str, Any]:
        """Return the rows that have not left and what acting depends on, for a checkpoint between two fragments."""
        return {
            "seats": [list(seat) for seat in self.seats],
            "whole": dict(self.whole),
            "carried": self.carried,
            "versions": list(self.versions),
            "life": self.life,
            "acting": self.acting.kept(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.seats = {(index, agent): number for number, (index, agent) in enumerate(state["seats"])}
        self.whole = {seat: dict(columns) for seat, columns in state["whole"].items()}
        owners, columns = state["carried"]
        self.carried = (list(owners), dict(columns))
        self._begin(owners, state["versions"])
        self.life = state["life"]
        self.acting.restore(state["acting"])

    def _number(self, seat: Seat) -> int:
        return self.seats.setdefault(seat, len(self.seats))

    def _columns(self) -> dict[str, Array]:
        """Return every row's columns, in order of time: those carried over, then those of this fragment."""
        carried = self.carried[1]
        if self.pages:
            fresh = {name: np.concatenate([page[name] for page in self.pages]) for name in self.pages[0]}
            fresh = self.acting.finish(fresh)
            carried = {name: np.concatenate([carried[name], part]) if carried else part for name, part in fresh.items()}
        return {
            **carried,
            "reward": np.array(self.reward, np.float32),
            "terminated": np.array(self.terminated, np.bool_),
            "truncated": np.array(self.truncated, np.bool_),
            "version": np.array(self.versions, np.int64),
        }

    def _open_rows(self, columns: Mapping[str, Array]) -> tuple[list[int], dict[str, Array]]:
        rows = sorted(self.open.values())
        dropped = ("reward", "terminated", "truncated", "version")
        kept = {name: column[rows] for name, column in columns.items() if name not in dropped}
        return [self.owners[row] for row in rows], kept

    def _keep(self, columns: dict[str, Array]) -> None:
        """Add what needs the following row, and put complete rows behind those of their seat."""
        owners = np.array(self.owners)
        order = np.argsort(owners, kind="stable")  # rows of each seat together, in order of time
        following = np.full(len(owners), -1)
        same = owners[order[1:]] == owners[order[:-1]]
        following[order[:-1][same]] = order[1:][same]
        following[list(self.lasts)] = -1
        self._add_next(columns, following)
        complete = np.ones(len(owners), np.bool_)
        complete[list(self.open.values())] = False
        for seat in np.unique(owners[complete]).tolist():
            rows = order[(owners[order] == seat) & complete[order]]
            before = self.whole.get(seat)
            self.whole[seat] = {
                name: np.concatenate([before[name], part[rows]]) if before else part[rows]
                for name, part in columns.items()
            }

    def _add_next(self, columns: dict[str, Array], following: NDArray[np.int64]) -> None:
        """Add next_value and, where it is wanted, next_obs: the following row's, or an ended episode's own last."""
        lasts = list(self.lasts)
        own = np.stack([self.lasts[row] for row in lasts]).astype(columns["obs"].dtype) if lasts else None
        if self.acting.wants_next_obs:
            columns["next_obs"] = columns["obs"][following]
            if own is not None:
                columns["next_obs"][lasts] = own
        if "value" in columns:
            columns["next_value"] = columns["value"][following]
            if own is not None:
                columns["next_value"][lasts] = self.acting.values(own)
                columns["next_value"][columns["terminated"]] = 0.0

    def _sequences(self) -> tuple[Batch | None, int]:
        """Take as many whole sequences as every seat has, and the oldest version among them."""
        taken: list[dict[str, Array]] = []
        seats: list[int] = []
        for seat, columns in self.whole.items():
            rows = len(columns["reward"]) // self.sequence * self.sequence
            if rows:
                taken.append({name: column[:rows] for name, column in columns.items()})
                seats += [self.life * MOST_SEATS + seat] * (rows // self.sequence)
                self.whole[seat] = {name: column[rows:] for name, column in columns.items()}
        if not taken:
            return None, self.version
        columns = {name: np.concatenate([part[name] for part in taken]) for name in taken[0]}
        oldest = int(columns.pop("version").min())
        return Batch(columns, self.sequence, tuple(seats)), oldest
