"""What every operator promises whoever reads the palette, the form, the help page and the file itself."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path

import pytest

from engine.catalogue import find
from engine.declare import Operator

OPERATORS = list(find().operators.values())
OPERATOR = pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.__name__)


def source(operator: type[Operator]) -> Path:
    return Path(inspect.getfile(operator))


@OPERATOR
def test_the_first_line_is_a_sentence_that_fits_a_tooltip(operator: type[Operator]) -> None:
    summary = operator.spec.summary
    assert summary[0].isupper()
    assert summary.endswith(".")
    assert 20 <= len(summary) <= 110


@OPERATOR
@pytest.mark.parametrize("said", [r"\bTakes\s", r"\bgives\s", r"\bCounts\s", r"\bWaits\s", "\nExample: ", "\nRLlib"])
def test_the_help_says_what_a_reader_asks(operator: type[Operator], said: str) -> None:
    """What goes in and out, which counters change, when it waits, an example, and RLlib's own operator."""
    assert re.search(said, operator.spec.help)


@OPERATOR
def test_the_example_has_numbers(operator: type[Operator]) -> None:
    example = operator.spec.help.partition("\nExample:")[2].partition("\nRLlib")[0]
    assert re.search(r"\d", example)


@OPERATOR
def test_the_file_holds_this_one_operator_and_its_folder_is_the_section(operator: type[Operator]) -> None:
    file, tree = source(operator), ast.parse(source(operator).read_text(encoding="utf-8"))
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert classes == [operator.__name__]
    assert file.stem == operator.spec.title.lower().replace(" ", "_")
    assert file.parent.name == operator.section.lower()
    assert len(file.read_text(encoding="utf-8").splitlines()) < 150


@OPERATOR
def test_ports_and_parameters_are_explained_in_part_sentences(operator: type[Operator]) -> None:
    for part in (*operator.spec.ports, *operator.spec.params):
        assert 3 < len(part.help) <= 100, part.name
        assert not part.help.endswith("."), part.name


@OPERATOR
def test_defaults_satisfy_their_own_bounds_and_can_stand_in_a_file(operator: type[Operator]) -> None:
    for param in operator.spec.params:
        assert param.read(json.loads(param.written_default)) == param.default
    assert operator("node_1").node == "node_1"


@OPERATOR
def test_ports_fit_each_other(operator: type[Operator]) -> None:
    spec = operator.spec
    assert spec.ports, "an operator that nothing can be connected to"
    assert len({part.name for part in (*spec.ports, *spec.params)}) == len(spec.ports) + len(spec.params)
    assert not {part.name for part in (*spec.ports, *spec.params)} & {*dir(Operator), "node", "params", "bypassed"}
    for port in spec.ports:
        entering = spec.port(port.same_as)
        assert not port.same_as or (entering is not None and (entering.direction, entering.kind) == ("in", port.kind))


@OPERATOR
def test_it_can_be_found_and_named(operator: type[Operator]) -> None:
    assert re.fullmatch(r"[a-z]+", operator.short)
    assert operator.rllib


def test_no_two_operators_look_the_same_in_the_palette() -> None:
    titles = [operator.spec.title for operator in OPERATORS]
    assert len(set(titles)) == len(titles)
