"""Every problem that a check can find: where it is, the sentence, the hint."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

import pytest

from engine import gallery
from engine.catalogue import Catalogue, find
from engine.checking import check, places, why_not_deterministic, wire_fault, wire_rule
from engine.declare import Operator, stream_in, stream_out
from engine.document import Document, Edge, Node, RunSettings, load
from engine.kinds import Anything, Batch
from engine.problems import errors_among
from tests.engine.graphs import adding, carts, cutting, dqn, impala, node, ppo, removing, wiring

STOP = RunSettings(stop={"env_steps": 1000})
PPO_ENDS = "broadcast_1.passed → report_1.items"


def typed(graph: Document, **types: str) -> Document:
    """The graph with some nodes of other types, which have their defaults."""
    known = {item.id: item for item in graph.nodes}
    return graph.replace(nodes=tuple(node(types[name], name) if name in types else known[name] for name in known))


def updating(graph: Document, type_id: str) -> Document:
    """The graph with one more node behind its learner, which updates something of its policy."""
    taken = "results" if type_id == "UpdateKL" else "items"
    return wiring(
        adding(cutting(graph, PPO_ENDS), node(type_id, "update_1")),
        "policy_1.policy → update_1.policy",
        f"broadcast_1.passed → update_1.{taken}",
        "update_1.passed → report_1.items",
    )



SENTENCES: dict[str, tuple[Callable[[Document], Document], str]] = {
    "unknown operator": (
        lambda graph: adding(graph, node("TrainOneStp", "train_2")),
        "train_2.type: there is no operator 'TrainOneStp' (did you mean TrainOneStep?)",
    ),
    "operator like no other": (
        lambda graph: adding(graph, node("Zzz", "a")),
        "a.type: there is no operator 'Zzz' (it may need a newer version of RL Flow Studio)",
    ),
    "unknown parameter": (
        lambda graph: graph.with_param("train_1", "epoch", 4),
        "train_1.epoch: Train One Step has no parameter 'epoch' (did you mean epochs?)",
    ),
    "parameter like no other": (
        lambda graph: graph.with_param("train_1", "zzz", 4),
        "train_1.zzz: Train One Step has no parameter 'zzz' (take it out)",
    ),
    "value out of range": (
        lambda graph: graph.with_param("train_1", "epochs", 0),
        "train_1.epochs: epochs must be at least 1, not 0 (the default is 4)",
    ),
    "value of another type": (
        lambda graph: graph.with_param("policy_1", "hidden", "64"),
        'policy_1.hidden: hidden must be a list of whole numbers, not "64" (the default is [64, 64])',
    ),
    "unknown output": (
        lambda graph: wiring(graph, "train_1.result → report_1.items"),
        "train_1.result: Train One Step has no output 'result' (did you mean results?)",
    ),
    "unknown input": (
        lambda graph: wiring(graph, "policy_1.policy → gather_1.zzz"),
        "gather_1.zzz: Gather Sync has no input 'zzz' (remove the wire)",
    ),
    "wire from an input": (
        lambda graph: wiring(graph, "train_1.batches → report_1.items"),
        "train_1.batches: 'batches' of Train One Step is not an output (a wire runs from an output to an input)",
    ),
    "wire into an output": (
        lambda graph: wiring(graph, "train_1.results → concat_1.joined"),
        "concat_1.joined: 'joined' of Concat Batches is not an input (a wire runs from an output to an input)",
    ),
    "stream kinds that do not match": (
        lambda graph: wiring(
            cutting(graph, "standardize_1.standardized → train_1.batches"), "train_1.results → standardize_1.batches"
        ),
        "standardize_1.batches: Standardize Fields takes a batch here; this is a train result "
        "(wires join ports of the same shape and colour)",
    ),
    "handle kinds that do not match, with the port that fits": (
        lambda graph: wiring(
            cutting(graph, "environment_1.environment → rollouts_1.environment"),
            "policy_1.policy → rollouts_1.environment",
        ),
        "rollouts_1.environment: Rollouts takes an environment here; this is a policy (connect it to 'policy')",
    ),
    "handle into a stream": (
        lambda graph: wiring(cutting(graph, PPO_ENDS), "policy_1.policy → report_1.items"),
        "report_1.items: Report Metrics takes a stream here; this is a policy "
        "(wires join ports of the same shape and colour)",
    ),
    "kinds seen through an operator that passes anything on": (
        lambda graph: wiring(
            adding(removing(graph, "standardize_1"), node("Filter", "filter_1", quantity="kl")),
            "train_1.results → filter_1.items",
            "filter_1.passed → train_1.batches",
        ),
        "train_1.batches: Train One Step takes a batch here; this is a train result "
        "(wires join ports of the same shape and colour)",
    ),
    "two streams into one input": (
        lambda graph: wiring(graph, "train_1.results → report_1.items"),
        "report_1.items: Report Metrics takes one wire here, not 2 (insert Union to merge them)",
    ),
    "two handles into one input": (
        lambda graph: wiring(adding(graph, node("PPOPolicy", "policy_2")), "policy_2.policy → train_1.policy"),
        "train_1.policy: Train One Step takes one wire here, not 2 (remove the others)",
    ),
    "two wires from a local stream": (
        lambda graph: wiring(graph, "train_1.results → report_1.items"),
        "train_1.results: Train One Step gives one wire here, not 2 (insert Duplicate)",
    ),
    "two wires from a parallel stream": (
        lambda graph: wiring(adding(graph, node("GatherSync", "gather_2")), "rollouts_1.experiences → gather_2.shards"),
        "rollouts_1.experiences: Rollouts gives one wire here, not 2 "
        "(insert Gather Sync or Gather Async, then Duplicate)",
    ),
    "parallel stream where a local one is needed": (
        lambda graph: wiring(removing(graph, "gather_1", "concat_1"), "advantages_1.estimated → train_1.batches"),
        "train_1.batches: Train One Step takes a local stream here; this one is parallel, on the actors "
        "(insert Gather Sync or Gather Async)",
    ),
    "local stream where a parallel one is needed": (
        lambda graph: wiring(adding(graph, node("GatherAsync", "gather_2")), "gather_1.items → gather_2.shards"),
        "gather_2.shards: Gather Async takes a parallel stream here; this one is local, on the driver "
        "(connect a stream that was not gathered yet)",
    ),
    "required stream not connected": (
        lambda graph: removing(graph, "standardize_1"),
        "train_1.batches: Train One Step needs 'batches': train batches (connect a batch)",
    ),
    "required handle not connected": (
        lambda graph: cutting(graph, "policy_1.policy → train_1.policy"),
        "train_1.policy: Train One Step needs 'policy': what to train (connect policy_1.policy)",
    ),
    "required handle that the graph does not have": (
        lambda graph: removing(graph, "policy_1"),
        "train_1.policy: Train One Step needs 'policy': what to train (connect a policy)",
    ),
    "stream that nobody pulls": (
        lambda graph: removing(graph, "report_1"),
        "broadcast_1.passed: nobody pulls 'passed' of Broadcast Weights (connect it to Report Metrics)",
    ),
    "loop of streams": (
        lambda graph: wiring(removing(graph, "gather_1", "train_1"), "standardize_1.standardized → concat_1.batches"),
        "concat_1.batches: this wire closes a loop: concat_1 → standardize_1 → concat_1 "
        "(remove a wire of the loop; weights go back through handles)",
    ),
    "loop of one": (
        lambda graph: wiring(adding(graph, node("Filter", "a")), "a.passed → a.items"),
        "a.items: this wire closes a loop: a → a (remove a wire of the loop; weights go back through handles)",
    ),
    "environment that is not registered": (
        lambda graph: graph.with_param("environment_1", "id", "CartPole-v9"),
        'environment_1.id: no environment "CartPole-v9" is registered (did you mean CartPole-v1?)',
    ),
    "environment that would import a module": (
        lambda graph: graph.with_param("environment_1", "id", "evil:CartPole-v1"),
        'environment_1.id: the environment id "evil:CartPole-v1" names a module to import, which a graph may not '
        "(use a registered id)",
    ),
    "environment that makes others": (
        lambda graph: graph.with_param("environment_1", "id", "GymV26Environment-v0"),
        'environment_1.id: the environment "GymV26Environment-v0" would make any other, also one that imports a module '
        "(name that one here)",
    ),
    "keyword argument that is not the environment's": (
        lambda graph: graph.with_param("environment_1", "kwargs", {"id": "os:x"}),
        "environment_1.kwargs: 'id' is no keyword argument of an environment (take it out)",
    ),
    "minibatch larger than the batch that workers and Concat Batches make": (
        lambda graph: graph.with_param("train_1", "minibatch", 4096),
        "train_1.minibatch: minibatch 4096 is larger than the batches that come, of 2048 rows (try 2048 or less)",
    ),
    "weights that nobody sends": (
        lambda graph: wiring(removing(graph, "broadcast_1"), "train_1.results → report_1.items"),
        "rollouts_1.actors: the workers act on the first weights for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "weights of one of two policies that nobody sends": (
        lambda _: wiring(
            adding(carts(), node("SelectExperiences", "select_1"), node("TrainOneStep", "train_1")),
            "dqn_1.policy → select_1.policy",
            "dqn_1.policy → train_1.policy",
        ),
        "rollouts_1.actors: the workers act on the first weights of dqn_1 for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "weights of a learner in a thread that nobody sends": (
        lambda _: wiring(removing(impala(), "broadcast_1"), "gather_1.items → concat_1.batches"),
        "rollouts_1.actors: the workers act on the first weights for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "minibatch larger than the batches in the queue": (
        lambda _: impala().with_param("learner_1", "minibatch", 1600),
        "learner_1.minibatch: minibatch 1600 is larger than the batches that come, of 800 rows (try 800 or less)",
    ),
    "discrete policy for real actions": (
        lambda _: dqn().with_param("environment_1", "id", "Pendulum-v1"),
        "policy_1: DQN Policy chooses one of several actions; Pendulum-v1 takes real numbers as actions "
        "(try SAC Policy, TD3 Policy or PPO Policy, or another environment)",
    ),
    "continuous policy for a few actions": (
        lambda graph: typed(graph, policy_1="SACPolicy"),
        "policy_1: SAC Policy chooses real numbers as actions; CartPole-v1 takes one of several actions "
        "(try DQN Policy or PPO Policy, or another environment)",
    ),
    "policy for vectors before images": (
        lambda graph: typed(graph, policy_1="TD3Policy").with_param("environment_1", "id", "CarRacing-v3"),
        "policy_1: TD3 Policy sees vectors here; CarRacing-v3 shows images (try another policy or environment)",
    ),
    "memory before images": (
        lambda graph: graph.with_param("environment_1", "id", "ALE/Pong-v5").with_param("policy_1", "recurrent", "gru"),
        "policy_1: PPO Policy sees vectors here; ALE/Pong-v5 shows images (try another policy or environment)",
    ),
    "observations that no network here sees": (
        lambda graph: graph.with_param("environment_1", "id", "Taxi-v3"),
        "policy_1: PPO Policy sees vectors or images here; Taxi-v3 shows single whole numbers "
        "(try another policy or environment)",
    ),
    "images to normalise": (
        lambda graph: graph.with_param("environment_1", "id", "ALE/Pong-v5").with_param(
            "environment_1", "normalise_observations", True
        ),
        "environment_1.normalise_observations: ALE/Pong-v5 shows images, not vectors (take it out)",
    ),
    "Atari's preprocessing for another environment": (
        lambda graph: graph.with_param("environment_1", "preprocessing", "atari"),
        "environment_1.preprocessing: CartPole-v1 is no Atari game (set it to none)",
    ),
    "policy that learns and never acts": (
        lambda graph: wiring(
            adding(cutting(graph, "policy_1.policy → rollouts_1.policy"), node("PPOPolicy", "policy_2")),
            "environment_1.environment → policy_2.environment",
            "policy_2.policy → rollouts_1.policy",
        ),
        "policy_1.policy: it learns, and no rollouts act with it: what it learns from is what others do "
        "(connect it to the rollouts)",
    ),
    "target network that nobody updates": (
        lambda _: wiring(removing(dqn(), "target_1"), "priorities_1.passed → broadcast_1.items"),
        "policy_1.policy: its target network stays as it is at the start: nobody updates it "
        "(insert Update Target Network after train_1)",
    ),
    "target network that is not there": (
        lambda graph: updating(graph, "UpdateTargetNetwork"),
        "update_1: PPO Policy has no target network to update (take update_1 out)",
    ),
    "KL penalty that nobody adapts": (
        lambda graph: graph.with_param("policy_1", "kl_coefficient", 0.2),
        "policy_1.policy: the weight of its KL penalty stays as it is at the start: nobody updates it "
        "(insert Update KL after train_1)",
    ),
    "KL penalty of weight 0": (
        lambda graph: updating(graph, "UpdateKL"),
        "update_1: PPO Policy has no KL penalty to adapt (take it out, or set kl_coefficient above 0)",
    ),
    "KL penalty that is not there": (
        lambda graph: updating(typed(graph, policy_1="ActorCriticPolicy"), "UpdateKL"),
        "update_1: Actor Critic Policy has no KL penalty to adapt (take update_1 out)",
    ),
    "queue that nobody empties": (
        lambda _: cutting(impala(), "queue_1.queue → learner_1.queue"),
        "queue_1.queue: nobody takes out what enqueue_1 puts in: when the queue is full, everything waits for ever "
        "(connect it to Learner or Dequeue)",
    ),
    "queue that nobody fills": (
        lambda _: cutting(impala(), "queue_1.queue → enqueue_1.queue"),
        "queue_1.queue: nobody puts anything in, so learner_1 waits for ever (connect it to Enqueue)",
    ),
    "buffer smaller than the learning start": (
        lambda _: dqn().with_param("buffer_1", "capacity", 99),
        "replay_1.learning_starts: buffer_1 keeps 99 transitions, and learning starts with 100 (try 99 or less)",
    ),
    "buffer smaller than a batch": (
        lambda _: dqn().with_param("buffer_1", "capacity", 31),
        "buffer_1.capacity: it keeps 31 transitions, fewer than one batch of replay_1 has: 32 (try 3200)",
    ),
    "learning start that the run never reaches": (
        lambda _: dqn().replace(run=RunSettings(stop={"env_steps": 100})),
        "replay_1.learning_starts: the run stops after 100 env steps, and learning starts with 100 transitions "
        "(let it start earlier, or the run last longer)",
    ),
    "priorities that nobody updates": (
        lambda _: wiring(removing(dqn(), "priorities_1"), "train_1.results → target_1.items"),
        "buffer_1.prioritised: nobody tells it how much its rows surprised, so it draws all alike "
        "(insert Update Priorities after the learner)",
    ),
    "priorities of a buffer that has none": (
        lambda _: dqn().with_param("buffer_1", "prioritised", False),
        "priorities_1: buffer_1 draws all rows alike, whatever it is told "
        "(set prioritised of buffer_1, or take this out)",
    ),
    "buffer that nobody fills": (
        lambda _: cutting(dqn(), "buffer_1.buffer → store_1.buffer"),
        "buffer_1.buffer: nobody stores anything here, so replay_1 waits for ever "
        "(connect it to Store To Replay, behind the gather of the rollouts)",
    ),
    "buffer that nobody draws from": (
        lambda _: cutting(dqn(), "buffer_1.buffer → replay_1.buffer"),
        "buffer_1.buffer: nobody draws from what is stored here (connect it to Replay)",
    ),
    "buffer that two draw from": (
        lambda _: wiring(adding(dqn(), node("Replay", "replay_2")), "buffer_1.buffer → replay_2.buffer"),
        "replay_2: replay_1 draws from buffer_1 already (give each Replay a buffer of its own)",
    ),
    "replay ratio that the turns do not allow": (
        lambda _: dqn().with_param("replay_1", "ratio", 8.0),
        "replay_1.ratio: ratio 8 is out of reach: a round of union_1 draws 32 rows for 8 stored, which is 4 "
        "(give broadcast_1 more turns in the weights of union_1, or lower the ratio)",
    ),
    "turns of a branch that is not there": (
        lambda _: dqn().with_param("union_1", "weights", {"broadcast": 2}),
        "union_1.weights: no branch comes from 'broadcast' (did you mean broadcast_1?)",
    ),
    "turns of 0": (
        lambda _: dqn().with_param("union_1", "weights", {"store_1": 0}),
        "union_1.weights: store_1 must have 0.001 to 1000 turns, or as many as are ready, not 0 "
        '(try {"store_1": 2} or {"store_1": "*"})',
    ),
    "turns that starve a branch": (
        lambda _: dqn().with_param("union_1", "weights", {"store_1": 0.01, "broadcast_1": 16}),
        "union_1.weights: store_1 is starved: the others have 1600 turns for each of its own "
        "(bring the weights closer together)",
    ),
    "copies that nobody pulls": (
        lambda graph: wiring(
            adding(cutting(graph, PPO_ENDS), node("Duplicate", "duplicate_1"), node("Filter", "filter_1")),
            "broadcast_1.passed → duplicate_1.items",
            "duplicate_1.copies → report_1.items",
            "duplicate_1.copies → filter_1.items",
        ),
        "filter_1.passed: nobody pulls 'passed' of Filter (connect it to Report Metrics)",
    ),
    "agents that no policy plays": (
        lambda _: carts().with_param("agents_2", "agents", "cart_2"),
        "rollouts_1: no policy plays cart_3: widen the pattern of an Agents node, or add a policy "
        "(look at the names in the Agents nodes)",
    ),
    "policy that plays no agent": (
        lambda _: carts().with_param("agents_2", "agents", "dog"),
        "rollouts_1: no agent is called 'dog', as dqn_1 wants; there are cart_0, cart_1, cart_2, cart_3 "
        "(look at the names in the Agents nodes)",
    ),
    "agent that two policies play": (
        lambda _: carts().with_param("agents_2", "agents", "*"),
        "rollouts_1: dqn_1 and ppo_1 both play cart_0: give each agent one policy "
        "(look at the names in the Agents nodes)",
    ),
    "policy for another environment than the rollouts'": (
        lambda _: wiring(
            adding(cutting(carts(), "agents_2.view → dqn_1.environment"), node("Environment", "environment_2")),
            "environment_2.environment → dqn_1.environment",
        ),
        "dqn_1: rollouts_1 steps environment_1, and this policy is made for no agents of it "
        "(connect it to an Agents node of environment_1)",
    ),
    "handle that nobody uses": (
        lambda graph: adding(graph, node("Environment", "environment_2")),
        "environment_2.environment: nobody uses 'environment' of Environment (connect it or remove the node)",
    ),
    "nothing but handles": (
        lambda graph: adding(Document(run=STOP), node("Environment", "environment_1")),
        "nothing runs: the graph has no stream (add Rollouts, Gather Sync and Report Metrics)",
    ),
    "empty graph": (
        lambda graph: Document(),
        "the graph is empty (drag an operator from the palette)",
    ),
    "unknown stop condition": (
        lambda graph: graph.replace(run=RunSettings(stop={"env_step": 1000})),
        "run.stop.env_step: a run cannot stop at 'env_step' (did you mean env_steps?)",
    ),
    "stop before the start": (
        lambda graph: graph.replace(run=RunSettings(stop={"updates": 0})),
        "run.stop.updates: updates must be more than 0, not 0 (a run needs some steps to stop after)",
    ),
    "no stop condition": (
        lambda graph: graph.replace(run=RunSettings()),
        "run.stop: the run has no stop condition, so it goes on until you stop it (set env_steps)",
    ),
    "graph of a newer version": (
        lambda graph: graph.replace(version="2.0"),
        "version: a newer version made this graph (2.0; this one knows 1.1) (update RL Flow Studio)",
    ),
}
WARNINGS = {
    "minibatch larger than the batch that workers and Concat Batches make",
    "weights that nobody sends",
    "weights of one of two policies that nobody sends",
    "weights of a learner in a thread that nobody sends",
    "minibatch larger than the batches in the queue",
    "policy that learns and never acts",
    "target network that nobody updates",
    "KL penalty that nobody adapts",
    "buffer smaller than a batch",
    "learning start that the run never reaches",
    "priorities that nobody updates",
    "priorities of a buffer that has none",
    "buffer that nobody draws from",
    "replay ratio that the turns do not allow",
    "turns that starve a branch",
    "handle that nobody uses",
    "no stop condition",
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_problem_is_told_with_place_sentence_and_hint(case: str) -> None:
    edit, sentence = SENTENCES[case]
    found = {str(problem): problem.severity for problem in check(edit(ppo()))}
    assert sentence in found
    assert found[sentence] == ("warning" if case in WARNINGS else "error")


@pytest.mark.parametrize("graph", [ppo(), dqn(), impala(), carts()])
def test_a_graph_that_can_run_has_no_problem(graph: Document) -> None:
    assert check(graph) == ()


def ddppo(**types: str) -> Document:
    """The saved DD-PPO graph, with nodes of other types."""
    return typed(load(gallery.path("ddppo_cartpole")), **types)


def test_workers_that_learn_in_step_need_no_broadcast() -> None:
    assert check(ddppo()) == ()


def test_workers_that_learn_in_step_are_gathered_in_rounds() -> None:
    assert [str(problem) for problem in check(ddppo(gather_1="GatherAsync"))] == [
        "allreduce_1.results: its workers go forward together, and gather_1 lets each run ahead by itself "
        "(gather them with Gather Sync)"
    ]


def test_what_workers_learn_in_step_should_come_back_to_the_driver() -> None:
    graph = wiring(removing(ddppo(), "fetch_1"), "gather_1.items → report_1.items")
    (problem,) = check(graph)
    assert (str(problem.where), problem.severity) == ("allreduce_1.results", "warning")
    assert "Fetch Weights" in problem.hint


def test_all_problems_come_at_once_and_all_have_hints() -> None:
    problems = check(adding(Document(run=STOP), node("TrainOneStep", "train_1", epochs=0, epoch=1)))
    assert [str(problem.where) for problem in problems] == [
        "train_1.epochs",
        "train_1.epoch",
        "train_1.batches",
        "train_1.policy",
        "train_1.results",
    ]
    assert all(problem.hint for problem in problems)


def test_nothing_is_held_against_the_wires_of_an_unknown_operator() -> None:
    graph = wiring(
        adding(removing(ppo(), "concat_1"), node("FromTheFuture", "future_1")),
        "gather_1.items → future_1.a",
        "future_1.b → standardize_1.batches",
    )
    assert [str(problem.where) for problem in check(graph)] == ["future_1.type"]


def test_environment_ids_are_not_looked_up_where_the_registry_is_not_known_yet() -> None:
    graph = ppo().with_param("environment_1", "id", "Mine-v0")
    assert check(graph, environments=()) == ()
    assert check(graph, environments=("Mine-v0",)) == ()
    assert errors_among(check(graph, environments=("CartPole-v1",)))


def test_streams_are_parallel_up_to_the_gather() -> None:
    found = places(ppo(), find())
    assert [ref for ref, place in found.items() if place == "parallel"] == [
        "rollouts_1.experiences",
        "advantages_1.estimated",
    ]
    assert found["gather_1.items"] == found["train_1.results"] == found["broadcast_1.passed"] == "local"
    assert places(adding(Document(), node("Filter", "a")), find()) == {"a.passed": "local"}


def test_a_synchronous_graph_is_deterministic_and_an_asynchronous_one_says_why_not() -> None:
    assert why_not_deterministic(ppo(), find()) == ""
    asynchronous = wiring(
        adding(removing(ppo(), "gather_1"), node("GatherAsync", "gather_1"), node("Union", "union_1", mode="async")),
        "advantages_1.estimated → gather_1.shards",
        "gather_1.items → concat_1.batches",
    )
    assert why_not_deterministic(asynchronous, find()) == (
        "gather_1 takes items in the order in which the actors finish; "
        "union_1 takes items from whichever branch is ready"
    )


WIRES = {
    "train_1.results → concat_1.batches": "Concat Batches takes a batch here; this is a train result "
    "(wires join ports of the same shape and colour)",
    "broadcast_1.passed → report_1.items": "this wire is there already",
    "train_1.results → report_1.items": "Report Metrics takes one wire here, not 2 (insert Union to merge them)",
    "train_1.results → filter_1.items": "Train One Step gives one wire here, not 2 (insert Duplicate)",
    "filter_2.passed → filter_2.items": "Filter takes one wire here, not 2 (insert Union to merge them)",
    "filter_2.passed → filter_1.items": "this wire would close a loop",
    "filter_1.items → filter_1.passed": "'items' of Filter is not an output (a wire runs from an output to an input)",
    "filter_2.passed → nowhere.items": "there is no node 'nowhere' (add it first)",
    "filter_2.passed → gather_2.shards": None,  # nothing is known yet about what the filter passes on, or where
    "policy_1.policy → evaluate_1.policy": None,  # any number of wires leave a handle
    "environment_1.environment → evaluate_1.policy": "Evaluate takes a policy here; this is an environment "
    "(connect it to 'environment')",
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_wire_is_judged_while_it_is_dragged(wire: str) -> None:
    loose = [node("Filter", "filter_1"), node("Filter", "filter_2"), node("GatherSync", "gather_2")]
    graph = wiring(adding(ppo(), *loose, node("Evaluate", "evaluate_1")), "filter_1.passed → filter_2.items")
    source, target = wire.split(" → ")
    assert wire_fault(graph, find(), source, target) == WIRES[wire]


def test_a_wire_that_may_be_drawn_brings_no_error_of_its_own() -> None:
    catalogue = find()
    graph = adding(ppo(), *(node(type_id, f"new_{type_id}") for type_id in catalogue.operators))
    rule, before = wire_rule(graph, catalogue), set(errors_among(check(graph, catalogue)))
    outputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.outputs]
    inputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.inputs]
    drawable = [(source, target) for source in outputs for target in inputs if rule(source, target) is None]
    assert len(drawable) > 50
    for source, target in drawable:
        after = errors_among(check(wiring(graph, f"{source} → {target}"), catalogue))
        assert not {problem for problem in after if str(problem.where) == target} - before


class Both(Operator):
    """Take two streams, each on the driver or the actors."""

    section: ClassVar[str] = "Flow"
    left = stream_in(Anything, "one")
    right = stream_in(Anything, "other")
    out = stream_out(Batch, "what comes of them")


def test_a_node_runs_in_one_place_only() -> None:
    catalogue = Catalogue({**find().operators, "Both": Both})
    graph = wiring(
        adding(Document(run=STOP), *(node(type_id, type_id) for type_id in ("Rollouts", "Evaluate", "Both"))),
        "Rollouts.experiences → Both.left",
        "Evaluate.passed → Both.right",
    )
    assert (
        "Both.left: Both takes this stream from the actors and another from the driver "
        "(insert Gather Sync or Gather Async)"
    ) in [str(problem) for problem in check(graph, catalogue)]


def chain(length: int, **params: str) -> Document:
    """Filters in a row."""
    nodes = tuple(node("Filter", f"filter_{index}", **params) for index in range(length))
    edges = (Edge(source=f"filter_{i}.passed", target=f"filter_{i + 1}.items") for i in range(length - 1))
    return Document(nodes=nodes, edges=tuple(edges), run=STOP)


def test_a_thousand_nodes_are_checked_in_half_a_second() -> None:
    graph, catalogue = chain(1000, quantty="reward"), find()
    start = time.process_time()
    problems = check(graph, catalogue)
    assert time.process_time() - start < 0.5
    assert len(problems) == 1000 + 1
    assert str(problems[-1]) == "there are more than 1000 problems (mend some of these first)"


def test_an_error_after_a_thousand_warnings_is_not_lost() -> None:
    handles = (node("Environment", f"environment_{index}") for index in range(1001))
    graph = adding(Document(run=STOP), *handles, node("Filter", "filter_1"))
    assert "needs 'items'" not in str(check(graph)[:-1])
    assert [problem.what for problem in errors_among(check(graph))] == ["there are more than 1000 problems"]


def test_a_wire_among_fifty_nodes_is_judged_in_a_millisecond() -> None:
    graph, catalogue = chain(50), find()
    seconds = []
    for _ in range(20):
        start = time.process_time()
        assert wire_fault(graph, catalogue, "filter_49.passed", "filter_0.items") == "this wire would close a loop"
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1e-3


def test_a_loop_of_thousands_is_found_in_linear_time_and_told_in_one_line() -> None:
    graph = chain(5000)
    ring = graph.replace(edges=(*graph.edges, Edge(source="filter_4999.passed", target="filter_0.items")))
    start = time.process_time()
    loops = [problem.what for problem in check(ring) if "loop" in problem.what]
    assert time.process_time() - start < 2
    assert loops == ["this wire closes a loop: filter_0 → filter_1 → filter_2 → filter_3 → filter_4 → filter_5 → …"]


def test_every_pair_of_a_dense_graph_is_walked_once() -> None:
    """As many wires as a file may hold, each way between a hundred nodes."""
    nodes = tuple(Node(id=f"n{index}", type="Unknown") for index in range(100))
    edges = tuple(Edge(source=f"n{i}.a", target=f"n{j}.b") for i in range(100) for j in range(100))
    start = time.process_time()
    check(Document(nodes=nodes, edges=edges, run=STOP))
    assert time.process_time() - start < 2
