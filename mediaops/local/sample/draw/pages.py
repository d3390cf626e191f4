"""Photos of book pages together with what an engine should read from them."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaops.local.sample.content import Book
from mediaops.local.sample.draw import camera, marks
from mediaops.local.sample.draw.canvas import Drawn, Random
from mediaops.local.sample.draw.marks import MARKERS, Mark
from mediaops.local.sample.draw.typeset import Page, Word, spread, typeset

Truth = dict[str, Any]


@dataclass(frozen=True)
class PhotoOfPage:
    """The photo, and the ``ocr`` and ``highlights`` results that are true of it."""

    drawn: Drawn
    ocr: Truth
    highlights: Truth


def photo_of_page(
    r: Random, size: tuple[int, int], book: Book, start: int, number: int, how: str, marked: int
) -> PhotoOfPage:
    """``how`` is "single", "opening" (of a chapter) or "spread"; ``marked`` passages carry highlighter."""
    page = typeset(r, book, start, number, opening=how == "opening")
    if how == "spread":
        following = typeset(r, book, (start + 2) % len(book.paragraphs), number + 1, opening=False)
        page = spread(page, following)
    passages = _written_on(r, page, marked)
    width, height = size
    bound = 0.5 if how == "spread" else float(number % 2 == 0)
    view = camera.shot(r, (page.pixels.shape[1], page.pixels.shape[0]), size, _margin(r, how), bound)
    ground = camera.wood(r, width, height) if r.random() < 0.55 else camera.cloth(r, width, height)
    pixels = camera.photograph(r, page.pixels, view, ground)
    ocr = _ocr(r, page, view, size)
    words = [word for line in ocr["lines"] for word in line["words"]]
    highlights = _highlights(passages, page, words, view, size)
    return PhotoOfPage(Drawn(pixels, _alt(book, number, how, passages)), ocr, highlights)


def _margin(r: Random, how: str) -> float:
    return float(r.uniform(-0.04, 0.03) if r.random() < 0.45 and how != "spread" else r.uniform(0.05, 0.15))


def _written_on(r: Random, page: Page, marked: int) -> list[Mark]:
    colors = [str(color) for color in r.permutation(np.array(list(MARKERS)))[: 1 + int(r.integers(0, 3))]]
    passages = marks.passages(r, page, marked, colors)
    marks.highlight(r, page, passages)
    if r.random() < 0.4:
        marks.underline(r, page, marks.passages(r, page, 1, ["yellow"]))
    if passages and r.random() < 0.5:
        marks.margin_note(r, page, passages[int(r.integers(len(passages)))])
    if passages and r.random() < 0.35:
        marks.tabs(r, page, passages[:2])
    return passages


def _alt(book: Book, number: int, how: str, passages: list[Mark]) -> str:
    where = f"pages {number} and {number + 1}" if how == "spread" else f"page {number}"
    text = f"Photo of {where} of {book.title} by {book.author}"
    if not passages:
        return f"{text}, unmarked."
    colors = sorted({mark.color for mark in passages})
    return f"{text}, passages highlighted in {' and '.join(colors)}."


Box = tuple[float, float, float, float]


def _polygons(view: camera.Shot, size: tuple[int, int], boxes: list[Box], steps: int) -> list[Any]:
    """Boxes on the flat page as polygons in 0..1 of the photo; ``steps`` points along each long side."""
    if not boxes:
        return []
    known = np.array(boxes, dtype=np.float64)
    share = np.linspace(0, 1, steps)
    x = known[:, :1] + (known[:, 2:3] - known[:, :1]) * share
    there = np.stack([x, np.repeat(known[:, 1:2], steps, axis=1)], axis=2)
    back = np.stack([x[:, ::-1], np.repeat(known[:, 3:4], steps, axis=1)], axis=2)
    flat = np.concatenate([there, back], axis=1)
    seen: NDArray[np.float64] = view.points(flat.reshape(-1, 2)) / np.array(size, dtype=np.float64)
    polygons: Any = np.round(np.clip(seen, 0, 1), 4).reshape(flat.shape).tolist()
    return polygons


def _ocr(r: Random, page: Page, view: camera.Shot, size: tuple[int, int]) -> Truth:
    flat = [word for row in page.rows for word in row.words]
    sure = np.round(r.uniform(0.93, 0.999, len(flat)), 3).tolist()
    at = _polygons(view, size, [(word.left, word.top, word.right, word.bottom) for word in flat], 2)
    words = [
        {"id": number, "text": word.text, "polygon": at[number], "confidence": sure[number]}
        for number, word in enumerate(flat)
    ]
    around = _polygons(view, size, [_row_box(row.words) for row in page.rows], 4)
    lines: list[dict[str, Any]] = []
    start = 0
    for index, row in enumerate(page.rows):
        end = start + len(row.words)
        lines.append(
            {
                "id": index,
                "text": row.text,
                "polygon": around[index],
                "confidence": round(sum(sure[start:end]) / (end - start), 3),
                "column": row.column,
                "words": words[start:end],
            }
        )
        start = end
    text = "\n".join(row.text for row in page.rows)
    mean = round(sum(sure) / len(sure), 3)
    return _frame(size) | {"text": text, "language": "en", "confidence": mean, "lines": lines}


def _row_box(words: tuple[Word, ...]) -> Box:
    return words[0].left - 2, words[0].top - 1, words[-1].right + 2, words[-1].bottom + 1


def _highlights(
    passages: list[Mark], page: Page, words: list[Truth], view: camera.Shot, size: tuple[int, int]
) -> Truth:
    texts = [word.text for row in page.rows for word in row.words]
    found = [
        {
            "color": mark.color,
            "text": " ".join(texts[number] for number in mark.words),
            "polygons": _polygons(view, size, list(mark.boxes), 4),
            "words": list(mark.words),
            "confidence": 0.97,
        }
        for mark in passages
    ]
    text = "\n".join(str(passage["text"]) for passage in found)
    return _frame(size) | {"passages": found, "words": words, "text": text}


def _frame(size: tuple[int, int]) -> Truth:
    return {"version": 1, "width": size[0], "height": size[1], "rotation": 0}
