"""The Split By Policy operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Batch, Item, MultiAgentBatch, Policy

if TYPE_CHECKING:
    from engine.dataflow import Stream


class SplitByPolicy(Operator):
    """Lead one policy's experiences one way, and those of all other policies another.

    Takes multi-agent batches and a policy; gives the batches of its agents on `selected`, as Select Experiences does,
    and multi-agent batches of all others on `others`, from which another Split By Policy or Select Experiences takes
    the next. Nothing is copied. An item keeps all its env steps on both ways, so do not add them up. Counts nothing.
    Waits when one way is `bound` items ahead of the other, and while nothing comes for the way that is pulled. If
    nobody pulls the slow one, the run stops and says which.

    Example: a fragment of 64 env steps in which policy_1's agents have 128 rows and policy_2's 64 gives a batch of 128
    rows on `selected`, and a multi-agent batch of 64 rows on `others`.
    RLlib Flow: duplicate with a SelectExperiences(policy_ids) on each copy, as in its example of two trainers.
    """

    section = "Experiences"
    short = "split"
    rllib = "SelectExperiences duplicate"

    batches = stream_in(MultiAgentBatch, "what several policies met", where="local")
    policy = handle_in(Policy, "whose experiences to lead one way")
    selected = stream_out(Batch, "those of this policy's agents", where="local")
    others = stream_out(MultiAgentBatch, "those of all other policies", where="local")

    bound: int = param(16, at_least=1, unit="items", help="how far one way may run ahead of the other")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy's name."""
        self.wanted: str = handles["policy"].name

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of which each way is a branch."""
        from engine.dataflow import split

        (upstream,) = upstreams["batches"]
        return split(self.node, upstream, self.bound, self.ways)

    def ways(self, item: Item) -> Mapping[str, Item]:
        """Return what goes out at each port for an item; nothing where there is nothing for it.

        Raises:
            ValueError: the policy did not act in this stream.
        """
        value: MultiAgentBatch = item.value
        if self.wanted not in value.versions:
            raise ValueError(f"{self.wanted} does not act there: connect it to the rollouts, or take another policy")
        ways: dict[str, Item] = {}
        if (own := value.batches.get(self.wanted)) is not None:
            ways["selected"] = replace(item, value=own, version=value.versions[self.wanted])
        others = MultiAgentBatch(self._without(value.batches), self._without(value.versions))
        if others.batches:
            ways["others"] = replace(item, value=others, version=min(others.versions.values()))
        return ways

    def _without(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: part for name, part in parts.items() if name != self.wanted}
