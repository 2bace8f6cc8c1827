"""What is said of peers: as they were when the project began, and as this machine has measured them."""

from __future__ import annotations

import json

from tests.benchmarks.peers import figures


def test_a_peer_is_told_as_it_was_when_the_project_began(monkeypatch, tmp_path):
    monkeypatch.setattr(figures, "FILE", tmp_path / "none.json")
    (line,) = figures.against("SB3, PPO", "PPO", (25_048.0, 50_096.0), 3.5)
    assert line.ratios == [2.0, 4.0]
    assert line.against == "SB3, PPO (2 cores, when the project began)"
    assert not line.measured_here


def test_what_this_machine_has_measured_of_a_peer_stands_beside_it(monkeypatch, tmp_path):
    monkeypatch.setattr(figures, "FILE", tmp_path / "figures.json")
    figures.FILE.write_text(json.dumps({"SB3, PPO": 20_000.0}))
    here, then = figures.against("SB3, PPO", "PPO", (40_000.0,), 3.5)
    assert (here.ratio, here.met, here.against) == (2.0, False, "SB3, PPO (measured on this machine)")
    assert then.theirs == (12_524.0,)
