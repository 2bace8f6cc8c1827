"""A cluster elsewhere, seen from here: joined, looked over, and given an outpost that runs graphs on it.

This machine joins the cluster as one without cores, unless it is one of its machines anyway: nothing runs on it, but
it can call what does. The engine's own code travels; packages must be there, and are compared first.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from engine import authentication, environment_packages, versions
from engine.address import Address
from engine.cluster import Cluster, guarded
from engine.joining import Membership
from engine.knocking import knock
from engine.machine import Machine
from engine.placement import Placement
from engine.problems import MissingDependency, Place, Problem, errors_among
from engine.room import words

ANSWERS_WITHIN: Final = 60.0  # seconds for a machine to unpack the engine and answer
ROOM_WITHIN: Final = 30.0  # seconds until the learner has a machine
THREADS: Final = 4  # of an outpost: one that hears, one that obeys, one that reads files, one to spare
NO_RESOURCES: Final = ("memory", "object_store_memory", "node:")  # what Ray counts among them, and nobody asks for


class Site(Cluster):
    """The cluster at an address. Nothing happens before `start`.

    Attributes:
        warnings: what is odd about it, found by `start`.
    """

    def __init__(self, address: Address, tell: Callable[[str], None] = lambda step: None) -> None:
        super().__init__(tell)
        self.at = address
        self.warnings: tuple[Problem, ...] = ()
        self.outposts: dict[Placement, Any] = {}
        self.membership: Membership | None = None

    def start(self, warm: int = 0) -> None:
        """Join the cluster and look it over, once; hosts are its outposts' own.

        Raises:
            MissingDependency: it cannot be used; the problems say why, in words.
        """
        if self.guard is not None:
            return
        self.tell(f"looking for the cluster at {self.at}")
        answer = knock(self.at)
        self.tell("joining the cluster")
        self.guard = guarded(lambda: self._join(as_machine=not answer.member))
        try:
            self.tell("comparing versions")
            self._compare(answer.with_token)
        except BaseException:
            self.stop()
            raise

    def machine(self) -> Machine:
        """Return what its machines have, for the checks."""
        import ray

        nodes = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]  # Ray leaves it so
        has: list[dict[str, float]] = [node["Resources"] for node in nodes if node["Resources"].get("CPU")]
        cores, memory = (int(sum(one.get(name, 0) for one in has)) for name in ("CPU", "memory"))
        named = tuple({name: n for name, n in one.items() if not name.startswith(NO_RESOURCES)} for one in has)
        return Machine.cluster(cores, memory, named)

    def outpost(self, placement: Placement) -> Any:
        """Return an outpost that has what it wants, made if there is none.

        Raises:
            MissingDependency: the cluster has no room for it now.
        """
        if placement not in self.outposts:
            self.leave()
            self.outposts[placement] = self._new_outpost(placement)
        return self.outposts[placement]

    def leave(self) -> None:
        """End the outposts and what they have started."""
        import ray

        outposts, self.outposts = self.outposts, {}
        for outpost in outposts.values():
            try:
                ray.get(outpost.leave.remote(), timeout=5)
            except Exception:  # it is gone with its machine, or hangs: it is killed, and Ray ends what it owned
                continue
            finally:
                ray.kill(outpost)

    def rest(self) -> None:
        """Give back the cores and GPUs of the outposts; the next run takes its own."""
        if self.outposts:
            self.leave()

    def stop(self) -> None:
        """End what was started on the cluster, and leave it."""
        if self.guard is not None:
            self.leave()
            import ray

            ray.shutdown()
            self._end_membership()
            self.guard.close()
            self.guard = None

    def _end_membership(self) -> None:
        membership, self.membership = self.membership, None
        if membership is not None:
            membership.end()

    def _join(self, as_machine: bool) -> None:
        try:
            import ray

            authentication.reread()
            if as_machine:
                self.membership = Membership(self.at)
            ray.init(
                address=str(self.at),
                namespace="rlflow",
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env=_luggage(),
            )
        except Exception as error:
            why = (self.membership and self.membership.refusal) or (str(error).splitlines() or [""])[0]
            self._end_membership()
            what = f"the cluster at {self.at} answers, but cannot be joined: {why}"
            hint = "can its machines reach this one? docs/clusters.md says what to do if not"
            raise MissingDependency(Problem(Place(), what, hint)) from error

    def _compare(self, with_token: bool) -> None:
        problems = versions.differing(self._versions(), versions.for_a_cluster())
        if errors := errors_among(problems):
            raise MissingDependency(*errors)
        open_to_all = f"the cluster at {self.at} asks for no token: whoever reaches it can run programs on it"
        asks = () if with_token else (Problem(Place(), open_to_all, "see docs/clusters.md", "warning"),)
        self.warnings = (*problems, *asks)

    def _versions(self) -> Mapping[str, Mapping[str, str]]:
        """Ask every machine on which something may run what is installed there."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        ask = ray.remote(versions.for_a_cluster)
        names = self.machines()
        cores = {node["NodeID"]: node["Resources"].get("CPU") for node in ray.nodes()}  # type: ignore[no-untyped-call]  # the same
        asked = {
            name: ask.options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote()
            for node, name in names.items()
            if cores[node]
        }
        try:
            return dict(zip(asked, ray.get(list(asked.values()), timeout=ANSWERS_WITHIN), strict=True))
        except Exception as error:
            what = f"the machines of the cluster cannot run the engine: {str(error).splitlines()[0]}"
            raise MissingDependency(Problem(Place(), what, "look at the logs of Ray there")) from error

    def _new_outpost(self, placement: Placement) -> Any:
        import ray

        from engine.outpost import Outpost

        named = dict(placement.resources)
        options = {"num_cpus": placement.cpus, "num_gpus": placement.gpus, "resources": named}
        outpost: Any = ray.remote(Outpost).options(max_concurrency=THREADS, **options).remote()
        try:
            ray.get(outpost.here.remote(), timeout=ROOM_WITHIN)
        except ray.exceptions.GetTimeoutError:
            ray.kill(outpost)
            free = ", ".join(f"{n:g} {name}" for name, n in _free().items()) or "nothing"
            what = f"the learner wants {words(placement.wants)}, and of the cluster {free} is free now"
            raise MissingDependency(Problem(Place(), what, "wait for what else runs there, or end it")) from None
        return outpost


def _free() -> dict[str, float]:
    import ray

    found: dict[str, float] = ray.available_resources()  # type: ignore[no-untyped-call]  # Ray leaves it unannotated
    return {name: amount for name, amount in found.items() if not name.startswith(NO_RESOURCES)}


def _luggage() -> dict[str, Any]:
    """Return what travels to every process of ours on the cluster: the engine's code, and no variable but these."""
    named = os.environ.get(environment_packages.VARIABLE)
    variables = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if named:
        variables[environment_packages.VARIABLE] = named
    return {"py_modules": [str(Path(__file__).parent)], "env_vars": variables}
