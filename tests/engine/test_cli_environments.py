"""`rlflow environments`: what people and the studio read of it."""

from __future__ import annotations

import json
import sys

import gymnasium
import pytest

from engine.__main__ import main


class Chatty(gymnasium.Env[int, int]):
    """An environment that greets on standard output."""

    observation_space = gymnasium.spaces.Discrete(3)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self) -> None:
        sys.stdout.write("hello from the author\n")


def test_the_list_names_what_is_missing_beside_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["environments"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "Classic control",
        "  Acrobot-v1  CartPole-v1  MountainCar-v0  MountainCarContinuous-v0  Pendulum-v1",
    ]
    assert any(line.startswith("Classic, several agents") for line in lines)
    assert max(map(len, lines)) <= 100


def test_one_environment_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["environments", "Pendulum-v1"]) == 0
    assert capsys.readouterr().out == (
        "Pendulum-v1 (Classic control)\n"
        "  sees vector of 3 (float32): -1 to 1, -1 to 1, -8 to 8\n"
        "  does vector of 1 (float32): -2 to 2\n"
        "at most 200 env steps an episode\n"
    )


def test_an_environment_is_made_with_the_arguments_that_it_shall_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["environments", "FrozenLake-v1", "--kwargs", '{"map_name": "8x8"}']) == 0
    assert "sees one of 64\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kwargs", "said"),
    [
        ('{"colour": "red"}', "'colour': 'red'}) (look at its keyword arguments)\n"),
        ("{colour", "error: --kwargs: not valid JSON: "),
        ("[8]", """--kwargs: keyword arguments are a JSON object (write for example '{"map_name": "8x8"}')\n"""),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(kwargs: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["environments", "FrozenLake-v1", "--kwargs", kwargs]) != 0
    assert said in capsys.readouterr().err


def test_as_json_each_line_is_an_object_whatever_an_environment_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = gymnasium.envs.registration.EnvSpec("Chatty-v0", Chatty)
    monkeypatch.setitem(gymnasium.registry, "Chatty-v0", spec)
    assert main(["environments", "Chatty-v0", "--json"]) == 0
    told = capsys.readouterr()
    first, last = (json.loads(line) for line in told.out.splitlines())
    assert first["seats"] == last["seats"] == [{"agents": [], "observations": "one of 3", "actions": "one of 2"}]
    assert (first["no_picture"], last["no_picture"]) == ("", "Chatty-v0 cannot draw itself: it renders as nothing")
    assert "hello from the author" in told.err


@pytest.mark.parametrize(
    ("env_id", "said"),
    [
        ("CartPol-v1", "did you mean CartPole-v1?"),
        ("os:Nothing-v0", "names a module to import"),
        ("GymV26Environment-v0", "would make any other"),
    ],
)
def test_an_id_that_a_graph_may_not_name_is_refused(
    env_id: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["environments", env_id, "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert said in f"{problem['what']} ({problem['hint']})"
