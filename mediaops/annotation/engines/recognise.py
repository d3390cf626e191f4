"""From a detected line to its characters: the recognition model of RapidOCR, run line by line.

RapidOCR's own runner answers words without where their spaces were; highlights need to know where
each word ends to a fraction of a letter, so the decoding is done here and keeps every character's place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.network import RECOGNITION, Network
from mediaops.annotation.engines.picture import Pixels

Floats = NDArray[np.float64]

LINE_HEIGHT_PX = 48
MIN_WIDTH_PX = 32
MAX_WIDTH_PX = 3200
"""About 250 letters. A longer crop is a rule or a border, and would cost gigabytes."""
_BLANK = 0


@dataclass(frozen=True)
class Recognised:
    """``at`` holds the middle of every character of ``text`` as a share (0..1) of the crop's width."""

    text: str
    at: Floats
    scores: Floats

    @property
    def score(self) -> float:
        """Mean over the characters, 0 when there are none."""
        return float(self.scores.mean()) if len(self.scores) else 0.0


class Recogniser:
    """Holds the model; ``read`` is called with one crop at a time, so memory stays that of one line."""

    def __init__(self) -> None:
        self._network = Network(RECOGNITION)
        self._characters: list[str] = ["", *self._network.note("character").splitlines(), " "]

    def read(self, crop: Pixels, squeeze: float = 1.0) -> Recognised:
        """A crop (height x width x RGB, text running left to right) as text.

        ``squeeze`` is the width the model sees as a share of the width that keeps the proportions.
        """
        height, width = crop.shape[:2]
        wanted = math.ceil(LINE_HEIGHT_PX * width / height * squeeze)
        wanted = min(MAX_WIDTH_PX, max(MIN_WIDTH_PX, wanted))
        padded = max(LINE_HEIGHT_PX, -(-wanted // 8) * 8)
        scaled = cv2.resize(crop, (wanted, LINE_HEIGHT_PX))[:, :, ::-1]  # the model learnt from BGR
        batch = np.zeros((1, 3, LINE_HEIGHT_PX, padded), dtype=np.float32)
        batch[0, :, :, :wanted] = scaled.transpose(2, 0, 1) * np.float32(2 / 255) - np.float32(1)
        scores = self._network.run(batch)[0]
        return self._decode(scores, padded / wanted)

    def _decode(self, scores: NDArray[np.float32], stretch: float) -> Recognised:
        """CTC, best path: blanks and repeats go; a repeat's place is the middle of its run."""
        best = scores.argmax(axis=1)
        certain = scores[np.arange(len(best)), best]
        begins = np.flatnonzero(np.concatenate([[True], best[1:] != best[:-1]]))
        ends = np.concatenate([begins[1:], [len(best)]])
        keep = best[begins] != _BLANK
        begins, ends = begins[keep], ends[keep]
        indexes: list[int] = best[begins].tolist()
        text = "".join(self._characters[k] for k in indexes)
        at = (begins + ends) / 2 / len(best) * stretch
        return Recognised(text, at, certain[begins].astype(np.float64))
