"""A loop over `ray.wait` on our own rollout actors: with no driver of ours, what is left is what Ray's calls cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from engine.actors.host import Load
from engine.actors.rollout import RolloutPlan
from engine.cluster import Cluster
from engine.kinds import Environment
from engine.policies.at_random import AtRandom
from tests.benchmarks import ours

NODE = "rollouts_1"


def calling(cluster: Cluster, actors: int) -> Callable[[float], tuple[float, float]]:
    """Return what calls so many actors for one step each, two calls in flight on each.

    It returns calls a second, and calls in a second of this process's own processor time.
    """

    def rates(seconds: float) -> tuple[float, float]:
        import ray

        hosts = cluster.take(actors)
        ray.get([host.load.remote(load) for host, load in zip(hosts, loads(actors), strict=True)])
        flying: dict[Any, Any] = {host.next.remote(): host for host in hosts for _ in range(2)}
        answered(flying, ours.WARM_UP)
        began, spent = time.perf_counter(), time.process_time()
        calls = answered(flying, seconds)
        rates = calls / (time.perf_counter() - began), calls / (time.process_time() - spent)
        ray.get(list(flying))
        cluster.give_back(hosts)
        return rates

    return rates


def loads(actors: int) -> list[Load]:
    """Return what makes each actor ready: one CartPole, one step a call, actions at random."""
    environment = Environment("CartPole-v1")
    blueprint = AtRandom("at random", environment).blueprint
    plans = [RolloutPlan(environment, blueprint, 1, 1, index, index, actors) for index in range(actors)]
    return [Load(NODE, f"{NODE}/{plan.worker}", plan, ()) for plan in plans]


def answered(flying: dict[Any, Any], seconds: float) -> int:
    """Call whoever has answered again, for some seconds; return how many answers came."""
    import ray

    calls, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        (done, *_), _ = ray.wait(list(flying))
        ray.get(done)
        host = flying.pop(done)
        flying[host.next.remote()] = host
        calls += 1
    return calls
