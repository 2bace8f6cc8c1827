"""What the functions and methods of the fluent API (`fluent.py`) take, read from what operators declare.

Each has a signature, for completion and `help`, and a page: that of its operator, with the arguments. A call that does
not fit its signature is refused in a sentence, with the name that was probably meant.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from engine.problems import InvalidGraph, Place, Problem, nearest
from engine.vocabulary import Word


def signature_of(word: Word) -> inspect.Signature:
    """Return the signature of the function or method for an operator.

    Example: that of Concat Batches is `(self, /, min_steps: int = 2048, *, node: str = "", bypassed: bool = False)`.
    """
    slot, entry = inspect.Parameter, word.entry
    takes_more = entry is not None and entry.many
    by_place = slot.KEYWORD_ONLY if takes_more else slot.POSITIONAL_OR_KEYWORD
    slots = [slot("self", slot.POSITIONAL_ONLY)] if entry else []
    slots += [slot(entry.name, slot.VAR_POSITIONAL, annotation=entry.kind)] if entry and takes_more else []
    for port in word.inputs:
        slots.append(slot(port.name, by_place, default=slot.empty if port.required else None, annotation=port.kind))
    for param in word.spec.params:
        kind = slot.POSITIONAL_OR_KEYWORD if param == word.bare else slot.KEYWORD_ONLY
        slots.append(slot(param.name, kind, default=param.default, annotation=param.type))
    slots.append(slot("node", slot.KEYWORD_ONLY, default="", annotation=str))
    return inspect.Signature([*slots, slot("bypassed", slot.KEYWORD_ONLY, default=False, annotation=bool)])


def page_of(word: Word) -> str:
    """Return the operator's help page, followed by its arguments."""
    ports = [f"    {port.name}: {port.help} ({port.kind.title})" for port in word.inputs]
    params = [f"    {p.name}: {p.help}{f' ({p.unit})' if p.unit else ''}" for p in word.spec.params]
    node = "    node: the node's id in the graph, such as that which it gets without: " + f"{word.spec.short}_1"
    bypassed = "    bypassed: let its stream pass as if the node were not there"
    return "\n".join([word.spec.help, "", "Args:", *ports, *params, node, bypassed])


def bind(
    word: Word, signature: inspect.Signature, given: Sequence[Any], named: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name, without those left out; a method's own stream stands at its input.

    Raises:
        InvalidGraph: there is no such argument, or one is missing or too much.
    """
    for name in named.keys() - signature.parameters.keys():
        hint = nearest(name, signature.parameters) or f"it is {word.name}{signature}"
        raise refusal(word, name, f"{word.spec.title} has no parameter {name!r}", hint)
    try:
        arguments = signature.bind(*given, **named).arguments
    except TypeError as error:
        raise refusal(word, "", f"{word.spec.title}: {error}", f"it is {word.name}{signature}") from None
    if word.entry:
        arguments[word.entry.name] = (arguments.pop("self"), *arguments.get(word.entry.name, ()))
    return arguments


def as_json(word: Word, name: str, value: Any) -> JsonValue:
    """Return the value of a parameter as graph files hold it: a tuple becomes a list.

    Raises:
        InvalidGraph: it cannot stand there.
    """
    param = next(param for param in word.spec.params if param.name == name)
    try:
        plain: JsonValue = json.loads(json.dumps(value))
        param.read(plain)
    except (TypeError, ValueError) as error:
        raise refusal(word, name, str(error), f"the default is {param.written_default}") from None
    return plain


def refusal(word: Word, name: str, what: str, hint: str) -> InvalidGraph:
    """Return the error that tells what is wrong with an argument."""
    return InvalidGraph(Problem(Place(word.name, name), what, hint))
