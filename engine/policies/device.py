"""Where a learner computes: on the processor, or on a GPU if there is one and the network is worth it."""

from __future__ import annotations

import torch

from engine.machine import INSTEAD, NO_GPU


def device_for(wanted: str, images: bool) -> torch.device:
    """Return the device for a learner that was told `"auto"`, `"cpu"` or `"cuda"`.

    Auto takes a GPU for networks that see images: a small one for vectors steps faster without the way there and back.

    Example: on a machine without a GPU `device_for("auto", images=True)` is the processor.

    Raises:
        ValueError: a GPU is wanted and there is none that torch can use; the text is a sentence.
    """
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise ValueError(f"{NO_GPU}: {INSTEAD}")
    return torch.device("cuda" if wanted == "cuda" or (wanted == "auto" and images and there) else "cpu")
