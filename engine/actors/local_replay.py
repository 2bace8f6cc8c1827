"""The one shard of a replay buffer that lives in the engine's own process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psutil

from engine.actors.host import Host
from engine.actors.replay import ReplayGroup
from engine.declare import Operator, Run
from engine.kinds import Item
from engine.replay.shard import ShardPlan


class LocalReplay(ReplayGroup):
    """One shard in this process: what `shards: 0` means."""

    def __init__(self, node: str, plans: Sequence[ShardPlan], run: Run) -> None:
        super().__init__(node, plans, run)
        self.host = Host()
        (self.source,) = self.sources
        self.stood: Mapping[str, Any] = {}  # where the operators behind the shard of the resumed run stood
        self.memory = psutil.virtual_memory().total

    @property
    def works_here(self) -> bool:
        """Whether a batch was asked for and can be drawn."""
        return self.can_serve(self.source)

    def start(self, source: str, plan: ShardPlan) -> None:
        """Make the shard here."""
        self.refuse(self.host.load(self.loading(source, plan)))

    def tell(self, source: str, method: str, *arguments: Any) -> None:
        """Call a method of the shard, now."""
        answer = self.host.call(method, *arguments)
        self.refuse(answer)
        if method in ("store", "restore"):
            self.filled[source] = answer

    def fetch(self, source: str, method: str) -> Any:
        """Call a method of the shard."""
        answer = self.host.call(method)
        self.refuse(answer)
        return answer

    def ask(self, source: str) -> None:
        """Note the request; `arrived` carries it out."""
        self.asked[source] += 1

    def arrived(self) -> Iterable[Item]:
        """Draw one batch, now, if one was asked for and may be drawn."""
        if self.works_here:
            self.receive(self.host.next())
        while self.inbox:
            yield self.inbox.popleft()

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the shard ready, and the operators behind it, to go on from where they stood."""
        super().load(stages)
        if self.stood:
            self.host.restore(self.stood)
            self.stood = {}

    def standing(self) -> dict[str, Any]:
        """Return where the operators behind the shard stand; what it keeps is in the buffer's own state."""
        return dict(self.stood) if self.host.pipeline is None else self.host.state()

    def go_on(self, standing: Mapping[str, Any]) -> None:
        """Go on from there when loaded."""
        self.stood = standing

    def close(self) -> None:
        """Forget the rows."""
        self.host.unload()
