"""What changed from one graph to another, in words: nodes, wires, parameters, what is bypassed, run settings.

Nodes are matched by id, so that a rewired node is one change and not two. Wires are told by the output that they leave:
where its items go now, and where they went. A parameter that is not written stands at its operator's default, and is
compared as such.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.document import Document, Edge, Node

Subject = Literal["node", "wire", "parameter", "bypass", "run", "version"]
MACHINE: Final = ("host", "system")  # what a run's `run.json` tells of where it ran, beside its versions


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what it is about, where, and what stood there before and after (empty where nothing did).

    Example: `str(Difference("parameter", "train_1.epochs", "4", "8"))` is `train_1.epochs: 4 → 8`, and
    `str(Difference("node", "gather_1", "Gather Async", "Gather Sync"))` is `gather_1 is Gather Sync, was Gather Async`.
    """

    subject: Subject
    where: str
    before: str
    after: str

    def __str__(self) -> str:
        where, before, after = self.where, self.before, self.after
        match self.subject:
            case "node" if not before:
                return f"{where} ({after}) is new"
            case "node" if not after:
                return f"{where} ({before}) is gone"
            case "node":
                return f"{where} is {after}, was {before}"
            case "bypass":
                return f"{where} is bypassed" if after else f"{where} is bypassed no longer"
            case "wire" if not before:
                return f"{where} goes to {after}"
            case "wire" if not after:
                return f"{where} goes to {before} no longer"
            case "wire":
                return f"{where} goes to {after}, no longer to {before}"
            case _:
                return f"{where}: {before or 'not set'} → {after or 'not set'}"

    def as_json(self) -> dict[str, str]:
        """Return the difference as a flat JSON object."""
        return {"subject": self.subject, "where": self.where, "before": self.before, "after": self.after}


def differences(old: Document, new: Document, catalogue: Catalogue) -> tuple[Difference, ...]:
    """Return what changed from `old` to `new`: nodes first, then wires, parameters, bypasses and run settings.

    Titles, descriptions, the layout and what a gallery tells do not count: they change nothing that runs.
    """
    return (
        *_nodes(old, new, catalogue),
        *_wires(old, new),
        *_parameters(old, new, catalogue),
        *_bypasses(old, new),
        *_run_settings(old, new),
    )


def version_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what of machine and versions changed between two runs, of which these are the `RunFolder.about`.

    Example: Ray 2.60.0 before and 2.61.0 now is `ray: 2.60.0 → 2.61.0`.
    """
    before, after = _made_with(old), _made_with(new)
    return tuple(
        Difference("version", name, before.get(name, ""), after.get(name, ""))
        for name in sorted(before | after)
        if before.get(name) != after.get(name)
    )


def recipe(document: Document) -> str:
    """Return a text that is the same for graphs which run the same but for their seed."""
    nodes = [node.model_dump(mode="json") for node in document.nodes]
    edges = [(edge.source, edge.target) for edge in document.edges]
    return json.dumps([nodes, edges, dict(document.run.stop)], sort_keys=True)


def told_apart(documents: Sequence[Document], catalogue: Catalogue) -> tuple[str, ...]:
    """Return for each graph in a few words where it is not as the first of them: parameters and run settings.

    Every graph is told with its own value of whatever changes somewhere, its seed apart; empty where nothing does.

    Example: three graphs of which the last has other workers are "workers 2", "workers 2" and "workers 4".
    """
    if not documents:
        return ()
    changes = [_turned(documents[0], document, catalogue) for document in documents]
    before = {where: change.before for turned in changes for where, change in turned.items()}
    rows = [{**before, **{where: change.after for where, change in turned.items()}} for turned in changes]
    return tuple(" · ".join(f"{_short(where)} {value or 'not set'}" for where, value in row.items()) for row in rows)


def in_common(old: Document, new: Document) -> tuple[int, int]:
    """Return how many nodes (of the same operator) and wires two graphs share."""
    nodes = {(node.id, node.type) for node in old.nodes} & {(node.id, node.type) for node in new.nodes}
    wires = {(edge.source, edge.target) for edge in old.edges} & {(edge.source, edge.target) for edge in new.edges}
    return len(nodes), len(wires)


def _nodes(old: Document, new: Document, catalogue: Catalogue) -> Iterator[Difference]:
    before = {node.id: _title(node, catalogue) for node in old.nodes}
    after = {node.id: _title(node, catalogue) for node in new.nodes}
    for node in sorted(before | after):
        if before.get(node) != after.get(node):
            yield Difference("node", node, before.get(node, ""), after.get(node, ""))


def _wires(old: Document, new: Document) -> Iterator[Difference]:
    before, after = _targets(old.edges), _targets(new.edges)
    for source in sorted(before.keys() | after.keys()):
        left, found = before[source], after[source]
        if left != found:
            yield Difference("wire", source, ", ".join(sorted(left - found)), ", ".join(sorted(found - left)))


def _targets(edges: tuple[Edge, ...]) -> dict[str, set[str]]:
    targets: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        targets[edge.source].add(edge.target)
    return targets


def _parameters(old: Document, new: Document, catalogue: Catalogue) -> Iterator[Difference]:
    before = {node.id: node for node in old.nodes}
    for node in sorted(new.nodes, key=lambda node: node.id):
        former = before.get(node.id)
        if former is not None and former.type == node.type:
            yield from _changed(node.id, _values(former, catalogue), _values(node, catalogue))


def _changed(node: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Difference("parameter", f"{node}.{name}", before.get(name, ""), after.get(name, ""))


def _turned(old: Document, new: Document, catalogue: Catalogue) -> dict[str, Difference]:
    """Return the parameters and run settings that differ, by where they are."""
    found = (*_parameters(old, new, catalogue), *_run_settings(old, new))
    return {change.where: change for change in found if change.where != "seed"}


def _short(where: str) -> str:
    """Return a place without its node: `learning_rate` for `policy_1.learning_rate`."""
    return where.rpartition(".")[2]


def _bypasses(old: Document, new: Document) -> Iterator[Difference]:
    before, after = ({node.id for node in document.nodes if node.bypassed} for document in (old, new))
    kept = {node.id for node in new.nodes}
    for node in sorted((before & kept) ^ after):
        yield Difference("bypass", node, *("bypassed" if node in nodes else "" for nodes in (before, after)))


def _run_settings(old: Document, new: Document) -> Iterator[Difference]:
    before = {"seed": str(old.run.seed)} | {f"stop.{name}": f"{value:g}" for name, value in old.run.stop.items()}
    after = {"seed": str(new.run.seed)} | {f"stop.{name}": f"{value:g}" for name, value in new.run.stop.items()}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Difference("run", name, before.get(name, ""), after.get(name, ""))


def _title(node: Node, catalogue: Catalogue) -> str:
    spec = catalogue.spec(node.type)
    return spec.title if spec else node.type


def _values(node: Node, catalogue: Catalogue) -> dict[str, str]:
    """Return every parameter's value as JSON text, defaults included."""
    spec = catalogue.spec(node.type)
    defaults: dict[str, JsonValue] = {param.name: param.default for param in spec.params} if spec else {}
    return {name: json.dumps(value, sort_keys=True) for name, value in (defaults | dict(node.params)).items()}


def _made_with(about: Mapping[str, Any]) -> dict[str, str]:
    versions = about.get("versions")
    told = versions if isinstance(versions, Mapping) else {}
    return {name: str(about[name]) for name in MACHINE if name in about} | {str(k): str(told[k]) for k in told}
