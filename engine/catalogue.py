"""Finds the operators and shows them as values, JSON or Markdown.

Every module below `engine/operators` is imported and every `Operator` class that it defines is in the catalogue;
there is no list to keep. Reading it imports neither torch nor ray.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from engine import own_operators
from engine.declare import SECTIONS, Operator, OperatorSpec, Param, Port
from engine.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The operators by type id, in palette order (section, then title).

    Attributes:
        troubles: what is wrong with files in the user's own operator folders that gave none.
    """

    operators: Mapping[str, type[Operator]]
    troubles: tuple[Problem, ...] = ()

    @property
    def specs(self) -> tuple[OperatorSpec, ...]:
        """What each operator declares, in palette order."""
        return tuple(operator.spec for operator in self.operators.values())

    def spec(self, type_id: str) -> OperatorSpec | None:
        """Return what the operator called `type_id` declares, or None if it is not known."""
        operator = self.operators.get(type_id)
        return operator.spec if operator else None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the whole catalogue as JSON values, for `rlflow operators --json`."""
        return [_spec_json(spec) for spec in self.specs]

    def as_markdown(self) -> str:
        """Return the operator table of the README: one row an operator, a heading row a section."""
        rows = ["| operator | takes | gives | what it does |", "| --- | --- | --- | --- |"]
        for section in SECTIONS:
            specs = [spec for spec in self.specs if spec.section == section]
            rows += [f"| **{section}** | | | |"] if specs else []
            rows += [_markdown_row(spec) for spec in specs]
        return "\n".join(rows) + "\n"


def find() -> Catalogue:
    """Import every operator file, the user's own included, and return the catalogue.

    Raises:
        ValueError: two operators have the same type id, or one names a section that the palette does not have.
    """
    import engine.operators

    found: dict[str, type[Operator]] = {}
    for operator in _defined_below(engine.operators):
        if operator.spec.type in found:
            raise ValueError(f"two operators are called {operator.spec.type}")
        if operator.spec.section not in SECTIONS:
            raise ValueError(f"{operator.spec.type} names the section {operator.spec.section!r}, which is not one")
        found[operator.spec.type] = operator
    own, troubles = own_operators.find()
    for operator in own:
        if operator.spec.type in found:
            where = Place(file=str(sys.modules[operator.__module__].__file__))
            what = f"an operator called {operator.spec.type} {_origin(found[operator.spec.type])}"
            troubles = (*troubles, Problem(where, what, "give this one another name"))
        else:
            found[operator.spec.type] = operator
    order = sorted(found.values(), key=lambda operator: (SECTIONS.index(operator.spec.section), operator.spec.title))
    return Catalogue({operator.spec.type: operator for operator in order}, troubles)


def _origin(operator: type[Operator]) -> str:
    own = operator.__module__.startswith(own_operators.PREFIX)
    return f"stands in {sys.modules[operator.__module__].__file__} too" if own else "comes with the program"


def _defined_below(package: ModuleType) -> Iterator[type[Operator]]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Operator) and value.__module__ == info.name:
                yield value


def _spec_json(spec: OperatorSpec) -> dict[str, Any]:
    return {
        "type": spec.type,
        "title": spec.title,
        "section": spec.section,
        "summary": spec.summary,
        "help": spec.help,
        "rllib": spec.rllib,
        "ports": [_port_json(port) for port in spec.ports],
        "params": [_param_json(param) for param in spec.params],
    }


def _port_json(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "direction": port.direction,
        "kind": port.kind.title,
        "family": port.kind.family,
        "where": port.where,
        "many": port.many,
        "required": port.required,
        "help": port.help,
    }


def _param_json(param: Param) -> dict[str, Any]:
    default = list(param.default) if isinstance(param.default, tuple) else param.default
    bounds = {"at_least": param.at_least, "above": param.above, "at_most": param.at_most}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    choices = {"choices": list(param.choices)} if param.choices else {}
    wanted = {"name": param.name, "wants": param.wanted, "default": default, "unit": param.unit, "live": param.live}
    return {**wanted, **given, **choices, "help": param.help}


def _markdown_row(spec: OperatorSpec) -> str:
    takes = ", ".join(_port_words(port) for port in spec.inputs)
    gives = ", ".join(_port_words(port) for port in spec.outputs)
    return f"| {spec.title} | {takes} | {gives} | {spec.summary} |"


def _port_words(port: Port) -> str:
    return f"*{port.name}*" if port.is_handle else port.name
