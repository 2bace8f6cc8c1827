"""What flows: the kinds of things that ports carry, with their fields, shapes, dtypes and guarantees.

Stream kinds (`Batch`, `Gradients`, `TrainResult`) are values inside an `Item`, which adds provenance: which actor
made it, with which policy version, at the cost of how many env steps. Handle kinds (`Environment`, `Policy`,
`Workers`) stand for something with an identity that several nodes share. Each kind also says how its ports look,
so that the studio needs no table of its own.

Dimension letters, here and everywhere: B rows of a batch, T steps of a sequence, N environments of a worker,
A actions (or action components), O observation shape.
"""

from engine.kinds.acting import Acting, Blueprint
from engine.kinds.batch import Batch, MultiAgentBatch, UnfitBatch, join, refuse_unless_finite
from engine.kinds.environment import Environment, MultiAgentEnvironment, View
from engine.kinds.handles import Dataset, LearnerQueue, Replay, Workers
from engine.kinds.item import Episode, Item
from engine.kinds.keeping import given_back, keep
from engine.kinds.kind import Anything, Family, Kind, Row, Shape
from engine.kinds.policy import Peers, Policy
from engine.kinds.results import Gradients, TrainResult

__all__ = [
    "Acting",
    "Anything",
    "Batch",
    "Blueprint",
    "Dataset",
    "Environment",
    "Episode",
    "Family",
    "Gradients",
    "Item",
    "Kind",
    "LearnerQueue",
    "MultiAgentBatch",
    "MultiAgentEnvironment",
    "Peers",
    "Policy",
    "Replay",
    "Row",
    "Shape",
    "TrainResult",
    "UnfitBatch",
    "View",
    "Workers",
    "given_back",
    "join",
    "keep",
    "refuse_unless_finite",
]
