"""Ray, started when it is first needed, and the host actors that stay warm from one run to the next.

A local Ray is started with an explicit address, private files, token authentication and a short list of environment
variables. It must be started in the process's main thread: Ray's daemons die with the thread that started them.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from engine import environment_packages, own_operators
from engine.guard import Guard
from engine.problems import MissingDependency, Place, Problem
from engine.room import Room

KEPT_VARIABLES: Final = (
    "PATH", "HOME", "USER", "LANG", "TERM", "TMPDIR", "TEMP", "TMP", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH",
    "VIRTUAL_ENV", "PYTHONPATH", "CUDA_VISIBLE_DEVICES", "DISPLAY", "MUJOCO_GL",
    environment_packages.VARIABLE,
    "USERPROFILE", "APPDATA", "LOCALAPPDATA", "COMSPEC", "PATHEXT",
)  # fmt: skip
KEPT_PREFIXES: Final = ("LC_", "XDG_", "RAY_", "COV_")


class Cluster:
    """A local Ray and its idle hosts; nothing happens before `start` or the first `take`."""

    def __init__(self, tell: Callable[[str], None] = lambda step: None) -> None:
        self.tell = tell
        self.guard: Guard | None = None
        self.idle: list[Any] = []

    def start(self, warm: int = 0) -> None:
        """Start Ray unless it is up, and make `warm` idle hosts.

        Raises:
            MissingDependency: Ray cannot be imported or does not start.
        """
        if self.guard is None:
            self.tell("starting Ray")
            self.guard = _guarded(_start_ray)
        if warm > len(self.idle):
            self.tell(f"starting {warm} host actors")
            self.idle += [_new_host() for _ in range(warm - len(self.idle))]
            _wait_until_alive(self.idle)

    @property
    def address(self) -> str:
        """Where actors reach this process: the loopback interface unless they may be on other machines."""
        import ray

        nodes = ray.nodes()  # type: ignore[no-untyped-call]  # Ray leaves it unannotated
        alone = sum(node["Alive"] for node in nodes) == 1
        return "127.0.0.1" if alone else str(ray.util.get_node_ip_address())  # type: ignore[no-untyped-call]  # the same

    def room(self) -> Room:
        """Return the cores and the memory of all its machines.

        Raises:
            MissingDependency: as `start`.
        """
        self.start()
        import ray

        has: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # Ray leaves it unannotated
        return Room(int(has.get("CPU", 1)), int(has["memory"] + has.get("object_store_memory", 0)))

    def take(self, count: int) -> list[Any]:
        """Return `count` hosts, idle ones first; what is sent to them may hold operators of the user's own."""
        self.start()
        _let_own_operators_travel()
        while len(self.idle) < count:
            self.idle.append(_new_host())
        taken, self.idle = self.idle[:count], self.idle[count:]
        return taken

    def give_back(self, hosts: list[Any]) -> None:
        """Unload these hosts and keep them for the next run."""
        for host in hosts:
            host.unload.remote()
        self.idle += hosts

    def stop(self) -> None:
        """End Ray and every actor on it."""
        if self.guard is not None:
            import ray

            self.idle = []
            ray.shutdown()
            self.guard.close()
            self.guard = None


def _new_host() -> Any:
    import ray

    from engine.actors.host import Host

    # Our own supervision reloads a restarted actor; Ray's replay of calls would repeat samples in silence.
    return ray.remote(Host).options(num_cpus=0, max_restarts=-1, max_task_retries=0).remote()


def _wait_until_alive(hosts: list[Any]) -> None:
    import ray

    ray.get([host.process_id.remote() for host in hosts])


def _let_own_operators_travel() -> None:
    """Let classes from the user's own files be sent as they are: no actor could import them by name."""
    import ray

    for module in own_operators.modules():
        ray.cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]  # Ray leaves it unannotated


def _guarded(start: Callable[[], None]) -> Guard:
    """Start something, and return the guard of the processes that it began; if it fails, leave none."""
    guard = Guard()
    try:
        start()
    except BaseException:
        guard.close()
        raise
    guard.watch()
    return guard


def _start_ray() -> None:
    try:
        with _private_environment():
            import ray  # here, because Ray reads where its token is when it is imported

            ray.init(
                address="local",
                num_cpus=max(2, os.cpu_count() or 1),
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                namespace="rlflow",
            )
    except ImportError as error:
        raise MissingDependency(Problem(Place(), f"Ray cannot be imported: {error}", "install ray==2.60.0")) from None
    except Exception as error:
        what = f"Ray did not start: {error}"
        raise MissingDependency(Problem(Place(), what, "is another Ray running, or the disk full?")) from error


@contextlib.contextmanager
def _private_environment() -> Iterator[None]:
    """Let Ray's processes inherit few variables, one numeric thread each, a private token, and no world-readable file.

    The token's path stays in the environment: Ray reads it once a process, so a second start must use the same.
    """
    token = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or _new_token())
    ours = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    }
    before, mask = dict(os.environ), os.umask(0o077)
    kept = {key: value for key, value in before.items() if key in KEPT_VARIABLES or key.startswith(KEPT_PREFIXES)}
    try:
        os.environ.clear()
        os.environ.update(kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | ours)
        yield
    finally:
        os.umask(mask)
        os.environ.clear()
        os.environ.update(before | ours)


def _new_token() -> str:
    """Write a fresh token where only this user can read it, until this process ends; return its path."""
    folder = Path(tempfile.mkdtemp(prefix="rlflow-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(os.urandom(32).hex())
    return str(token)
