"""Reading order: which printed lines belong to one column, and which column comes first.

Works on quads of lines as a detector gives them (pixels, clockwise from the top left), in no order.
Photos of pages lean: the page is turned level and its leaning edges made vertical before columns are
looked for, because a gutter between columns is often narrower than the lean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_COLUMN_LINES = 3
"""Fewer lines side by side are no columns but a table row, a folio or a broken line."""
CROSSING_SHARE = 0.2
"""Lines that may lie across a gutter (headings, captions) as a share of all."""
GUTTER_HEIGHTS = 0.15
"""A gutter is at least this many line heights wide (the boxes are a little wider than the ink)."""
PAGES_HEIGHTS = 3.0
"""What lies further apart than this many line heights are two pages, not two columns."""
COLUMN_HEIGHTS = 4.0
"""What is narrower than this many line heights is no column but numbering beside the lines."""
LOOSE_PITCHES = 1.45
"""A line this many pitches away from the next one stands apart: a running head or a folio."""
MAX_DEPTH = 6


@dataclass(frozen=True)
class Row:
    """One printed line: indexes of the quads it is made of, left to right, and its column's number."""

    parts: list[int]
    column: int


@dataclass(frozen=True)
class _Boxes:
    """Lines as upright boxes on a levelled page; ``y`` is the middle of a line."""

    left: Floats
    right: Floats
    y: Floats
    height: Floats

    def pitch(self, ids: list[int]) -> float:
        """Usual distance from a line to the next one below it."""
        steps: list[float] = []
        for i in ids:
            below = [
                self.y[j] - self.y[i]
                for j in ids
                if self.y[j] - self.y[i] > 0.5 * self.height[i] and _overlap(self, i, j) > 0.3
            ]
            if below:
                steps.append(min(below))
        return float(np.median(steps)) if steps else float(np.median(self.height[ids])) * 1.5


def reading_order(quads: Floats) -> list[Row]:
    """Rows in the order a person reads them; ``quads`` is n x 4 x 2."""
    if len(quads) == 0:
        return []
    rows: list[Row] = []
    for number, column in enumerate(_split(quads, list(range(len(quads))), 0)):
        boxes = _level(quads[column])
        rows += [Row([column[i] for i in parts], number) for parts in _rows(boxes, list(range(len(column))))]
    return rows


def _level(quads: Floats, *, upright: bool = True) -> _Boxes:
    """Turn the page level, then take the lean out of its left and right edges."""
    left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
    along = right - left
    length = np.hypot(along[:, 0], along[:, 1])
    angle = _weighted_median(np.arctan2(along[:, 1], along[:, 0]), length)
    cos, sin = np.cos(-angle), np.sin(-angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    left, right = left @ turn.T, right @ turn.T
    height = (
        np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1) + np.linalg.norm(quads[:, 2] - quads[:, 1], axis=1)
    ) / 2
    y = (left[:, 1] + right[:, 1]) / 2
    boxes = _Boxes(left[:, 0], right[:, 0], y, height)
    if not upright:
        return boxes
    slope, base, centre = _lean(boxes)

    def straight(x: Floats) -> Floats:
        return x - (base + slope * x) * (y - centre)

    return _Boxes(straight(boxes.left), straight(boxes.right), y, height)


def _lean(boxes: _Boxes) -> tuple[float, float, float]:
    """How many pixels the page's verticals move sideways per pixel down, as ``base + slope * x``.

    Measured on edges that stand several lines below each other: between neighbours a lean is less
    than the rounding of the boxes.
    """
    centre = float(boxes.y.mean())
    down = boxes.y[None, :] - boxes.y[:, None]
    height = boxes.height[:, None]
    under = (down > 3 * height) & (down < 12 * height)
    x: list[Floats] = []
    s: list[Floats] = []
    for edge in (boxes.left, boxes.right):
        aside = edge[None, :] - edge[:, None]
        i, j = np.nonzero(under & (np.abs(aside) < 0.6 * height) & (np.abs(aside) < 0.2 * down))
        x.append(edge[i])
        s.append((aside / np.where(under, down, 1.0))[i, j])
    at, sideways = np.concatenate(x), np.concatenate(s)
    if len(at) < 20:
        return 0.0, 0.0, centre
    slope, base = 0.0, float(np.median(sideways))
    for _ in range(4):  # indents and ragged edges are outliers: fit again without them
        off = np.abs(sideways - base - slope * at)
        keep = off <= 1.5 * np.median(off) + 1e-6
        if float(np.ptp(at[keep])) > 0:
            slope, base = (float(v) for v in np.polyfit(at[keep], sideways[keep], 1))
    return slope, base, centre


def _split(quads: Floats, lines: list[int], depth: int) -> list[list[int]]:
    """Columns in reading order, each a list of lines.

    Every part is levelled anew: the two pages of a spread lean each its own way.
    """
    if depth == MAX_DEPTH or len(lines) < 2 * MIN_COLUMN_LINES:
        return [lines]
    ids = list(range(len(lines)))
    # Pages first, before their leans are taken for one.
    boxes = _level(quads[lines], upright=False)
    gutter = _gutter(boxes, ids)
    head: list[int] = []
    foot: list[int] = []
    if gutter is None or not _is_between_pages(boxes, ids, gutter):
        boxes = _level(quads[lines])
        gutter = _gutter(boxes, ids)
        if gutter is None:
            return [lines]
        head, ids, foot = _apart(boxes, ids)
    columns: list[list[int]] = [head] if head else []
    for band, spanning in _bands(boxes, ids, gutter):
        middle = (boxes.left + boxes.right) / 2
        for side in ([i for i in band if middle[i] < gutter], [i for i in band if middle[i] >= gutter]):
            if side:
                parts = _split(quads, [lines[i] for i in side], depth + 1)
                columns += [[lines.index(i) for i in part] for part in parts]
        columns += [[i] for i in spanning]
    columns += [foot] if foot else []
    return [[lines[i] for i in column] for column in columns]


def _bands(boxes: _Boxes, ids: list[int], gutter: float) -> Iterator[tuple[list[int], list[int]]]:
    """From top to bottom: lines on either side of the gutter, then the line across it that ends them."""
    crossing = sorted((i for i in ids if _crosses(boxes, i, gutter)), key=lambda i: float(boxes.y[i]))
    rest = [i for i in ids if i not in crossing]
    for line in crossing:
        yield [i for i in rest if boxes.y[i] < boxes.y[line]], [line]
        rest = [i for i in rest if boxes.y[i] >= boxes.y[line]]
    yield rest, []


def _gutter(boxes: _Boxes, ids: list[int]) -> float | None:
    """Where a column ends and the next begins, or None if the lines are one column."""
    if len(ids) < 2 * MIN_COLUMN_LINES:
        return None
    height = float(np.median(boxes.height[ids]))
    edges = np.sort(np.concatenate([boxes.left[ids], boxes.right[ids]]))
    found: list[tuple[int, float, float]] = []
    for x in np.unique((edges[1:] + edges[:-1]) / 2):
        width = _gutter_width(boxes, ids, float(x), height)
        if width:
            found.append((sum(_crosses(boxes, i, float(x)) for i in ids), -width, float(x)))
    # Fewest lines across it first: within a column, beside its indents, a gap may measure wider.
    return min(found)[2] if found else None


def _gutter_width(boxes: _Boxes, ids: list[int], x: float, height: float) -> float:
    """Width of the gap around ``x`` if it parts two columns, else 0."""
    left = [i for i in ids if boxes.right[i] <= x]
    right = [i for i in ids if boxes.left[i] >= x]
    crossing = len(ids) - len(left) - len(right)
    if min(len(left), len(right)) < MIN_COLUMN_LINES or crossing > CROSSING_SHARE * len(ids):
        return 0.0
    begin = max(boxes.y[left].min(), boxes.y[right].min())
    end = min(boxes.y[left].max(), boxes.y[right].max())
    beside = [
        [i for i in side if begin - height / 2 <= boxes.y[i] <= end + height / 2] for side in (left, right)
    ]
    if min(len(side) for side in beside) < MIN_COLUMN_LINES:
        return 0.0
    # Of the edges, a quantile: one fragment or stain must not close the gap.
    inner_left = float(np.quantile(boxes.right[beside[0]], 0.9))
    inner_right = float(np.quantile(boxes.left[beside[1]], 0.1))
    narrow = min(float(np.median(boxes.right[side] - boxes.left[side])) for side in (beside[0], beside[1]))
    gap = inner_right - inner_left
    if gap < GUTTER_HEIGHTS * height or narrow < COLUMN_HEIGHTS * height:
        return 0.0
    return gap


def _is_between_pages(boxes: _Boxes, ids: list[int], gutter: float) -> bool:
    """Pages side by side: read the left one to its end, running heads included."""
    if any(_crosses(boxes, i, gutter) for i in ids):
        return False
    left = max(float(boxes.right[i]) for i in ids if boxes.right[i] <= gutter)
    right = min(float(boxes.left[i]) for i in ids if boxes.left[i] >= gutter)
    return right - left > PAGES_HEIGHTS * float(np.median(boxes.height[ids]))


def _apart(boxes: _Boxes, ids: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Running heads above and folios below, which stand apart from the columns between them."""
    pitch = boxes.pitch(ids)
    rest = sorted(ids, key=lambda i: float(boxes.y[i]))
    head: list[int] = []
    foot: list[int] = []
    for taken, line_at in ((head, 0), (foot, -1)):
        for _ in range(3):
            edge = float(boxes.y[rest[line_at]])
            row = [i for i in rest if abs(boxes.y[i] - edge) < 0.6 * pitch]
            others = [i for i in rest if i not in row]
            if len(row) > 3 or len(others) < 2 * MIN_COLUMN_LINES:
                break
            away = min(abs(float(boxes.y[i] - boxes.y[j])) for i in row for j in others)
            if away < LOOSE_PITCHES * pitch:
                break
            taken += row
            rest = others
    return head, rest, foot


def _rows(boxes: _Boxes, ids: list[int]) -> list[list[int]]:
    """Lines of one column from top to bottom; pieces of one line come together, left to right."""
    rows: list[list[int]] = []
    for i in sorted(ids, key=lambda k: float(boxes.y[k])):
        for row in rows[-2:]:
            if all(_same_row(boxes, i, j) for j in row):
                row.append(i)
                break
        else:
            rows.append([i])
    return [sorted(row, key=lambda i: float(boxes.left[i])) for row in rows]


def _same_row(boxes: _Boxes, i: int, j: int) -> bool:
    close = abs(float(boxes.y[i] - boxes.y[j])) < 0.45 * min(boxes.height[i], boxes.height[j])
    apart = min(boxes.right[i], boxes.right[j]) - max(boxes.left[i], boxes.left[j])
    return close and apart < 0.5 * min(boxes.height[i], boxes.height[j])


def _overlap(boxes: _Boxes, i: int, j: int) -> float:
    """How much of the narrower of two lines lies under or over the other, 0..1."""
    shared = min(boxes.right[i], boxes.right[j]) - max(boxes.left[i], boxes.left[j])
    narrower = min(boxes.right[i] - boxes.left[i], boxes.right[j] - boxes.left[j])
    return float(shared / max(narrower, 1e-6))


def _crosses(boxes: _Boxes, i: int, x: float) -> bool:
    return bool(boxes.left[i] < x < boxes.right[i])


def _weighted_median(values: Floats, weights: Floats) -> float:
    by_size = np.argsort(values)
    mass = np.cumsum(weights[by_size])
    return float(values[by_size][np.searchsorted(mass, mass[-1] / 2)])
