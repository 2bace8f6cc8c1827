"""Numbers and other values as people read them: `24.3k` env steps, `1:33` minutes, `0.0123`."""

from __future__ import annotations

import json

from pydantic import JsonValue


def count(value: float, digits: int = 4) -> str:
    """Return a count with k or M from a thousand on, to so many digits at most.

    Example: 950 is `"950"`, 24_310 is `"24.31k"`, or with three digits `"24.3k"`, 2_000_000 is `"2M"`, and what has no
    letter any more, as the loss of a policy that diverges, is `"2e+19"`.
    """
    if abs(value) >= 1e12:
        return f"{value:.3g}"
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.{digits}g}{letter}"
    return f"{value:.{digits}g}"


def duration(seconds: float) -> str:
    """Return a time in the units in which people tell it.

    Example: 8.25 is `"8.25 s"`, 93 is `"1:33"`, 7_265 is `"2:01:05"`.
    """
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def figure(value: float) -> str:
    """Return a measured value to four digits, with digits grouped from ten thousand on.

    Example: 482.337 is `"482.3"`, 0.01234 is `"0.01234"`, 123_456.7 is `"123,457"`.
    """
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4g}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e7 else f"{value:.3g}"


def written(value: JsonValue) -> str:
    """Return a parameter's value as it stands in a graph file, and text without its quotes.

    Example: `{"train_1": 2}` is `'{"train_1": 2}'`, and not Python's way to write it; `"all"` is `"all"`.
    """
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
