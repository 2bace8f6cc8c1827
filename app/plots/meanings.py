"""What the names of metrics mean, read from the operators' help, where they are explained once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.catalogue import Catalogue


def meanings(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the explanation of each metric: in an operator's help, a name in backquotes and then parentheses.

    Where operators explain a name in different words, each explanation stands on a line of its own, after the titles
    of its operators.

    Example: "`entropy` (nats; falls as the policy grows sure)" explains `entropy`.
    """
    explained = re.compile(r"`(\w+)`\s+\(([^()]+)\)")
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for spec in catalogue.specs:
        for name, text in explained.findall(spec.help):
            found[name][" ".join(text.split())].append(spec.title)
    return {name: _together(texts) for name, texts in found.items()}


def _together(texts: Mapping[str, Sequence[str]]) -> str:
    if len(texts) == 1:
        return next(iter(texts))
    return "\n".join(f"{', '.join(titles)}: {text}" for text, titles in texts.items())
