"""Texts that a picture carries unseen, so that a plot can give back the graph that made it.

PNG files keep them in compressed iTXt chunks (PNG specification, third edition, 11.3.3.4), SVG files in `metadata`
elements. Whoever reads is strict: a picture may come from anybody, so nothing is taken that is not whole, and nothing
that would unpack to more than `MOST` bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

GRAPH: Final = "rl-flow-graph"  # the key of the text of a graph file
MOST: Final = 4 * 1024 * 1024  # bytes of one text
PNG: Final = b"\x89PNG\r\n\x1a\n"
HEADER: Final = 25  # bytes of the chunk that comes first in each PNG
PACKED: Final = b"\0\1\0\0\0"  # ends the key; compressed, by zlib, without language or translated key


def with_text(picture: bytes, key: str, text: str) -> bytes:
    """Return the PNG or SVG with a text under `key`, an ASCII word.

    Example: `text_in(with_text(png, "graph", "{}"), "graph")` is `"{}"`.

    Raises:
        ValueError: it is neither.
    """
    packed = zlib.compress(text.encode(), 9)
    if picture.startswith(PNG):
        place = len(PNG) + HEADER
        return picture[:place] + _chunk(b"iTXt", key.encode() + PACKED + packed) + picture[place:]
    start = re.search(rb"<svg\b[^>]*>", picture)
    if start is None:
        raise ValueError("this is neither a PNG nor an SVG picture")
    element = f'\n<metadata id="{key}">{base64.b64encode(packed).decode()}</metadata>'.encode()
    return picture[: start.end()] + element + picture[start.end() :]


def text_in(picture: bytes, key: str) -> str | None:
    """Return the text that the picture carries under `key`; None if there is none, or it is damaged or too large."""
    packed = _in_png(picture, key) if picture.startswith(PNG) else _in_svg(picture, key)
    try:
        return None if packed is None else _unpacked(packed).decode()
    except (zlib.error, ValueError):
        return None


def _in_png(picture: bytes, key: str) -> bytes | None:
    start = key.encode() + PACKED
    texts = (body for kind, body in _chunks(picture) if kind == b"iTXt")
    return next((body.removeprefix(start) for body in texts if body.startswith(start)), None)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give kind and body of each whole chunk, up to the first that is not."""
    place = len(PNG)
    while place + 12 <= len(picture):
        length = int.from_bytes(picture[place : place + 4])
        kind, body = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        if picture[place : place + 12 + length] != _chunk(kind, body):
            return
        yield kind, body
        place += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _in_svg(picture: bytes, key: str) -> bytes | None:
    """Look for the element alone: to read all of a stranger's XML is asking for trouble."""
    found = re.search(rb'<metadata id="%s">([A-Za-z0-9+/=\s]*)</metadata>' % re.escape(key.encode()), picture)
    try:
        return base64.b64decode(found[1]) if found else None
    except binascii.Error:
        return None


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(packed, MOST)
    if not unpacking.eof:
        raise ValueError("the text is cut off, or too large")
    return text
