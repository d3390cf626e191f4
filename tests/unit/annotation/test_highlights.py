"""Marked passages: which words, which colour, and what is no marker at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mediaops.annotation.engines.passages import MarkedPassage, find_passages
from tests.unit.annotation.painted import COFFEE, HEIGHT_PX, MARKERS, WORDS_A_LINE, PaintedPage


def passages(page: PaintedPage) -> list[tuple[str, list[int]]]:
    return [(found.color, found.words) for found in find(page)]


def find(page: PaintedPage) -> list[MarkedPassage]:
    return find_passages(page.pixels(), page.lines())


@pytest.mark.parametrize("color", MARKERS)
def test_each_colour_has_its_name(color: str) -> None:
    page = PaintedPage()
    page.mark(range(10, 14), MARKERS[color])
    assert passages(page) == [(color, [10, 11, 12, 13])]


@pytest.mark.parametrize("color", MARKERS)
@pytest.mark.parametrize("lamp", [(1.0, 0.86, 0.62), (0.82, 0.92, 1.0)], ids=["warm", "cold"])
def test_lamp_light_changes_no_colour(color: str, lamp: tuple[float, float, float]) -> None:
    page = PaintedPage()
    page.mark(range(10, 14), MARKERS[color])
    page.tint(np.array(lamp))
    assert passages(page) == [(color, [10, 11, 12, 13])]


def test_light_that_is_warm_on_one_side_and_cold_on_the_other() -> None:
    page = PaintedPage()
    page.mark(range(1, 4), MARKERS["yellow"])
    page.mark(range(60, 63), MARKERS["blue"])
    across = np.linspace(-0.5, 0.5, page.shape[1])[None, :, None]
    page.tint(1 + across * np.array([0.16, 0.0, -0.2]))
    assert passages(page) == [("yellow", [1, 2, 3]), ("blue", [60, 61, 62])]


def test_a_shadow_over_half_the_page_is_no_marker() -> None:
    page = PaintedPage()
    page.mark(range(10, 14), MARKERS["green"])
    page.light[:, page.shape[1] // 2 :] *= 0.55
    assert passages(page) == [("green", [10, 11, 12, 13])]


def test_a_passage_goes_on_over_lines() -> None:
    page = PaintedPage()
    page.mark(range(5, 8), MARKERS["pink"])
    page.mark(range(8, 16), MARKERS["pink"])
    page.mark(range(16, 18), MARKERS["pink"])
    (found,) = find(page)
    assert found.words == list(range(5, 18))
    assert len(found.outlines) == 3


def test_two_colours_side_by_side_are_two_passages() -> None:
    page = PaintedPage()
    page.mark(range(8, 12), MARKERS["yellow"])
    page.mark(range(12, 15), MARKERS["pink"])
    assert passages(page) == [("yellow", [8, 9, 10, 11]), ("pink", [12, 13, 14])]


def test_a_bare_word_parts_two_passages() -> None:
    page = PaintedPage()
    page.mark(range(8, 11), MARKERS["blue"])
    page.mark(range(12, 15), MARKERS["blue"])
    assert [words for _, words in passages(page)] == [[8, 9, 10], [12, 13, 14]]


@pytest.mark.parametrize(("share", "last"), [(0.3, 11), (0.75, 12)])
def test_a_word_is_marked_if_more_than_half_of_it_is(share: float, last: int) -> None:
    page = PaintedPage()
    page.mark(range(9, 13), MARKERS["orange"], share=share)
    assert passages(page) == [("orange", list(range(9, last + 1)))]


def test_a_faint_marker_counts_but_less_certainly() -> None:
    page = PaintedPage()
    page.mark(range(9, 13), (1.0, 0.86, 0.9))
    page.mark(range(33, 37), MARKERS["pink"])
    faint, strong = find(page)
    assert (faint.color, faint.words) == ("pink", [9, 10, 11, 12])
    assert faint.certainty < 0.8 < strong.certainty


def test_a_page_that_is_marked_all_over_still_has_a_paper_colour() -> None:
    page = PaintedPage()
    for first in range(0, page.count, WORDS_A_LINE):
        page.mark(range(first, first + WORDS_A_LINE), MARKERS["yellow"])
    assert passages(page) == [("yellow", list(range(page.count)))]


def test_nothing_is_marked_on_a_clean_page() -> None:
    assert passages(PaintedPage()) == []


def test_coffee_is_no_marker() -> None:
    page = PaintedPage()
    page.blot((page.shape[1] // 2, page.shape[0] // 2), 130, COFFEE)
    assert passages(page) == []


@pytest.mark.parametrize("color", [(0.75, 0.1, 0.12), (0.1, 0.4, 0.25), (0.95, 0.45, 0.05)], ids=str)
def test_a_coloured_heading_is_no_marker(color: tuple[float, float, float]) -> None:
    page = PaintedPage()
    for word in range(2, 6):
        page.write(word, color)
    assert passages(page) == []


def test_light_letters_on_a_coloured_ground_are_no_marker() -> None:
    page = PaintedPage()
    ground = np.array([0.16, 0.43, 0.7])
    left, top, _, bottom = page.box(2)
    page.light[top - 12 : bottom + 12, left - 40 : page.box(5)[2] + 40] = ground
    for word in range(2, 6):
        red, green, blue = 0.98 / ground
        page.write(word, (float(red), float(green), float(blue)))
    assert passages(page) == []


@pytest.mark.parametrize("overshoots", [False, True])
def test_a_thick_coloured_letter_is_no_marker_unless_its_colour_goes_on_beside_it(overshoots: bool) -> None:
    page = PaintedPage()
    left, top, right, bottom = page.box(12)
    beside = 8 if overshoots else 0
    page.light[top:bottom, left - beside : right + beside] *= np.array(MARKERS["pink"])
    lines = page.lines()
    word = lines[1].words[4]
    lines[1].words[4] = replace(word, text="I")
    found = find_passages(page.pixels(), lines)
    assert [passage.words for passage in found] == ([[12]] if overshoots else [])


@pytest.mark.parametrize("color", [(0.7, 0.1, 0.1), (0.2, 0.2, 0.7)], ids=["red", "blue"])
def test_a_pen_underline_is_no_marker(color: tuple[float, float, float]) -> None:
    page = PaintedPage()
    page.underline(range(17, 23), color)
    assert passages(page) == []


def test_a_sticky_tab_at_the_margin_is_no_marker() -> None:
    page = PaintedPage()
    page.light[100:150, -40:] = MARKERS["pink"]
    assert passages(page) == []


def test_no_words_no_passages() -> None:
    assert find_passages(np.zeros((50, 50, 3), dtype=np.uint8), []) == []


def test_the_outlines_lie_around_the_words() -> None:
    page = PaintedPage()
    page.mark(range(9, 12), MARKERS["green"])
    (outline,) = find(page)[0].outlines
    left, top, _, _ = page.box(9)
    assert outline.min(axis=0).tolist() == [left, top]
    assert outline.max(axis=0).tolist() == [page.box(11)[2], top + HEIGHT_PX]
