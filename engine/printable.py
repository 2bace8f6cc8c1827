"""Text from strangers made fit to be shown: nothing stays in it that a screen obeys, hides or turns around."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return `text` with every sign that a terminal would obey, or that nobody sees, written out as Python writes it.

    Lines stay lines. Example: what clears a screen becomes `\x1b[2J`, what turns the writing around `\u202e`.
    """
    return "".join(sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in text)
