"""The sentence on what limits a run, for runs whose limit is known."""

from __future__ import annotations

import pytest

from engine.bottleneck import Lately, Limit, bottleneck, parts
from engine.catalogue import find
from engine.document import load
from engine.events import NodeNumbers, Telemetry
from engine.gallery import path
from tests.engine.graphs import ppo

PARTS = parts(load(path("impala_cartpole")), find())


def numbers(env_steps_per_s: float, busy: float = 0.0, blocked: float = 0.0) -> NodeNumbers:
    return NodeNumbers(
        items=1, env_steps=1, items_per_s=1, env_steps_per_s=env_steps_per_s, busy=busy, blocked=blocked
    )


def said(rollouts: NodeNumbers, learner: NodeNumbers, enqueue: NodeNumbers | None = None, seconds: int = 30) -> str:
    """The sentence on IMPALA after so many seconds of these numbers, told four times a second."""
    nodes = {"rollouts_1": rollouts, "learner_1": learner, "enqueue_1": enqueue or numbers(0)}
    lines = [
        Telemetry(seconds=tick / 4, env_steps=1, env_steps_per_s=1, updates=1, episodes=1, nodes=nodes)
        for tick in range(4 * seconds + 1)
    ]
    return bottleneck(lines, PARTS).sentence


def test_too_few_workers_leave_the_learner_idle_and_its_figures_say_how_many_more_it_could_take() -> None:
    assert said(numbers(4_100, busy=0.97), numbers(4_100, busy=0.38)) == (
        "Learner idle 62 % of the last 30 s, waiting on queue_1; "
        "rollouts give 4.1k steps/s, the learner could take 10.8k: try 2.6x workers."
    )


def test_a_slow_environment_is_called_so_where_many_more_workers_would_be_needed() -> None:
    assert said(numbers(60, busy=0.99), numbers(60, busy=0.05)) == (
        "Learner idle 95 % of the last 30 s, waiting on queue_1; "
        "rollouts give 60 steps/s, the learner could take 1.2k: "
        "try 20.0x workers, or an environment that is faster: it is slow."
    )


def test_a_slow_learner_is_helped_by_no_workers() -> None:
    held = numbers(2_000, blocked=0.9)
    assert said(numbers(2_000, busy=0.3), numbers(2_000, busy=0.96), held) == (
        "Learner busy 96 % of the last 30 s and takes 2.0k steps/s; "
        "more workers bring nothing: try fewer epochs or larger minibatches."
    )


def test_a_small_queue_holds_batches_up_while_the_learner_is_idle() -> None:
    assert said(numbers(2_000, busy=0.5), numbers(2_000, busy=0.6), numbers(2_000, blocked=0.4)) == (
        "Learner idle 40 % of the last 30 s, waiting on queue_1; "
        "batches found no room in its queue for 40 % of it: try a larger queue."
    )


def test_workers_that_are_as_idle_as_the_learner_need_no_company() -> None:
    assert said(numbers(2_000, busy=0.1), numbers(2_000, busy=0.5)) == (
        "Learner idle 50 % of the last 30 s, waiting on queue_1; "
        "workers were idle for 90 % of it too: try Gather Async or longer fragments."
    )


@pytest.mark.parametrize(
    ("learner", "seconds"),
    [(numbers(4_100, busy=0.38), 2), (numbers(4_100), 30)],
    ids=["a run that has just begun", "a learner that has not learned"],
)
def test_nothing_is_said_of_what_is_not_known(learner: NodeNumbers, seconds: int) -> None:
    assert said(numbers(4_100, busy=0.9), learner, seconds=seconds) == ""


def test_only_the_last_half_minute_counts() -> None:
    lately = Lately(ppo(), find())
    for second, busy in [*((second, 0.1) for second in range(30)), *((second, 0.9) for second in range(30, 61))]:
        nodes = {"rollouts_1": numbers(1_000, busy=0.9), "train_1": numbers(1_000, busy=busy)}
        line = Telemetry(seconds=second, env_steps=1, env_steps_per_s=1, updates=1, episodes=1, nodes=nodes)
        limit = lately.take(line)
    assert limit.sentence.startswith("Learner busy 90 % of the last 30 s and takes 1.0k steps/s")


def test_what_samples_and_what_learns_follows_from_the_operators() -> None:
    assert PARTS.feeding == {"learner_1": "queue_1"}
    synchronous = parts(ppo(), find())
    assert synchronous.feeding == {"train_1": "standardize_1"}
    assert [node for node, role in synchronous.roles.items() if role == "on workers"] == ["advantages_1"]
    assert {node: role for node, role in PARTS.roles.items() if role != "other"} == {
        "rollouts_1": "rollouts",
        "enqueue_1": "enqueue",
        "learner_1": "learner",
    }


def test_what_runs_behind_rollouts_on_their_workers_is_their_work_too() -> None:
    nodes = {
        "rollouts_1": numbers(1_000, busy=0.1),
        "advantages_1": numbers(1_000, busy=0.5),
        "train_1": numbers(1_000, busy=0.4),
    }
    first, last = (
        Telemetry(seconds=at, env_steps=1, env_steps_per_s=1, updates=1, episodes=1, nodes=nodes) for at in (0, 10)
    )
    assert "try 2.5x workers" in bottleneck([first, last], parts(ppo(), find())).sentence


def of(graph: str, cores: int = 0, cores_busy: float = 0.0, **nodes: NodeNumbers) -> Limit:
    """What is said of a saved graph after 30 s of these numbers, on such a machine."""
    told = {"env_steps": 1, "env_steps_per_s": 1, "updates": 1, "episodes": 1, "nodes": nodes}
    lines = [Telemetry(seconds=at, cores=cores, cores_busy=cores_busy, **told) for at in (0, 30)]
    return bottleneck(lines, parts(load(path(graph)), find()))


@pytest.mark.parametrize(
    ("rollouts", "learner", "node"),
    [
        (numbers(4_100, busy=0.97), numbers(4_100, busy=0.38), "rollouts_1"),
        (numbers(4_100, busy=0.3), numbers(4_100, busy=0.9), "learner_1"),
    ],
    ids=["too few workers", "a slow learner"],
)
def test_the_limit_is_at_a_node(rollouts: NodeNumbers, learner: NodeNumbers, node: str) -> None:
    assert of("impala_cartpole", rollouts_1=rollouts, learner_1=learner, enqueue_1=numbers(0)).node == node


@pytest.mark.parametrize(
    ("cores", "busy", "advice"),
    [
        (2, 0.97, ", but both of the machine's cores are busy: more workers need more machines."),
        (1, 1.0, ", but the machine's only core is busy: more workers need more machines."),
        (64, 0.95, ", but all 64 of the machine's cores are busy: more workers need more machines."),
        (8, 0.5, ": try 2.0x workers (the cores have room for no more)."),
        (8, 0.3, ": try 2.6x workers."),
        (0, 0.0, ": try 2.6x workers."),
    ],
)
def test_no_more_workers_are_advised_than_the_cores_have_room_for(cores: int, busy: float, advice: str) -> None:
    nodes = {"rollouts_1": numbers(4_100, busy=0.97), "learner_1": numbers(4_100, busy=0.38), "enqueue_1": numbers(0)}
    said = of("impala_cartpole", cores, busy, **nodes).sentence
    assert said.endswith("rollouts give 4.1k steps/s, the learner could take 10.8k" + advice)


def test_a_slow_environment_is_called_so_on_busy_cores_too() -> None:
    nodes = {"rollouts_1": numbers(60, busy=0.99), "learner_1": numbers(60, busy=0.05), "enqueue_1": numbers(0)}
    assert of("impala_cartpole", 2, 0.99, **nodes).sentence.endswith(
        "more workers need more machines, or an environment that is faster: it is slow."
    )


def test_workers_that_sample_most_of_the_time_on_busy_cores_need_more_machines() -> None:
    nodes = {"rollouts_1": numbers(1_000, busy=0.7), "allreduce_1": numbers(1_000, busy=0.2)}
    said = of("ddppo_cartpole", 2, 0.95, **nodes).sentence
    assert said.endswith("1.0k steps/s: try more machines, or an environment that is faster.")


def test_for_a_learner_on_replayed_batches_what_is_sampled_is_the_measure() -> None:
    few = of("apex_dqn_cartpole", rollouts_1=numbers(800, busy=0.9), learner_1=numbers(0, busy=0.4))
    assert few.sentence == (
        "Learner idle 60 % of the last 30 s, waiting on queue_1; "
        "rollouts give 800 steps/s, the learner could take 2.0k: try 2.5x workers."
    )
    slow = of("dqn_cartpole", rollouts_1=numbers(800, busy=0.1), train_1=numbers(0, busy=0.9))
    assert slow.sentence == (
        "Learner busy 90 % of the last 30 s and takes 1 batches/s; "
        "more workers bring nothing: try a lower replay ratio or smaller batches."
    )


def test_gradients_made_on_the_driver_are_the_learners_work() -> None:
    nodes = {"gradients_1": numbers(1_000, busy=0.6), "apply_1": numbers(1_000, busy=0.3)}
    assert of("a2c_cartpole", rollouts_1=numbers(1_000, busy=0.1), **nodes).sentence.startswith("Learner busy 90 %")


def test_gradients_made_on_the_workers_are_named_where_they_take_most_of_their_time() -> None:
    nodes = {"gradients_1": numbers(1_000, busy=0.6), "apply_1": numbers(1_000, busy=0.05)}
    said = of("a3c_cartpole", rollouts_1=numbers(1_000, busy=0.3), **nodes).sentence
    assert said == (
        "Learner idle 95 % of the last 30 s, waiting on gather_1; rollouts give 1.0k steps/s, "
        "the learner could take 20.0k: try 20.0x workers, or less work in gradients_1."
    )


@pytest.mark.parametrize(
    ("sampling", "learning", "said", "node"),
    [
        (
            0.2,
            0.7,
            "Workers learn 70 % and sample 20 % of the last 30 s; more of them bring more samples, not faster updates: "
            "try fewer epochs or larger minibatches.",
            "allreduce_1",
        ),
        (
            0.7,
            0.2,
            "Workers learn 20 % and sample 70 % of the last 30 s, 1.0k steps/s: try more workers, or an environment "
            "that is faster.",
            "rollouts_1",
        ),
        (
            0.2,
            0.1,
            "Workers learn 10 % and sample 20 % of the last 30 s, and wait for each other else: try longer fragments.",
            "rollouts_1",
        ),
    ],
    ids=["slow learning", "slow environment", "waiting for each other"],
)
def test_where_workers_learn_their_time_is_what_counts(sampling: float, learning: float, said: str, node: str) -> None:
    limit = of(
        "ddppo_cartpole", rollouts_1=numbers(1_000, busy=sampling), allreduce_1=numbers(1_000, busy=learning)
    )
    assert limit == Limit(said, node)


def test_who_samples_in_the_engine_takes_turns_with_the_learner() -> None:
    limit = of("dqn_cartpole", rollouts_1=numbers(800, busy=0.2), train_1=numbers(0, busy=0.6))
    assert limit.sentence == (
        "Learner busy 60 % and sampling 20 % of the last 30 s, by turns: try workers, which sample while it learns."
    )
