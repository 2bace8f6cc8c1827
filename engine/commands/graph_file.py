"""Opens the graph that a command line names, and changes it as the command line wishes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.declare import Param
from engine.document import STOP_CONDITIONS, Document, load
from engine.exit_codes import UsageError
from engine.problems import Place, Problem, nearest

STOP_HELP = f"stop when the counter reaches the value; counters: {', '.join(STOP_CONDITIONS)} (may be repeated)"


def open_graph(path: str) -> Document:
    """Read the graph in the file at `path`.

    Raises:
        UsageError: there is no such file, or it may not be read.
        GraphFileError: it is no graph.
    """
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        what = f"cannot open the file: {error.strerror or error}"
        raise UsageError(Problem(Place(file=path), what, _similar_file(Path(path)))) from None
    return load(path)


def with_params(document: Document, settings: Iterable[str], catalogue: Catalogue) -> Document:
    """Return the document with parameters set as `node.param=value` says; all that is wrong is told at once.

    Example: `["train_1.epochs=8"]`.

    Raises:
        UsageError: a setting has no such form, or names a node, parameter or value that cannot be.
    """
    problems: list[Problem] = []
    for setting in settings:
        try:
            document = _with_param(document, setting, catalogue)
        except UsageError as error:
            problems.extend(error.problems)
    if problems:
        raise UsageError(*problems)
    return document


def stop_conditions(wishes: Iterable[str], before: Mapping[str, float]) -> dict[str, float]:
    """Return the stop conditions `before` with each `counter=value` of `wishes` put in; the value `none` takes one out.

    Example: `(["return_mean_100=475", "env_steps=none"], {"env_steps": 1e5})` gives `{"return_mean_100": 475.0}`.

    Raises:
        UsageError: a wish has no such form, names no counter, or its value is no number.
    """
    stop = dict(before)
    for wish in wishes:
        counter, _, text = wish.partition("=")
        if counter not in STOP_CONDITIONS:
            hint = nearest(counter, STOP_CONDITIONS) or f"the counters are {', '.join(STOP_CONDITIONS)}"
            raise _wrong("--stop", f"a run cannot stop at {counter!r}", hint)
        stop.pop(counter, None)
        if text != "none":
            stop[counter] = _number(counter, text)
    return stop


def add_stop(parser: argparse.ArgumentParser) -> None:
    """Declare `--stop`."""
    parser.add_argument("--stop", metavar="COUNTER=VALUE", action="append", default=[], help=STOP_HELP)


def _with_param(document: Document, setting: str, catalogue: Catalogue) -> Document:
    place, equals, text = setting.partition("=")
    node, dot, name = place.partition(".")
    if not (equals and dot and name):
        raise _wrong("--set", f"{setting!r} is not of the form node.param=value", "write for example train_1.epochs=8")
    param = _param(document, node, name, catalogue)
    try:
        value: JsonValue = param.parse(text)
    except ValueError as error:
        raise UsageError(Problem(Place(node, name), str(error), f"the default is {param.written_default}")) from None
    return document.with_param(node, name, value)


def _param(document: Document, node_id: str, name: str, catalogue: Catalogue) -> Param:
    try:
        node = document.node(node_id)
    except KeyError:
        ids = [node.id for node in document.nodes]
        hint = nearest(node_id, ids) or f"its nodes are {', '.join(ids)}"
        raise _wrong("--set", f"the graph has no node {node_id!r}", hint) from None
    spec = catalogue.spec(node.type)
    param = spec.param(name) if spec else None
    if param is None:
        names = [param.name for param in spec.params] if spec else []
        known = f"its parameters are {', '.join(names)}" if names else "it has none"
        what = f"{spec.title if spec else node.type} has no parameter {name!r}"
        raise UsageError(Problem(Place(node_id, name), what, nearest(name, names) or known))
    return param


def _number(counter: str, text: str) -> float:
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        value = float("nan")
    if value - value != 0:  # no number, nan or infinite
        raise _wrong(
            "--stop", f"{counter} must be a number, not {text!r}", f"write for example --stop {counter}=100000"
        )
    return value


def _similar_file(path: Path) -> str:
    folder = path.parent
    stems = [file.stem for file in folder.glob("*.json") if file.is_file()] if folder.is_dir() else []
    similar = nearest(path.stem, stems)
    return similar.replace("?", ".json?") if similar else "check the path"


def _wrong(option: str, what: str, hint: str) -> UsageError:
    return UsageError(Problem(Place(field=option), what, hint))
