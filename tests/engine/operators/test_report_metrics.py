"""Report Metrics averages what train results bring and tells it with the counters."""

from __future__ import annotations

import pytest

from engine.events import MetricsReported
from engine.operators.report.report_metrics import ReportMetrics
from tests.engine.operators.pieces import TinyRun, fragment, result, through


def ready(interval: float) -> tuple[ReportMetrics, TinyRun]:
    operator, run = ReportMetrics("report_1", {"interval": interval}), TinyRun()
    operator.provide(run)
    return operator, run


def test_results_within_one_interval_are_reported_as_their_mean() -> None:
    operator, run = ready(interval=1000)
    through(operator, result(kl=0.5), result(kl=0.01), result(kl=0.03, entropy=0.6))
    operator.close()
    values = [event.values for event in run.told if isinstance(event, MetricsReported)]
    assert values == [{"kl": 0.5}, pytest.approx({"kl": 0.02, "entropy": 0.6})]


def test_the_report_says_where_the_run_stood() -> None:
    operator, run = ready(interval=0)
    run.counters.env_steps, run.counters.updates = 2048, 3
    through(operator, result(kl=0.5))
    assert run.told == [MetricsReported(node="report_1", env_steps=2048, seconds=1.5, updates=3, values={"kl": 0.5})]


def test_items_without_metrics_end_here_and_tell_nothing() -> None:
    operator, run = ready(interval=0)
    through(operator, fragment(1, 2))
    operator.close()
    assert run.told == []
