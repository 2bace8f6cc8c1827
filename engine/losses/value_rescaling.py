"""Values on a compressed scale, so that one step size fits small returns and large ones, without clipping rewards."""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.losses.q_learning import Floats

SLOPE: Final = np.float32(1e-3)  # keeps the scale invertible; the value of Kapturowski et al. 2019


def rescaled(value: Floats) -> Floats:
    """Return h(x) = sign(x) (sqrt(|x| + 1) - 1) + x / 1000, of any shape.

    Pohlen et al. 2018 (arXiv 1805.11593, proposition A.1), as R2D2 uses it. Example: 3 becomes 1.003; 99, 9.099.
    """
    scaled: Floats = np.sign(value) * (np.sqrt(np.abs(value) + 1) - 1) + SLOPE * value
    return scaled


def restored(value: Floats) -> Floats:
    """Return h^-1(x), of any shape: sign(x) (((sqrt(1 + 4e (|x| + 1 + e)) - 1) / (2e))^2 - 1) with e = 1/1000.

    Computed in double precision, since the root's difference from 1 is small. Example: 1.003 becomes 3.
    """
    size, slope = np.abs(value.astype(np.float64)), float(SLOPE)
    root = (np.sqrt(1 + 4 * slope * (size + 1 + slope)) - 1) / (2 * slope)
    return (np.sign(value) * (root * root - 1)).astype(np.float32)
