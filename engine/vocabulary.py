"""How scripts speak of a graph: the word for each operator, the order in which nodes are told, the ids they get.

The fluent Python API (`fluent.py`) understands these words and the export (`scripting.py`) writes them. They follow
from what operators declare, so a new operator has its word without another line:

- An operator that takes a stream is a method of it, called by its `short` name (`stream.concat(2048)`), or by its type
  where several share that (`gather_sync`, `gather_async`). Any other is a function called by its type (`Rollouts`).
- Arguments are the other inputs, required ones first, and then the parameters, which are given by name. Where there
  is no other input, the first parameter may stand without its name.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Param, Port

Told = TypeVar("Told", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Word:
    """The word for an operator.

    Attributes:
        spec: what the operator declares.
        name: the function's or method's name.
        entry: the input that a method's own stream enters; None for a function.
    """

    spec: OperatorSpec
    name: str
    entry: Port | None

    @property
    def inputs(self) -> tuple[Port, ...]:
        """The inputs that are arguments, required ones first."""
        others = [port for port in self.spec.inputs if port != self.entry]
        return tuple(sorted(others, key=lambda port: not port.required))

    @property
    def bare(self) -> Param | None:
        """The parameter that may stand without its name, if there is one."""
        is_alone = not self.inputs and not (self.entry and self.entry.many)
        return self.spec.params[0] if self.spec.params and is_alone else None


def words(catalogue: Catalogue) -> Mapping[str, Word]:
    """Return the word for each operator, by type id.

    Example: `words(find())["ConcatBatches"].name` is `"concat"`.
    """
    entries = {spec.type: _entry(spec) for spec in catalogue.specs}
    shorts = Counter(spec.short for spec in catalogue.specs if entries[spec.type])
    return {spec.type: Word(spec, _name(spec, shorts), entries[spec.type]) for spec in catalogue.specs}


def inputs_first(ends: Iterable[Told], inputs_of: Callable[[Told], Iterable[Told]]) -> list[Told]:
    """Return everything from which `ends` can be reached, each after its inputs. There must be no loop.

    Example: with c made of a and b, and b made of a, `inputs_first("c", ...)` is a, b, c.
    """
    told: dict[Told, None] = {}
    path = [(end, iter(inputs_of(end))) for end in reversed(list(ends))]
    while path:
        one, left = path[-1]
        needed = next((other for other in left if other not in told), None)
        if needed is not None:
            path.append((needed, iter(inputs_of(needed))))
        else:
            told[one] = None
            path.pop()
    return list(told)


def usual_ids(shorts: Iterable[str]) -> list[str]:
    """Return the ids that nodes get when nobody names them, given their stems in the order in which they are told.

    Example: `["policy", "train", "train"]` gives `["policy_1", "train_1", "train_2"]`.
    """
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    return [f"{short}_{next(numbers[short])}" for short in shorts]


def _entry(spec: OperatorSpec) -> Port | None:
    return next((port for port in spec.inputs if not port.is_handle), None)


def _name(spec: OperatorSpec, shorts: Mapping[str, int]) -> str:
    if not _entry(spec):
        return spec.type
    return spec.short if shorts[spec.short] == 1 else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", spec.type).lower()
