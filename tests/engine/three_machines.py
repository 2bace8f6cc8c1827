"""A cluster of three small machines in one process of its own, for tests: three of Ray's nodes with two cores each.

It prints `{"address": ..., "head": ...}`, the second being Ray's id of the head; a line on its standard input that
begins with the id of a machine takes this one away as an accident would, and the end of the input ends all.
"""

from __future__ import annotations

import json
import sys

from ray.cluster_utils import Cluster

QUICK = {  # a lost machine is noticed within seconds instead of half a minute
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1000,
    "health_check_failure_threshold": 3,
}


def main() -> None:
    small = {"num_cpus": 2, "object_store_memory": 80_000_000, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={**small, "_system_config": QUICK})
    others = [cluster.add_node(**small) for _ in range(2)]
    sys.stdout.write(json.dumps({"address": cluster.address, "head": cluster.head_node.node_id}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        for node in [node for node in others if node.node_id.startswith(line.strip())]:
            cluster.remove_node(node, allow_graceful=False)
    cluster.shutdown()


if __name__ == "__main__":
    main()
