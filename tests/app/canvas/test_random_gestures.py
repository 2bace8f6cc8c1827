"""Whatever hands and owner do, what is drawn, what NodeGraphQt's models hold and the document stay equal."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt

from app.canvas import Canvas
from engine import checking
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Layout

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
        canvas.delete_wished.connect(lambda nodes: self.edit(self.without_nodes(set(nodes))))

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

    def with_places(self, places: dict[str, tuple[int, int]]) -> Document:
        return self.document.replace(layout=Layout(nodes={**self.document.layout.nodes, **places}))

    def with_wire(self, source: str, target: str) -> Document:
        kept = [edge for edge in self.document.edges if edge.target != target]
        return self.document.replace(edges=(*kept, Edge(source=source, target=target)))

    def without(self, gone: object) -> Document:
        return self.document.replace(edges=tuple(edge for edge in self.document.edges if not gone(edge)))

    def without_nodes(self, nodes: set[str]) -> Document:
        document = self.without(lambda edge: {edge.source_node, edge.target_node} & nodes)
        return document.replace(nodes=tuple(node for node in document.nodes if node.id not in nodes))


def ends(edge: Edge) -> tuple[str, str]:
    return edge.source, edge.target


def spots(hands: Hands, document: Document) -> list[QPoint]:
    """Places where something may happen: headers, ports, wires near both ends, and nothing."""
    found = [hands.empty()]
    for node in document.nodes:
        item = hands.canvas._drawing.nodes[node.id]
        found += [hands.middle(node.id), *(hands.port(port.ref) for port in item.ports.values())]
    for edge in document.edges:
        found += [hands.port(edge.source) + QPoint(15, 0), hands.port(edge.target) - QPoint(15, 0)]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_view_models_and_document_stay_equal(hands: Hands, document: Document, operators: Catalogue, seed: int) -> None:
    chance = random.Random(seed)
    owner = Owner(hands.canvas, document, operators, chance)
    for _ in range(30):
        start, end = chance.choices(spots(hands, owner.document), k=2)
        match chance.randrange(8):
            case 0:
                hands.key(Qt.Key.Key_Delete)
            case 1:
                hands.key(chance.choice([Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Escape]))
            case 2:
                owner.undo()
            case 3:
                hands.click(start)
            case _:
                hands.drag(start, end)
        wires = {ends(edge) for edge in owner.document.edges}
        assert hands.canvas.shown_wires() == (wires, wires)
        assert hands.canvas._drawing._graph.undo_stack().count() == 0
        items = hands.canvas._drawing.nodes
        places = {node.id: owner.document.layout.nodes[node.id] for node in owner.document.nodes}
        assert {node_id: item.pos().toTuple() for node_id, item in items.items()} == places
    assert hands.told, "the hands did nothing at all"
