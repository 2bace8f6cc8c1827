"""Starts Ray on this machine alone: private files, a token that only it knows, and a short list of variables.

Ray must be started in the process's main thread, since its daemons die with the thread that started them, and with an
explicit address, or it may join whatever its temporary folder names.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine import authentication, environment_packages
from engine.problems import MissingDependency, Place, Problem

KEPT_VARIABLES: Final = (
    "PATH", "HOME", "USER", "LANG", "TERM", "TMPDIR", "TEMP", "TMP", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH",
    "VIRTUAL_ENV", "PYTHONPATH", "CUDA_VISIBLE_DEVICES", "DISPLAY", "MUJOCO_GL",
    environment_packages.VARIABLE,
    "USERPROFILE", "APPDATA", "LOCALAPPDATA", "COMSPEC", "PATHEXT",
)  # fmt: skip
KEPT_PREFIXES: Final = ("LC_", "XDG_", "RAY_", "COV_")


def start() -> None:
    """Start it.

    Raises:
        MissingDependency: Ray cannot be imported, or does not start.
    """
    try:
        with _private_environment():
            import ray  # here, because Ray reads where its token is when it is imported

            authentication.reread()
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
