"""Writes pictures as an MP4 or GIF file, for people who want to see what an agent does."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from engine.atomic import write_atomically

GIF_SIDE: Final = 320  # pixels: the longest side of a GIF, which is kept whole in memory until it is written
GIF_RATE: Final = 20.0  # pictures a second: players show none faster


def write(path: Path, pictures: Iterable[NDArray[Any]], rate: float) -> None:
    """Write pictures (H, W, 3), uint8, RGB, all of one size, as a video at `path`, whole or not at all.

    The codec is MPEG-4 Part 2: of those that come with OpenCV's packages the fastest, 1 ms for 600 x 400 pixels. It
    wants even sides, so an odd last row or column is cut off.

    Args:
        path: where the video will lie; folders on the way are made.
        pictures: at least one; they are taken one after the other, and none is kept.
        rate: pictures a second.

    Raises:
        OSError: the disk refused.
        ImportError: OpenCV is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="rlflow-") as folder:
        file = Path(folder) / "whole.mp4"
        count = _encode(file, pictures, rate)
        if _length(file) != count:  # OpenCV says nothing when it cannot write
            raise OSError(f"only {_length(file)} of {count} pictures could be written")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, file.read_bytes())


def write_gif(path: Path, pictures: Iterable[NDArray[Any]], rate: float) -> None:
    """Write pictures as `write` does, as a GIF that plays again and again, and as fast as they were.

    Larger ones lose every n-th pixel, and where there are more than players show, every n-th picture is left out.

    Raises:
        OSError: the disk refused, or there is no picture.
    """
    from PIL import Image

    every = max(1, round(rate / GIF_RATE))
    frames = [Image.fromarray(_smaller(picture)).quantize(64) for picture in islice(pictures, 0, None, every)]
    if not frames:
        raise OSError("there is no picture to write")
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = io.BytesIO()
    pause = round(1000 * every / rate)  # ms
    frames[0].save(whole, "GIF", save_all=True, append_images=frames[1:], duration=pause, loop=0)
    write_atomically(path, whole.getvalue())


def _smaller(picture: NDArray[Any]) -> NDArray[Any]:
    step = -(-max(picture.shape[:2]) // GIF_SIDE)
    return picture[::step, ::step]


def _encode(file: Path, pictures: Iterable[NDArray[Any]], rate: float) -> int:
    import cv2

    writer, count = None, 0
    for picture in pictures:
        height, width = (side - side % 2 for side in picture.shape[:2])
        if writer is None:
            writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), rate, (width, height))
        writer.write(cv2.cvtColor(picture[:height, :width], cv2.COLOR_RGB2BGR))
        count += 1
    if writer is not None:
        writer.release()
    return count


def _length(file: Path) -> int:
    """Return how many pictures can be read from the file."""
    import cv2

    video = cv2.VideoCapture(str(file))
    length = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if video.isOpened() else 0
    video.release()
    return length
