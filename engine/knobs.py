"""The live parameters of one run: turned between two pulls, remembered for checkpoints.

The document of the run stays as it was started; what was turned stands beside it, so that a resumed run goes on with
the values that the interrupted one had.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.checking import check
from engine.compiling import Opened, Plan
from engine.dataflow import Gathered
from engine.declare import Operator
from engine.document import Document
from engine.problems import errors_among
from engine.turning import refuse_unfit, turn

Turned = Mapping[str, Mapping[str, JsonValue]]


class Knobs:
    """What may be turned of a plan.

    Attributes:
        turned: by node and name, the values that differ from those the run was started with.
    """

    def __init__(self, document: Document, catalogue: Catalogue, plan: Plan) -> None:
        self.document, self.catalogue, self.plan = document, catalogue, plan
        self.turned: dict[str, dict[str, JsonValue]] = {}

    def turn(self, opened: Opened, node: str, name: str, value: JsonValue) -> JsonValue:
        """Let a node and its copies on actors use `value` from their next item on; return the value before.

        Raises:
            ValueError: it cannot be turned so, and nothing was; the text is a sentence.
        """
        operator = self._operator(node)
        refuse_unfit(operator, name, value)
        document = self.document.with_param(node, name, value)
        if problems := errors_among(check(document, self.catalogue)):
            raise ValueError(problems[0].what)
        before: JsonValue = operator.params.get(name, getattr(operator, name))
        for stream in opened.streams.values():
            if isinstance(stream, Gathered):
                stream.shards.set_param(node, name, value)
        turn(operator, name, value)
        self.document = document
        self.turned.setdefault(node, {})[name] = value
        return before

    def restore(self, turned: Turned) -> tuple[str, ...]:
        """Take over what was turned before, while nothing is open yet; return a sentence for each value left out.

        Example: after somebody took `train_1` out of the run's graph, "epochs of train_1 is no longer turned to 2: the
        graph that runs has no such node".
        """
        left_out = []
        for node, name, value in [(of, name, value) for of, values in turned.items() for name, value in values.items()]:
            try:
                turn(self._operator(node), name, value)
            except ValueError as error:
                left_out.append(f"{name} of {node} is no longer turned to {json.dumps(value)}: {error}")
                continue
            self.document = self.document.with_param(node, name, value)
            self.turned.setdefault(node, {})[name] = value
        return tuple(left_out)

    def _operator(self, node: str) -> Operator:
        operator = self.plan.operators.get(node)
        if operator is None:
            raise ValueError("the graph that runs has no such node")
        return operator
