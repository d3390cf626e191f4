"""Which way the lines run, and the way back from a turned picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.upright import direction, level, upside_down

Floats = NDArray[np.float64]
WIDTH, HEIGHT = 600, 400


def lines_at(degrees: float, count: int = 6) -> Floats:
    """Quads of lines that lean clockwise by ``degrees``, clockwise from the top left as a detector answers."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    quads: list[Floats] = []
    for i in range(count):
        y = 30.0 * i
        corners = np.array([(0, y), (300, y), (300, y + 20), (0, y + 20)], dtype=np.float64) @ turn
        by_x = corners[np.argsort(corners[:, 0])]
        left, right = by_x[:2][np.argsort(by_x[:2, 1])], by_x[2:][np.argsort(by_x[2:, 1])]
        quads.append(np.array([left[0], right[0], right[1], left[1]]))
    return np.array(quads)


@pytest.mark.parametrize("degrees", [-40, -10, 0, 3, 30, 60, 90, 120])
def test_the_direction_of_the_lines(degrees: float) -> None:
    assert direction(lines_at(degrees)) == pytest.approx(degrees, abs=0.5)


def test_no_lines_have_no_direction() -> None:
    assert direction(np.zeros((0, 4, 2))) == 0


def test_boxes_as_high_as_wide_tell_nothing() -> None:
    squares = np.array([[(0, 0), (20, 0), (20, 20), (0, 20)]] * 3, dtype=np.float64)
    assert direction(squares) == 0


def picture() -> Pixels:
    """Black with one white spot at (450, 100)."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    pixels[97:104, 447:454] = 255
    return pixels


def spot(pixels: Pixels) -> Floats:
    rows, columns = np.nonzero(pixels[..., 0] > 128)
    return np.array([columns.mean(), rows.mean(), 1.0])


def test_level_lines_leave_the_picture_alone() -> None:
    pixels = picture()
    turned, quads = level(pixels, lambda _: lines_at(2))
    assert turned.pixels is pixels
    assert turned.rotation == 0
    assert len(quads) == 6


@pytest.mark.parametrize(("degrees", "rotation"), [(30, 0), (-40, 0), (90, 270), (65, 270), (120, 270)])
def test_the_way_back_leads_to_the_same_spot(degrees: float, rotation: int) -> None:
    answers = iter([lines_at(degrees), lines_at(0)])
    turned, _ = level(picture(), lambda _: next(answers))
    assert turned.rotation == rotation
    upright = np.rot90(picture(), -(rotation // 90))
    assert turned.back @ spot(turned.pixels) == pytest.approx(spot(np.asarray(upright))[:2], abs=1.5)


@pytest.mark.parametrize("degrees", [0, 30, 90, 120])
def test_half_a_turn_more_finds_its_way_back_too(degrees: float) -> None:
    answers = iter([lines_at(degrees), lines_at(0)])
    turned, _ = level(picture(), lambda _: next(answers))
    flipped = upside_down(turned)
    assert flipped.rotation == (turned.rotation + 180) % 360
    upright = np.rot90(picture(), -(flipped.rotation // 90))
    assert flipped.back @ spot(flipped.pixels) == pytest.approx(spot(np.asarray(upright))[:2], abs=2)
