"""A worker's life: what counts as one fall, and when enough is enough."""

from __future__ import annotations

import pytest

from engine.actors.supervision import BACKOFF, MAX_FALLS, RETURN_WITHIN, WINDOW, Life


def test_calls_that_fail_while_the_actor_restarts_are_the_same_fall():
    life = Life()
    assert life.fell(0.0) is True
    assert life.fell(1.0) is False
    assert life.incarnation == 1


def test_a_worker_that_came_back_can_fall_again():
    life = Life()
    life.fell(0.0)
    life.is_back()
    assert life.fell(5.0) is True
    assert life.incarnation == 2


def test_calls_are_repeated_once_after_each_failure():
    life = Life()
    life.fell(0.0)
    assert not life.is_due(BACKOFF / 2)
    assert life.is_due(BACKOFF)
    assert not life.is_due(BACKOFF + 1)


def test_a_worker_that_does_not_come_back_is_given_up():
    life = Life()
    life.fell(0.0)
    with pytest.raises(ValueError, match="did not come back within 60 s"):
        life.fell(RETURN_WITHIN + 1)


def test_a_worker_that_falls_again_and_again_is_given_up():
    life = Life()
    for fall in range(MAX_FALLS):
        life.fell(float(fall))
        life.is_back()
    with pytest.raises(ValueError, match="lost 11 times within 60 s"):
        life.fell(float(MAX_FALLS))


def test_falls_of_long_ago_are_forgiven():
    life = Life()
    for fall in range(MAX_FALLS):
        life.fell(fall * WINDOW)
        life.is_back()
    assert life.fell(MAX_FALLS * WINDOW) is True
