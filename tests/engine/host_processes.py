"""The processes of actors, for tests that kill or stop them."""

from __future__ import annotations

import psutil

from engine.cluster import Cluster


def at_work(cluster: Cluster) -> list[psutil.Process]:
    """Return the processes of the hosts that a run has taken: those that wait for the next run are left alone."""
    import ray

    waiting = [host for hosts in cluster.idle.values() for host in hosts]
    idle = set(ray.get([host.process_id.remote() for host in waiting]))
    below = psutil.Process().children(recursive=True)
    return [host for host in below if "ray::Host" in " ".join(host.cmdline()) and host.pid not in idle]
