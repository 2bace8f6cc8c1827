"""The list of environments: in groups, found by typing, walked by arrow keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.environments.tree import EnvironmentTree, found
from app.themes import DARK
from engine.environment_card import EnvironmentCard

CARDS = [
    EnvironmentCard(id="CartPole-v1", group="Classic control"),
    EnvironmentCard(id="LunarLander-v3", group="Box2D", needs="pip install box2d"),
    EnvironmentCard(id="Ant-v5", group="MuJoCo"),
    EnvironmentCard(id="ALE/Pong-v5", group="Atari"),
    EnvironmentCard(id="ALE/Alien-v5", group="Atari"),
    EnvironmentCard(id="Pong-v4", group="Former names"),
    EnvironmentCard(id="CartPole-v0", group="Older versions"),
]


@pytest.fixture
def tree(qtbot: QtBot) -> EnvironmentTree:
    made = EnvironmentTree(DARK)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("pong", ["ALE/Pong-v5", "Pong-v4"]),
        ("ale/p", ["ALE/Pong-v5"]),
        ("mujoco ant", ["Ant-v5"]),
        ("atari", ["ALE/Pong-v5", "ALE/Alien-v5"]),
        ("cart", ["CartPole-v1", "CartPole-v0"]),
        ("lnrl", ["LunarLander-v3"]),
        ("zebra", []),
        (" ", [card.id for card in CARDS]),
    ],
)
def test_environments_are_found_by_name_id_group_and_letters(query: str, ids: list[str]) -> None:
    assert [card.id for card in found(query, CARDS)] == ids


def test_each_group_has_a_heading_with_its_number(tree: EnvironmentTree) -> None:
    tree.show_cards(CARDS)
    assert tree.cards() == CARDS
    assert [tree.topLevelItem(row).text(0) for row in (0, 3)] == ["Classic control   1", "Atari   2"]


def test_the_list_begins_with_the_present_environment_else_with_the_first(tree: EnvironmentTree) -> None:
    tree.show_cards(CARDS, "ALE/Alien-v5")
    assert tree.card == CARDS[4]
    tree.show_cards(CARDS, "Nowhere-v0")
    assert tree.card == CARDS[0]
    tree.show_cards([])
    assert tree.card is None


def test_arrow_keys_pass_over_headings_and_stay_inside(tree: EnvironmentTree) -> None:
    tree.show_cards(CARDS)
    walked = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_End):
        QTest.keyClick(tree, key)
        walked.append(tree.card.id if tree.card else "")
    assert walked == ["LunarLander-v3", "Ant-v5", "LunarLander-v3", "CartPole-v1", "CartPole-v1", "CartPole-v0"]


def test_what_needs_a_missing_package_is_muted_and_says_so(tree: EnvironmentTree) -> None:
    tree.show_cards(CARDS)
    item = tree.topLevelItem(1).child(0)
    assert item.foreground(0).color().name() == DARK.muted
    assert item.toolTip(0) == "Needs pip install box2d"
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "LunarLander-v3, Box2D, needs a package that is missing"
