"""Picture and text belong together: pointing, choosing, copying, passages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.reader.conftest import Show
from tests.e2e.reader.steps import (
    ACTIVE,
    HEIGHT,
    WIDTH,
    WORDS,
    box,
    line,
    percent,
    polygon,
    settled,
    top_of,
    words,
)

# Picture and text


def test_pointing_at_a_line_of_text_shows_it_in_the_picture(show: Show) -> None:
    page = show()
    words(page, 2).hover()
    expect(polygon(page, 2)).to_have_class(ACTIVE)
    expect(polygon(page, 1)).not_to_have_class(ACTIVE)


def test_pointing_at_the_picture_shows_the_line_in_the_text(show: Show) -> None:
    page = show()
    polygon(page, 3).hover()
    expect(words(page, 3)).to_have_class(ACTIVE)


def test_lines_lie_where_they_are_in_the_picture_at_every_zoom(show: Show) -> None:
    page = show()
    for _ in range(3):
        plane = settled(page)
        at = box(polygon(page, 4))
        assert at["y"] == pytest.approx(plane["y"] + top_of(4) * plane["height"], abs=2)
        assert at["width"] == pytest.approx(0.8 * plane["width"], abs=3)
        page.get_by_role("button", name="Zoom in").click()


def test_a_click_in_the_text_brings_the_line_into_sight_and_near(show: Show) -> None:
    page = show()
    before = percent(page)
    words(page, 5).click()
    settled(page)
    assert percent(page) > before
    stage = box(page.locator(".r-stage"))
    at = box(polygon(page, 5))
    assert stage["y"] <= at["y"]
    assert at["y"] + at["height"] <= stage["y"] + stage["height"]
    assert at["width"] <= stage["width"]


def test_a_click_in_the_picture_chooses_the_line_in_the_text(show: Show) -> None:
    page = show(lines=[line(number % 6, id=number) for number in range(60)])
    page.mouse.move(5, 5)
    polygon(page, 58).click()
    page.mouse.move(5, 5)
    expect(words(page, 58)).to_have_class(ACTIVE)
    expect(words(page, 58)).to_be_in_viewport()


def test_arrows_walk_through_the_lines(show: Show) -> None:
    page = show()
    words(page, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(words(page, 2)).to_be_focused()
    expect(polygon(page, 2)).to_have_class(ACTIVE)


def test_marking_words_with_the_mouse_does_not_jump(show: Show) -> None:
    page = show()
    before = percent(page)
    at = box(words(page, 1).locator(".r-words"))
    page.mouse.move(at["x"] + 25, at["y"] + 8)
    page.mouse.down()
    page.mouse.move(at["x"] + 160, at["y"] + 8, steps=5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().length") > 5
    assert percent(page) == before


def test_unsure_lines_are_marked_in_both(show: Show) -> None:
    page = show(lines=[line(0), line(1, confidence=0.41)])
    expect(polygon(page, 1)).to_have_class(re.compile("is-unsure"))
    expect(words(page, 1)).to_have_attribute("title", "41 % sure")
    expect(polygon(page, 0)).not_to_have_class(re.compile("is-unsure"))
    expect(page.get_by_text("1 unsure")).to_be_visible()


def test_the_overlay_can_be_switched_off_and_on(show: Show) -> None:
    page = show()
    page.get_by_role("button", name="Show lines").click()
    expect(polygon(page, 0)).to_have_count(0)
    page.get_by_role("button", name="Show lines").click()
    expect(polygon(page, 0)).to_have_count(1)


def test_a_picture_that_was_read_lying_is_shown_upright(show: Show) -> None:
    page = show(image_url="/media/lying", width=HEIGHT, height=WIDTH, rotation=90)
    plane = settled(page)
    assert plane["height"] > plane["width"]
    picture = box(page.locator(".r-picture"))
    assert picture["width"] == pytest.approx(plane["width"], abs=1)
    assert picture["height"] == pytest.approx(plane["height"], abs=1)


def test_answers_from_beyond_the_picture_do_no_harm(show: Show) -> None:
    page = show(
        lines=[line(0, polygon=[[-3, 0.5], [9, 0.5], [9, 0.6]], text="<b>x</b>"), line(1, polygon=[])]
    )
    expect(page.get_by_text("<b>x</b>")).to_be_visible()
    plane = settled(page)
    assert box(polygon(page, 0))["width"] <= plane["width"] + 4
    words(page, 1).click()


# Copying


def test_the_whole_text_and_a_line_can_be_copied(show: Show) -> None:
    page = show()
    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(WORDS)
    words(page, 1).hover()
    words(page, 1).get_by_role("button", name="Copy").click()
    page.wait_for_function("text => navigator.clipboard.readText().then((t) => t === text)", arg=WORDS[1])


# Passages


def test_passages_stand_beside_the_text_and_are_found_both_ways(show: Show) -> None:
    passage = {"color": "pink", "text": "Eleven, said the harbour master", "polygons": [line(4)["polygon"]]}
    page = show(highlights=[passage])
    page.get_by_role("tab", name="Passages").click()
    words(page, 0).hover()
    expect(page.locator("g.r-passage")).to_have_class(ACTIVE)
    page.get_by_role("tab", name="Text").click()
    page.locator("g.r-passage").click()
    expect(page.get_by_role("tab", name="Passages")).to_have_attribute("aria-selected", "true")
    expect(words(page, 0)).to_contain_text("Eleven")


# Phone


def test_on_a_phone_the_text_stands_below_the_picture(show: Show) -> None:
    page = show(phone=True)
    stage, text = box(page.locator(".r-stage")), box(page.locator(".r-text"))
    assert text["y"] >= stage["y"] + stage["height"] - 1
    assert stage["width"] <= 390
    assert page.evaluate("document.querySelector('section').scrollWidth") <= 390
