"""Lists of seeds as people type them: `1..5`, `1,3,7`, or both."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 2**32 - 1
MOST: Final = 1_000  # runs in one go


def seeds_in(text: str) -> tuple[int, ...]:
    """Return the seeds that a text names, each once, in its order.

    Example: `seeds_in("1..3, 7")` is `(1, 2, 3, 7)`.

    Raises:
        ValueError: it names none, no whole number, one past 4294967295, or more than a thousand; the text says which.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dots, last = part.partition("..")
        start, stop = _seed(first), _seed(last if dots else first)
        if stop < start:
            raise ValueError(f"{part.strip()!r} names no seed: write the smaller one first")
        if stop - start >= MOST or len(seeds) + stop - start >= MOST:
            raise ValueError(f"{part.strip()!r} makes more than {MOST:,} runs")
        seeds |= dict.fromkeys(range(start, stop + 1))
    return tuple(seeds)


def _seed(text: str) -> int:
    digits = text.strip()
    if not (digits.isdecimal() and int(digits) <= LARGEST):
        raise ValueError(f"a seed is a whole number from 0 to {LARGEST}, not {digits!r}; write for example 1..5")
    return int(digits)
