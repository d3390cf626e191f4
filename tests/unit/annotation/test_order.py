"""Reading order over columns, headings, pages that lean, and lines in pieces."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from mediaops.annotation.engines.order import reading_order

Floats = NDArray[np.float64]
Box = tuple[float, float, float]  # left, right, y

PITCH, HEIGHT = 40.0, 34.0


def column(left: float, right: float, count: int = 12, top: float = 200.0) -> list[Box]:
    """Lines as they are set: an indent now and then, a short last line."""
    lines = [(left + (40 if i % 5 == 0 else 0), right, top + PITCH * i) for i in range(count)]
    lines[-1] = (left, left + 0.3 * (right - left), lines[-1][2])
    return lines


def quads(boxes: list[Box], *, turn: float = 0.0, keystone: float = 0.0, height: float = HEIGHT) -> Floats:
    corners = np.array(
        [
            [(x0, y - height / 2), (x1, y - height / 2), (x1, y + height / 2), (x0, y + height / 2)]
            for x0, x1, y in boxes
        ]
    )
    corners[..., 0] += keystone * (corners[..., 0] - 600) * (corners[..., 1] - 600) / 600
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return corners @ np.array([[cos, sin], [-sin, cos]])


def order(boxes: list[Box], **photo: float) -> list[int]:
    """The order found for shuffled boxes, as indexes of the boxes given."""
    mixed = random.Random(1).sample(range(len(boxes)), len(boxes))
    rows = reading_order(quads(boxes, **photo)[mixed])
    return [mixed[part] for row in rows for part in row.parts]


def test_nothing_has_no_order() -> None:
    assert reading_order(np.zeros((0, 4, 2))) == []


def test_one_column_is_read_from_top_to_bottom() -> None:
    boxes = column(100, 1100)
    assert order(boxes) == list(range(len(boxes)))


@pytest.mark.parametrize(
    "photo", [{}, {"turn": 6.0}, {"turn": -4.0, "keystone": 0.04}, {"keystone": -0.05}], ids=str
)
def test_two_columns_are_read_one_after_the_other_however_the_photo_leans(photo: dict[str, float]) -> None:
    boxes = column(100, 580, 20) + column(600, 1100, 20, top=210)
    assert order(boxes, **photo) == list(range(40))


def test_three_columns() -> None:
    boxes = column(100, 380) + column(420, 700) + column(740, 1020)
    assert order(boxes) == list(range(36))


def test_head_and_foot_frame_the_columns() -> None:
    head = [(100.0, 180.0, 90.0), (900.0, 1100.0, 92.0)]
    body = column(100, 580) + column(620, 1100)
    foot = [(580.0, 620.0, 200 + 14 * PITCH)]
    boxes = head + body + foot
    assert order(boxes) == list(range(len(boxes)))


def test_a_head_over_the_right_column_alone_comes_first() -> None:
    boxes = [(700.0, 1000.0, 90.0), *column(100, 580), *column(620, 1100)]
    assert order(boxes) == list(range(len(boxes)))


def test_a_heading_across_both_columns_parts_what_is_above_from_what_is_below() -> None:
    above = column(100, 580, 8) + column(620, 1100, 8)
    heading = [(350.0, 850.0, 200 + 9 * PITCH)]
    below = column(100, 580, 8, top=200 + 11 * PITCH) + column(620, 1100, 8, top=200 + 11 * PITCH)
    boxes = above + heading + below
    assert order(boxes) == list(range(len(boxes)))


def test_a_longer_left_column_is_finished_before_the_right_one_begins() -> None:
    boxes = column(100, 580, 16) + column(620, 1100, 7)
    assert order(boxes) == list(range(23))


def test_the_left_page_of_a_spread_comes_before_the_head_of_the_right_one() -> None:
    left = [(100.0, 400.0, 90.0), *column(100, 800, 15)]
    right = [(1000.0, 1300.0, 60.0), *column(1000, 1700, 15, top=180)]
    assert order(left + right) == list(range(32))


def test_pieces_of_one_line_come_together() -> None:
    boxes = column(100, 1100, 4)
    x0, x1, y = boxes[1]
    rows = reading_order(quads([boxes[0], (700, x1, y + 4), boxes[2], boxes[3], (x0, 690, y - 3)]))
    assert [row.parts for row in rows] == [[0], [4, 1], [2], [3]]


def test_numbers_beside_the_lines_are_no_column() -> None:
    boxes: list[Box] = []
    for i in range(8):
        boxes += [(100, 130, 200 + PITCH * i), (150, 1100, 200 + PITCH * i)]
    assert order(boxes) == list(range(16))


def test_the_rows_know_their_column() -> None:
    rows = reading_order(quads(column(100, 580) + column(620, 1100)))
    assert [row.column for row in rows] == [0] * 12 + [1] * 12
