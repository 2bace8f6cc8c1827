"""What a wire tells while a graph runs: how much passes, what waits in it, how old it is, and who waits at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.canvas.numbers import compact
from engine.events import NodeNumbers, Telemetry

SEEN: Final = 0.1  # share of the time from which on waiting is told on the wire itself


@dataclass(frozen=True, slots=True)
class WireNumbers:
    """The numbers of one wire.

    Attributes:
        source: those of the node it leaves.
        waiting: share of the time in which nothing came in at the node it enters.
        share: its env steps a second, as a share of the fastest wire's; of items where these stand for none.
        limit: whether it leaves the node that limits the run.
    """

    source: NodeNumbers
    waiting: float
    share: float
    limit: bool = False

    @property
    def label(self) -> str:
        """What stands on the wire: the rate, and what else is worth a look, a line each: the gap of nodes is narrow.

        Example: `"4.1k/s"`, `"3 queued"`, `"wait 62%"` and `"lag 2"`.
        """
        source = self.source
        parts = [f"{compact(source.env_steps_per_s)}/s" if source.env_steps_per_s else _items(source)]
        if source.queued:
            parts.append(f"{source.queued} queued")
        if self.waiting >= SEEN:
            parts.append(f"wait {self.waiting:.0%}")
        if source.lag:
            parts.append(f"lag {compact(source.lag)}")
        return "\n".join(parts)

    @property
    def details(self) -> str:
        """All of it in words, a line each."""
        source = self.source
        lines = [
            f"{compact(source.env_steps_per_s)} env steps a second",
            f"{compact(source.items_per_s)} items a second",
            f"{source.queued} items wait in it",
            f"the node at its end waits for items {self.waiting:.0%} of the time",
        ]
        if source.lag is not None and source.lag_p95 is not None:
            lines.append(f"policy lag: median {compact(source.lag)}, 95th percentile {compact(source.lag_p95)} updates")
        if self.limit:
            lines.append("the node that it leaves limits the run")
        return "\n".join(lines)


def wire_numbers(telemetry: Telemetry, limit: str) -> Mapping[str, WireNumbers]:
    """Return the numbers of each stream wire, by `"from→to"`; `limit` is the node that limits the run, or empty.

    Example: of two wires with 100 and 400 env steps a second the first has the share 0.25.
    """
    fastest = max(telemetry.wires.values(), default=0.0)
    most = max((numbers.items_per_s for numbers in telemetry.nodes.values()), default=0.0)
    found = {}
    for wire, rate in telemetry.wires.items():
        source, target = (end.partition(".")[0] for end in wire.split("→"))
        if source in telemetry.nodes:
            waiting = telemetry.nodes[target].waiting if target in telemetry.nodes else 0.0
            items = telemetry.nodes[source].items_per_s
            share = rate / fastest if rate else items / most if most else 0.0
            found[wire] = WireNumbers(telemetry.nodes[source], waiting, share, source == limit)
    return found


def _items(source: NodeNumbers) -> str:
    return f"{compact(source.items_per_s)} items/s"
