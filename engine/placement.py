"""Where an actor may run, and what it keeps for itself there: the wishes of one node for each of its actors.

On one machine there is no choice, and actors share its cores; on a cluster Ray places each where this is free.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

Where = Literal["spread", "packed", "beside the learner"]
PLACES: Final[tuple[Where, ...]] = get_args(Where)


@dataclass(frozen=True, slots=True)
class Placement:
    """What one actor keeps for itself, and near whom it is.

    Attributes:
        cpus: cores, on a cluster only.
        gpus: GPUs, or a share of one.
        resources: what machines were given names for (`ray start --resources`), by name, each with its amount.
        where: on as many machines as there are, on as few, or on that of the learner if it has room.
    """

    cpus: float = 1.0
    gpus: float = 0.0
    resources: tuple[tuple[str, float], ...] = ()
    where: Where = "spread"

    @property
    def wants(self) -> dict[str, float]:
        """What one actor keeps for itself, by Ray's names; what is nothing is left out.

        Example: half a core and a disk are `{"CPU": 0.5, "disk": 1.0}`.
        """
        all_of_it = {"CPU": self.cpus, "GPU": self.gpus, **dict(self.resources)}
        return {name: amount for name, amount in all_of_it.items() if amount}


ANYWHERE: Final = Placement()


def read_resources(text: str) -> tuple[tuple[str, float], ...]:
    """Return the resources that a person typed, in the order of their names.

    Example: `"disk=1, fast_net=0.5"` is `(("disk", 1.0), ("fast_net", 0.5))`.

    Raises:
        ValueError: it is no list of them; the text says which part is not.
    """
    found: dict[str, float] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, amount = (piece.strip() for piece in part.partition("="))
        if not name or name in ("CPU", "GPU", "memory") or not _is_amount(amount):
            raise ValueError(f"{part!r} is no resource: write name=amount, for example disk=1")
        found[name] = float(amount)
    return tuple(sorted(found.items()))


def _is_amount(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False
