"""`rlflow operators`: lists the operators, or shows the help page of one."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator

from engine.catalogue import Catalogue, find
from engine.commands import json_line
from engine.declare import OperatorSpec, Param, Port
from engine.exit_codes import ExitCode, UsageError
from engine.problems import Place, Problem, nearest

EXAMPLES = """\
examples:
  rlflow operators
  rlflow operators TrainOneStep
  rlflow operators --json
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="show this operator's ports, parameters and help")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print everything that is declared as JSON")
    form.add_argument("--markdown", action="store_true", help="print the table that the README holds")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print the catalogue, or one operator of it."""
    catalogue = find()
    sys.stderr.writelines(f"warning: {trouble}\n" for trouble in catalogue.troubles)
    if arguments.name:
        catalogue = _only(catalogue, arguments.name)
    if arguments.json:
        json_line.write(catalogue.as_json())
    elif arguments.markdown:
        sys.stdout.write(catalogue.as_markdown())
    elif arguments.name:
        sys.stdout.write("\n".join(_page(catalogue.specs[0])) + "\n")
    else:
        sys.stdout.write("\n".join(_list(catalogue)) + "\n")
    return ExitCode.OK


def _only(catalogue: Catalogue, name: str) -> Catalogue:
    """Return a catalogue of the one operator with this type id or title, in any case."""
    wanted = name.replace(" ", "").lower()
    for type_id, operator in catalogue.operators.items():
        if type_id.lower() == wanted:
            return Catalogue({type_id: operator})
    hint = nearest(name, catalogue.operators) or "rlflow operators lists them"
    raise UsageError(Problem(Place(), f"there is no operator {name!r}", hint))


def _list(catalogue: Catalogue) -> Iterator[str]:
    width = max(len(spec.type) for spec in catalogue.specs)
    for section, specs in itertools.groupby(catalogue.specs, lambda spec: spec.section):
        yield section
        for spec in specs:
            yield f"  {spec.type:{width}}  {spec.summary}"


def _page(spec: OperatorSpec) -> Iterator[str]:
    yield f"{spec.title} ({spec.type}), {spec.section}"
    yield ""
    yield spec.help
    for title, ports in (("takes", spec.inputs), ("gives", spec.outputs)):
        yield f"\n{title}:" if ports else f"\n{title}: nothing"
        yield from (f"  {port.name}: {_words(port)}" for port in ports)
    yield "\nparameters:" if spec.params else "\nparameters: none"
    yield from (f"  {param.name} = {param.written_default}: {_demands(param)}" for param in spec.params)


def _words(port: Port) -> str:
    kind = f"{port.kind.title} handle" if port.is_handle else port.kind.title
    return f"{port.help} ({kind}{'' if port.required or port.direction == 'out' else ', optional'})"


def _demands(param: Param) -> str:
    bounds = {"at least": param.at_least, "more than": param.above, "at most": param.at_most}
    rules = [f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None]
    choices = [f"one of {', '.join(param.choices)}"] if param.choices else []
    unit = [f"in {param.unit}"] if param.unit else []
    return f"{param.help} ({', '.join([param.wanted, *unit, *choices, *rules])})"
