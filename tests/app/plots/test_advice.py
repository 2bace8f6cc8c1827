"""What values of a metric are healthy."""

from __future__ import annotations

import pytest

from app.plots.advice import advice_on


@pytest.mark.parametrize(
    "metric",
    [
        "kl", "entropy", "explained_variance", "clip_fraction", "q_mean", "td_error", "policy_lag", "gradient_norm",
    ],
)  # fmt: skip
def test_the_metrics_that_people_ask_about_have_healthy_values_and_a_way_out(metric: str) -> None:
    advice = advice_on(metric)
    assert advice.healthy
    assert advice.do.endswith(".")


def test_the_reporting_node_and_an_ending_do_not_matter() -> None:
    assert advice_on("kl (train_2)") == advice_on("kl_max") == advice_on("kl")
    assert advice_on("klein").healthy == ""
