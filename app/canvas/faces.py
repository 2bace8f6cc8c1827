"""What a node shows of itself, as plain values: title, ports, the lines worth reading. No Qt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.checking import places
from engine.declare import Direction, OperatorSpec, Param, Port
from engine.document import Document, Node
from engine.kinds import Kind

MOST_LINES: Final = 3  # parameters on a node; the form shows them all
FEWEST_LINES: Final = 2  # filled up with defaults, where the operator has as many
GROUP: Final = "group"  # in place of a palette section
BORDER: Final = "border"


@dataclass(frozen=True, slots=True)
class Plug:
    """A port as it is shown: name, direction, what it carries, and a sentence for its tooltip.

    `end` is what the document calls it, `"train_1.batches"`, and `label` is what stands beside it. The name is that of
    the port; on what shows ports of several nodes, as a group does, it is the end.
    """

    name: str
    direction: Direction
    kind: type[Kind]
    end: str
    help: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter on a node; `chosen` if the document sets it, so that it is not just the default."""

    name: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Face:
    """All that a node shows of itself; a node whose operator is not known is a placeholder without section.

    A group of nodes has a face too, and so has what lies beyond the border of a group that is open: their sections
    are `GROUP` and `BORDER`.
    """

    node: str
    title: str
    section: str
    summary: str
    inputs: tuple[Plug, ...] = ()
    outputs: tuple[Plug, ...] = ()
    lines: tuple[Line, ...] = ()
    about: str = ""
    bypassed: bool = False

    @property
    def is_placeholder(self) -> bool:
        """Whether the operator is unknown here."""
        return not self.section

    @property
    def is_group(self) -> bool:
        """Whether it stands for a group of nodes."""
        return self.section == GROUP

    @property
    def is_border(self) -> bool:
        """Whether it stands for what lies beyond the border of the open group, and is no thing of its own."""
        return self.section == BORDER

    @property
    def subtitle(self) -> str:
        """What stands below the title: the node's id and that its operator is unknown or bypassed, or `about`."""
        remarks = ("unknown operator",) * self.is_placeholder + ("bypassed",) * self.bypassed
        return self.about or " · ".join((self.node, *remarks))

    @property
    def ports(self) -> tuple[tuple[str, Direction], ...]:
        """The names and directions of all ports: what must stay for wires to stay."""
        return tuple((plug.name, plug.direction) for plug in (*self.inputs, *self.outputs))


class Reading:
    """One document being read: its wires by their ends, and where its streams run.

    `entering` has the first source of each input, `wired` by direction and node the ports that wires name.
    """

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.specs = {node.id: catalogue.spec(node.type) for node in document.nodes}
        self.entering: dict[str, str] = {}
        self.wired: dict[Direction, dict[str, dict[str, None]]] = {"in": defaultdict(dict), "out": defaultdict(dict)}
        for edge in document.edges:
            self.entering.setdefault(edge.target, edge.source)
            self.wired["in"][edge.target_node][edge.target_port] = None
            self.wired["out"][edge.source_node][edge.source_port] = None
        self.stream_places = places(document, catalogue)

    def face(self, node: Node) -> Face:
        """Return what the node shows."""
        spec = self.specs[node.id]
        inputs, outputs = self.plugs(node.id, "in"), self.plugs(node.id, "out")
        if spec is None:
            summary = f"There is no operator {node.type} here. The node is kept as it is, and saved with the graph."
            lines = tuple(Line(name, short_value(value), True) for name, value in node.params.items())
            return Face(node.id, node.type, "", summary, inputs, outputs, lines[:MOST_LINES], "", node.bypassed)
        lines = _lines(spec, node)
        return Face(node.id, spec.title, spec.section, spec.summary, inputs, outputs, lines, "", node.bypassed)

    def is_parallel(self, end: str) -> bool:
        """Whether the stream that leaves at this end of a wire is one for each actor."""
        return self.stream_places.get(end) == "parallel"

    def plugs(self, node_id: str, direction: Direction) -> tuple[Plug, ...]:
        """Return the ports of a node in declared order, then those that only wires name."""
        spec = self.specs[node_id]
        ports = () if spec is None else spec.inputs if direction == "in" else spec.outputs
        known = [self._plug(f"{node_id}.{port.name}", direction, _sentence(port)) for port in ports]
        names = {plug.name for plug in known}
        wired = self.wired[direction].get(node_id, ())
        help = "There is no such port here; the wire is kept, and saved with the graph."
        return (*known, *(self._plug(f"{node_id}.{name}", direction, help) for name in wired if name not in names))

    def wanting(self, nodes: Iterable[str]) -> Iterator[str]:
        """Yield the ends of the ports of these nodes that must have a wire and have none."""
        for node in nodes:
            spec = self.specs[node]
            for port in spec.ports if spec else ():
                if port.required and port.name not in self.wired[port.direction].get(node, ()):
                    yield f"{node}.{port.name}"

    def title(self, node: str) -> str:
        """Return what people call a node's operator; the node's id if it is not known."""
        spec = self.specs[node]
        return spec.title if spec else node

    def kind(self, end: str) -> type[Kind]:
        """Return the kind at a wire's end, looked up along the wires where a port takes or passes on anything."""
        seen: set[str] = set()
        kind: type[Kind] = Kind
        while end and end not in seen:
            seen.add(end)
            node_id, _, name = end.partition(".")
            spec = self.specs[node_id]
            port = spec.port(name) if spec else None
            if port is None:
                return kind
            kind = port.kind
            if kind.shape != "ring":
                return kind
            end = f"{node_id}.{port.same_as}" if port.same_as else self.entering.get(end, "")
        return kind

    def _plug(self, end: str, direction: Direction, help: str) -> Plug:
        name = end.partition(".")[2]
        return Plug(name, direction, self.kind(end), end, help, name.replace("_", " "))


def short_value(value: JsonValue) -> str:
    """Return a parameter's value in few characters.

    Example: `2048` is `"2,048"`, `0.0003` is `"0.0003"`, `[64, 64]` is `"64, 64"`, `True` is `"on"`, `{}` is `"none"`.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(short_value(part) for part in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {short_value(part)}" for key, part in value.items()) or "none"
    return "none" if value is None else value


def _lines(spec: OperatorSpec, node: Node) -> tuple[Line, ...]:
    """The parameters that the document sets, filled up with the first defaults that say something."""
    chosen = [_line(param, node) for param in spec.params if param.name in node.params][:MOST_LINES]
    defaults = [_line(param, node) for param in spec.params if param.name not in node.params and param.default]
    lines = chosen + defaults[: max(0, FEWEST_LINES - len(chosen))]
    order = {param.name: index for index, param in enumerate(spec.params)}
    return tuple(sorted(lines, key=lambda line: order[line.name]))


def _line(param: Param, node: Node) -> Line:
    chosen = param.name in node.params
    return Line(param.name, short_value(node.params[param.name] if chosen else param.default), chosen)


def _sentence(port: Port) -> str:
    need = "" if port.required or port.direction == "out" else " It may stay open."
    return f"{port.name} ({port.kind.title}): {port.help}.{need}"
