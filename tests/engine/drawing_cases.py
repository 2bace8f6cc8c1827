"""What is wrong with a graph as it is drawn: edits of PPO's graph, and the sentence that each brings."""

from __future__ import annotations

from collections.abc import Callable

from engine.document import Document, RunSettings
from tests.engine.graphs import PPO_ENDS, adding, cutting, node, removing, wiring

STOP = RunSettings(stop={"env_steps": 1000})

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
        "version: a newer version made this graph (2.0; this one knows 1.2) (update RL Flow Studio)",
    ),
}
WARNINGS = {
    "minibatch larger than the batch that workers and Concat Batches make",
    "weights that nobody sends",
    "handle that nobody uses",
    "no stop condition",
}
