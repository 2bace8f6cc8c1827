"""Events become curves."""

from __future__ import annotations

import pytest

from app.plots.axes import Axis, log_ticks, place_on, written_on
from app.plots.export import csv_text, series_of
from app.plots.figures import count, duration, figure
from app.plots.meanings import meanings
from app.plots.run_curves import EVENT_TYPES, RunCurves, running_means
from engine.catalogue import Catalogue
from engine.events import (
    ActorRestarted,
    CheckpointSaved,
    EpisodesFinished,
    Heartbeat,
    MetricsReported,
    ParamSet,
    RunEnded,
    RunStarted,
    Telemetry,
)

FIRST = EpisodesFinished(rows=((20, 0.5, 9.0, 20), (45, 1.0, 11.0, 25)))


def metrics(env_steps: int, node: str = "report_1", **values: float) -> MetricsReported:
    return MetricsReported(
        node=node, env_steps=env_steps, seconds=env_steps / 40, updates=env_steps // 20, values=values
    )


def curves(*events: object) -> RunCurves:
    made = RunCurves("/runs/one")
    for event in events:
        made.take(event)
    return made


def test_episodes_are_kept_with_their_running_mean() -> None:
    run = curves(FIRST)
    assert run.returns.y.tolist() == [9, 11]
    assert run.means.y.tolist() == [9, 10]
    assert run.lengths.y.tolist() == [20, 25]
    assert run.returns.x("seconds").tolist() == [0.5, 1.0]


def turned(value: object, env_steps: int) -> ParamSet:
    return ParamSet(
        node="policy_1", name="learning_rate", value=value, before=None, env_steps=env_steps, seconds=2, updates=3
    )


def test_a_turned_parameter_is_marked_where_it_was_turned() -> None:
    (mark,) = curves(FIRST, turned(1e-4, env_steps=40)).marks
    assert (mark.text, mark.places) == ("learning_rate 0.0001", {"env_steps": 40, "seconds": 2, "updates": 3})


def test_a_run_that_goes_on_from_a_checkpoint_forgets_what_was_turned_after_it() -> None:
    run = curves(turned(1, env_steps=40), turned(2, env_steps=80))
    run.take(RunStarted(folder="/runs/one", title="PPO", seed=1, resumed_at=60))
    assert [mark.text for mark in run.marks] == ["learning_rate 1", "resumed"]
    assert run.marks[-1].places["env_steps"] == 60


def test_a_checkpoint_is_marked_where_it_was_written() -> None:
    run = curves(metrics(60, kl=0.1), CheckpointSaved(folder="checkpoints/64", env_steps=64))
    (mark,) = run.marks
    assert (mark.kind, mark.text) == ("checkpoint", "checkpoints/64")
    assert mark.places == {"env_steps": 64, "seconds": 1.5, "updates": 3}


def test_all_that_marks_curves_is_read_of_a_record() -> None:
    assert {"param_set", "actor_restarted", "checkpoint_saved", "run_started"} <= set(EVENT_TYPES)


def test_a_replaced_worker_is_marked_where_the_run_stood() -> None:
    lost = ActorRestarted(node="rollouts_1", source="rollouts_1/1", cause="killed", restarts=1)
    stood = MetricsReported(node="train_1", env_steps=40, seconds=2, updates=3, values={"policy_loss": 0.5})
    (mark,) = curves(stood, lost).marks
    assert (mark.text, mark.places) == (
        "rollouts_1/1 replaced",
        {"env_steps": 40, "seconds": 2, "updates": 3},
    )


def test_the_mean_reaches_over_events_and_a_hundred_episodes() -> None:
    rows = tuple((step, float(step), float(step), 1) for step in range(250))
    whole, pieces = curves(EpisodesFinished(rows=rows)), curves(*(EpisodesFinished(rows=(row,)) for row in rows))
    assert whole.means.y.tolist() == pytest.approx(pieces.means.y.tolist())
    assert whole.means.y[-1] == sum(range(150, 250)) / 100
    assert running_means([1], [2, 6]).tolist() == [1.5, 3]


def test_episodes_are_placed_at_the_updates_that_had_been_made() -> None:
    run = curves(metrics(40, kl=0.1), FIRST)
    assert run.returns.x("updates").tolist() == [2, 2]


def test_metrics_are_kept_by_name() -> None:
    run = curves(metrics(20, kl=0.1, entropy=0.6), metrics(40, kl=0.2))
    assert run.metrics["kl"].y.tolist() == [0.1, 0.2]
    assert run.metrics["entropy"].y.tolist() == [0.6]  # once seen, it stays


def test_two_nodes_that_report_the_same_name_are_kept_apart() -> None:
    run = curves(metrics(20, "report_1", kl=0.1), metrics(20, "report_2", kl=0.9))
    assert {name: curve.y.tolist() for name, curve in run.metrics.items()} == {"kl": [0.1], "kl (report_2)": [0.9]}


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    again = RunStarted(folder="/runs/one", title="PPO", seed=3, resumed_at=20)
    run = curves(FIRST, metrics(20, kl=0.1), metrics(40, kl=0.2), again, EpisodesFinished(rows=((30, 0.7, 5.0, 10),)))
    assert run.returns.y.tolist() == [9, 5]
    assert run.means.y.tolist() == [9, 7]
    assert run.metrics["kl"].y.tolist() == [0.1]
    assert (run.title, run.seed) == ("PPO", 3)


def test_only_what_changes_the_picture_asks_for_a_new_one() -> None:
    numbers = Telemetry(seconds=1, env_steps=10, env_steps_per_s=1, updates=0, episodes=0)
    run = curves()
    assert run.take(numbers)  # there is no curve yet, so the steps are told in words
    assert run.take(FIRST)
    assert not run.take(numbers)
    assert not run.take(Heartbeat())


def test_the_end_tells_how_far_the_run_came() -> None:
    assert curves(RunEnded(status="finished", summary={"env_steps": 50})).env_steps == 50


def test_every_value_is_exported() -> None:
    text = csv_text(series_of([curves(FIRST, metrics(40, kl=0.25))]))
    assert text.splitlines() == [
        "run,seed,series,env_steps,seconds,updates,value",
        "/runs/one,0,episode_return,20,0.5,0,9",
        "/runs/one,0,episode_return,45,1,0,11",
        "/runs/one,0,return_mean_100,20,0.5,0,9",
        "/runs/one,0,return_mean_100,45,1,0,10",
        "/runs/one,0,episode_length,20,0.5,0,20",
        "/runs/one,0,episode_length,45,1,0,25",
        "/runs/one,0,kl,40,1,2,0.25",
    ]


def test_metrics_are_explained_by_the_operators_help(catalogue: Catalogue) -> None:
    explained = meanings(catalogue)
    assert explained["clip_fraction"] == "share of rows where the ratio was clipped; 0.05 to 0.3 is usual"
    lines = explained["entropy"].splitlines()
    (of_ppo,) = (line for line in lines if "PPO Policy" in line.partition(": ")[0])
    assert of_ppo.endswith("PPO Policy: nats; falls as the policy grows sure")
    assert any(line.startswith("SAC Policy: nats, of squashed actions") for line in lines)


def test_times_have_ticks_at_whole_units(qapp: object) -> None:
    axis = Axis("bottom")
    axis.written = written_on("seconds")
    assert axis.tickSpacing(0, 1_000, 300) == [(300, 0)]
    assert axis.tickStrings([0, 300, 600], 1, 300) == ["0 s", "5:00", "10:00"]


def test_ticks_of_a_logarithmic_axis_stand_at_round_numbers() -> None:
    assert [round(10**tick) for tick in log_ticks(0, 2)] == [1, 2, 5, 10, 20, 50, 100]
    assert log_ticks(0, 12) == [0, 3, 6, 9, 12]


def test_numbers_are_written_as_people_read_them() -> None:
    assert [count(value) for value in (0, 950, 24_310, 2_000_000)] == ["0", "950", "24.31k", "2M"]
    assert [count(value, 3) for value in (24_310, 150_528)] == ["24.3k", "151k"]
    assert [count(value) for value in (5e11, 2e19, -3.456e15)] == ["500G", "2e+19", "-3.46e+15"]
    assert [duration(value) for value in (8.25, 93, 7_265)] == ["8.25 s", "1:33", "2:01:05"]
    assert [figure(value) for value in (0, 482.337, 0.01234, 123_456.7, 2e-5)] == [
        "0", "482.3", "0.01234", "123,457", "2e-05",
    ]  # fmt: skip
    assert [place_on(axis, 41_000) for axis in ("env_steps", "seconds")] == ["41,000 env steps", "after 11:23:20"]
