"""What a cluster's machines lack, or have otherwise than this one, is told by name."""

from __future__ import annotations

from engine.versions import differing

HERE = {"torch": "2.13.0+cpu", "numpy": "2.4.6"}


def test_machines_that_have_the_same_are_no_problem() -> None:
    assert differing({"a": {"torch": "2.13.0+cu126", "numpy": "2.4.6"}}, HERE) == ()


def test_another_version_is_a_warning_that_names_machine_package_and_both_versions() -> None:
    (problem,) = differing({"a": dict(HERE), "b": {"torch": "2.12.0", "numpy": "2.4.6"}}, HERE)
    assert str(problem) == "b has torch 2.12.0, and this machine 2.13.0 (numbers may differ)"
    assert problem.severity == "warning"


def test_missing_packages_are_one_error_with_what_to_type() -> None:
    (problem,) = differing({"b": {"torch": "not installed"}}, HERE)
    assert str(problem) == "b has no torch, numpy (type there: pip install torch==2.13.0 numpy==2.4.6)"
    assert problem.severity == "error"
