"""The graph without the window: operators as Python functions, streams as chains of methods.

Proximal Policy Optimization on CartPole, whole:

    from engine.fluent import Environment, PPOPolicy, Rollouts

    environment = Environment("CartPole-v1")
    policy = PPOPolicy(environment, learning_rate=0.001, anneal_over=200_000)
    rollouts = Rollouts(environment, policy, workers=2, environments_per_worker=8)
    ppo = (
        rollouts.advantages(gamma=0.98)
        .gather_sync()
        .concat(2048)
        .standardize()
        .train(policy, epochs=8)
        .broadcast(policy, rollouts.actors)
        .report()
    )
    run = ppo.run(seed=1, stop={"env_steps": 150_000})
    print(run.summary()["return_mean_100"])

Everything here is made from what the operators declare, by the rules of `vocabulary.py`: operators that take a stream
are methods of it, the others are functions, and `help` of either is the operator's page.

- A call gives a value that never changes: the node, with all that stands before it. It stands for the node's first
  output; others are its attributes (`rollouts.actors`). What does not fit is refused at the call, in the words that
  the studio has for the wire.
- `sampled.union(stored)` merges streams, `trained.union(driven=stored)` only keeps the other branch running, and a
  stream may be gone on from several times after `duplicate()`.
- Where a stream ends, with `report()`, there is a `Graph` to save or to run. `Graph(one, other, title="...")` joins
  several ends. Node ids are those that the studio gives (`train_1`), or what the argument `node` says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import JsonValue
from rich.console import Console

from engine import trust, wire_rules
from engine.catalogue import find
from engine.checking import check
from engine.declare import Port
from engine.document import Document, save
from engine.interruption import Interruption
from engine.problems import InvalidGraph, Problem, RunFailed, errors_among, nearest
from engine.progress import Progress
from engine.runs import RunFolder
from engine.signatures import as_json, bind, page_of, refusal, signature_of
from engine.terminal import display
from engine.vocabulary import Word, inputs_first, usual_ids, words
from engine.wiring import Wiring

if TYPE_CHECKING:
    from engine.events import Event

CATALOGUE: Final = find()


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A node with all that stands before it; `wished` is the id that it was given, or empty."""

    word: Word
    inputs: Mapping[str, tuple[Flow, ...]]
    params: Mapping[str, JsonValue]
    wished: str
    bypassed: bool

    def before(self) -> Iterator[Placed]:
        """Give the nodes that its wires come from: handles and driven branches before the stream that goes on."""
        for port in reversed(self.word.spec.inputs):
            yield from (flow._placed for flow in self.inputs.get(port.name, ()))


class Flow:
    """An output of a node, to be given to the functions and methods here: a handle, or a `Stream`."""

    def __init__(self, placed: Placed, port: Port) -> None:
        self._placed = placed
        self._port = port

    def __getattr__(self, name: str) -> Any:
        """Return another output of the same node."""
        if name.startswith("_"):  # Python asks for such before there is anything here
            raise AttributeError(name)
        others = self._others()
        if name not in others:
            hint = nearest(name, dir(self))
            raise AttributeError(f"{self!r} has no {name!r}" + (f" ({hint})" if hint else ""))
        return _flow(self._placed, others[name])

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._others()})

    def __repr__(self) -> str:
        return f"<{self._port.name} of {self._placed.word.spec.title}: {self._port.kind.title}>"

    def _others(self) -> dict[str, Port]:
        return {port.name: port for port in self._placed.word.spec.outputs[1:]}


class Stream(Flow):
    """A stream of items. Each operator that takes one is a method."""


class Graph:
    """A graph to save or to run: where its streams end, with all that stands before, and how to run it.

    Raises:
        FlowError: the ends do not go together, or a setting cannot be.
    """

    def __init__(
        self, *ends: Graph | Flow | Placed, title: str = "", description: str = "", seed: int = 0,
        stop: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        self._ends = tuple(dict.fromkeys(placed for end in ends for placed in _ends_of(end)))
        run = {"seed": seed, "stop": stop or {}}
        self._document = _drawn(self._ends).replace(title=title, description=description, run=run)

    def document(self) -> Document:
        """Return the graph as files hold it; its nodes have no places yet, and get some when the studio opens it."""
        return self._document

    def save(self, path: str | Path) -> None:
        """Write the graph to a file, for the studio and the command line.

        Raises:
            GraphFileError: the disk refused.
        """
        save(self._document, path)

    def run(
        self, *, seed: int | None = None, stop: Mapping[str, float] | None = None, folder: str | Path | None = None,
        tell: Callable[[Event], None] | None = None,
    ) -> RunFolder:  # fmt: skip
        """Run the graph to its end and return the run's folder, which has its `summary()` and its `curve()`.

        Args:
            seed: of everything random; by default the graph's own.
            stop: conditions of which the first met ends the run, such as `{"env_steps": 150_000}`; by default the
                graph's own. Ctrl-C ends it too, cleanly.
            folder: where to record it, new or empty; by default a new folder in `runs`.
            tell: hears every event; by default the terminal shows the run.

        Raises:
            InvalidGraph: the graph has errors; all of them are in it.
            RunFailed: a node failed; the problem names it.
            MissingDependency: Ray is needed and does not start.
        """
        own = self._document.run
        run = {"seed": own.seed if seed is None else seed, "stop": own.stop if stop is None else stop}
        document = self._document.replace(run=run)
        _refuse_errors(document)
        record = _record(document, folder)
        if tell:
            _run(document, record, tell)
        else:
            console = Console(highlight=False)
            progress = Progress(document.title, document.run.seed, document.run.stop)
            with display(console, progress, verbosity=0) as shown:
                _run(document, record, shown.take)
            console.print(f"Recorded in {record.path}", markup=False, soft_wrap=True)
        return record


def __getattr__(name: str) -> Any:
    """Return the function for an operator that takes no stream."""
    if name not in FUNCTIONS:
        hint = "" if name.startswith("_") else nearest(name, FUNCTIONS)
        raise AttributeError(f"engine.fluent has no {name!r}" + (f" ({hint})" if hint else ""))
    return FUNCTIONS[name]


def __dir__() -> list[str]:
    return sorted([*FUNCTIONS, "Flow", "Graph", "Stream"])


def _callable(word: Word) -> Callable[..., Flow | Graph]:
    """Make the function or method that places a node of an operator."""
    signature = signature_of(word)

    def place(*given: Any, **named: Any) -> Flow | Graph:
        arguments = bind(word, signature, given, named)
        wished, bypassed = arguments.pop("node", ""), arguments.pop("bypassed", False)
        taken = [port for port in word.spec.inputs if port.name in arguments]
        inputs = {port.name: _flows(word, port, arguments.pop(port.name)) for port in taken}
        params = {name: as_json(word, name, value) for name, value in arguments.items()}
        placed = Placed(word, inputs, params, wished, bypassed)
        if not word.spec.outputs:
            return Graph(placed)
        _drawn([placed])
        return _flow(placed, word.spec.outputs[0])

    place.__name__ = place.__qualname__ = word.name
    place.__doc__ = page_of(word)
    place.__signature__ = signature  # type: ignore[attr-defined]  # what `help` and completion read
    return place


def _flows(word: Word, port: Port, value: Any) -> tuple[Flow, ...]:
    """Return what was given for an input: none, one, or several in a list."""
    flows = tuple(value) if isinstance(value, list | tuple) else () if value is None else (value,)
    for flow in flows:
        if not isinstance(flow, Flow):
            what = f"{word.spec.title} takes {wire_rules.one(port.kind)} here; this is {flow!r}"
            raise refusal(word, port.name, what, "give it what another function or method here has given")
    return flows


def _flow(placed: Placed, port: Port) -> Flow:
    return Flow(placed, port) if port.is_handle else Stream(placed, port)


def _ends_of(end: Graph | Flow | Placed) -> tuple[Placed, ...]:
    if isinstance(end, Graph):
        return end._ends
    return (end._placed if isinstance(end, Flow) else end,)


def _drawn(ends: Iterable[Placed]) -> Document:
    """Return the graph of these nodes and all before them, which were drawn before, if the wires fit."""
    ends = tuple(ends)
    order = inputs_first(ends, Placed.before)
    usual = usual_ids(placed.word.spec.short for placed in order)
    ids = {placed: placed.wished or name for placed, name in zip(order, usual, strict=True)}
    nodes = [
        {"id": ids[one], "type": one.word.spec.type, "params": dict(one.params), "bypassed": one.bypassed}
        for one in order
    ]
    edges = [
        {"from": f"{ids[flow._placed]}.{flow._port.name}", "to": f"{ids[one]}.{name}"}
        for one in order
        for name, flows in one.inputs.items()
        for flow in flows
    ]
    document = Document().replace(nodes=nodes, edges=edges)
    _refuse_misfits(Wiring(document, CATALOGUE), {ids[end] for end in ends})
    return document


def _refuse_misfits(wiring: Wiring, ends: Collection[str]) -> None:
    """Refuse wires into `ends` that do not fit, and outputs from which too many wires leave, now that they meet."""
    misfits = [wire_rules.misfit(wiring, edge) for edge in wiring.edges if edge.target_node in ends]
    crowds = [wire_rules.crowd(wiring, ref) for ref in (*wiring.entering, *wiring.leaving)]
    torn = [wire_rules.torn(wiring, node) for node in ends]
    if problems := [problem for problem in (*misfits, *crowds, *torn) if problem]:
        raise InvalidGraph(*problems)


def _refuse_errors(document: Document) -> None:
    """Refuse a graph that cannot run, or carries Python that is not trusted, before there is a folder for it."""
    unread = (trust.problem(piece) for piece in trust.untrusted(document, CATALOGUE))
    if errors := (*errors_among(check(document)), *unread):
        raise InvalidGraph(*errors)


def _record(document: Document, folder: str | Path | None) -> RunFolder:
    if folder is None:
        return RunFolder.create_below("runs", document, document.run.seed)
    return RunFolder.create(folder, document, document.run.seed)


def _run(document: Document, record: RunFolder, tell: Callable[[Event], None]) -> None:
    from engine.session import run_graph  # here, so that a graph is made without torch and Ray

    with Interruption() as commands:
        ended = run_graph(
            document, folder=record, seed=document.run.seed, stop=document.run.stop, tell=tell, commands=commands
        )
    if ended.status == "failed":
        raise RunFailed(*(Problem.from_json(dict(problem)) for problem in ended.problems))


FUNCTIONS: Final = {word.name: _callable(word) for word in words(CATALOGUE).values() if word.entry is None}
for _word in words(CATALOGUE).values():
    if _word.entry is not None:
        setattr(Stream, _word.name, _callable(_word))
