"""Every saved graph opens, is written as this version writes, and can run as it is drawn."""

from __future__ import annotations

import pytest

from engine import gallery
from engine.catalogue import find
from engine.checking import check, why_not_deterministic
from engine.compiling import compile_document
from engine.document import load, write

GRAPHS = pytest.mark.parametrize("name", gallery.names())


def test_there_are_saved_graphs() -> None:
    assert "ppo_cartpole" in gallery.names()


@GRAPHS
def test_the_file_is_in_canonical_form(name: str) -> None:
    path = gallery.path(name)
    assert write(load(path)) == path.read_text(encoding="utf-8")


@GRAPHS
def test_the_graph_has_no_problem_not_even_a_warning(name: str) -> None:
    assert [str(problem) for problem in check(load(gallery.path(name)))] == []


@GRAPHS
def test_the_graph_compiles_to_one_operator_a_node(name: str) -> None:
    document = load(gallery.path(name))
    plan = compile_document(document, find())
    assert set(plan.operators) == {node.id for node in document.nodes}


@GRAPHS
def test_the_graph_says_what_it_is_and_is_laid_out(name: str) -> None:
    document = load(gallery.path(name))
    assert document.title
    assert document.description.endswith(".")
    assert set(document.layout.nodes) == {node.id for node in document.nodes}
    assert len(set(document.layout.nodes.values())) == len(document.nodes), "two nodes lie on each other"


@GRAPHS
def test_the_graph_gives_the_same_numbers_twice_or_says_that_it_is_asynchronous(name: str) -> None:
    document = load(gallery.path(name))
    assert bool(why_not_deterministic(document, find())) == ("asynchronous" in document.description.lower())


@GRAPHS
def test_the_graph_names_a_paper_and_what_to_look_at(name: str) -> None:
    about = load(gallery.path(name)).about
    assert about.look_at.endswith("."), 'say in "about": {"look_at": ...} what to look at, in a sentence or two'
    assert about.paper.title, 'name in "about": {"paper": ...} the paper that the algorithm comes from'
    assert about.paper.authors
    assert about.paper.year
