"""Whatever hands and owner do, what is drawn, what NodeGraphQt's models hold and the document stay equal."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt

from app import edits
from app.annotations import add_dot, move_marks, remove_marks, set_comment, set_frame
from app.canvas import Canvas
from app.canvas.marks import marks_of, place_of
from app.layouts import Mark
from engine import checking
from engine.catalogue import Catalogue
from engine.document import Document, Edge
from engine.layout import Comment, Dots, Frame

from .conftest import Hands


class Owner:
    """Applies what the canvas wishes for, or forgets about it, as chance will have it; undoes now and then."""

    def __init__(self, canvas: Canvas, document: Document, operators: Catalogue, chance: random.Random) -> None:
        self.canvas, self.operators, self.chance = canvas, operators, chance
        self.past = [document]
        canvas.set_wire_rule(lambda source, target: checking.wire_fault(self.document, operators, source, target))
        canvas.moved.connect(lambda places: self.edit(self.with_places(places)))
        canvas.wire_wished.connect(lambda source, target: self.edit(self.with_wire(source, target)))
        canvas.unwire_wished.connect(lambda wires: self.edit(self.without(lambda edge: ends(edge) in wires)))
        canvas.delete_wished.connect(lambda nodes, wires, marks: self.edit(self.without_all(nodes, wires, marks)))
        canvas.rewired.connect(lambda places, wire, pulls: self.edit(self.with_places(places)))
        canvas.dot_wished.connect(lambda wire, which, x, y: self.edit(add_dot(self.document, wire, which, (x, y))[0]))
        canvas.mark_sized.connect(lambda mark, size: self.edit(self.with_size(mark, size)))

    @property
    def document(self) -> Document:
        return self.past[-1]

    def edit(self, new: Document) -> None:
        if self.chance.random() < 0.8:
            self.past.append(new)
            self.canvas.show_document(new)

    def undo(self) -> None:
        if len(self.past) > 1:
            self.past.pop()
            self.canvas.show_document(self.document)

    def with_places(self, places: dict[str | Mark, tuple[int, int]]) -> Document:
        marks = {thing: place for thing, place in places.items() if isinstance(thing, Mark)}
        nodes = {thing: place for thing, place in places.items() if isinstance(thing, str)}
        return move_marks(edits.move_nodes(self.document, nodes), marks)

    def with_size(self, mark: Mark, size: object) -> Document:
        if mark.kind == "frame":
            return set_frame(self.document, mark.index, rect=size)
        return set_comment(self.document, mark.index, width=size)

    def without_all(self, nodes: list[str], wires: list[tuple[str, str]], marks: list[Mark]) -> Document:
        return edits.remove_nodes(remove_marks(edits.disconnect(self.document, wires), marks), nodes)

    def with_wire(self, source: str, target: str) -> Document:
        kept = [edge for edge in self.document.edges if edge.target != target]
        gone = [ends(edge) for edge in self.document.edges if edge not in kept]
        document = edits.disconnect(self.document, gone)
        return document.replace(edges=(*document.edges, Edge(source=source, target=target)))

    def without(self, gone: object) -> Document:
        return edits.disconnect(self.document, [ends(edge) for edge in self.document.edges if gone(edge)])


def ends(edge: Edge) -> tuple[str, str]:
    return edge.source, edge.target


@pytest.fixture
def document(document: Document) -> Document:
    """The small graph with a frame around two nodes, another in it, a comment and a dot."""
    layout = document.layout.changed(
        frames=(Frame(rect=(-20, -60, 480, 240)), Frame(rect=(-10, 100, 160, 80))),
        comments=(Comment(text="why?", at=(220, 120)),),
        dots=(Dots(source="gather_1.items", target="concat_1.batches", points=((220, 60),)),),
    )
    return document.replace(layout=layout)


def spots(hands: Hands, document: Document) -> list[QPoint]:
    """Places where something may happen: headers, ports, wires near both ends, and nothing."""
    found = [hands.empty()]
    for node in document.nodes:
        item = hands.canvas._drawing.nodes[node.id]
        found += [hands.middle(node.id), *(hands.port(port.ref) for port in item.ports.values())]
    for edge in document.edges:
        found += [hands.port(edge.source) + QPoint(15, 0), hands.port(edge.target) - QPoint(15, 0)]
    for item in hands.canvas._drawing.marks.values():
        box = item.scene_body()
        found += [hands.at(box.left() + 30, box.top() + 5), hands.at(box.right() - 2, box.bottom() - 2)]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_view_models_and_document_stay_equal(hands: Hands, document: Document, operators: Catalogue, seed: int) -> None:
    chance = random.Random(seed)
    owner = Owner(hands.canvas, document, operators, chance)
    for _ in range(30):
        start, end = chance.choices(spots(hands, owner.document), k=2)
        match chance.randrange(9):
            case 0:
                hands.key(Qt.Key.Key_Delete)
            case 1:
                hands.key(chance.choice([Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Escape]))
            case 2:
                owner.undo()
            case 3:
                hands.click(start)
            case 4:
                hands.double_click(start)
                hands.key(Qt.Key.Key_Escape)
            case _:
                hands.drag(start, end)
        wires = {ends(edge) for edge in owner.document.edges}
        assert hands.canvas.shown_wires() == (wires, wires)
        assert hands.canvas._drawing._graph.undo_stack().count() == 0
        items = hands.canvas._drawing.nodes
        places = {node.id: owner.document.layout.nodes[node.id] for node in owner.document.nodes}
        assert {node_id: item.pos().toTuple() for node_id, item in items.items()} == places
        notes = marks_of(owner.document.layout, "", wires)
        assert {mark: item.note for mark, item in hands.canvas._drawing.marks.items()} == notes
        assert all(item.pos().toTuple() == place_of(notes[m]) for m, item in hands.canvas._drawing.marks.items())
    assert hands.told, "the hands did nothing at all"
