"""What a node wants for its actors is read from its parameters, and judged against what a cluster's machines have."""

from __future__ import annotations

import pytest

from engine import gallery
from engine.checking import check
from engine.cluster import Around, Cluster
from engine.document import Document, load
from engine.machine import Machine
from engine.operators.rollouts.rollouts import Rollouts
from engine.operators.setup.replay_buffer import ReplayBuffer
from engine.placement import Placement, read_resources
from engine.problems import Problem
from engine.room import Demand, Room, misfit

TWO = ({"CPU": 2.0}, {"CPU": 2.0, "GPU": 1.0})


def having(*machines: dict[str, float]) -> Machine:
    return Machine(Room(4, 16_000_000_000), any("GPU" in one for one in machines), machines)


def graph(name: str = "ppo_cartpole", node: str = "rollouts_1", **params: object) -> Document:
    document = load(gallery.path(name))
    for param, value in params.items():
        document = document.with_param(node, param, value)
    return document


def errors(document: Document, target: Machine) -> list[str]:
    return [str(problem) for problem in check(document, target=target) if problem.severity == "error"]


def test_parameters_say_what_an_actor_keeps_for_itself() -> None:
    rollouts = Rollouts("rollouts_1", {"cpus": 0.5, "gpus": 0.25, "resources": "disk=1, net=0.5", "where": "packed"})
    assert rollouts.placement() == Placement(0.5, 0.25, (("disk", 1.0), ("net", 0.5)), "packed")
    assert rollouts.placement().wants == {"CPU": 0.5, "GPU": 0.25, "disk": 1.0, "net": 0.5}


def test_workers_are_spread_and_shards_are_with_the_learner_who_reads_them() -> None:
    assert Rollouts("rollouts_1").placement().where == "spread"
    assert ReplayBuffer("buffer_1").placement().where == "beside the learner"


@pytest.mark.parametrize("text", ["disk", "disk=", "=1", "disk=0", "disk=-1", "disk=inf", "disk=many", "CPU=1"])
def test_resources_that_cannot_be_read_are_an_error_at_their_field(text: str) -> None:
    with pytest.raises(ValueError, match=r"write name=amount"):
        read_resources(text)
    (told,) = errors(graph(resources=text), having(*TWO))
    assert told.startswith("rollouts_1.resources:")


def test_what_fits_is_no_problem() -> None:
    assert misfit({"rollouts_1": Demand(3, Placement())}, TWO) is None


def test_the_learner_s_core_counts_too() -> None:
    problem = misfit({"rollouts_1": Demand(4, Placement())}, TWO)
    assert isinstance(problem, Problem)
    assert str(problem) == (
        "rollouts_1: the graph wants 5 CPU of the cluster (rollouts_1 4, the learner 1), which has 4 "
        "(take fewer actors, let each have less, or add machines)"
    )


def test_an_actor_that_no_machine_holds_is_told_with_what_the_machines_have() -> None:
    wanted = {"rollouts_1": Demand(1, Placement(cpus=2, gpus=2))}
    assert str(misfit(wanted, TWO)) == (
        "rollouts_1: each of its actors wants 2 CPU and 2 GPU, and no machine of the cluster has that "
        "(the machines have 2 CPU; 2 CPU and 1 GPU)"
    )


def test_a_graph_is_checked_against_the_cluster_that_is_to_run_it() -> None:
    assert errors(graph(workers=3), having(*TWO)) == []
    assert "wants 9 CPU" in errors(graph(workers=8), having(*TWO))[0]
    assert errors(graph(workers=8, cpus=0.25), having(*TWO)) == []


def test_a_gpu_and_named_resources_are_asked_of_a_cluster_only() -> None:
    alone = Machine(Room(4, 16_000_000_000), gpu=False)
    assert errors(graph(gpus=1.0), alone) == [
        "rollouts_1.gpus: torch finds no CUDA GPU on this machine (set gpus to 0)"
    ]
    assert "disk, which only machines of a cluster can have" in errors(graph(resources="disk=1"), alone)[0]
    assert errors(graph(workers=1, gpus=1.0), having(*TWO)) == []


def test_a_policy_that_wants_a_gpu_is_told_that_the_cluster_has_none() -> None:
    (told,) = errors(graph(node="policy_1", device="cuda"), having({"CPU": 4.0}))
    assert told == "policy_1.device: no machine of the cluster has a GPU (set device to auto or cpu)"


@pytest.mark.ray
def test_what_others_have_of_a_cluster_is_told_before_one_waits_for_it(cluster: Cluster) -> None:
    cores = cluster.room().cores
    around = Around()
    assert around.short_of(cores, Placement()) == ""
    assert around.short_of(cores + 1, Placement()) == f"{cores + 1} CPU are wanted, and {cores} is free"
    assert cluster.short_of(100, Placement()) == ""
