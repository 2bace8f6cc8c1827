"""An item in words and rows."""

from __future__ import annotations

import pytest

from app.run.item_words import headline, occasion, rows, short
from engine.inspecting import FieldView, ItemSeen, ItemView

BATCH = ItemView(kind="batch", source="rollouts_1/0", version=3, env_steps=64, rows=64, sequence=16)


def seen(item: ItemView = BATCH, **more) -> ItemSeen:
    place = {"wire": "train_1.results→report_1.items", "held": True, "env_steps": 640, "seconds": 1.0, "updates": 10}
    return ItemSeen.model_validate({**place, "item": item, **more})


def test_the_headline_says_what_it_is_and_who_made_it() -> None:
    assert headline(seen()) == "Batch of 64 rows from rollouts_1/0"
    assert headline(seen(ItemView(kind="train result", source="", version=0, env_steps=0))) == "Train result"


def test_the_occasion_says_where_why_and_when() -> None:
    assert occasion(seen(why="kl > 0.05")) == (
        "Held because kl > 0.05 · train_1.results → report_1.items · policy version 3 · 64 env steps · "
        "sequences of 16 · after 640 env steps, 10 updates"
    )
    assert occasion(seen(why="every item")).startswith("Held · ")
    assert occasion(seen(held=False)).startswith("Passing · ")


def test_metrics_come_before_columns_and_say_what_is_not_finite() -> None:
    item = ItemView(
        kind="train result", source="", version=0, env_steps=0, figures={"kl": 0.25, "loss": None},
        fields=(FieldView(name="errors", shape=(4,), dtype="float32", least=-1, most=2, mean=0.5, odd=1),),
    )  # fmt: skip
    kl, loss, errors = rows(item)
    assert kl.cells == ("kl", "", "0.25", "", "", "metric")
    assert (loss.cells[2], loss.odd) == ("not finite", True)
    assert errors.cells == ("errors", "-1", "0.5", "2", "4", "float32")
    assert (errors.note, errors.odd) == ("1 not finite", True)


@pytest.mark.parametrize(
    ("mean", "first", "note"),
    [(0.0, (), "none true"), (0.5, (1, 3), "2 true: rows 1, 3"), (0.75, (0, 1), "3 true: rows 0, 1 …")],
)
def test_done_flags_say_which_rows_are_true(mean: float, first: tuple[int, ...], note: str) -> None:
    flags = FieldView(name="terminated", shape=(4,), dtype="bool", least=0, most=1, mean=mean, rows_true=first)
    (row,) = rows(ItemView(kind="batch", source="", version=0, env_steps=0, fields=(flags,)))
    assert row.note == note


@pytest.mark.parametrize(
    ("value", "text"),
    [(2048.0, "2,048"), (0.25, "0.25"), (12_345.6, "12,346"), (0.0000123, "1.23e-05"), (-3.0, "-3")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text
