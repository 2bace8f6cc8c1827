"""How one live parameter of an operator is turned: on the driver, and on each actor that runs a copy."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from engine.declare import Operator


def refuse_unfit(operator: Operator, name: str, value: JsonValue) -> None:
    """Refuse what cannot be turned to.

    Example: `epochs` of Train One Step can be turned to 2, and not to 0; `fragment_length` of Rollouts cannot be.

    Raises:
        ValueError: the operator has no such parameter, it is not live or is for Python, which must be trusted before
            a run starts, or the value cannot stand; a sentence.
    """
    declared = operator.spec.param(name)
    if declared is None:
        raise ValueError(f"{operator.spec.title} has no parameter {name}")
    if not declared.live or declared.editor == "code":
        raise ValueError(f"{name} cannot be changed while the graph runs: stop the run first")
    declared.read(value)


def turn(operator: Operator, name: str, value: JsonValue) -> None:
    """Let the operator use `value` from its next item on; copies that are made of it later have it too.

    Raises:
        ValueError: as `refuse_unfit`, or the operator cannot follow as things are.
    """
    refuse_unfit(operator, name, value)
    declared = operator.spec.param(name)
    assert declared is not None  # it was not refused
    typed = declared.read(value)
    operator.turning(name, typed)
    operator.params[name] = value
    setattr(operator, name, typed)


def has_copy(stages: Iterable[Operator], node: str) -> bool:
    """Return whether an actor that runs these operators has a copy of `node`: as one of them, or as their handle."""
    return any(stage.node == node or has_copy(_providers(stage), node) for stage in stages)


def _providers(operator: Operator) -> Iterable[Operator]:
    """Return the operators whose handles this one takes."""
    ports = {port.name for port in operator.spec.inputs if port.is_handle}
    return (provider for port, provider in operator.providers.items() if port in ports)
