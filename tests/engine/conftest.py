"""One Ray for all tests of the engine that need one: starting it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.cluster import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A local Ray, started at its first use and ended with the test session."""
    cluster = Cluster()
    yield cluster
    cluster.stop()
