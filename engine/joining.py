"""This machine as one of a cluster's, for as long as an engine works there: one without cores, on which nothing runs.

Ray lets a process call what is on a cluster only from a machine that belongs to it. So the engine adds its own, by
Ray's own command, and takes it away at its end.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil

from engine.address import Address

OWN_MEMORY: Final = 200_000_000  # bytes for what passes through this machine, such as a checkpoint on its way home
LEAVES_WITHIN: Final = 5.0  # seconds


class Membership:
    """This machine's place in a cluster, from now until `end`."""

    def __init__(self, address: Address) -> None:
        self.place = tempfile.TemporaryDirectory(prefix="rlflow-", ignore_cleanup_errors=True)
        self.log = Path(self.place.name) / "start.txt"
        wanted = {"address": address, "num-cpus": 0, "num-gpus": 0, "object-store-memory": OWN_MEMORY}
        options = [f"--{name}={value}" for name, value in {**wanted, "temp-dir": self.place.name}.items()]
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats", *options]
        with self.log.open("wb") as log:  # a session of its own: Ctrl-C is for the engine, which then ends this
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    @property
    def refusal(self) -> str:
        """What Ray said when it did not start; nothing if it did, or is about to."""
        if self.process.poll() is None:
            return ""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"ray start ended with {self.process.returncode}"

    def end(self) -> None:
        """Leave the cluster, and end what Ray has started for it here."""
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
            _, alive = psutil.wait_procs(started, timeout=LEAVES_WITHIN)
            for process in alive:
                process.kill()
        self.process.wait()
        self.place.cleanup()
