"""What stands on a wire while a graph runs."""

from __future__ import annotations

from app.canvas.wire_numbers import wire_numbers
from engine.events import NodeNumbers, Telemetry

SLOW, FAST = "gather_1.items→train_1.batches", "store_1.stored→union_1.driven"


def numbers(**more: float) -> NodeNumbers:
    return NodeNumbers.model_validate({"items": 9, "env_steps": 900, "items_per_s": 2, "env_steps_per_s": 100} | more)


def told() -> Telemetry:
    nodes = {
        "gather_1": numbers(queued=3, lag=1, lag_p95=4),
        "train_1": numbers(waiting=0.62),
        "store_1": numbers(env_steps_per_s=400),
    }
    wires = {SLOW: 100.0, FAST: 400.0}
    return Telemetry(seconds=1, env_steps=1, env_steps_per_s=1, updates=1, episodes=0, nodes=nodes, wires=wires)


def test_a_wire_tells_what_passes_what_waits_and_how_old_it_is() -> None:
    wire = wire_numbers(told(), "")[SLOW]
    assert wire.label == "100/s\n3 queued\nwait 62%\nlag 1"
    assert wire.details.splitlines() == [
        "100 env steps a second",
        "2 items a second",
        "3 items wait in it",
        "the node at its end waits for items 62% of the time",
        "policy lag: median 1, 95th percentile 4 updates",
    ]


def test_what_is_not_worth_a_look_is_left_out_of_the_label() -> None:
    assert wire_numbers(told(), "")[FAST].label == "400/s"


def test_a_wires_share_is_that_of_the_fastest_one() -> None:
    wires = wire_numbers(told(), "gather_1")
    assert (wires[SLOW].share, wires[FAST].share) == (0.25, 1.0)
    assert (wires[SLOW].limit, wires[FAST].limit) == (True, False)
