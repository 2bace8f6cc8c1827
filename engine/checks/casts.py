"""Who plays whom where several agents live: each agent one policy, each policy some agent; whose batches are wanted."""

from __future__ import annotations

from collections.abc import Iterator

from engine.agent_names import known_agents, played_by
from engine.checks.graph import Graph
from engine.kinds import Environment, MultiAgentBatch, MultiAgentEnvironment, Policy, Workers
from engine.operators.setup.agents import Agents
from engine.operators.setup.multi_agent_environment import MultiAgentEnvironment as PettingZooEnvironment
from engine.problems import Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which policies are made for another environment, and where agents and policies do not match."""
    for rollouts, _ in graph.giving(Workers):
        for environment in graph.givers(rollouts, MultiAgentEnvironment):
            patterns: dict[str, str] = {}
            for policy in graph.givers(rollouts, Policy):
                agents = _agents(graph, policy, environment)
                if agents is None:
                    what = f"{rollouts} steps {environment}, and this policy is made for no agents of it"
                    yield Problem(Place(policy), what, f"connect it to an Agents node of {environment}")
                else:
                    patterns[policy] = agents.agents
            yield from _miscast(graph, rollouts, environment, patterns)
            yield from _absent(graph, rollouts)


def _agents(graph: Graph, policy: str, environment: str) -> Agents | None:
    for node in graph.givers(policy, Environment):
        agents = graph.operators[node]
        if isinstance(agents, Agents) and environment in graph.givers(node, MultiAgentEnvironment):
            return agents
    return None


def _miscast(graph: Graph, rollouts: str, environment: str, patterns: dict[str, str]) -> Iterator[Problem]:
    operator = graph.operators[environment]
    known = known_agents(operator.id, operator.kwargs) if isinstance(operator, PettingZooEnvironment) else ()
    if not known or len(patterns) < len(graph.givers(rollouts, Policy)) or not patterns:
        return
    try:
        played_by(known, patterns)
    except ValueError as error:
        yield Problem(Place(rollouts), str(error), "look at the names in the Agents nodes")


def _absent(graph: Graph, rollouts: str) -> Iterator[Problem]:
    """Refuse to take a policy's batches out of what comes from rollouts in which it does not act."""
    acting = graph.givers(rollouts, Policy)
    for node in sorted(graph.after(rollouts)):
        takes = any(port.direction == "in" and port.kind is MultiAgentBatch for port in graph.wiring.ports(node))
        for policy in graph.givers(node, Policy) if takes else ():
            if policy not in acting:
                what = f"{policy} does not act in {rollouts}: there are no batches of it here"
                hint = f"connect {policy} to the policies of {rollouts}, or one of {', '.join(acting)} here"
                yield Problem(Place(node, "policy"), what, hint)
