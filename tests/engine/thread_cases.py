"""Who touches a policy while a Learner's thread trains it: edits of APPO's graph, and the sentence that each brings."""

from __future__ import annotations

from collections.abc import Callable

from engine.document import Document
from tests.engine.graphs import adding, appo, cutting, node, removing, wiring

BEHIND = (
    "items reach it while learner_1 may be training its policy "
    "(put it behind learner_1, whose thread trains this policy; no Duplicate, queue or other branch between)"
)
ALREADY = "learner_1 trains this policy already, in a thread of its own"


def moved(name: str, *wires: str) -> Document:
    """APPO with Update KL or Update Target Network at other wires; of its own it keeps the policy's."""
    around = {"kl_1": "learner_1.results → target_1.items", "target_1": "kl_1.passed → union_1.items"}[name]
    kept = next(item for item in appo().nodes if item.id == name)
    return wiring(adding(removing(appo(), name), kept), f"policy_1.policy → {name}.policy", around, *wires)


def between(*wires: str, **types: str) -> Document:
    """APPO with other nodes between the learner and Update KL."""
    graph = cutting(appo(), "learner_1.results → kl_1.results")
    return wiring(adding(graph, *(node(type_id, name) for name, type_id in types.items())), *wires)


def training(type_id: str, *wires: str) -> Document:
    """APPO with one more node that takes its policy."""
    return wiring(adding(appo(), node(type_id, "other_1")), "policy_1.policy → other_1.policy", *wires)


def on_actors(type_id: str, *wires: str) -> Document:
    """APPO with such a node, and gradients that copies of its policy compute on actors."""
    types = {"rollouts_2": "Rollouts", "gradients_2": "ComputeGradients", "gather_2": "GatherSync"}
    return wiring(
        adding(training(type_id), *(node(types[name], name) for name in types)),
        "policy_1.policy → gradients_2.policy",
        "rollouts_2.experiences → gradients_2.batches",
        "gradients_2.gradients → gather_2.shards",
        *wires,
    )


SENTENCES: dict[str, tuple[Callable[[Document], Document], str]] = {
    "target network updated before the batches are queued": (
        lambda _: moved("target_1", "concat_1.joined → target_1.items"),
        f"target_1: {BEHIND}",
    ),
    "target network updated where other items come too": (
        lambda _: wiring(
            cutting(
                moved("target_1", "union_1.merged → target_1.items", "target_1.passed → report_1.items"),
                "union_1.merged → report_1.items",
                "enqueue_1.passed → union_1.driven",
            ),
            "enqueue_1.passed → union_1.items",
        ),
        f"target_1: {BEHIND}",
    ),
    "KL penalty adapted in a branch of Duplicate": (
        lambda _: between(
            "learner_1.results → duplicate_1.items",
            "duplicate_1.copies → kl_1.results",
            "duplicate_1.copies → union_1.items",
            duplicate_1="Duplicate",
        ),
        f"kl_1: {BEHIND}",
    ),
    "target network updated behind a node in a branch of Duplicate": (
        lambda _: between(
            "learner_1.results → duplicate_1.items",
            "duplicate_1.copies → kl_1.results",
            "duplicate_1.copies → union_1.items",
            duplicate_1="Duplicate",
        ),
        f"target_1: {BEHIND}",
    ),
    "KL penalty adapted behind a queue of results": (
        lambda _: between(
            "learner_1.results → enqueue_2.items",
            "enqueue_2.passed → union_1.driven",
            "queue_2.queue → enqueue_2.queue",
            "queue_2.queue → dequeue_2.queue",
            "dequeue_2.items → kl_1.results",
            enqueue_2="Enqueue",
            queue_2="LearnerQueue",
            dequeue_2="Dequeue",
        ),
        f"kl_1: {BEHIND}",
    ),
    "policy of a thread that the driver trains too": (
        lambda _: training("TrainOneStep", "concat_1.joined → other_1.batches"),
        f"other_1: {ALREADY} (take other_1 or learner_1 out)",
    ),
    "policy of a thread whose gradients the driver computes": (
        lambda _: training("ComputeGradients", "concat_1.joined → other_1.batches"),
        f"other_1: {ALREADY} (take other_1 or learner_1 out)",
    ),
    "policy of a thread that the driver moves along gradients": (
        lambda _: on_actors("ApplyGradients", "gather_2.items → other_1.gradients"),
        f"other_1: {ALREADY} (take other_1 or learner_1 out)",
    ),
    "policy of two threads": (
        lambda _: training("Learner", "queue_1.queue → other_1.queue"),
        f"other_1: {ALREADY} (take other_1 or learner_1 out)",
    ),
}

AT_REST: dict[str, Callable[[Document], Document]] = {
    "straight behind the learner": lambda graph: graph,
    "behind Union, where the other branches are only driven": lambda _: wiring(
        cutting(
            moved("target_1", "union_1.merged → target_1.items", "target_1.passed → report_1.items"),
            "union_1.merged → report_1.items",
        )
    ),
    "behind a filter": lambda _: between(
        "learner_1.results → every_1.items", "every_1.passed → kl_1.results", every_1="EveryN"
    ),
}
