"""What a call gives comes through a pickle and a checkpoint as it was."""

import json
import pickle

from engine.actors.answer import Answer, given_answer, kept_answer
from engine.dataflow import Meter
from engine.kinds import Episode, Item

ANSWER = Answer(
    Item("rows", "rollouts_1/0", version=3, env_steps=8),
    (Episode(5.5, 3), Episode(-1.0, 4, {"left": ("policy_1", 1.0), "right": ("policy_2", -2.0)})),
    8,
    16,
    (Meter(),),
)


def test_an_answer_travels_whole():
    assert pickle.loads(pickle.dumps(ANSWER)) == ANSWER


def test_dozens_of_episodes_travel_as_plain_rows():
    many = Answer(None, (Episode(20.0, 20),) * 50, 1000, 1000, ())
    assert b"Episode" not in pickle.dumps(many)


def test_an_answer_whose_item_has_gone_on_is_kept_as_plain_values():
    kept = json.loads(json.dumps(kept_answer(ANSWER)))
    given = given_answer(kept)
    assert given.item == Item(None)
    assert (given.env_steps, given.agent_steps) == (8, 16)
    assert [(each.episode_return, each.length) for each in given.episodes] == [(5.5, 3), (-1.0, 4)]
    assert given_answer(kept_answer(Answer(None, (), 4, 4, ()))).item is None
