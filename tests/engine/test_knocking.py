"""Each way in which a cluster cannot be used is told in words, within seconds."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from engine import knocking
from engine.address import Address
from engine.knocking import Answer, reached, refusal
from engine.problems import MissingDependency

HEAD = Address("head", 6379)


@pytest.fixture(autouse=True)
def no_token_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("answer", "what", "hint"),
    [
        (Answer("unknown host"), "there is no machine called head", "check the name, or give its number"),
        (Answer("nothing"), "nothing listens at head:6379", "start Ray there: ray start --head --port=6379"),
        (Answer("silence"), "head:6379 has not answered within 3 s", "does its firewall let this one through?"),
        (
            Answer("something else"),
            "something listens at head:6379, but it is not the head of a Ray cluster",
            "6379 by default; 8265 is that of its dashboard",
        ),
        (
            Answer("wrong token"),
            "the cluster at head:6379 wants a token, and there is none on this machine",
            "put the one that `ray get-auth-token` prints there into ~/.ray/auth_token here",
        ),
        (
            Answer("ray", ray="2.58.0", python="3.11.7"),
            "the cluster at head:6379 runs Ray 2.58.0, and this machine 2.60.0",
            "both must be the same: pip install ray==2.60.0 there",
        ),
        (
            Answer("ray", ray="2.60.0", python="3.12.1"),
            "the cluster at head:6379 runs Python 3.12.1, and this machine 3.11.7",
            "the first two numbers must be the same",
        ),
    ],
    ids=["unknown host", "nothing", "silence", "something else", "wrong token", "other Ray", "other Python"],
)
def test_what_keeps_a_cluster_from_being_used_is_told(answer: Answer, what: str, hint: str) -> None:
    problem = refusal(answer, HEAD, ray="2.60.0", python="3.11.7")
    assert problem is not None
    assert problem.what == what
    assert hint in problem.hint


def test_a_token_that_is_refused_is_told_by_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("secret")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "mine"))
    problem = refusal(Answer("wrong token", with_token=True), HEAD, "2.60.0", "3.11.7")
    assert problem is not None
    assert problem.what == f"the cluster at head:6379 does not take the token in {tmp_path / 'mine'}"
    assert "secret" not in str(problem)


def test_a_cluster_with_another_last_number_of_python_is_used() -> None:
    assert refusal(Answer("ray", ray="2.60.0", python="3.11.2"), HEAD, "2.60.0", "3.11.7") is None


def test_a_port_where_nothing_listens_and_a_name_that_nobody_has_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert reached(Address("127.0.0.1", port)) is None
    assert reached(Address("127.0.0.1", port)) == Answer("nothing")
    assert reached(Address("no-such-host.invalid")) == Answer("unknown host")


def test_what_listens_and_is_no_ray_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocking, "ANSWER_WITHIN", 0.5)
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = Address("127.0.0.1", listening.getsockname()[1])
        with pytest.raises(MissingDependency, match="it is not the head of a Ray cluster"):
            knocking.knock(address)
