"""A video holds every picture, in its colours, and lies in its folder whole or not at all."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine import videos


def filled(red: int, shape: tuple[int, int] = (48, 64)) -> np.ndarray:
    picture = np.zeros((*shape, 3), np.uint8)
    picture[..., 0] = red
    return picture


def pictures_of(file: Path) -> list[np.ndarray]:
    """The pictures of a video, RGB."""
    video = cv2.VideoCapture(str(file))
    found = []
    while (read := video.read())[0]:
        found.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB))
    return found


def test_pictures_come_back_in_order_and_nearly_in_their_colours(tmp_path: Path) -> None:
    videos.write(tmp_path / "a.mp4", (filled(red) for red in (0, 100, 200)), rate=30)
    means = [picture.mean(axis=(0, 1)) for picture in pictures_of(tmp_path / "a.mp4")]
    assert np.allclose(means, [(0, 0, 0), (100, 0, 0), (200, 0, 0)], atol=6)


def test_an_odd_last_row_or_column_is_cut_off(tmp_path: Path) -> None:
    videos.write(tmp_path / "a.mp4", [filled(9, (49, 65))], rate=30)
    assert [picture.shape for picture in pictures_of(tmp_path / "a.mp4")] == [(48, 64, 3)]


def test_nothing_lies_there_when_the_filming_breaks_off(tmp_path: Path) -> None:
    def breaking():
        yield filled(1)
        raise RuntimeError("the environment broke")

    with pytest.raises(RuntimeError, match="the environment broke"):
        videos.write(tmp_path / "videos" / "a.mp4", breaking(), rate=30)
    assert not list(tmp_path.iterdir())


def test_pictures_that_cannot_be_written_are_missed(tmp_path: Path) -> None:
    changing = [filled(1), filled(2, (96, 64))]  # OpenCV drops a picture of another size without a word
    with pytest.raises(OSError, match="only 1 of 2 pictures could be written"):
        videos.write(tmp_path / "a.mp4", changing, rate=30)
    assert not list(tmp_path.iterdir())


def test_a_gif_holds_the_pictures_at_their_pace_and_none_faster_than_players_show(tmp_path: Path) -> None:
    videos.write_gif(tmp_path / "a.gif", (filled(red, (640, 64)) for red in range(0, 240, 20)), rate=40)
    with Image.open(tmp_path / "a.gif") as gif:
        assert (gif.n_frames, gif.size, gif.info["duration"], gif.info["loop"]) == (6, (32, 320), 50, 0)
        gif.seek(5)
        assert gif.convert("RGB").getpixel((3, 3)) == pytest.approx((200, 0, 0), abs=8)


def test_a_gif_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="there is no picture to write"):
        videos.write_gif(tmp_path / "a.gif", [], rate=30)
