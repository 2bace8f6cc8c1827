"""Writes a graph as a short Python script of the fluent API (`fluent.py`), for people to read and to go on from.

Three ideas. A node that only one other takes from, by its stream, has no name of its own and stands in that node's
chain; every other node is a variable, called by its id. A script says what runs: the layout and what a gallery tells
stay in the graph's file. It is text and nothing else: the studio shows it without running or importing anything.
"""

from __future__ import annotations

import json
import keyword
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.document import Document, Edge, Node, RunSettings
from engine.fields import Value
from engine.printable import printable
from engine.problems import InvalidGraph, Place, Problem
from engine.vocabulary import Word, inputs_first, usual_ids, words

WIDTH: Final = 88  # columns
INDENT: Final = "    "
HEAD: Final = '"""A graph of RL Flow Studio as a script: run it, or import `graph` from it."""\n\n'
FOOT: Final = '\nif __name__ == "__main__":\n    graph.run()\n'


def script(document: Document, catalogue: Catalogue) -> str:
    """Return the script of a document in which `checking.check` found no error.

    Running it makes a graph of the same nodes, wires, parameters, title, description, seed and stop conditions.
    Example: a graph of Environment and PPO Policy has `policy_1 = PPOPolicy(environment_1)` between the import and
    the graph.

    Raises:
        InvalidGraph: the document holds fields that this version does not know, and a script cannot say.
    """
    if unknown := tuple(_unknown(document)):
        raise InvalidGraph(*unknown)
    writing = _Writing(document, catalogue)
    statements = [writing.statement(node) for node in writing.order if node not in writing.inner]
    return "".join([HEAD, _import(writing.imports), "\n", *statements, "\n", writing.graph(), FOOT])


class _Writing:
    """A document being written.

    Attributes:
        order: node ids, each after those that it takes from.
        inner: those that stand in the chain of another node.
        imports: the names that the script imports, in alphabetical order.
    """

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        vocabulary = words(catalogue)
        self.document = document
        self.nodes: Mapping[str, Node] = {node.id: node for node in document.nodes}
        self.words: Mapping[str, Word] = {node.id: vocabulary[node.type] for node in document.nodes}
        self.entering: dict[str, list[Edge]] = defaultdict(list)
        self.leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in document.edges:
            self.entering[edge.target].append(edge)
            self.leaving[edge.source_node].append(edge)
        self.ends = [node for node in self.nodes if not self.leaving[node]]
        self.order = inputs_first(self.ends, self._givers)
        self.inner = {node for node in self.order if self._is_inner(node)}
        usual = usual_ids(self.words[node].spec.short for node in self.order)
        self.named = {node for node, name in zip(self.order, usual, strict=True) if node != name}
        self.imports = sorted({word.name for word in self.words.values() if word.entry is None} | {"Graph"})
        self.variables = self._variables()

    def statement(self, node: str) -> str:
        """Return what makes the variable of a node, with the chain that leads to it."""
        head, calls = self._chain(node)
        variable = self.variables[node]
        line = f"{variable} = {head}{''.join(_call(name, arguments) for name, arguments in calls)}\n"
        if len(line) <= WIDTH + 1:
            return line
        (name, arguments), *_ = calls
        if len(calls) == 1:
            return f"{_call(f'{variable} = {head}{name}', arguments, pad='')}\n"
        first = _call(head + name, arguments, pad=INDENT)
        rest = [f"{INDENT}{_call(name, arguments, pad=INDENT)}\n" for name, arguments in calls[1:]]
        return f"{variable} = (\n{INDENT}{first}\n{''.join(rest)})\n"

    def graph(self) -> str:
        """Return what makes the graph of its ends."""
        arguments = [self.variables[node] for node in self.ends]
        told = {"title": self.document.title, "description": self.document.description}
        arguments += [f"{name}={_text(text)}" for name, text in told.items() if text]
        run, usual = self.document.run, RunSettings()
        arguments += [f"seed={run.seed}"] if run.seed != usual.seed else []
        stop: dict[str, JsonValue] = {name: int(v) if v.is_integer() else v for name, v in run.stop.items()}
        arguments += [f"stop={_literal(stop)}"] if stop else []
        return f"{_call('graph = Graph', arguments, pad='')}\n"

    def _chain(self, node: str) -> tuple[str, list[tuple[str, list[str]]]]:
        """Return the variable with which a node's chain begins, or nothing, and the calls from there to the node."""
        calls: list[tuple[str, list[str]]] = []
        while (entry := self.words[node].entry) is not None:
            first, *more = self.entering[f"{node}.{entry.name}"]
            calls.insert(0, (f".{self.words[node].name}", [*map(self._reference, more), *self._arguments(node)]))
            if first.source_node not in self.inner:
                return self._reference(first), calls
            node = first.source_node
        return "", [(self.words[node].name, self._arguments(node)), *calls]

    def _arguments(self, node: str) -> list[str]:
        """Return the arguments of a node's call beyond the streams that enter where its own does."""
        word, params = self.words[node], self.nodes[node].params
        by_name = word.entry is not None and word.entry.many
        arguments = []
        for port in word.inputs:
            given = [self._reference(edge) for edge in self.entering[f"{node}.{port.name}"]]
            text = given[0] if len(given) == 1 else f"[{', '.join(given)}]"
            arguments += [f"{port.name}={text}" if by_name or not port.required else text] if given else []
        bare = word.bare if word.entry is None or len(params) == 1 else None
        for param in word.spec.params:
            if param.name in params:
                literal = _literal(params[param.name])
                arguments.append(literal if param == bare else f"{param.name}={literal}")
        arguments += [f"node={_literal(node)}"] if node in self.named else []
        return [*arguments, "bypassed=True"] if self.nodes[node].bypassed else arguments

    def _reference(self, edge: Edge) -> str:
        variable = self.variables[edge.source_node]
        is_first = edge.source_port == self.words[edge.source_node].spec.outputs[0].name
        return variable if is_first else f"{variable}.{edge.source_port}"

    def _is_inner(self, node: str) -> bool:
        """Whether the one thing that a node gives is the stream with which another node's call begins."""
        wires = self.leaving[node]
        if len(wires) != 1 or wires[0].source_port != self.words[node].spec.outputs[0].name:
            return False
        (wire,) = wires
        entry = self.words[wire.target_node].entry
        return entry is not None and wire.target_port == entry.name and self.entering[wire.target][0] == wire

    def _givers(self, node: str) -> Iterator[str]:
        """Give the nodes that a node takes from, in the order in which `fluent.Placed.before` gives them."""
        for port in reversed(self.words[node].spec.inputs):
            yield from (edge.source_node for edge in self.entering[f"{node}.{port.name}"])

    def _variables(self) -> dict[str, str]:
        """Return the variable of each node: its id, as far as Python lets it be one."""
        taken, variables = {*self.imports, "graph"}, {}
        for node in self.order:
            name = node.replace("-", "_")
            while name in taken or keyword.iskeyword(name):
                name += "_"
            taken.add(name)
            variables[node] = name
        return variables


def _call(name: str, arguments: Sequence[str], pad: str | None = None) -> str:
    """Return a call in one line; with a `pad` before it, in several where one would be too long."""
    listed = ", ".join(arguments)
    line = f"{name}({listed})"
    if pad is None or ("\n" not in line and len(pad) + len(line) <= WIDTH):
        return line
    if "\n" not in line and len(pad) + len(INDENT) + len(listed) <= WIDTH:
        return f"{name}(\n{pad}{INDENT}{listed}\n{pad})"
    lines = "".join(f"{pad}{INDENT}{argument},\n" for argument in arguments)
    return f"{name}(\n{lines}{pad})"


def _import(names: Sequence[str]) -> str:
    line = f"from engine.fluent import {', '.join(names)}\n"
    if len(line) <= WIDTH + 1:
        return line
    return "from engine.fluent import (\n" + "".join(f"{INDENT}{name},\n" for name in names) + ")\n"


def _text(text: str) -> str:
    """Return a text as Python writes it, over several lines if it is long."""
    parts = textwrap.wrap(
        text, WIDTH - 3 * len(INDENT), expand_tabs=False, replace_whitespace=False, drop_whitespace=False
    )
    if len(parts) < 2:
        return _literal(text)
    return "(\n" + "".join(f"{INDENT * 2}{_literal(part)}\n" for part in parts) + f"{INDENT})"


def _literal(value: JsonValue) -> str:
    """Return a JSON value as Python writes it.

    Example: `{"widths": [64, 64], "steps": 15000, "on": true}` is `{"widths": [64, 64], "steps": 15_000, "on": True}`.
    """
    if isinstance(value, str):
        return printable(json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(part)}" for key, part in value.items()) + "}"
    return f"{value:_}" if isinstance(value, int) and abs(value) >= 10_000 else repr(value)


def _unknown(document: Document) -> Iterator[Problem]:
    """Say which fields beside the layout this version does not know."""
    values: list[tuple[str, Value]] = [("", document), ("", document.run)]
    values += [(node.id, node) for node in document.nodes] + [(edge.target_node, edge) for edge in document.edges]
    for node, value in values:
        for name in value.model_extra or {}:
            what = f"a script cannot say {name[:64]!r}, which this version does not know"
            yield Problem(Place(node, name[:64]), what, "take it out, or keep the graph as a file")
