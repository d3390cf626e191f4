"""What a vision model said, laid over what the local engine saw: its texts get the places of printed words.

The model reads better, the local engine knows where. A text that stands nowhere among the printed words may
be right all the same (handwriting, another script), or made up: it stays, unsure, so that a person looks at
it first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediaops.annotation.engines.places import Found, Polygon, Words
from mediaops.annotation.engines.prompts import AnsweredPassage, HighlightsAnswer, OcrAnswer
from mediaops.annotation.engines.words import outline
from mediaops.annotation.models import HighlightsResult, Line, OcrResult, Passage, Word

AGREED, DIFFERS, NOWHERE = 0.99, 0.7, 0.3
"""How sure a word is that both read alike, that both read but not alike, and that only the model saw."""
PASSAGE_AGREED, PASSAGE_PARTLY, PASSAGE_ALONE, PASSAGE_NOWHERE = 0.97, 0.75, 0.55, 0.1
WHOLE: Polygon = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def text_of(answer: OcrAnswer, seen: OcrResult) -> OcrResult:
    """The model's lines with the polygons of the words that the local engine saw."""
    words = [word for line in seen.lines for word in line.words]
    line_of = {word.id: line for line in seen.lines for word in line.words}
    page, taken, after, count = Words([word.text for word in words]), set[int](), 0, 0
    lines: list[Line] = []
    for answered in answer.lines:
        text = " ".join(answered.text.split())
        if not text:
            continue
        found = page.find(text.split(), taken, after)
        if found is None:
            lines.append(_unplaced(len(lines), text))
            continue
        taken.update(found.places)
        after = found.places[-1] + 1
        placed = _words(text.split(), found, words, count)
        count += len(placed)
        column = line_of[words[found.places[0]].id].column
        lines.append(_line(len(lines), text, placed, column, seen))
    lines = _between(lines)
    letters = [len(line.text) for line in lines]
    sure = [line.confidence for line in lines]
    return OcrResult(
        text="\n".join(line.text for line in lines),
        language=(answer.language or "")[:35] or None,
        width=seen.width,
        height=seen.height,
        rotation=seen.rotation,
        confidence=round(float(np.average(sure, weights=letters)), 4) if lines else 0.0,
        lines=lines,
    )


def highlights_of(answer: HighlightsAnswer, seen: HighlightsResult, lines: OcrResult) -> HighlightsResult:
    """The model's passages with the words they cover. ``lines``: the local engine's."""
    page, taken, after = Words([word.text for word in seen.words]), set[int](), 0
    line_of = {word.id: line.id for line in lines.lines for word in line.words}
    passages: list[Passage] = []
    for answered in answer.passages:
        text = " ".join(answered.text.split())
        if not text:
            continue
        found = page.find(text.split(), taken, after)
        if found is None:
            passages.append(
                Passage(color=answered.color, text=text, polygons=[WHOLE], confidence=PASSAGE_NOWHERE)
            )
            continue
        places = _run(found.places, len(text.split()))
        taken.update(places)
        after = places[-1] + 1
        passages.append(_passage(answered, text, [seen.words[i] for i in places], seen, line_of))
    return HighlightsResult(
        width=seen.width,
        height=seen.height,
        rotation=seen.rotation,
        passages=passages,
        words=seen.words,
    )


def _run(places: list[int], length: int) -> list[int]:
    """A passage has no holes; places too far apart to be one are left as they are."""
    whole = list(range(places[0], places[-1] + 1))
    return whole if len(whole) <= 1.5 * length + 3 else places


def _passage(
    answered: AnsweredPassage,
    text: str,
    words: Sequence[Word],
    seen: HighlightsResult,
    line_of: dict[int, int],
) -> Passage:
    ids = [word.id for word in words]
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(line_of.get(word.id, -1), []).append(word)
    best = max(seen.passages, key=lambda local: _shared(ids, local.words), default=None)
    shared = _shared(ids, best.words) if best else 0.0
    # The local engine measures colours; the model names them.
    color = best.color if best and shared >= 0.5 else answered.color
    sure = PASSAGE_AGREED if shared >= 0.8 else PASSAGE_PARTLY if shared > 0 else PASSAGE_ALONE
    polygons = [_around([word.polygon for word in row], seen) for row in rows.values()]
    return Passage(color=color, text=text, polygons=polygons, words=ids, confidence=sure)


def _shared(one: Sequence[int], other: Sequence[int]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 0.0


def _words(text: Sequence[str], found: Found, words: Sequence[Word], count: int) -> list[Word]:
    """A word for each of the model's; one that stands nowhere is beside its neighbour."""
    placed: list[Word] = []
    nearest = next(places for places in found.at if places)
    for i, said in enumerate(text):
        places = found.at[i]
        nearest = places or nearest
        quads = [words[place].polygon for place in nearest]
        polygon = quads[0] if len(quads) == 1 else [*quads[0][:1], *quads[-1][1:3], *quads[0][3:]]
        alike = found.same[i] and said == words[places[0]].text
        sure = AGREED if alike else DIFFERS if places else NOWHERE
        placed.append(Word(id=count + i, text=said, polygon=_slice(polygon, found.share[i]), confidence=sure))
    return placed


def _slice(polygon: Polygon, share: tuple[float, float]) -> Polygon:
    """The part of a word's quad that a share of its letters fills."""
    if share == (0.0, 1.0) or len(polygon) != 4:
        return polygon
    (a, b, c, d), (start, end) = polygon, share
    return [_along(a, b, start), _along(a, b, end), _along(d, c, end), _along(d, c, start)]


def _along(one: tuple[float, float], other: tuple[float, float], at: float) -> tuple[float, float]:
    return (one[0] + (other[0] - one[0]) * at, one[1] + (other[1] - one[1]) * at)


def _line(number: int, text: str, words: list[Word], column: int, seen: OcrResult) -> Line:
    letters = [len(word.text) for word in words]
    sure = float(np.average([word.confidence for word in words], weights=letters))
    polygon = _around([word.polygon for word in words], seen)
    return Line(id=number, text=text, polygon=polygon, confidence=round(sure, 4), column=column, words=words)


def _around(polygons: Sequence[Polygon], size: OcrResult | HighlightsResult) -> Polygon:
    scale = np.array([size.width, size.height], dtype=np.float64)
    quads = [np.array(polygon) * scale for polygon in polygons if len(polygon) == 4]
    if not quads:
        return polygons[0]
    return [(float(x), float(y)) for x, y in np.clip(outline(quads) / scale, 0, 1)]


def _unplaced(number: int, text: str) -> Line:
    return Line(id=number, text=text, polygon=WHOLE, confidence=NOWHERE, words=[])


def _between(lines: list[Line]) -> list[Line]:
    """Lines that stand nowhere get the room between their neighbours, one below the other."""
    done: list[Line] = []
    i = 0
    while i < len(lines):
        if lines[i].words:
            done.append(lines[i])
            i += 1
            continue
        end = next((j for j in range(i, len(lines)) if lines[j].words), len(lines))
        top = max(y for _, y in done[-1].polygon) if done else 0.0
        bottom = min(y for _, y in lines[end].polygon) if end < len(lines) else 1.0
        if bottom - top < 0.005:  # the next one stands in another column
            top, bottom = (min(y for _, y in done[-1].polygon) if done else 0.0), max(top, 0.005)
        step = (bottom - top) / (end - i)
        for k, line in enumerate(lines[i:end]):
            low, high = top + k * step, top + (k + 1) * step
            box: Polygon = [(0.0, low), (1.0, low), (1.0, high), (0.0, high)]
            column = done[-1].column if done else 0
            done.append(line.model_copy(update={"polygon": box, "column": column}))
        i = end
    return done
