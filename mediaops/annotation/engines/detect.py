"""Where the lines of text are: RapidOCR's detection model at the size it was measured at."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess

from mediaops.annotation.engines.network import DETECTION, THREADS, Network
from mediaops.annotation.engines.picture import Pixels

Floats = NDArray[np.float64]

SIDE_PX = 1280
"""Longest side the detector sees: smaller loses lines, larger costs time and splits headings."""
MAX_SIDE_PX = 2560
USUAL_ASPECT = 4 / 3
THIN_PX, GOOD_PX = 16.0, 20.0
"""Lines thinner than ``THIN_PX`` for the detector are looked at again so that they get ``GOOD_PX``."""
MAX_LINES = 2_000


class Detector:
    """Holds the model; safe to call from several threads."""

    def __init__(self) -> None:
        self._network = Network(DETECTION, THREADS)
        self._to_boxes = cast(
            "Callable[[NDArray[np.float32], tuple[int, int]], tuple[NDArray[np.float32], list[float]]]",
            DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True),
        )

    def lines(self, pixels: Pixels) -> Floats:
        """Quads (n x 4 x 2, clockwise from the top left, pixels of ``pixels``) around lines, in no order."""
        longest, shortest = max(pixels.shape[:2]), min(pixels.shape[:2])
        stretch = max(1.0, longest / shortest / USUAL_ASPECT) ** 0.5
        side = int(min(MAX_SIDE_PX, SIDE_PX * stretch))
        quads = self._at(pixels, side)
        if len(quads) == 0 or side >= longest:
            return quads
        thickness = float(np.median(_thickness(quads))) * side / longest
        if thickness >= THIN_PX:
            return quads
        return self._at(pixels, int(min(MAX_SIDE_PX, longest, side * GOOD_PX / thickness)))

    def _at(self, pixels: Pixels, side: int) -> Floats:
        height, width = pixels.shape[:2]
        scale = min(1.0, side / max(height, width))
        # The network halves its input five times.
        size = [max(32, round(edge * scale / 32) * 32) for edge in (width, height)]
        small = cv2.resize(pixels, size)[:, :, ::-1]  # the model learnt from BGR
        batch = small.transpose(2, 0, 1)[None] * np.float32(2 / 255) - np.float32(1)
        heat = self._network.run(batch)
        boxes, scores = self._to_boxes(heat, (height, width))
        if len(boxes) == 0:
            return np.zeros((0, 4, 2))
        best = np.argsort(-np.asarray(scores), kind="stable")[:MAX_LINES]
        return np.asarray(boxes, dtype=np.float64)[np.sort(best)]


def _thickness(quads: Floats) -> Floats:
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return np.minimum(across, down)
