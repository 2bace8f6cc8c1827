"""Every saved graph is exported as a script that makes the same graph, and trains to the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import gallery
from engine.catalogue import find
from engine.checking import why_not_deterministic
from engine.document import About, Document, Layout, load
from engine.events import Event, MetricsReported
from engine.runs import RunFolder
from engine.scripting import script
from engine.session import run_graph

CATALOGUE = find()
SYNCHRONOUS = [n for n in gallery.names() if not why_not_deterministic(load(gallery.path(n)), CATALOGUE)]
SMALLER = {  # parameter -> the most that it is in these tests, so that ten updates take a second
    "workers": 0,
    "environments_per_worker": 2,
    "fragment_length": 32,
    "min_steps": 64,
    "minibatch": 32,
    "epochs": 2,
    "batch_size": 32,
    "learning_starts": 64,
    "interval": 0.0,  # report each update
}
UPDATES = 10


def graph_of(text: str) -> Any:
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(text, "script.py", "exec"), names)
    return names["graph"]


def smaller(document: Document) -> Document:
    """The same graph with smaller batches, sampled in this process."""
    for node in document.nodes:
        spec = CATALOGUE.spec(node.type)
        assert spec is not None
        for param in spec.params:
            if param.name in SMALLER:
                value = min(SMALLER[param.name], node.params.get(param.name, param.default))
                document = document.with_param(node.id, param.name, value)
    return document


def losses(events: list[Event]) -> list[tuple[str, dict[str, float]]]:
    told = [(event.node, dict(event.values)) for event in events if isinstance(event, MetricsReported)]
    return [(node, values) for node, values in told if any("loss" in name for name in values)][:UPDATES]


@pytest.mark.parametrize("name", gallery.names())
def test_the_script_makes_the_graph(name: str) -> None:
    document = load(gallery.path(name))
    made = graph_of(script(document, CATALOGUE)).document()
    assert made == document.replace(layout=Layout(), about=About())


@pytest.mark.parametrize("name", SYNCHRONOUS)
def test_the_script_gives_the_same_first_ten_losses(name: str, tmp_path: Path) -> None:
    document, stop = smaller(load(gallery.path(name))), {"updates": float(UPDATES)}
    drawn: list[Event] = []
    folder = RunFolder.create(tmp_path / "drawn", document, seed=5)
    run_graph(document, folder=folder, seed=5, stop=stop, tell=drawn.append, commands=lambda: None)
    written: list[Event] = []
    graph_of(script(document, CATALOGUE)).run(seed=5, stop=stop, folder=tmp_path / "written", tell=written.append)
    assert len(losses(drawn)) == UPDATES
    assert losses(written) == losses(drawn)
