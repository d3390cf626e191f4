"""How well a page was read, against the truth that stands beside it.

CER and WER are Levenshtein distances over the length of the truth, after folding quote styles, dashes and
spaces; a hyphen at a line's end joins. A marked word counts as found when its middle lies in a polygon of
any highlight. A passage is compared with the most similar answer, each used once, case and spaces ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

Points = Sequence[Sequence[float]]


@dataclass(frozen=True)
class PageScore:
    """``found``, ``false`` and ``missed`` count marked words; the rest but cer and wer count passages."""

    cer: float
    wer: float
    found: int
    false: int
    missed: int
    passages: int
    exact: int
    coloured: int
    extra: int

    @property
    def extra_on_clean(self) -> int:
        """Passages on a page that has none."""
        return 0 if self.passages else self.extra


def fold(text: str) -> str:
    """The text with one style of quotes, dashes and spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[\u2018\u2019\u201b\u0060\u00b4\u2032]", "'", text)
    text = re.sub("[\u201c\u201d\u201e\u2033]", '"', text).replace("''", '"')
    text = re.sub(r"\s*[-\u2010-\u2015\u2212]+\s*", "-", text).replace("\u2026", "...")
    return re.sub(r"\s+", " ", text).strip()


def character_errors(truth: str, read: str) -> float:
    """CER: 0 is perfect, 1 and more useless."""
    truth, read = fold(truth), fold(read)
    return Levenshtein.distance(truth, read) / max(1, len(truth))


def word_errors(truth: str, read: str) -> float:
    """WER; the parts of a hyphenated word count as words."""
    a, b = (fold(text).replace("-", " ").split() for text in (truth, read))
    return Levenshtein.distance(a, b) / max(1, len(a))


def is_inside(x: float, y: float, polygon: Points) -> bool:
    """Whether the point lies in the polygon (even-odd rule)."""
    inside, j = False, len(polygon) - 1
    for i, (xi, yi) in enumerate(polygon):
        xj, yj = polygon[j]
        if (yi > y) != (yj > y) and x < (xj - xi) * (y - yi) / (yj - yi) + xi:
            inside = not inside
        j = i
    return inside


def similarity(a: str, b: str) -> float:
    """0..1, case and spaces ignored."""
    return Levenshtein.normalized_similarity(_bare(a), _bare(b))


def score_page(truth: Mapping[str, Any], text: str, highlights: Sequence[Mapping[str, Any]]) -> PageScore:
    """``highlights`` have ``color``, ``text`` and ``polygons`` (0..1), as the command line prints them."""
    found, false, missed = _words(truth, [polygon for mark in highlights for polygon in mark["polygons"]])
    left = list(highlights)
    exact = coloured = 0
    for passage in truth["highlights"]:
        best = max(left, key=lambda mark: similarity(passage["text"], mark["text"]), default=None)
        close = similarity(passage["text"], best["text"]) if best else 0.0
        exact += close == 1
        if best and close >= 0.5:
            coloured += best["color"] == passage["color"]
            left.remove(best)
    return PageScore(
        cer=character_errors(truth["text"], text),
        wer=word_errors(truth["text"], text),
        found=found,
        false=false,
        missed=missed,
        passages=len(truth["highlights"]),
        exact=exact,
        coloured=coloured,
        extra=len(left),
    )


def sum_up(scores: Sequence[PageScore]) -> dict[str, float]:
    """Means over pages for CER and WER, over all words and passages for the rest."""
    total = {name: sum(asdict(score)[name] for score in scores) for name in asdict(scores[0])}
    precision = total["found"] / max(1, total["found"] + total["false"])
    recall = total["found"] / max(1, total["found"] + total["missed"])
    passages = max(1, total["passages"])
    return {
        "pages": len(scores),
        "cer": total["cer"] / len(scores),
        "wer": total["wer"] / len(scores),
        "word_precision": precision,
        "word_recall": recall,
        "word_f1": 2 * precision * recall / max(1e-9, precision + recall),
        "passages": total["passages"],
        "exact": total["exact"] / passages,
        "colour_right": total["coloured"] / passages,
        "extra_passages": total["extra"],
        "extra_on_clean_pages": sum(score.extra_on_clean for score in scores),
    }


def _words(truth: Mapping[str, Any], polygons: Sequence[Points]) -> tuple[int, int, int]:
    marked = {word for passage in truth["highlights"] for word in passage["words"]}
    found = false = missed = 0
    for word in truth["words"]:
        x = sum(point[0] for point in word["quad"]) / 4 / truth["width"]
        y = sum(point[1] for point in word["quad"]) / 4 / truth["height"]
        seen = any(is_inside(x, y, polygon) for polygon in polygons)
        found += seen and word["id"] in marked
        false += seen and word["id"] not in marked
        missed += not seen and word["id"] in marked
    return found, false, missed


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", fold(text).lower())
