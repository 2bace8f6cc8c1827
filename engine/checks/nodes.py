"""Nodes by themselves: their types, their parameters, the environments that they name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine import environment_ids
from engine.checks import mending
from engine.checks.graph import Graph
from engine.declare import OperatorSpec, Param
from engine.document import Node
from engine.problems import Place, Problem, nearest


def problems(graph: Graph, environments: Collection[str] | None) -> Iterator[Problem]:
    """Say which nodes have a type or a parameter that does not stand."""
    for node in graph.document.nodes:
        spec = graph.catalogue.spec(node.type)
        if spec is None:
            hint = nearest(node.type, graph.catalogue.operators) or "it may need a newer version of RL Flow Studio"
            yield Problem(Place(node.id, "type"), f"there is no operator {node.type[:64]!r}", hint)
        else:
            yield from _params(node, spec, environments)


def _params(node: Node, spec: OperatorSpec, environments: Collection[str] | None) -> Iterator[Problem]:
    for name, value in node.params.items():
        param, where = spec.param(name), Place(node.id, name[:64])
        if param is None:
            hint = nearest(name, [param.name for param in spec.params]) or "take it out"
            yield Problem(where, f"{spec.title} has no parameter {name[:64]!r}", hint)
        elif fault := param.fault(value):
            default = param.written_default
            fix = mending.setting(node.id, name, None, default)
            yield Problem(where, fault, f"the default is {default}", fix=fix)
    for param in spec.params:
        if param.editor == "environment":
            yield from _environment(node, param, environments)


def _environment(node: Node, param: Param, environments: Collection[str] | None) -> Iterator[Problem]:
    env_id = node.params.get(param.name, param.default)
    fault = environment_ids.fault(env_id, environments) if isinstance(env_id, str) else None
    if fault:
        yield Problem(Place(node.id, param.name), *fault)
