"""Learner queues: what goes in must come out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.graph import Graph
from engine.kinds import LearnerQueue
from engine.problems import Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which queues only fill, and which are never filled."""
    for queue, _ in graph.giving(LearnerQueue):
        takers = graph.takers(queue, LearnerQueue)
        filling = [node for node in takers if graph.has_streams_in(node)]
        emptying = [node for node in takers if not graph.has_streams_in(node)]
        if filling and not emptying:
            what = f"nobody takes out what {filling[0]} puts in: when the queue is full, everything waits for ever"
            yield Problem(Place(queue, "queue"), what, "connect it to Learner or Dequeue")
        if emptying and not filling:
            what = f"nobody puts anything in, so {emptying[0]} waits for ever"
            yield Problem(Place(queue, "queue"), what, "connect it to Enqueue")
