"""What stands in a wire while somebody looks at its items: it shows them, and can hold one back.

A tap is put between two streams of a graph that runs, and takes itself out when nobody looks any more; a wire that
nobody looks at has none, and costs what it always did.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.dataflow.local import Local, Pulled, Waiting
from engine.kinds import Item

Look = Callable[[Item], bool]  # sees an item that comes by; whether it is to be held


class Tap(Local):
    """A stream again, each item of which is looked at first.

    Example: over 1, 2, 3 with a look that holds 2, pulls give 1, then a `Waiting` that has moved; 2 is `held`, and
    the next pull gives it, unless it was dropped.

    Attributes:
        held: the item that is held back; the next pull gives it. Whoever holds it does not pull meanwhile.
        look: what sees each item; without one, the tap takes itself out of the wire.
        stands: whether it has not done so.
    """

    def __init__(self, reader: Local, upstream: Local, look: Look) -> None:
        """Stand between `upstream` and the stream `reader` that pulls it.

        Raises:
            ValueError: `reader` does not pull it.
        """
        super().__init__(upstream.node)  # a union asks where its branches come from
        self.reader, self.upstream = reader, upstream
        self.look: Look | None = look
        self.held: Item | None = None
        self.stands = True
        if not reader.pull_from(upstream, self):
            raise ValueError(f"{reader.node} does not pull what leaves {upstream.node}: its items cannot be held")

    def pull(self) -> Pulled:
        """Give the item that was held, or the next one, if it is not to be held."""
        if self.held is not None:
            item, self.held = self.held, None
            self._leave_unless_wanted()
            return item
        self._leave_unless_wanted()
        pulled = self.upstream.pull()
        if self.look is not None and isinstance(pulled, Item) and self.look(pulled):
            self.held = pulled
            return Waiting(self.node, "whoever looks at its item", moved=True)
        return pulled

    def _leave_unless_wanted(self) -> None:
        if self.look is None:
            self.reader.pull_from(self, self.upstream)
            self.stands = False
