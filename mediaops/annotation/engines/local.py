"""The engine that needs no network and no key: RapidOCR's models on this machine, markers by their colour."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.base import EngineFailed, Reading, Source, check_kinds
from mediaops.annotation.engines.passages import find_passages
from mediaops.annotation.engines.picture import Picture, load_picture
from mediaops.annotation.engines.reader import Page, PageReader
from mediaops.annotation.engines.words import outline
from mediaops.annotation.models import HighlightsResult, Kind, Line, OcrResult, Passage, Result, Word
from mediaops.errors import MediaOpsError

Floats = NDArray[np.float64]


class LocalEngine:
    """``ocr`` and ``highlights``. The models load at the first call and stay.

    Calls from several threads take turns: one page already uses every core it may, and two at once
    would need twice the memory.
    """

    name = "local"
    model = "rapidocr-3.10/PP-OCRv6-small"
    prompt_version = "1"
    kinds: frozenset[Kind] = frozenset({"ocr", "highlights"})

    def __init__(self) -> None:
        self._reader: PageReader | None = None
        self._turn = threading.Lock()

    def read(self, source: Source, kinds: Sequence[Kind]) -> Reading:
        """See ``Engine.read``. A picture without text or marks gives empty results."""
        check_kinds(self, kinds)
        with self._turn:
            began = time.perf_counter()
            picture = load_picture(source)
            try:
                results = self._look(picture, kinds)
            except MediaOpsError:
                raise
            except Exception as error:
                raise EngineFailed(f"The local engine could not read this picture: {error}") from error
            return Reading(results, seconds=round(time.perf_counter() - began, 3))

    def _look(self, picture: Picture, kinds: Sequence[Kind]) -> dict[Kind, Result]:
        if self._reader is None:
            self._reader = PageReader()
        page = self._reader.read(picture.pixels)
        lines = _lines(page)
        results: dict[Kind, Result] = {}
        if "ocr" in kinds:
            results["ocr"] = _ocr(picture, page, lines)
        if "highlights" in kinds:
            results["highlights"] = _highlights(picture, page, lines)
        return results


def _ocr(picture: Picture, page: Page, lines: list[Line]) -> OcrResult:
    width, height = _upright_size(picture, page)
    letters = np.array([len(line.text) for line in page.lines], dtype=np.float64)
    scores = np.array([line.score for line in page.lines])
    return OcrResult(
        text="\n".join(line.text for line in lines),
        language=None,
        width=width,
        height=height,
        rotation=page.turned.rotation,
        confidence=round(float(letters @ scores / letters.sum()), 4) if lines else 0.0,
        lines=lines,
    )


def _highlights(picture: Picture, page: Page, lines: list[Line]) -> HighlightsResult:
    width, height = _upright_size(picture, page)
    words = [word for line in lines for word in line.words]
    last = {line.words[-1].id for line in lines}
    passages = [
        Passage(
            color=found.color,
            text=_quote(words, found.words, last),
            polygons=[_points(page, outline) for outline in found.outlines],
            words=found.words,
            confidence=round(found.certainty, 4),
        )
        for found in find_passages(page.turned.pixels, page.lines)
    ]
    return HighlightsResult(
        width=width, height=height, rotation=page.turned.rotation, passages=passages, words=words
    )


def _quote(words: list[Word], ids: list[int], last: set[int]) -> str:
    """The words in one line; a hyphen at a line's end joins, and stays: it may belong to the word."""
    parts: list[str] = []
    for i in ids:
        hyphen = i in last and words[i].text.endswith("-")
        parts += [words[i].text, "" if hyphen else " "]
    return "".join(parts).strip()


def _upright_size(picture: Picture, page: Page) -> tuple[int, int]:
    sideways = page.turned.rotation in (90, 270)
    return (picture.height, picture.width) if sideways else (picture.width, picture.height)


def _lines(page: Page) -> list[Line]:
    lines: list[Line] = []
    count = 0
    for number, line in enumerate(page.lines):
        words = [
            Word(
                id=count + i,
                text=word.text,
                polygon=_points(page, word.quad),
                confidence=round(word.score, 4),
            )
            for i, word in enumerate(line.words)
        ]
        count += len(words)
        lines.append(
            Line(
                id=number,
                text=line.text,
                polygon=_points(page, outline([word.quad for word in line.words])),
                confidence=round(line.score, 4),
                column=line.column,
                words=words,
            )
        )
    return lines


def _points(page: Page, points: Floats) -> list[tuple[float, float]]:
    """Pixels of the levelled page as 0..1 of the upright picture, brought inside it."""
    turned = page.turned
    placed = points @ turned.back[:, :2].T + turned.back[:, 2]
    shares = np.clip(placed / np.array(page.size), 0.0, 1.0)
    return [(round(float(x), 5), round(float(y), 5)) for x, y in shares]
