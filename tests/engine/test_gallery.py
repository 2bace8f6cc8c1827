"""The saved graphs: what is told of each, and how much there is to it."""

from __future__ import annotations

import json

import pytest

from engine import gallery
from engine.catalogue import find
from engine.code_lines import code_lines
from engine.document import Document, load
from tests.engine.graphs import adding, node, ppo

CATALOGUE = find()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("", 0),
        ("# a comment\n\n", 0),
        ('"""Docs."""\n', 0),
        ("x = 1  # one\n\ny = 2\n", 2),
        ("x = [\n    1,\n\n    2,\n]\n", 4),
        ('def f():\n    """Docs\n    of f.\n    """\n    return "a"\n', 2),
        ('class C:\n    "Docs."\n    x = """a\n    b"""\n', 3),
    ],
)
def test_lines_that_hold_code_are_counted(source: str, count: int) -> None:
    assert code_lines(source) == count


def test_an_entry_has_the_name_of_its_file() -> None:
    assert [entry.name for entry in gallery.entries()] == list(gallery.names())
    entry = next(entry for entry in gallery.entries() if entry.name == "ppo_cartpole")
    assert (entry.document, entry.size) == (ppo(), "10 nodes, 13 wires")


def test_a_graph_that_there_is_not_has_no_file() -> None:
    with pytest.raises(KeyError):
        gallery.path("../README")


def test_the_code_of_a_policy_is_that_of_the_file_it_is_built_from() -> None:
    source = (gallery.ROOT / "engine" / "policies" / "ppo.py").read_text(encoding="utf-8")
    assert gallery.policy_lines(ppo(), CATALOGUE) == code_lines(source)


def test_a_policy_counts_once_and_a_graph_without_one_has_no_lines() -> None:
    assert gallery.policy_lines(Document(), CATALOGUE) == 0
    two = adding(ppo(), node("PPOPolicy", "policy_2"))
    assert gallery.policy_lines(two, CATALOGUE) == gallery.policy_lines(ppo(), CATALOGUE)


def test_the_table_has_a_row_for_each_graph_with_its_size_and_rllibs() -> None:
    rows = gallery.as_markdown(CATALOGUE).splitlines()
    assert len(rows) == 2 + len(gallery.names())
    own = gallery.policy_lines(ppo(), CATALOGUE)
    link = "[ppo_cartpole](saved_graphs/ppo_cartpole.json)"
    assert f"| {link} | PPO on CartPole | 10 | 13 | {own} | 39 |" in rows


@pytest.mark.parametrize("name", gallery.names())
def test_what_a_graph_corresponds_to_in_rllib_is_known(name: str) -> None:
    plans = json.loads(gallery.PLANS.read_text(encoding="utf-8"))["plans"]
    assert load(gallery.path(name)).about.rllib in {"", *plans}, f"add its lines to {gallery.PLANS.name}"
