"""How a run ends: everything is closed, what failed is told by node, and the folder is complete before anybody hears.

Whatever goes wrong on the way is told as well; nothing keeps the end from being told.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from engine.declare import Operator
from engine.events import Event, Log, NodeState, RunEnded, RunStatus
from engine.problems import FAILURES, FlowError, Place, Problem, RunFailed
from engine.reporting import Reporter
from engine.runs import RunFolder


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the end of one run is kept and told."""

    record: RunFolder
    reporter: Reporter

    def problems(self, error: BaseException) -> tuple[Problem, ...]:
        """Return what ended the run as problems; the batch that a node failed on is kept, a traceback is told.

        Example: a KeyError that nobody foresaw is one problem, without a node if it came from none, and its traceback
        is in the log.
        """
        if trace := _trace(error):
            self.reporter.tell(Log(level="error", text=trace))
        if isinstance(error, FlowError):
            return self._with_batch(error)
        return (Problem(Place(), f"{type(error).__name__}: {error}", "see the log"),)

    def _with_batch(self, error: FlowError) -> tuple[Problem, ...]:
        if not isinstance(error, RunFailed) or not error.batch:
            return error.problems
        try:
            file = self.record.keep_batch(error.batch)
        except FlowError as refused:
            return (*error.problems, *refused.problems)
        first, *others = error.problems
        kept = f"the batch is kept; in Python: safetensors.numpy.load_file({str(file)!r})"
        return (replace(first, hint=f"{first.hint}; {kept}" if first.hint else kept), *others)

    def tell(
        self, status: RunStatus, problems: tuple[Problem, ...], nodes: AbstractSet[str], summary: Mapping[str, Any]
    ) -> RunEnded:
        """Tell the last states of `nodes` and how the run ended; return that.

        After the last numbers, which tell states too: what has failed stays so.
        """
        failed = {problem.where.node for problem in problems}
        for problem in problems:
            detail = f"{problem.what} ({problem.hint})" if problem.hint else problem.what
            self.reporter.tell(NodeState(node=problem.where.node, state="failed", detail=detail))
        for node in nodes - failed:
            self.reporter.tell(NodeState(node=node, state="ready" if failed else "done"))
        told = (*problems, *self.reporter.troubles)
        ended = RunEnded(status=status, problems=tuple(p.as_json() for p in told), summary=dict(summary))
        self._keep(ended)
        self.reporter.listener(ended)  # last: who hears it finds a complete folder
        return ended

    def _keep(self, ended: RunEnded) -> None:
        try:
            self.record.record(ended)
            self.record.finish(ended.summary)
        except FlowError as error:
            self.reporter.trouble(error)
        except Exception as error:  # a picture that cannot be drawn, say: the end must be told all the same
            what = f"the end of the run was not kept whole: {type(error).__name__}: {error}"
            self.reporter.trouble(RunFailed(Problem(Place(file=str(self.record.path)), what)))


def _trace(error: BaseException) -> str:
    """Return the traceback of what nobody foresaw; nothing of what was told in a sentence."""
    if isinstance(error, RunFailed):
        return error.trace
    return "" if isinstance(error, FlowError) else "".join(traceback.format_exception(error))


def close_all(operators: list[Operator], tell: Callable[[Event], None]) -> None:
    """Close the operators, the last one first, and empty the list; one that does not close is told, and left."""
    while operators:
        operator = operators.pop()
        try:
            operator.close()
        except FAILURES as error:  # an environment's, say: the others must be closed all the same, and the end told
            text = f"it did not close: {type(error).__name__}: {error}"
            tell(Log(level="warning", text=text, node=operator.node))
