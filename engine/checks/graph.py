"""A document as the checks read it: its wires, its operators, and who gives what to whom.

Handles are looked up by kind and not by operator, so that an operator in a user's own folder that takes a policy and
the workers counts as one that sends weights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from engine.catalogue import Catalogue
from engine.declare import Operator, Port
from engine.document import Document, Node
from engine.kinds import Kind, LearnerQueue, Policy, TrainResult
from engine.wiring import Wiring


class Graph:
    """A document, read against a catalogue.

    Attributes:
        wiring: its wires, by port.
        operators: node id -> its operator, each after those that it needs; without those whose type or parameters do
            not stand.
    """

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.document = document
        self.catalogue = catalogue
        self.wiring = Wiring(document, catalogue)
        nodes = {node.id: node for node in document.nodes}
        made = {node_id: made_of(nodes[node_id], catalogue) for node_id in self.wiring.walk.order}
        self.operators: Mapping[str, Operator] = {node: operator for node, operator in made.items() if operator}

    def giving(self, kind: type[Kind]) -> Iterator[tuple[str, Operator]]:
        """Yield the nodes that give a handle of this kind, with their operators."""
        for node, operator in self.operators.items():
            if any(issubclass(port.kind, kind) for port in operator.spec.outputs):
                yield node, operator

    def givers(self, node: str, kind: type[Kind]) -> tuple[str, ...]:
        """Return the nodes whose handles of this kind a node takes, in wire order.

        Example: Rollouts of PPO's graph takes from `environment_1` an environment, from `policy_1` a policy.
        """
        ports = [port for port in self.wiring.ports(node) if port.direction == "in" and issubclass(port.kind, kind)]
        edges = [edge for port in ports for edge in self.wiring.entering.get(f"{node}.{port.name}", ())]
        return tuple(edge.source_node for edge in edges if edge.source_node in self.operators)

    def takers(self, node: str, kind: type[Kind]) -> tuple[str, ...]:
        """Return the nodes that take a node's handle of this kind, each once, in wire order."""
        ports = [port for port in self.wiring.ports(node) if port.direction == "out" and issubclass(port.kind, kind)]
        edges = [edge for port in ports for edge in self.wiring.leaving.get(f"{node}.{port.name}", ())]
        return tuple(dict.fromkeys(edge.target_node for edge in edges if edge.target_node in self.operators))

    def output(self, node: str, kind: type[Kind]) -> str:
        """Return the first output `"node.port"` that is declared to give this kind."""
        return next(f"{node}.{port.name}" for port in self.operators[node].spec.outputs if issubclass(port.kind, kind))

    def trainers(self, policy: str) -> tuple[str, ...]:
        """Return the nodes that train a policy, on the driver or its copies on the actors."""
        return tuple(node for node in self.takers(policy, Policy) if self._results(node))

    @cached_property
    def learners(self) -> Mapping[str, str]:
        """Policy -> the output `"node.port"` of the first node that trains it on the driver; those that none trains."""
        return {
            policy: f"{node}.{port.name}"
            for policy, _ in self.giving(Policy)
            for node in reversed(self.trainers(policy))
            for port in self._results(node)
            if port.where != "parallel"
        }

    def before(self, node: str) -> frozenset[str]:
        """Return the nodes from which items come to a node, itself included; through queues too."""
        found, waiting = {node}, [node]
        while waiting:
            new = set(self._feeding(waiting.pop())) - found
            waiting += new
            found |= new
        return frozenset(found)

    def after(self, node: str) -> frozenset[str]:
        """Return the nodes to which items come from a node, itself included; through queues too."""
        found, waiting = {node}, [node]
        while waiting:
            new = set(self._fed_by[waiting.pop()]) - found
            waiting += new
            found |= new
        return frozenset(found)

    def operators_before(self, node: str) -> list[Operator]:
        """Return the operators of the nodes from which items come to a node, its own included."""
        before = self.before(node)
        return [operator for other, operator in self.operators.items() if other in before]

    @cached_property
    def rows(self) -> Mapping[str, int | None]:
        """Node -> the rows of a batch that leaves it; None where nobody knows.

        A queue comes before those that fill it, so a graph with queues is followed twice.
        """
        rows: dict[str, int | None] = {}
        for _ in range(2 if any(True for _ in self.giving(LearnerQueue)) else 1):
            for node, operator in self.operators.items():
                rows[node] = operator.rows(self._entering(node, rows))
        return rows

    def entering_rows(self, node: str) -> int | None:
        """Return the rows of a batch that enters a node; None where nobody knows, or where they differ."""
        return self._entering(node, self.rows)

    def _entering(self, node: str, rows: Mapping[str, int | None]) -> int | None:
        found = {rows.get(source) for source in self._feeding(node)}
        return found.pop() if len(found) == 1 else None

    def _feeding(self, node: str) -> Sequence[str]:
        """Return the nodes whose items enter a node; a queue stands between those that fill and those that empty it."""
        if self.has_streams_in(node):
            return [edge.source_node for _, edge in self.wiring.streams_into(node)]
        filling = [taker for taker in self.takers(node, LearnerQueue) if self.has_streams_in(taker)]
        return filling or self.givers(node, LearnerQueue)

    @cached_property
    def _fed_by(self) -> Mapping[str, list[str]]:
        """The nodes that items enter from a node: `_feeding` turned round."""
        fed: dict[str, list[str]] = defaultdict(list)
        for node in self.operators:
            for source in self._feeding(node):
                fed[source].append(node)
        return fed

    def passed_on_from(self, node: str) -> frozenset[str]:
        """Return the nodes whose items a node passes on or works on; not those that Union only keeps running."""
        named = {port.same_as for port in self.wiring.ports(node) if port.same_as}
        into = self.wiring.streams_into(node)
        return frozenset(edge.source_node for port, edge in into if not named or port.name in named)

    def has_streams_in(self, node: str) -> bool:
        """Whether a node takes a stream."""
        return any(port.direction == "in" and not port.is_handle for port in self.wiring.ports(node))

    def _results(self, node: str) -> list[Port]:
        return [port for port in self.operators[node].spec.outputs if port.kind is TrainResult and not port.same_as]


def made_of(node: Node, catalogue: Catalogue) -> Operator | None:
    """Return a node's operator, or None where its type or a parameter does not stand."""
    operator = catalogue.operators.get(node.type)
    try:
        return operator(node.id, node.params) if operator else None
    except ValueError:
        return None
