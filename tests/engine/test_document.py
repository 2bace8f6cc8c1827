"""The graph file: what comes back out as it went in, what is refused, and in which words."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import (
    MAX_BYTES,
    VERSION,
    About,
    Document,
    Edge,
    Layout,
    Node,
    Paper,
    RunSettings,
    load,
    read,
    save,
    write,
)
from engine.layout import Comment, Dots, Frame, Group
from engine.problems import GraphFileError, Place
from tests.engine.graphs import adding, node, ppo, wiring

GOLDEN = Path(__file__).parent / "golden"

names = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{0,9}\Z")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
unknown_fields = st.dictionaries(st.from_regex(r"\Ax_[a-z]{1,5}\Z"), values, max_size=2)
coordinates = st.integers(-1_000_000, 1_000_000)
points = st.tuples(coordinates, coordinates)
sides = st.integers(20, 1_000_000)


@st.composite
def layouts(draw: st.DrawFn, ids: list[str], wires: list[tuple[str, str]]) -> Layout:
    """Any drawing of a graph with these nodes and wires; of its two groups, the second may be in the first."""
    frames = st.builds(Frame, title=texts, rect=st.tuples(coordinates, coordinates, sides, sides))
    dots = [Dots(source=a, target=b, points=draw(st.lists(points, max_size=3).map(tuple))) for a, b in wires]
    half = len(ids) // 2
    outer = Group(id="_".join(["g", *ids]), title=draw(texts), nodes=tuple(ids[:half]), at=draw(points))
    inner = Group(id=f"{outer.id}_2", nodes=tuple(ids[half:]), parent=draw(st.sampled_from(["", outer.id])))
    return Layout(
        nodes=draw(st.dictionaries(names, points, max_size=3)),
        frames=draw(st.lists(frames, max_size=2).map(tuple)),
        comments=draw(st.lists(st.builds(Comment, text=texts, at=points, width=sides), max_size=2).map(tuple)),
        dots=draw(st.sampled_from([(), tuple(dots)])),
        groups=draw(st.sampled_from([(), (outer, inner)])),
        **draw(unknown_fields),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any document at all: unknown operators, unknown fields, wires between any ports."""
    ids = draw(st.lists(names, unique=True, max_size=5))
    params = st.dictionaries(texts, values, max_size=3)
    types, bypassed = texts.filter(bool), st.booleans()
    nodes = [
        Node(id=i, type=draw(types), params=draw(params), bypassed=draw(bypassed), **draw(unknown_fields)) for i in ids
    ]
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(["a", "b_2"])).map(".".join) if ids else st.nothing()
    wires = draw(st.lists(st.tuples(ends, ends), unique=True, max_size=5 if ids else 0))
    seeds, stops = st.integers(0, 2**32 - 1), st.dictionaries(texts, st.floats(-1e9, 1e9), max_size=2)
    return Document(
        version=draw(st.sampled_from([VERSION, "1.7"])),
        title=draw(texts),
        description=draw(texts),
        about=About(look_at=draw(texts), paper=Paper(title=draw(texts)), **draw(unknown_fields)),
        nodes=tuple(nodes),
        edges=tuple(Edge(source=source, target=target, **draw(unknown_fields)) for source, target in wires),
        run=RunSettings(seed=draw(seeds), stop=draw(stops), **draw(unknown_fields)),
        layout=draw(layouts(ids, wires)),
        **draw(unknown_fields),
    )


@given(documents())
def test_what_is_written_reads_back_as_the_same_document_and_the_same_text(document: Document) -> None:
    text = write(document)
    assert read(text) == document
    assert write(read(text)) == text


def test_the_file_of_this_version_comes_out_byte_for_byte() -> None:
    """It holds what this version can say and, beyond that, unknown operators and fields everywhere."""
    text = (GOLDEN / f"v{VERSION}.json").read_text(encoding="utf-8")
    document = read(text)
    assert write(document) == text
    assert document.node("train_1").params == {"epochs": 4, "minibatch": 256}
    assert document.node("future_1").type == "OperatorFromTheFuture"
    assert document.run.stop == {"env_steps": 150_000, "return_mean_100": 475.5}
    assert document.layout.nodes["train_1"] == (1440, -60)
    assert [node.id for node in document.nodes if node.bypassed] == ["train_10"]
    assert document.layout.frames[0].rect == (1420, -120, 480, 300)
    assert document.layout.dots[0].points == ((300, 400), (900, 400))
    assert [(group.id, group.parent) for group in document.layout.groups] == [("inner", "learning"), ("learning", "")]
    assert str(document.about.paper) == "RLlib Flow, Liang et al. 2021, arXiv 2011.12719"


def test_a_graph_that_no_gallery_tells_of_says_nothing_about_it() -> None:
    assert '"about"' not in write(Document())
    assert read(write(Document())).about == About()


def test_a_file_changes_its_version_only_when_it_says_something_new() -> None:
    graph = read(graph_with(version="1.1", nodes=[A]))
    assert graph.version == VERSION
    assert '"version": "1.1"' in write(graph)
    new = graph.replace(layout=Layout(comments=(Comment(text="why?", at=(0, 0)),)))
    assert f'"version": "{VERSION}"' in write(new)


def test_what_is_unknown_survives_an_edit_elsewhere(tmp_path: Path) -> None:
    before = (GOLDEN / f"v{VERSION}.json").read_text(encoding="utf-8")
    save(read(before).with_param("train_1", "epochs", 8), tmp_path / "graph.json")
    assert (tmp_path / "graph.json").read_text(encoding="utf-8") == before.replace('"epochs": 4', '"epochs": 8')


def test_order_and_whole_numbers_do_not_depend_on_who_wrote_the_file() -> None:
    text = """{"run": {"stop": {"env_steps": 5e3}}, "edges": [{"to": "a_2.in", "from": "a_10.out"}],
        "nodes": [{"type": "T", "params": {"z": 1, "b": 2.0}, "id": "a_10"}, {"type": "T", "id": "a_2"}],
        "version": "1.0", "format": "rl-flow-graph"}"""
    document = read(text)
    assert [node.id for node in document.nodes] == ["a_2", "a_10"]
    assert write(document).splitlines()[5:18] == [
        '  "nodes": [',
        "    {",
        '      "id": "a_2",',
        '      "type": "T",',
        '      "params": {}',
        "    },",
        "    {",
        '      "id": "a_10",',
        '      "type": "T",',
        '      "params": {"b": 2.0, "z": 1}',
        "    }",
        "  ],",
        '  "edges": [',
    ]
    assert '"stop": {"env_steps": 5000}' in write(document)


def test_two_documents_are_equal_whatever_order_their_nodes_came_in() -> None:
    nodes = node("Filter", "filter_2"), node("Filter", "filter_10")
    assert adding(Document(), *nodes) == adding(Document(), *reversed(nodes))


def test_a_byte_order_mark_is_read_over() -> None:
    assert read(b"\xef\xbb\xbf" + write(ppo()).encode()) == ppo()


def graph_with(**fields: Any) -> str:
    return json.dumps({"format": "rl-flow-graph", "version": "1.0", **fields})


A = {"id": "a", "type": "T"}
REFUSED = {
    "empty file": (
        "",
        "not valid JSON: EOF while parsing a value at line 1 column 0 (was the file edited by hand?)",
    ),
    "no object": (
        "[]",
        'format: this is not a graph file: it has no "format": "rl-flow-graph" (open a file that RL Flow Studio saved)',
    ),
    "another format": (
        '{"format": "svg"}',
        'format: this is not a graph file: it has no "format": "rl-flow-graph" (open a file that RL Flow Studio saved)',
    ),
    "repeated key": (
        '{"a": 1, "a": 2}',
        "not valid JSON: the key 'a' stands twice in one object (was the file edited by hand?)",
    ),
    "infinite number": (
        '{"a": 1e400}',
        "not valid JSON: the number 1e400 is too large (was the file edited by hand?)",
    ),
    "repeated id": (
        graph_with(nodes=[A, A]),
        "a.id: two nodes have the id 'a' (give one of them another id)",
    ),
    "bad id": (
        graph_with(nodes=[{"id": "9", "type": "T"}]),
        '9.id: an id is a letter and up to 63 letters, digits, - or _, not "9"',
    ),
    "no type": (
        graph_with(nodes=[{"id": "a"}]),
        "a.type: it is missing",
    ),
    "no id": (
        graph_with(nodes=[{"type": "T"}]),
        "nodes.0.id: it is missing",
    ),
    "type that is no text": (
        graph_with(nodes=[{"id": "a", "type": 3}]),
        "a.type: it must be text, not 3",
    ),
    "params that are no object": (
        graph_with(nodes=[A | {"params": [1]}]),
        "a.params: it must be an object, not [1]",
    ),
    "node that is no object": (
        graph_with(nodes=[5]),
        "nodes.0: it must be an object, not 5",
    ),
    "nodes that are no list": (
        graph_with(nodes={}),
        "nodes: it must be a list, not {}",
    ),
    "wire to nowhere": (
        graph_with(edges=[{"from": "a.out", "to": "b.in"}], nodes=[A]),
        "b.in: the wire a.out → b.in ends at b.in, but there is no node 'b' (remove the wire or add the node)",
    ),
    "repeated wire": (
        graph_with(nodes=[A], edges=[{"from": "a.x", "to": "a.y"}] * 2),
        "a.y: the wire a.x → a.y stands twice (remove one of them)",
    ),
    "wire to no port": (
        graph_with(nodes=[A], edges=[{"from": "a.out", "to": "a"}]),
        'a.edges.0.to: a wire\'s end reads node.port, not "a"',
    ),
    "wire with one end": (
        graph_with(nodes=[A], edges=[{"from": "a.out"}]),
        "a.edges.0.to: it is missing",
    ),
    "wire with Python's names for its ends": (
        graph_with(nodes=[A], edges=[{"source": "a.x", "target": "a.y"}]),
        "edges.0.from: it is missing\nedges.0.to: it is missing",
    ),
    "position between pixels": (
        graph_with(layout={"nodes": {"a": [1.5, 0]}}),
        "a.layout.0: it must be a whole number, not 1.5",
    ),
    "frame without size": (
        graph_with(layout={"frames": [{"rect": [0, 0, 0, 0]}]}, version="1.2"),
        "layout.frames.0.rect.2: it should be greater than or equal to 20, not 0\n"
        "layout.frames.0.rect.3: it should be greater than or equal to 20, not 0",
    ),
    "node in two groups": (
        graph_with(nodes=[A], layout={"groups": [{"id": "g", "nodes": ["a"]}, {"id": "h", "nodes": ["a"]}]}),
        "layout.groups.0: the node 'a' is in more than one group (take it out of nodes)\n"
        "layout.groups.1: the node 'a' is in more than one group (take it out of nodes)",
    ),
    "node in a group that is not in the graph": (
        graph_with(layout={"groups": [{"id": "g", "nodes": ["a"]}]}),
        "layout.groups.0: the node 'a' of the group 'g' is not there (take it out of nodes)",
    ),
    "group with a node's id": (
        graph_with(nodes=[A], layout={"groups": [{"id": "a"}]}),
        "layout.groups.0: something else has the id of the group 'a' (give it another id)",
    ),
    "group in no group": (
        graph_with(layout={"groups": [{"id": "g", "parent": "h"}]}),
        "layout.groups.0: the group 'g' is in 'h', which is no group (take parent out)",
    ),
    "group within itself": (
        graph_with(layout={"groups": [{"id": "g", "parent": "h"}, {"id": "h", "parent": "g"}]}),
        "layout.groups.0: the group 'g' is within itself (take parent out)\n"
        "layout.groups.1: the group 'h' is within itself (take parent out)",
    ),
    "negative seed": (
        graph_with(run={"seed": -1}),
        "run.seed: it should be greater than or equal to 0, not -1",
    ),
    "stop at a word": (
        graph_with(run={"stop": {"env_steps": "many"}}),
        'run.stop.env_steps: it must be a number, not "many"',
    ),
    "version that is no text": (
        graph_with(version=1),
        "version: it must be text, not 1",
    ),
    "version that is no number": (
        graph_with(version="one"),
        'version: a version reads like "1.0", not "one"',
    ),
    "newer version that cannot be read": (
        graph_with(version="2.0", nodes=3),
        "version: a newer version made this graph (2.0; this one knows 1.2), and it "
        "cannot be read here (update RL Flow Studio)\nnodes: it must be a list, not 3",
    ),
    "too many nodes": (
        graph_with(nodes=[A] * 5001),
        "nodes: there are 5001 of them, and 5000 is the most (is it the right file?)",
    ),
    "too large": (
        " " * (MAX_BYTES + 1),
        "the file is larger than any graph: 2 MiB and 200000 values are the most (is it the right file?)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_graph_is_refused_with_node_field_and_reason(case: str) -> None:
    text, sentence = REFUSED[case]
    with pytest.raises(GraphFileError) as refused:
        read(text)
    assert str(refused.value) == sentence


def test_at_most_a_hundred_problems_of_a_file_are_told() -> None:
    with pytest.raises(GraphFileError) as refused:
        read(graph_with(nodes=[5] * 130))
    assert len(refused.value.problems) == 101
    assert refused.value.problems[-1].what == "and 30 more problems"


def test_every_problem_of_a_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(graph_with(nodes=[{"id": "a"}, 5]), encoding="utf-8")
    with pytest.raises(GraphFileError) as refused:
        load(tmp_path / "bad.json")
    assert [problem.where for problem in refused.value.problems] == [
        Place("a", "type", str(tmp_path / "bad.json")),
        Place("", "nodes.1", str(tmp_path / "bad.json")),
    ]


def test_paths_that_are_no_file_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        tmp_path / "nowhere.json": "No such file or directory (check the path)",
        tmp_path: "Is a directory",
        tmp_path / "pipe": "it is no regular file",
        "with\0nul": "embedded null byte",
    }
    for path, reason in reasons.items():
        with pytest.raises(GraphFileError, match="cannot open the file") as refused:
            load(path)
        assert str(refused.value).endswith(f"cannot open the file: {reason}")
        with pytest.raises(GraphFileError, match="the graph was not saved"):
            save(ppo(), path if path != tmp_path / "nowhere.json" else tmp_path / "no" / "folder.json")


def test_a_file_whose_name_is_no_text_opens_and_can_be_told_of(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")
    save(ppo(), path)
    assert load(path) == ppo()
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("{")
    with pytest.raises(GraphFileError) as refused:
        load(path)
    str(refused.value).encode()  # a lone surrogate could be neither printed nor sent


def test_a_newer_minor_version_may_be_saved_and_a_newer_major_may_not(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    minor, major = (ppo().replace(version=version) for version in ("1.9", "2.0"))
    save(minor, path)
    assert (minor.read_only, load(path)) == (False, minor)
    with pytest.raises(GraphFileError, match=r"made by a newer version \(2\.0; this one writes 1\.2\)"):
        save(major, path)
    assert (major.read_only, load(path)) == (True, minor)


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    save(ppo(), path)
    crowded = ppo().replace(layout=Layout(comments=(Comment(at=(0, 0)),) * 1001))
    for graph, reason in ((ppo().with_param("train_1", "note", "x" * MAX_BYTES), "larger than any"), (crowded, "1001")):
        with pytest.raises(GraphFileError, match=f"not saved: it could not be opened again: .*{reason}"):
            save(graph, path)
    assert load(path) == ppo()


def test_a_document_never_changes_and_an_edit_is_checked_like_a_file() -> None:
    graph = ppo()
    assert graph.with_param("train_1", "epochs", 8).node("train_1").params["epochs"] == 8
    assert graph.with_param("train_1", "epochs", None).node("train_1").params == {"minibatch": 256}
    assert graph == ppo()
    with pytest.raises(GraphFileError, match="two nodes have the id 'train_1'"):
        adding(graph, node("Filter", "train_1"))
    with pytest.raises(GraphFileError, match="there is no node 'nowhere'"):
        wiring(graph, "train_1.results → nowhere.items")
    with pytest.raises(GraphFileError, match="title: it must be text"):
        graph.replace(title=3)
    with pytest.raises(KeyError, match="nowhere"):
        graph.node("nowhere")
