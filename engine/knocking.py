"""Finds out what answers at a cluster's address, and says within seconds why it cannot be used.

Ray itself waits 40 seconds for a head that is not there, and tells a wrong token and a wrong port alike. So the port
is tried first, and then a process of its own asks Ray's head for its versions: Ray reads how to authenticate once a
process, and a process can be ended when it waits too long.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from engine import versions
from engine.address import Address
from engine.problems import MissingDependency, Place, Problem

REACH_WITHIN: Final = 3.0  # seconds for the connection
ANSWER_WITHIN: Final = 10.0  # seconds for Ray's answer, of which importing Ray takes up to three on a busy machine
TOKEN_FILE: Final = "~/.ray/auth_token"  # where Ray looks by itself

Met = Literal["ray", "unknown host", "nothing", "silence", "something else", "wrong token"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found at an address.

    Attributes:
        met: who answered, or why nobody did.
        ray: the version of Ray that runs there.
        python: the version of Python that runs there.
        member: whether this machine is one of the cluster's.
        with_token: whether a token was shown.
    """

    met: Met
    ray: str = ""
    python: str = ""
    member: bool = False
    with_token: bool = False


def knock(address: Address) -> Answer:
    """Find out what answers at `address`, and let this process talk to it from now on as it wants to be talked to.

    A cluster that wants a token is shown the one that Ray finds on this machine; it is on no command line.

    Raises:
        MissingDependency: the address cannot be used; the problem says why and what to do.
    """
    answer = reached(address)
    if answer is None:
        for mode in _modes():
            answer = _asked(address, mode)
            if answer.met != "wrong token":
                os.environ["RAY_AUTH_MODE"] = mode
                break
    assert answer is not None  # a mode there always is
    if problem := refusal(answer, address, versions.installed("ray"), platform.python_version()):
        raise MissingDependency(problem)
    return answer


def token() -> str:
    """Return where Ray finds a token on this machine: a variable or a file; nothing if there is none."""
    if os.environ.get("RAY_AUTH_TOKEN"):
        return "the variable RAY_AUTH_TOKEN"
    file = os.environ.get("RAY_AUTH_TOKEN_PATH") or TOKEN_FILE
    return file if Path(file).expanduser().is_file() else ""


def refusal(answer: Answer, address: Address, ray: str, python: str) -> Problem | None:
    """Say in words why a cluster that answers so cannot be used from here, where `ray` and `python` run; or nothing.

    Example: an answer of Ray 2.58.0 to a machine with 2.60.0 is refused: "the cluster at head:6379 runs Ray 2.58.0,
    and this machine 2.60.0".
    """
    shown = token()
    sentences: Mapping[Met, tuple[str, str]] = {
        "unknown host": (f"there is no machine called {address.host}", "check the name, or give its number"),
        "nothing": (f"nothing listens at {address}", "start Ray there: ray start --head --port=6379"),
        "silence": (
            f"{address} has not answered within {REACH_WITHIN:g} s",
            "is the machine up, and does its firewall let this one through?",
        ),
        "something else": (
            f"something listens at {address}, but it is not the head of a Ray cluster",
            "the head's port is the one of ray start --head, 6379 by default; 8265 is that of its dashboard",
        ),
        "wrong token": (
            f"the cluster at {address} does not take the token in {shown}"
            if shown
            else f"the cluster at {address} wants a token, and there is none on this machine",
            f"put the one that `ray get-auth-token` prints there into {TOKEN_FILE} here",
        ),
    }
    if answer.met != "ray":
        return Problem(Place(), *sentences[answer.met])
    if answer.ray != ray:
        what = f"the cluster at {address} runs Ray {answer.ray}, and this machine {ray}"
        return Problem(Place(), what, f"both must be the same: pip install ray=={ray} there")
    if answer.python.split(".")[:2] != python.split(".")[:2]:
        what = f"the cluster at {address} runs Python {answer.python}, and this machine {python}"
        return Problem(Place(), what, "the first two numbers must be the same")
    return None


def reached(address: Address) -> Answer | None:
    """Say why no connection can be made; nothing if one can."""
    try:
        socket.create_connection((address.host, address.port), REACH_WITHIN).close()
    except socket.gaierror:
        return Answer("unknown host")
    except TimeoutError:
        return Answer("silence")
    except OSError:
        return Answer("nothing")
    return None


def _modes() -> list[str]:
    """Return the ways of Ray to authenticate that are worth trying, in order."""
    if wished := os.environ.get("RAY_AUTH_MODE"):
        return [wished]
    return ["disabled", "token"] if token() else ["disabled"]


def _asked(address: Address, mode: str) -> Answer:
    command = [sys.executable, "-m", "engine.knocking", str(address)]
    environment = {**os.environ, "RAY_AUTH_MODE": mode, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        asked = subprocess.run(command, env=environment, capture_output=True, timeout=ANSWER_WITHIN, check=False)
        return Answer(**json.loads(asked.stdout))
    except (subprocess.TimeoutExpired, ValueError, TypeError):  # it waits for ever, or broke: no head of Ray's
        return Answer("something else")


def _ask(address: str) -> Answer:
    """Ask Ray's head, with the parts that Ray's own commands use; Ray is pinned to one version."""
    from ray._common.usage.usage_lib import get_cluster_metadata
    from ray._private.services import find_node_ids
    from ray._raylet import GcsClient  # type: ignore[attr-defined]  # compiled, and its stub lacks it
    from ray.exceptions import AuthenticationError

    with_token = os.environ.get("RAY_AUTH_MODE") == "token"
    try:
        head = GcsClient(address=address)
        about = get_cluster_metadata(head)
        nodes = {node.hex() for node in head.get_all_node_info(timeout=ANSWER_WITHIN)}
    except AuthenticationError:
        return Answer("wrong token", with_token=with_token)
    shared = nodes & set(find_node_ids())  # type: ignore[no-untyped-call]  # Ray leaves it unannotated
    member = bool(shared)
    return Answer("ray", about["ray_version"], about["python_version"], member, with_token)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_ask(sys.argv[1]))))
