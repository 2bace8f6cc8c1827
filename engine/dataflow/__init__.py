"""The lazy iterators that graphs compile to: pulled from their sinks, one item at a time, in the driver's one thread.

A `Parallel` stream is a group of shards (actors, or one in this process) and the operators that run there. A `Local`
stream is one iterator on the driver. Only a gather turns the first into the second.

Pulling never blocks. `pull` gives an `Item`; or `Waiting`, which says which node waits for what and whether
anything moved on the way; or `ENDED`. Operators never see the last two: "not ready" is handled in this folder and
nowhere else. Each pull does a bounded piece of work (at most one item moves one operator further), so that the
session can stop, pause and tell numbers between any two.

Weights, priorities and metrics do not travel in streams' side pockets: what an item is made of is in the item, and
feedback goes through handles.

Example: the union in turn of a stream of 1, 2 and one of 10, 20 gives 1, 10, 2, 20, then `ENDED` for ever.

Read on in `local` (what a stream is), `parallel` (shards), `gather` (how their items come to the driver), `union`,
`duplicate`, `split`, `queue`, `tap` (what stands in a wire while somebody looks at its items) and `failing` (how an
exception becomes the failure of a node).
"""

from engine.dataflow.duplicate import duplicate
from engine.dataflow.failing import failure_of, told
from engine.dataflow.gather import Gathered, gather_async, gather_sync
from engine.dataflow.local import ENDED, Local, Meter, Metered, Pulled, Transform, Waiting
from engine.dataflow.parallel import Parallel, Shards, SideBySide, Stream, local, side_by_side
from engine.dataflow.queue import BoundedQueue, dequeue, enqueue
from engine.dataflow.split import split
from engine.dataflow.tap import Tap
from engine.dataflow.union import union

__all__ = [
    "ENDED",
    "BoundedQueue",
    "Gathered",
    "Local",
    "Meter",
    "Metered",
    "Parallel",
    "Pulled",
    "Shards",
    "SideBySide",
    "Stream",
    "Tap",
    "Transform",
    "Waiting",
    "dequeue",
    "duplicate",
    "enqueue",
    "failure_of",
    "gather_async",
    "gather_sync",
    "local",
    "side_by_side",
    "split",
    "told",
    "union",
]
