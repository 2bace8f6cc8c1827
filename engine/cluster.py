"""Ray, started when it is first needed, and the host actors that stay warm from one run to the next.

`Cluster` starts a Ray of this machine's own. `Around` is the cluster that this process finds itself on: an engine that
was sent there (`outpost.py`) uses its machines, which others started, and ends nothing but its own actors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine import local_ray, own_operators
from engine.guard import Guard
from engine.placement import ANYWHERE, Placement
from engine.room import Room

LEAST: Final = 0.0001  # of a core, the least that Ray counts: where actors are that want nothing, it draws by lot


class Cluster:
    """A local Ray and its idle hosts; nothing happens before `start` or the first `take`."""

    def __init__(self, tell: Callable[[str], None] = lambda step: None) -> None:
        self.tell = tell
        self.guard: Guard | None = None
        self.idle: dict[Any, list[Any]] = defaultdict(list)  # by what Ray was asked for them

    def start(self, warm: int = 0) -> None:
        """Start Ray unless it is up, and make `warm` idle hosts, which come to life meanwhile: see `wait_for_idle`.

        Raises:
            MissingDependency: Ray cannot be imported or does not start.
        """
        self._begin()
        idle, options = self.idle[self._key(ANYWHERE)], self._options(ANYWHERE)
        if warm > len(idle):
            self.tell(f"starting {warm} host actors")
            idle += [_new_host(options) for _ in range(warm - len(idle))]

    def wait_for_idle(self) -> None:
        """Wait until the idle hosts are alive, so that a run need not."""
        import ray

        ray.get([host.process_id.remote() for hosts in self.idle.values() for host in hosts])

    @property
    def address(self) -> str:
        """Where actors reach this process: the loopback interface unless they may be on other machines."""
        import ray

        alone = len(self.machines()) == 1
        return "127.0.0.1" if alone else str(ray.util.get_node_ip_address())  # type: ignore[no-untyped-call]  # Ray leaves it unannotated

    def machines(self) -> Mapping[str, str]:
        """Return the machines that are up: Ray's id of each, and its name, with the id where several share a name."""
        import ray

        up = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]  # the same
        names = [node["NodeManagerHostname"] for node in up]
        return {
            node["NodeID"]: name if names.count(name) == 1 else f"{name} {node['NodeID'][:6]}"
            for node, name in zip(up, names, strict=True)
        }

    def room(self) -> Room:
        """Return the cores and the memory of all its machines.

        Raises:
            MissingDependency: as `start`.
        """
        self.start()
        import ray

        has: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # the same
        return Room(int(has.get("CPU", 1)), int(has["memory"] + has.get("object_store_memory", 0)))

    def take(self, count: int, placement: Placement = ANYWHERE) -> list[Any]:
        """Return `count` hosts, idle ones first; what is sent to them may hold operators of the user's own."""
        self.start()
        _let_own_operators_travel()
        idle = self.idle[self._key(placement)]
        while len(idle) < count:
            idle.append(_new_host(self._options(placement)))
        taken, idle[:] = idle[:count], idle[count:]
        return taken

    def short_of(self, count: int, placement: Placement) -> str:
        """Say what `count` hosts must wait for, since others have it now; nothing where they share what there is."""
        return ""

    def give_back(self, hosts: list[Any], placement: Placement = ANYWHERE) -> None:
        """Unload these hosts and keep them for the next run."""
        for host in hosts:
            host.unload.remote()
        self.idle[self._key(placement)] += hosts

    def rest(self) -> None:
        """Let go of what others could use meanwhile: nothing of a Ray of one's own."""

    def stop(self) -> None:
        """End Ray and every actor on it."""
        if self.guard is not None:
            import ray

            self.idle.clear()
            ray.shutdown()
            self.guard.close()
            self.guard = None

    def _begin(self) -> None:
        if self.guard is None:
            self.tell("starting Ray")
            self.guard = guarded(local_ray.start)

    def _options(self, placement: Placement) -> dict[str, Any]:
        """Return what Ray is asked for an actor: on one machine, cores are shared by all."""
        return _wishes({name: amount for name, amount in placement.wants.items() if name != "CPU"})

    def _key(self, placement: Placement) -> Any:
        """Return what hosts must have in common to stand in for each other."""
        return repr(self._options(placement))


class Around(Cluster):
    """The cluster that this process is on, as Ray has placed it there: nothing is started, and only hosts are ended."""

    def stop(self) -> None:
        """End the idle hosts."""
        import ray

        for host in (host for hosts in self.idle.values() for host in hosts):
            ray.kill(host)
        self.idle.clear()

    def short_of(self, count: int, placement: Placement) -> str:
        """Say which of the wanted resources are not free now, as "3 CPU are wanted, and 1 is free"."""
        import ray

        free: dict[str, float] = ray.available_resources()  # type: ignore[no-untyped-call]  # Ray leaves it unannotated
        new = max(0, count - len(self.idle[self._key(placement)]))
        wanted = {name: new * amount for name, amount in placement.wants.items()}
        lacking = (name for name, amount in wanted.items() if amount > free.get(name, 0))
        return "; ".join(f"{wanted[name]:g} {name} are wanted, and {free.get(name, 0):g} is free" for name in lacking)

    def _begin(self) -> None:
        """Ray is up."""

    def _options(self, placement: Placement) -> dict[str, Any]:
        least = {} if placement.where == "spread" else {"CPU": LEAST}
        return _wishes(least | placement.wants) | {"scheduling_strategy": _strategy(placement)}

    def _key(self, placement: Placement) -> Any:
        return placement


def _wishes(wants: Mapping[str, float]) -> dict[str, Any]:
    named = {name: amount for name, amount in wants.items() if name not in ("CPU", "GPU")}
    return {"num_cpus": wants.get("CPU", 0), "num_gpus": wants.get("GPU", 0), "resources": named}


def _strategy(placement: Placement) -> Any:
    """Return Ray's word for where an actor shall be; it packs by filling machines to half before it takes the next."""
    if placement.where != "beside the learner":
        return {"spread": "SPREAD", "packed": "DEFAULT"}[placement.where]
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = ray.get_runtime_context().get_node_id()
    return NodeAffinitySchedulingStrategy(here, soft=True, _spill_on_unavailable=True)  # or it waits there for ever


def _new_host(options: Mapping[str, Any]) -> Any:
    import ray

    from engine.actors.host import Host

    # Our own supervision reloads a restarted actor; Ray's replay of calls would repeat samples in silence.
    return ray.remote(Host).options(max_restarts=-1, max_task_retries=0, **options).remote()


def _let_own_operators_travel() -> None:
    """Let classes from the user's own files be sent as they are: no actor could import them by name."""
    import ray

    for module in own_operators.modules():
        ray.cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]  # Ray leaves it unannotated


def guarded(start: Callable[[], None]) -> Guard:
    """Start something, and return the guard of the processes that it began; if it fails, leave none."""
    guard = Guard()
    try:
        start()
    except BaseException:
        guard.close()
        raise
    guard.watch()
    return guard


