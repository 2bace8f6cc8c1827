"""Several streams on the driver in one: in turn, with so many turns a round for each, or as they are ready.

Turns are counted, never drawn: a branch with half a turn has one in every second round, always the same ones. So the
same seed gives the same order, and after n rounds a branch has had its share of n to within one turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.dataflow.failing import failure_of
from engine.dataflow.local import ENDED, Local, Pulled, Waiting
from engine.dataflow.parallel import Stream, local
from engine.kinds import Item

READY: Final = math.inf  # turns of a branch that is pulled as long as it has something ...
MOST_READY: Final = 100  # ... but not more often in one round: the others must have theirs

Turns = Callable[[], Mapping[str, float]]  # the turns a round by branch, as they are now; 1 for a branch not named


@dataclass(slots=True)
class _Branch:
    """One stream of a union.

    Attributes:
        place: among all branches, as they were given.
        emits: whether its items go on, or end here.
        share: the part of a turn that it has saved up.
    """

    place: int
    stream: Local
    emits: bool
    share: float = 0.0

    def next_turns(self, turns: float) -> int:
        """Return how many turns it has in a round that brings it `turns`; the rest is saved."""
        if turns == READY:
            return MOST_READY
        whole = math.floor(self.share + turns + 1e-9)  # ten tenths are one
        self.share += turns - whole
        return whole


class _Union(Local):
    """What both unions share: their branches, of which those that have ended are left out."""

    def __init__(self, node: str, branches: Sequence[_Branch]) -> None:
        super().__init__(node)
        self.branches = list(branches)

    def pull_from(self, old: Local, new: Local) -> bool:
        """Pull `new` in the branch that was `old`."""
        for branch in self.branches:
            if branch.stream is old:
                branch.stream = new
                return True
        return False

    def state(self) -> dict[str, Any]:
        """Return the branches that have not ended, in the order in which they come, and what each has saved up."""
        return {"branches": [[branch.place, branch.share] for branch in self.branches]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        by_place = {branch.place: branch for branch in self.branches}
        self.branches = [by_place[place] for place, _ in state["branches"]]
        for branch, (_, share) in zip(self.branches, state["branches"], strict=True):
            branch.share = share

    def given(self, branch: _Branch, item: Item) -> Pulled:
        """Give an item of a branch whose items go on; keep one of the others."""
        if not branch.emits:
            return Waiting(self.node, "its branches", moved=True)
        self.meter.count(item)
        return item

    def standing(self, behind: Collection[Waiting]) -> Pulled:
        """Say what all branches wait for, or that there are none."""
        if not self.branches:
            return ENDED
        return Waiting(self.node, "its branches", elsewhere=all(w.elsewhere for w in behind), behind=tuple(behind))


class _InTurn(_Union):
    """Takes turns, and waits for the branch whose turn it is, unless that one waits for another branch."""

    def __init__(self, node: str, branches: Sequence[_Branch], turns: Turns) -> None:
        super().__init__(node, branches)
        self.turns = turns
        self.at = -1
        self.left = 0

    def pull(self) -> Pulled:
        """Give an item of the branch in turn."""
        behind: dict[int, Waiting] = {}  # by stream: one may come round again before another has a turn
        while len(behind) < len(self.branches):
            if not self.left:
                self._next_branch()
                continue
            branch = self.branches[self.at]
            pulled = branch.stream.pull()
            if pulled is ENDED:
                del self.branches[self.at]
                self.at, self.left = self.at - 1, 0
            elif isinstance(pulled, Item):
                self.left -= 1
                return self.given(branch, pulled)
            elif pulled.moved or not (pulled.elsewhere or self._as_ready(branch)):
                return pulled
            else:
                self.left = 0
                behind[id(branch)] = pulled
        return self.standing(behind.values())

    def state(self) -> dict[str, Any]:
        """Return also whose turn it is, and how many it has left."""
        return {**super().state(), "at": self.at, "left": self.left}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        super().restore(state)
        self.at, self.left = state["at"], state["left"]

    def _next_branch(self) -> None:
        self.at = (self.at + 1) % len(self.branches)
        branch = self.branches[self.at]
        self.left = branch.next_turns(self.turns().get(branch.stream.node, 1))

    def _as_ready(self, branch: _Branch) -> bool:
        return self.turns().get(branch.stream.node, 1) == READY


class _AsReady(_Union):
    """Takes from whichever branch has something, beginning after the one that gave last."""

    def pull(self) -> Pulled:
        """Give an item of the first branch that has one."""
        behind: list[Waiting] = []
        moved = False
        for branch in list(self.branches):
            pulled = branch.stream.pull()
            if pulled is ENDED:
                self.branches.remove(branch)
                continue
            self.branches.append(self.branches.pop(0))
            if isinstance(pulled, Item):
                given = self.given(branch, pulled)
                if given is pulled:
                    return given
                moved = True
            else:
                moved = moved or pulled.moved
                behind.append(pulled)
        return Waiting(self.node, "its branches", moved=True) if moved else self.standing(behind)


def union(
    node: str, emitted: Sequence[Stream], driven: Sequence[Stream], *, in_turn: bool, turns: Turns = dict
) -> Local:
    """Merge local streams; those in `driven` are pulled too, but their items end here.

    Example: 1, 2 and 10, 20 in turn give 1, 10, 2, 20; with 2 turns for the first, 1, 2, 10, 20.

    Args:
        node: the union.
        emitted: streams whose items go on.
        driven: streams whose items end here.
        in_turn: whether branches have turns, or give as they are ready.
        turns: by the node that a branch leaves, its turns a round: any number above 0, or `READY`; asked at each turn.

    Raises:
        RunFailed: a stream is parallel, or `turns` names no branch.
    """
    streams = [(stream, True) for stream in emitted] + [(stream, False) for stream in driven]
    branches = [_Branch(place, local(stream, node), emits) for place, (stream, emits) in enumerate(streams)]
    known = sorted({branch.stream.node for branch in branches})
    if unknown := sorted(turns().keys() - set(known)):
        raise failure_of(node, ValueError(f"no branch comes from {unknown[0]!r}; they come from {', '.join(known)}"))
    return _InTurn(node, branches, turns) if in_turn else _AsReady(node, branches)
