"""What the names of metrics mean, read from the operators' help, where they are explained once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.catalogue import Catalogue


def meanings(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the explanation of each metric: in an operator's help, a name in backquotes and then parentheses.

    Example: "`entropy` (nats; falls as the policy grows sure)" explains `entropy`.
    """
    explained = re.compile(r"`(\w+)`\s+\(([^()]+)\)")
    return {name: " ".join(text.split()) for spec in catalogue.specs for name, text in explained.findall(spec.help)}
