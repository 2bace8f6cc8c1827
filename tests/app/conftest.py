"""What the studio's tests share: the operators, read once."""

from __future__ import annotations

import pytest

from engine.catalogue import Catalogue, find


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return find()
