"""Where a learner computes is chosen before anything runs; a GPU that is not there is refused in words."""

from __future__ import annotations

import pytest
import torch

from engine.kinds import Environment
from engine.operators.setup.ppo_policy import PPOPolicy
from engine.policies.device import device_for
from engine.policies.ppo import PPO


@pytest.mark.parametrize(
    ("wanted", "images", "there", "device"),
    [
        ("auto", True, True, "cuda"),
        ("auto", False, True, "cpu"),
        ("auto", True, False, "cpu"),
        ("cpu", True, True, "cpu"),
        ("cuda", False, True, "cuda"),
    ],
)
def test_a_gpu_is_taken_where_it_is_wanted_or_worth_it(
    wanted: str, images: bool, there: bool, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert device_for(wanted, images).type == device


def test_a_gpu_that_is_not_there_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match=r"^torch finds no CUDA GPU on this machine: set device to auto or cpu$"):
        PPO(PPOPolicy("policy_1", {"device": "cuda"}), Environment("CartPole-v1"), seed=1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_a_policy_on_a_gpu_learns_the_same_and_gives_its_weights_to_workers() -> None:
    from tests.engine.policies.test_ppo import batch_for

    here, there = (
        PPO(PPOPolicy("policy_1", {"hidden": [8, 8], "device": device}), Environment("CartPole-v1"), seed=1)
        for device in ("cpu", "cuda")
    )
    batch = batch_for(here)
    there.apply(there.gradients(batch))
    here.apply(here.gradients(batch))
    assert there.weights() == pytest.approx(here.weights(), abs=1e-4)
