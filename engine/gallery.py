"""The saved graphs that come with the program: algorithms to run, read and rewire.

What is told of a graph (title, description, what to look at, the paper) stands in its own file. The table of the
README adds how much there is to each: nodes and wires, and the code of its own that an algorithm has, which is its
policy's file (loss and exploration), beside what RLlib Flow needed to say the same dataflow in Python.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.catalogue import Catalogue
from engine.code_lines import code_lines
from engine.declare import Operator
from engine.document import Document, load
from engine.kinds import Policy

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "saved_graphs"
PLANS: Final = ROOT / "resources" / "rllib_plans.json"
POLICIES: Final = "engine.policies."
HEADINGS: Final = ("graph", "algorithm", "nodes", "wires", "lines of its policy", "lines of RLlib's plan")


@dataclass(frozen=True, slots=True)
class Entry:
    """A saved graph: its name, such as `"ppo_cartpole"`, and what is in its file."""

    name: str
    document: Document

    @property
    def size(self) -> str:
        """How large it is, in words: `"10 nodes, 13 wires"`."""
        return f"{len(self.document.nodes)} nodes, {len(self.document.edges)} wires"


def names() -> tuple[str, ...]:
    """Return the names of the saved graphs in alphabetical order, such as `"ppo_cartpole"`."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.json")))


def path(name: str) -> Path:
    """Return the file of the saved graph called `name`.

    Raises:
        KeyError: there is none.
    """
    if name not in names():
        raise KeyError(name)
    return FOLDER / f"{name}.json"


def entries() -> tuple[Entry, ...]:
    """Read every saved graph.

    Raises:
        GraphFileError: one of them cannot be read.
    """
    return tuple(Entry(name, load(path(name))) for name in names())


def policy_lines(document: Document, catalogue: Catalogue) -> int:
    """Return the code lines of the policy files that a graph's policy operators build from.

    Example: PPO on CartPole builds from `engine/policies/ppo.py` alone.
    """
    operators = [catalogue.operators[node.type] for node in document.nodes if node.type in catalogue.operators]
    files = {file for operator in operators for file in _policy_files(operator)}
    return sum(code_lines(file.read_text(encoding="utf-8")) for file in files)


def as_markdown(catalogue: Catalogue) -> str:
    """Return the table of saved graphs that the README holds."""
    plans: Mapping[str, Mapping[str, Any]] = json.loads(PLANS.read_text(encoding="utf-8"))["plans"]
    rows = [_row(*HEADINGS), _row(*("---",) * 2, *("---:",) * 4)]
    for entry in entries():
        document = entry.document
        plan = plans.get(document.about.rllib)
        link, size = f"[{entry.name}](saved_graphs/{entry.name}.json)", (len(document.nodes), len(document.edges))
        rows.append(_row(link, document.title, *size, policy_lines(document, catalogue), _words(plan)))
    return "".join(rows)


def _policy_files(operator: type[Operator]) -> set[Path]:
    """Return the files that a policy operator imports where it builds its policy."""
    if not any(issubclass(port.kind, Policy) for port in operator.spec.outputs):
        return set()
    functions = [node for node in ast.walk(ast.parse(inspect.getsource(operator))) if isinstance(node, ast.ImportFrom)]
    modules = [node.module for node in functions if node.module and node.module.startswith(POLICIES)]
    return {ROOT.joinpath(*module.split(".")).with_suffix(".py") for module in modules}


def _words(plan: Mapping[str, Any] | None) -> str:
    if plan is None:
        return "–"
    return f"{plan['lines']} ({plan['of']})" if "of" in plan else str(plan["lines"])


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
