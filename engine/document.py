"""The graph as a frozen value, and its one JSON format for the studio, the command line and version control.

Three ideas. A document never changes: an edit makes a new one, so undo is a list of old values. It is parsed
strictly (types, sizes, no NaN, no duplicate keys), yet keeps what it does not know: unknown operators, unknown
fields and newer minor versions come back out as they went in. It is written in one stable order, so that it diffs
like code. Reading never imports, evaluates or contacts anything.

What it promises to its users: node ids are unique, both ends of each edge name a node that is there, and groups nest
like folders: each node is in at most one, none is within itself. Whether operators, ports and parameters make sense is
for `checking.py` to say.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    field_serializer,
    field_validator,
    model_validator,
)

from engine import json_text
from engine.atomic import write_atomically
from engine.fields import FromList, NodeId, OnlyIfSaid, PortRef, Value
from engine.layout import Layout as Layout  # imported from here, like the other parts of a document
from engine.layout import group_problems
from engine.migrations import migrate
from engine.problems import GraphFileError, Place, Problem
from engine.refusals import MOST_OF, Refusal, crowds_in, problems_of

FORMAT: Final = "rl-flow-graph"
VERSION: Final = "1.2"
OLDER: Final = "1.1"  # what is written of a graph that says nothing new: older versions read it, and no file changes
STOP_CONDITIONS: Final = ("env_steps", "updates", "episodes", "seconds", "return_mean_100")
MAX_BYTES: Final = 2 * 1024 * 1024  # a graph of 5,000 nodes is about 1.5 MiB; anything past this is not a drawing
MAX_VALUES: Final = 200_000  # numbers, texts, lists and objects in it; a graph of 5,000 nodes has some 80,000


class Paper(Value):
    """Where an algorithm comes from; `arxiv` is the number after `arxiv.org/abs/`, empty for a paper that is not there.

    Example: `{"title": "Playing Atari with ...", "authors": "Mnih et al.", "year": 2013, "arxiv": "1312.5602"}`.
    """

    title: Annotated[str, StringConstraints(max_length=300)] = ""
    authors: Annotated[str, StringConstraints(max_length=300)] = ""
    year: Annotated[int, Field(ge=0, le=9999)] = 0
    arxiv: Annotated[str, StringConstraints(pattern=r"^(\d{4}\.\d{4,5})?$")] = ""

    def __str__(self) -> str:
        origin = " ".join(part for part in (self.authors, str(self.year or "")) if part)
        return ", ".join(part for part in (self.title, origin, f"arXiv {self.arxiv}" if self.arxiv else "") if part)


class About(Value):
    """What a gallery tells of a graph beyond its title and description.

    Attributes:
        look_at: what to look at in it, in a sentence or two: the place where it differs from its neighbours.
        paper: where the algorithm comes from.
        rllib: the algorithm of RLlib that it corresponds to, such as `"PPO"`; empty if there is none.
    """

    look_at: Annotated[str, StringConstraints(max_length=2_000)] = ""
    paper: Paper = Paper()
    rllib: Annotated[str, StringConstraints(max_length=100)] = ""


class Node(Value):
    """An operator placed in a graph: `{"id": "train_1", "type": "TrainOneStep", "params": {"epochs": 8}}`.

    A `bypassed` node passes its stream on as if it were not there.
    """

    id: NodeId
    type: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    params: Mapping[str, JsonValue] = {}
    bypassed: Annotated[bool, OnlyIfSaid] = False


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

    @field_serializer("stop", when_used="json")
    def _whole_numbers_stay_whole(self, stop: Mapping[str, float]) -> dict[str, int | float]:
        return {name: int(value) if value.is_integer() else value for name, value in stop.items()}


class Document(Value):
    """One graph: nodes, edges, run settings, layout, what a gallery tells. Frozen; `replace` makes a changed copy.

    Nodes and edges stand in the order of their ids whatever order they were given in, `train_2` before `train_10`, so
    that a graph runs, compares and diffs the same before it is saved and after it is loaded.
    """

    format: str = FORMAT
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}$")] = VERSION
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    description: Annotated[str, StringConstraints(max_length=20_000)] = ""
    about: Annotated[About, Field(exclude_if=lambda about: about == About())] = About()  # most graphs are in no gallery
    nodes: Annotated[tuple[Node, ...], FromList, Field(max_length=MOST_OF["nodes",])] = ()
    edges: Annotated[tuple[Edge, ...], FromList] = ()
    run: RunSettings = RunSettings()
    layout: Layout = Layout()

    @field_validator("nodes")
    @classmethod
    def _nodes_in_order(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(sorted(nodes, key=lambda node: _natural(node.id)))

    @field_validator("edges")
    @classmethod
    def _edges_in_order(cls, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        return tuple(sorted(edges, key=lambda edge: (_natural(edge.source), _natural(edge.target))))

    @model_validator(mode="after")
    def _ids_are_unique_and_edges_end_at_nodes(self) -> Document:
        problems = tuple(_structure_problems(self))
        if problems:
            raise Refusal(*problems)
        return self

    @property
    def read_only(self) -> bool:
        """Whether a newer major version wrote this document, so that saving it here could lose something."""
        return _is_newer(self.version)

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
        try:
            return self.changed(**changes)
        except ValidationError as error:
            raise GraphFileError(*problems_of(error, None)) from None

    def with_param(self, node_id: str, name: str, value: JsonValue) -> Document:
        """Return a copy in which parameter `name` of node `node_id` is `value` (None takes the parameter out)."""
        node = self.node(node_id)
        params = {key: old for key, old in node.params.items() if key != name}
        if value is not None:
            params[name] = value
        changed = node.model_copy(update={"params": params})
        return self.replace(nodes=tuple(changed if old.id == node_id else old for old in self.nodes))


def load(path: str | Path) -> Document:
    """Read the graph in the file at `path`.

    Raises:
        GraphFileError: the file cannot be opened, is too large, or is no graph; every problem names the file.
    """
    try:
        return read(_bytes_of(path))
    except (OSError, ValueError) as error:  # ValueError: the path itself holds a NUL
        hint = "check the path" if isinstance(error, FileNotFoundError) else ""
        problem = Problem(Place(), f"cannot open the file: {getattr(error, 'strerror', None) or error}", hint)
        raise GraphFileError(problem.in_file(_shown(path))) from None
    except GraphFileError as error:
        raise GraphFileError(*(problem.in_file(_shown(path)) for problem in error.problems)) from None


def read(data: bytes | str) -> Document:
    """Parse the JSON text of a graph.

    Example: `read('{"format": "rl-flow-graph", "version": "1.0", "nodes": [], "edges": []}').nodes` is `()`.

    Raises:
        GraphFileError: the text is no graph; one problem for each thing that is wrong, with node and field.
    """
    raw = _parse(data.encode(errors="surrogatepass") if isinstance(data, str) else data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        what = f'this is not a graph file: it has no "format": "{FORMAT}"'
        raise GraphFileError(Problem(Place(field="format"), what, "open a file that RL Flow Studio saved"))
    raw = migrate(raw)
    if crowds := tuple(crowds_in(raw)):
        raise GraphFileError(*_newer(raw), *crowds)
    try:
        return Document.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as error:
        raise GraphFileError(*_newer(raw), *problems_of(error, raw)) from None


def write(document: Document) -> str:
    """Return the JSON text of a document: stable order, two-space indent, a final newline.

    `read(write(d)) == d` for every document, and `write(read(t)) == t` for every text that `write` made.
    """
    raw = document.model_dump(mode="json", by_alias=True)
    if document.version == VERSION and not _says_something_new(document):
        raw["version"] = OLDER
    return json_text.render(raw)


def save(document: Document, path: str | Path) -> None:
    """Write the document to `path` so that the file is either the old one or the whole new one.

    Raises:
        GraphFileError: the document is read-only or too large, or the disk refused; the old file is intact.
    """
    if document.read_only:
        what = f"this graph was made by a newer version ({document.version}; this one writes {VERSION})"
        raise GraphFileError(Problem(Place(file=_shown(path)), what, "update RL Flow Studio to save it"))
    try:
        write_atomically(path, _readable(write(document).encode()))
    except (OSError, ValueError) as error:  # ValueError: too large, or the path itself holds a NUL
        what = f"the graph was not saved: {getattr(error, 'strerror', None) or error}"
        hint = "the file on disk is as it was; free some space or choose another folder"
        raise GraphFileError(Problem(Place(file=_shown(path)), what, hint)) from None


def _bytes_of(path: str | Path) -> bytes:
    if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
        raise OSError(0, "it is no regular file")  # opening a pipe would wait for someone to write into it
    with open(path, "rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _readable(data: bytes) -> bytes:
    try:
        read(data)
    except GraphFileError as error:
        raise ValueError(f"it could not be opened again: {error.problems[0]}") from None
    return data


def _parse(data: bytes) -> JsonValue:
    if len(data) > MAX_BYTES or sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        what = f"the file is larger than any graph: {MAX_BYTES // 2**20} MiB and {MAX_VALUES} values are the most"
        raise GraphFileError(Problem(Place(), what, "is it the right file?"))
    try:
        return json_text.parse(data)
    except ValueError as error:
        raise GraphFileError(Problem(Place(), f"not valid JSON: {error}", "was the file edited by hand?")) from None


def _says_something_new(document: Document) -> bool:
    """Whether it holds what `OLDER` cannot say."""
    layout = document.layout
    annotated = layout.frames or layout.comments or layout.dots or layout.groups
    return bool(annotated) or any(node.bypassed for node in document.nodes)


def _newer(raw: Mapping[str, JsonValue]) -> Iterator[Problem]:
    version = raw.get("version")
    if isinstance(version, str) and _is_newer(version):
        what = f"a newer version made this graph ({version[:9]}; this one knows {VERSION}), and it cannot be read here"
        yield Problem(Place(field="version"), what, "update RL Flow Studio")


def _structure_problems(document: Document) -> Iterator[Problem]:
    ids = Counter(node.id for node in document.nodes)
    for node_id in (node_id for node_id, count in ids.items() if count > 1):
        yield Problem(Place(node_id, "id"), f"two nodes have the id {node_id!r}", "give one of them another id")
    wires = Counter((edge.source, edge.target) for edge in document.edges)
    for source, target in (wire for wire, count in wires.items() if count > 1):
        yield Problem(_at(target), f"the wire {source} → {target} stands twice", "remove one of them")
    for source, target in wires:
        for end in (_at(source), _at(target)):
            if end.node not in ids:
                what = f"the wire {source} → {target} ends at {end}, but there is no node {end.node!r}"
                yield Problem(end, what, "remove the wire or add the node")
    yield from group_problems(document.layout.groups, ids.keys())


def _at(ref: str) -> Place:
    node, _, port = ref.partition(".")
    return Place(node, port)


def _is_newer(version: str) -> bool:
    major = version.partition(".")[0]
    return major.isdecimal() and int(major) > int(VERSION.partition(".")[0])


def _natural(name: str) -> tuple[str, int, str]:
    """Return a key that sorts `train_2.results` before `train_10.results`."""
    node, _, _ = name.partition(".")
    stem, _, number = node.rpartition("_")
    return (stem, int(number), name) if stem and number.isdecimal() else (node, -1, name)


def _shown(path: str | Path) -> str:
    """Return the path as text that can be printed and sent, whatever bytes the file's name has."""
    return os.fsencode(path).decode(errors="replace")
