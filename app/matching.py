"""Finds operators and commands by what a person types: fuzzy over title, RLlib's names and description. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from engine.declare import OperatorSpec

EXACT_START, WORD_START, INSIDE, LETTERS = 100, 80, 60, 30  # how good a match is, best first


def ranked(query: str, specs: Iterable[OperatorSpec]) -> tuple[OperatorSpec, ...]:
    """Return the operators that match, best first; all of them, in their order, for an empty query.

    Example: `ranked("concurrently", specs)` starts with Union, whose RLlib name that is.
    """
    if not query.strip():
        return tuple(specs)
    scores = [(score(query, spec), spec) for spec in specs]
    best_first = sorted((pair for pair in scores if pair[0] > 0), key=lambda pair: -pair[0])
    return tuple(spec for _, spec in best_first)


def score(query: str, spec: OperatorSpec) -> float:
    """Say how well an operator matches: 0 if not at all; every word of the query must be found somewhere."""
    words = query.lower().split()
    return min((_word_score(word, spec) for word in words), default=0.0)


def _word_score(word: str, spec: OperatorSpec) -> float:
    title = _text_score(word, spec.title, loosely=True)
    names = 0.9 * _text_score(word, spec.rllib, loosely=False)
    short = 0.9 * _text_score(word, spec.short, loosely=False)
    rest = 0.5 * _text_score(word, f"{spec.section} {spec.summary}", loosely=False)
    return max(title, names, short, rest)


def words_score(query: str, text: str, *, loosely: bool = False) -> float:
    """Say how well a text matches: 0 if not at all; every word of the query must be in it.

    Example: `words_score("exp fig", "Export figure…")` is 80; "exfi" is found by its letters if `loosely`, with 9.
    """
    return min((_text_score(word, text, loosely=loosely) for word in query.lower().split()), default=0.0)


def _text_score(word: str, text: str, *, loosely: bool) -> float:
    text = text.lower()
    if text.startswith(word):
        return EXACT_START
    if any(part.startswith(word) for part in text.split()):
        return WORD_START
    if word in text:
        return INSIDE
    if loosely and len(word) > 1 and _letters_in_order(word, text):
        return LETTERS * len(word) / len(text)
    return 0


def _letters_in_order(word: str, text: str) -> bool:
    """Whether all letters of `word` stand in `text` in that order: `"cb"` in `"concat batches"`."""
    letters = iter(text)
    return all(letter in letters for letter in word)
