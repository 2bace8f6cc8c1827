"""IMPALA's and APPO's saved graphs go through a whole run, without Ray: what is sampled is trained on, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import gallery
from engine.document import load
from engine.events import Event, MetricsReported
from engine.runs import RunFolder
from engine.session import run_graph

QUEUE = 4  # batches of 800 rows
USUAL = {"policy_loss", "value_loss", "entropy", "kl", "explained_variance", "gradient_norm", "policy_lag"}


@pytest.mark.parametrize(
    ("name", "more"),
    [("impala_cartpole", {"importance_weight"}), ("appo_cartpole", {"clip_fraction", "kl_coefficient"})],
)
def test_every_batch_is_trained_on_once_but_for_those_that_are_still_on_their_way(
    name: str, more: set[str], tmp_path: Path
) -> None:
    document = load(gallery.path(name)).with_param("rollouts_1", "workers", 0)
    document = document.with_param("report_1", "interval", 0.0)
    events: list[Event] = []
    folder = RunFolder.create(tmp_path / "run", document, 1, {})
    ended = run_graph(document, folder=folder, seed=1, stop={"updates": 6}, tell=events.append, commands=lambda: None)
    assert (ended.status, ended.problems) == ("finished", ())
    reported = [event for event in events if isinstance(event, MetricsReported) and event.node == "report_1"]
    assert all(event.values.keys() >= USUAL | more for event in reported)
    assert [event.updates for event in reported] == [1, 2, 3, 4, 5, 6]
    waiting = ended.summary["env_steps"] - 6 * 800
    assert 0 <= waiting <= (QUEUE + 2) * 800  # in the queue, in training, and being joined
