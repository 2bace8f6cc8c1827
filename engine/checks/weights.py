"""Weights on their way: from the learner to those who act, and from copies that learn on the actors to the driver."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks import mending
from engine.checks.graph import Graph
from engine.kinds import Policy, Workers
from engine.operators.rollouts.gather_async import GatherAsync
from engine.operators.rollouts.gather_sync import GatherSync
from engine.operators.weights.broadcast_weights import BroadcastWeights
from engine.operators.weights.fetch_weights import FetchWeights
from engine.problems import Fix, Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Say who acts on old weights for ever, and what learns without anybody hearing of it."""
    for workers, _ in graph.giving(Workers):
        receivers = graph.takers(workers, Workers)
        sent = {policy for node in receivers for policy in graph.givers(node, Policy)}
        for policy in graph.givers(workers, Policy):
            if policy in graph.learners and policy not in sent:
                yield _unsent(graph, workers, policy)
    yield from _in_step(graph)


def _unsent(graph: Graph, workers: str, policy: str) -> Problem:
    """Tell that a policy learns on the driver and that these workers never hear of it."""
    learner = graph.learners[policy]
    whose = f" of {policy}" if len(graph.givers(workers, Policy)) > 1 else ""
    what = f"the workers act on the first weights{whose} for ever: nobody sends them new ones"
    hint = "insert Broadcast Weights after the learner and connect it here"
    handles = {"policy": graph.output(policy, Policy), "workers": graph.output(workers, Workers)}
    fix = mending.inserting(BroadcastWeights, learner, graph.wiring.leaving.get(learner, ()), **handles)
    return Problem(Place(*graph.output(workers, Workers).split(".")), what, hint, "warning", fix)


def _in_step(graph: Graph) -> Iterator[Problem]:
    """Follow what learns in step on the actors to the driver: in rounds, and into the driver's policy."""
    together = {node: node for node, operator in graph.operators.items() if operator.in_step}
    gathers: dict[str, str] = {}
    for node, operator in graph.operators.items():
        sources = (edge.source_node for _, edge in graph.wiring.streams_into(node))
        came = [together[source] for source in sources if source in together]
        if came:
            together[node] = came[0]
            if isinstance(operator, GatherAsync):
                what = f"its workers go forward together, and {node} lets each run ahead by itself"
                yield Problem(Place(came[0], "results"), what, "gather them with Gather Sync")
            elif isinstance(operator, GatherSync):
                gathers[came[0]] = node
    fetched = {first for node, first in together.items() if isinstance(graph.operators[node], FetchWeights)}
    for node in dict.fromkeys(together.values()):
        if node not in fetched:
            what = "the policy on the driver never learns what the workers' copies have: checkpoints keep its start"
            hint, fix = "insert Fetch Weights after Gather Sync", _fetching(graph, node, gathers.get(node, ""))
            yield Problem(Place(node, "results"), what, hint, "warning", fix)


def _fetching(graph: Graph, node: str, gather: str) -> Fix | None:
    policies = graph.givers(node, Policy)
    if not gather or not policies:
        return None
    after = f"{gather}.items"
    policy = graph.output(policies[0], Policy)
    return mending.inserting(FetchWeights, after, graph.wiring.leaving.get(after, ()), policy=policy)
