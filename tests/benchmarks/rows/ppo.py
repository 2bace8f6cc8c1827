"""PPO on CartPole: batch 2048, minibatch 256, 4 epochs, 16 environments."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import ppo
from tests.benchmarks.line import Effort, Line, in_turn
from tests.benchmarks.peers.figures import against

UNIT, PEER = "env steps/s", "SB3, PPO"


def measure(effort: Effort) -> Iterator[Line]:
    """Measure PPO in step, with a fragment in flight, and in one process; with each gradient where that matters."""
    with ours.ray() as cluster:
        for autograd, kind, wanted in ((False, ppo.ByHand, 3.5), (True, ppo.Autograd, 2.2)):
            gradient = "autograd" if autograd else "gradient by hand"
            mine, limit = in_turn(effort, ours.speed(graphs.ppo(autograd=autograd), cluster), ppo.remote(kind))
            what = f"PPO, 2 workers × 8, {gradient}"
            yield Line(what, UNIT, mine, limit, f"two Ray workers written by hand, {gradient}", 0.9)
            yield from against(PEER, what, mine, wanted)
        flying = graphs.ppo(overlapped=True)
        mine, limit = in_turn(effort, ours.speed(flying, cluster), ppo.remote(ppo.ByHand, overlapped=True))
        what = "PPO, one fragment in flight, gradient by hand"
        yield Line(what, UNIT, mine, limit, "the same written by hand", 0.9)
        yield from against(PEER, what, mine, 3.5)
        mine, limit = in_turn(effort, ours.speed(graphs.ppo(workers=0), cluster), ppo.local(ppo.ByHand))
        what = "PPO, workers: 0, gradient by hand"
        yield Line(what, UNIT, mine, limit, "one process written by hand, numpy", 0.9)
        yield from against(PEER, what, mine, 1.0)
