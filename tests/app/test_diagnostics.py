"""A report that can be pasted in public: what failed and where, and nothing about the person or their machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.diagnostics import LINES, diagnostics, shareable
from engine.problems import Place, Problem


def test_a_report_tells_problems_versions_and_the_end_of_the_log() -> None:
    problem = Problem(Place("train_1"), "the loss is not a number", "lower the learning rate")
    report = diagnostics([problem], [f"line {number}" for number in range(100)])
    assert report.startswith("Problems\n- train_1: the loss is not a number (lower the learning rate)\n\nVersions\n")
    assert "- python 3." in report
    last = report.partition("Last log lines\n")[2].splitlines()
    assert last == [f"line {number}" for number in range(100 - LINES, 100)]


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("/home/ann/runs/1/graph.json: broken", "…/graph.json: broken"),
        ('File "/opt/x/a.py", line 3', 'File "…/a.py", line 3'),
        (r"C:\Users\ann\graph.json is gone", "…/graph.json is gone"),
        ("4 / 5 steps/s, train_1/0", "4 / 5 steps/s, train_1/0"),
        ("api_key=abc123, next", "api_key=***, next"),
        ('{"auth_token": "abc123"}', '{"auth_token": ***'),
        ("Authorization: Bearer abc123", "Authorization: ***"),
        ("MY_PASSWORD=abc123 and RAY_AUTH_MODE=token", "MY_PASSWORD=*** and RAY_AUTH_MODE=token"),
        ("https://ann:abc123@host/x", "https://***@host/x"),
    ],
)
def test_paths_lose_their_folders_and_secrets_their_values(text: str, stripped: str) -> None:
    assert shareable(text) == stripped


def test_the_home_folder_is_not_told() -> None:
    assert str(Path.home()) not in shareable(f"{Path.home()}/runs/1 and {Path.home()}")
