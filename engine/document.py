"""The graph as a frozen value, and its one JSON format for the studio, the command line and version control.

Three ideas. A document never changes: an edit makes a new one, so undo is a list of old values. It is parsed
strictly (types, sizes, no NaN, no duplicate keys), yet keeps what it does not know: unknown operators, unknown
fields and newer minor versions come back out as they went in. It is written in one stable order, so that it diffs
like code. Reading never imports, evaluates or contacts anything.

What it promises to its users: node ids are unique, and both ends of each edge name a node that is there. Whether
operators, ports and parameters make sense is for `checking.py` to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, model_validator

from engine.atomic import write_atomically
from engine.migrations import migrate
from engine.problems import GraphFileError, Place, Problem

FORMAT: Final = "rl-flow-graph"
VERSION: Final = "1.0"
STOP_CONDITIONS: Final = ("env_steps", "updates", "episodes", "seconds", "return_mean_100")
MAX_BYTES: Final = 16 * 1024 * 1024  # a 10,000-node graph is about 3 MiB; anything past this is not a drawing

NodeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
PortRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}\.[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Coordinate = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Value(BaseModel):
    """A frozen piece of the document that keeps fields it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", allow_inf_nan=False, populate_by_name=True)


class Node(Value):
    """An operator placed in a graph: `{"id": "train_1", "type": "TrainOneStep", "params": {"epochs": 8}}`."""

    id: NodeId
    type: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    params: Mapping[str, JsonValue] = {}


class Edge(Value):
    """A wire from an output port to an input port: `{"from": "rollouts_1.experiences", "to": "concat_1.batches"}`."""

    source: PortRef = Field(alias="from")
    target: PortRef = Field(alias="to")

    @property
    def source_node(self) -> str:
        """The id of the node that the wire leaves."""
        return self.source.partition(".")[0]

    @property
    def source_port(self) -> str:
        """The name of the output port that the wire leaves."""
        return self.source.partition(".")[2]

    @property
    def target_node(self) -> str:
        """The id of the node that the wire enters."""
        return self.target.partition(".")[0]

    @property
    def target_port(self) -> str:
        """The name of the input port that the wire enters."""
        return self.target.partition(".")[2]


class RunSettings(Value):
    """How to run the graph: the seed, and conditions of which the first met stops the run.

    `stop` maps a counter to the value at which to stop: `env_steps`, `updates`, `episodes`, `seconds`, or
    `return_mean_100` (mean return of the last 100 episodes). Example: `{"seed": 1, "stop": {"env_steps": 150000}}`.
    """

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    stop: Mapping[str, float] = {}


class Layout(Value):
    """Where things are drawn, in scene pixels: node positions (left, top), frames and comments."""

    nodes: Mapping[NodeId, tuple[Coordinate, Coordinate]] = {}
    frames: tuple[Mapping[str, JsonValue], ...] = ()
    comments: tuple[Mapping[str, JsonValue], ...] = ()


class Document(Value):
    """One graph: nodes, edges, run settings and layout. Frozen; `replace` makes a changed copy."""

    format: str = FORMAT
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}$")] = VERSION
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    description: Annotated[str, StringConstraints(max_length=20_000)] = ""
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    run: RunSettings = RunSettings()
    layout: Layout = Layout()

    @model_validator(mode="after")
    def _ids_are_unique_and_edges_end_at_nodes(self) -> Document:
        problems = list(_structure_problems(self))
        if problems:
            raise _StructureError(problems)
        return self

    @property
    def read_only(self) -> bool:
        """Whether a newer major version wrote this document, so that saving it here could lose something."""
        return _major(self.version) > _major(VERSION)

    def node(self, node_id: str) -> Node:
        """Return the node called `node_id`.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def replace(self, **changes: Any) -> Document:
        """Return a copy with the given fields changed, checked like a document that was read.

        Example: `document.replace(title="PPO, 8 epochs").title` is `"PPO, 8 epochs"`.

        Raises:
            GraphFileError: the result is no document (duplicate id, edge to nowhere, wrong type).
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields} | (self.model_extra or {}) | changes
        try:
            return type(self)(**fields)
        except ValidationError as error:
            raise GraphFileError(*_problems_of(error, {})) from None

    def with_param(self, node_id: str, name: str, value: JsonValue) -> Document:
        """Return a copy in which parameter `name` of node `node_id` is `value` (None takes the parameter out)."""
        node = self.node(node_id)
        params = {key: old for key, old in node.params.items() if key != name}
        if value is not None:
            params[name] = value
        changed = node.model_copy(update={"params": params})
        return self.replace(nodes=tuple(changed if old.id == node_id else old for old in self.nodes))


class _StructureError(ValueError):
    """Carries our own problems through pydantic."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("the graph does not hold together")
        self.problems = problems


def load(path: str | Path) -> Document:
    """Read the graph in the file at `path`.

    Raises:
        GraphFileError: the file cannot be opened, is too large, or is no graph; every problem names the file.
    """
    file = str(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "check the path" if isinstance(error, FileNotFoundError) else ""
        reason = error.strerror or str(error)
        raise GraphFileError(Problem(Place(file=file), f"cannot open the file: {reason}", hint)) from None
    try:
        return read(data)
    except GraphFileError as error:
        raise GraphFileError(*(problem.in_file(file) for problem in error.problems)) from None


def read(data: bytes | str) -> Document:
    """Parse the JSON text of a graph.

    Example: `read('{"format": "rl-flow-graph", "version": "1.0", "nodes": [], "edges": []}').nodes` is `()`.

    Raises:
        GraphFileError: the text is no graph; one problem for each thing that is wrong, with node and field.
    """
    raw = _parse(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        what = f'this is not a graph file: it has no "format": "{FORMAT}"'
        raise GraphFileError(Problem(Place(field="format"), what, "open a file that RL Flow Studio saved"))
    raw = migrate(raw)
    try:
        return Document.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        raise GraphFileError(*_problems_of(error, raw)) from None


def write(document: Document) -> str:
    """Return the JSON text of a document: stable order, two-space indent, a final newline.

    `read(write(d)) == d` for every document, and `write(read(t)) == t` for every text that `write` made.
    """
    head = ("format", "version", "title", "description", "nodes", "edges", "run", "layout")
    raw = document.model_dump(mode="json", by_alias=True)
    raw["nodes"] = [_ordered(node, ("id", "type", "params")) for node in sorted(raw["nodes"], key=_natural_id)]
    raw["edges"] = [_ordered(edge, ("from", "to")) for edge in sorted(raw["edges"], key=_edge_order)]
    return _render(_ordered(raw, head), 0) + "\n"


def save(document: Document, path: str | Path) -> None:
    """Write the document to `path` so that the file is either the old one or the whole new one.

    Raises:
        GraphFileError: the document is read-only, or the disk refused; the old file is intact.
    """
    if document.read_only:
        what = f"this graph was made by a newer version ({document.version}; this one writes {VERSION})"
        raise GraphFileError(Problem(Place(file=str(path)), what, "update RL Flow Studio to save it"))
    try:
        write_atomically(path, write(document).encode())
    except OSError as error:
        what = f"the graph was not saved: {error.strerror or error}"
        hint = "the file on disk is as it was; free some space or choose another folder"
        raise GraphFileError(Problem(Place(file=str(path)), what, hint)) from None


def _parse(data: bytes | str) -> JsonValue:
    if len(data) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES // 2**20} MiB, which no graph is"
        raise GraphFileError(Problem(Place(), what, "is it the right file?"))
    try:
        pydantic_core.from_json(data, allow_inf_nan=False)  # strict about depth, number length and surrogates
        raw: JsonValue = json.loads(data, object_pairs_hook=_no_duplicates)  # strict about duplicate keys
    except ValueError as error:
        raise GraphFileError(Problem(Place(), f"not valid JSON: {error}", "was the file edited by hand?")) from None
    return raw


def _no_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return dict(pairs)


def _structure_problems(document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in document.nodes:
        if node.id in seen:
            yield Problem(Place(node.id, "id"), f"two nodes have the id {node.id!r}", "give one of them another id")
        seen.add(node.id)
    edges: set[tuple[str, str]] = set()
    for edge in document.edges:
        for end, node_id in ((edge.source, edge.source_node), (edge.target, edge.target_node)):
            if node_id not in seen:
                what = f"the wire {edge.source} → {edge.target} ends at {end}, but there is no node {node_id!r}"
                yield Problem(Place(node_id, end.partition(".")[2]), what, "remove the wire or add the node")
        if (edge.source, edge.target) in edges:
            what = f"the wire {edge.source} → {edge.target} stands twice"
            yield Problem(Place(edge.target_node, edge.target_port), what, "remove one of them")
        edges.add((edge.source, edge.target))


def _problems_of(error: ValidationError, raw: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    for fault in error.errors(include_url=False):
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, _StructureError):
            problems.extend(cause.problems)
        else:
            problems.append(Problem(_place_of(fault["loc"], raw), fault["msg"]))
    return problems


def _place_of(loc: tuple[int | str, ...], raw: Mapping[str, Any]) -> Place:
    """Turn pydantic's path, `("nodes", 3, "params")`, into node id and field."""
    field = ".".join(str(part) for part in loc)
    if len(loc) >= 2 and loc[0] == "nodes" and isinstance(loc[1], int):
        try:
            node_id = str(raw["nodes"][loc[1]]["id"])[:64]
        except (KeyError, TypeError, IndexError):
            return Place(field=field)
        return Place(node_id, ".".join(str(part) for part in loc[2:]))
    return Place(field=field)


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def _natural_id(node: Mapping[str, Any]) -> tuple[str, int, str]:
    stem, _, number = node["id"].rpartition("_")
    return (stem, int(number), "") if stem and number.isdecimal() else (node["id"], -1, node["id"])


def _edge_order(edge: Mapping[str, Any]) -> tuple[str, str]:
    return edge["from"], edge["to"]


def _ordered(raw: Mapping[str, Any], head: tuple[str, ...]) -> dict[str, Any]:
    return {key: raw[key] for key in head} | {key: raw[key] for key in sorted(set(raw) - set(head))}


def _render(value: Any, depth: int) -> str:
    """Write JSON with two-space indent, but what holds only scalars and is short on one line."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    parts = list(value.values()) if isinstance(value, dict) else value
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=False)
    if depth > 1 and len(flat) <= 80 and not any(isinstance(part, dict | list) for part in parts):
        return flat
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        keys = list(value) if depth == 0 or "id" in value else sorted(value)
        lines = [f"{json.dumps(key, ensure_ascii=False)}: {_render(value[key], depth + 1)}" for key in keys]
        return "{\n" + ",\n".join(pad + line for line in lines) + "\n" + "  " * depth + "}"
    return "[\n" + ",\n".join(pad + _render(part, depth + 1) for part in value) + "\n" + "  " * depth + "]"
