"""Pictures carry texts, and give back nothing that is damaged or would not fit."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from engine import picture_text
from engine.curve_png import write
from engine.picture_text import GRAPH, text_in, with_text
from engine.return_curve import ReturnCurve

SVG = b'<?xml version="1.0"?>\n<svg width="4" viewBox="0 0 4 4">\n<rect/></svg>'


@pytest.fixture(scope="module")
def png(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("png") / "curve.png"
    write(ReturnCurve(), "nothing yet", path, '{"title": "Übung"}')
    return path.read_bytes()


def test_a_reward_curve_carries_its_graph_and_is_a_picture_still(png: bytes, tmp_path: Path) -> None:
    from matplotlib.image import imread

    assert text_in(png, GRAPH) == '{"title": "Übung"}'
    (tmp_path / "curve.png").write_bytes(png)
    assert imread(tmp_path / "curve.png").shape == (675, 1200, 4)


def test_an_svg_picture_carries_a_text(png: bytes) -> None:
    told = with_text(SVG, "graph", "a < b")
    assert text_in(told, "graph") == "a < b"
    assert told.endswith(b"<rect/></svg>")
    assert text_in(told, "other") is None


def test_what_is_no_picture_carries_nothing() -> None:
    assert text_in(b"", "graph") is None
    assert text_in(SVG, "graph") is None
    with pytest.raises(ValueError, match="neither a PNG nor an SVG"):
        with_text(b"GIF89a", "graph", "{}")


@pytest.mark.parametrize("place", [9, 40, 60, 80])
def test_a_flipped_byte_before_or_in_the_text_is_noticed(png: bytes, place: int) -> None:
    torn = bytearray(png)
    torn[place] ^= 1
    assert text_in(bytes(torn), GRAPH) is None


def test_a_torn_picture_gives_nothing(png: bytes) -> None:
    assert all(text_in(png[:length], GRAPH) is None for length in range(90))


def test_a_text_that_would_unpack_to_more_than_its_limit_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_text(SVG, "graph", "x" * 10_000)
    assert text_in(bomb, "graph") == "x" * 10_000
    monkeypatch.setattr(picture_text, "MOST", 9_999)
    assert text_in(bomb, "graph") is None


def test_a_chunk_that_says_it_is_huge_is_passed_over(png: bytes) -> None:
    kind = b"iTXt" + GRAPH.encode() + picture_text.PACKED
    huge = png[:33] + struct.pack(">I", 2**31 - 1) + kind + zlib.compress(b"{}") + png[33:]
    assert text_in(huge, GRAPH) is None
