"""Operators of the user's own: files in a folder of theirs, each one class, like those that come with the program.

The folder is `operators` in the user's data folder, and whatever `RLFLOW_OPERATORS` names. A file there is the user's
own program, put there by them; nothing that a graph says can add one. A file that cannot be read as an operator is told
with a sentence, and the others work.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from engine.declare import SECTIONS, Operator
from engine.places import data_folder
from engine.problems import FAILURES, Place, Problem

PREFIX: Final = "rlflow_own_operators_"
VARIABLE: Final = "RLFLOW_OPERATORS"


def folders() -> tuple[Path, ...]:
    """Return the folders that are looked through, whether they exist or not."""
    named = os.environ.get(VARIABLE, "")
    return (data_folder() / "operators", *(Path(part) for part in named.split(os.pathsep) if part))


def find() -> tuple[tuple[type[Operator], ...], tuple[Problem, ...]]:
    """Return the operators in those folders, and what is wrong with the files that give none."""
    operators: list[type[Operator]] = []
    problems: list[Problem] = []
    for file in _files():
        try:
            operators += _operators(file)
        except FAILURES as error:  # somebody's own module may raise anything
            problems.append(Problem(Place(file=str(file)), _sentence(error), "mend the file, or take it away"))
    return tuple(operators), tuple(problems)


def modules() -> Iterator[ModuleType]:
    """Give the modules that hold such operators, which actors cannot import by name."""
    return (module for name, module in list(sys.modules.items()) if name.startswith(PREFIX))


def sources(types: Collection[str]) -> tuple[str, ...]:
    """Return the files, as texts, of those such operators whose types are named."""
    operators, _ = find()
    files = {Path(str(sys.modules[one.__module__].__file__)) for one in operators if one.__name__ in types}
    return tuple(file.read_text(encoding="utf-8") for file in sorted(files))


def _files() -> Iterator[Path]:
    for folder in folders():
        yield from sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))


def _operators(file: Path) -> list[type[Operator]]:
    module = _module(file)
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Operator) and value.__module__ == module.__name__
    ]
    if not found:
        raise ValueError("it defines no class that extends Operator")
    for operator in found:
        _refuse_incomplete(operator)
    return found


def _module(file: Path) -> ModuleType:
    """Import the file, or return what an earlier call imported, if it has not changed since."""
    name = f"{PREFIX}{file.stem}_{hashlib.sha256(os.fsencode(file)).hexdigest()[:8]}"  # other folders may have its like
    known, changed = sys.modules.get(name), file.stat().st_mtime_ns
    if known is not None and vars(known).get("CHANGED") == changed:
        return known
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None  # of a path that ends in .py there is one
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    vars(module)["CHANGED"] = changed
    return module


def _refuse_incomplete(operator: type[Operator]) -> None:
    spec = operator.spec
    if spec.section not in SECTIONS:
        raise ValueError(f"{spec.type} names the section {spec.section!r}; it must be one of {', '.join(SECTIONS)}")
    if not spec.short.isidentifier():
        raise ValueError(f'{spec.type} must say how its nodes are called, such as short = "scale"')
    if not operator.__doc__:  # a class without one inherits the text of its parent
        raise ValueError(f"{spec.type} has no docstring, whose first line is what the palette shows")
    if not spec.ports:
        raise ValueError(f"{spec.type} declares no ports, so nothing could be connected to it")


def _sentence(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno} cannot be read: {error.msg}"
    text = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return f"this file gives no operator: {text}"
