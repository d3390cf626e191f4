"""Zoom and pan by wheel, mouse, keys and fingers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.component_page import Library
from tests.e2e.opened import again
from tests.e2e.reader.conftest import Show
from tests.e2e.reader.steps import (
    ACTIVE,
    HEIGHT,
    WIDTH,
    box,
    page_picture,
    percent,
    polygon,
    reading,
    settled,
    words,
)

# Zoom and pan


def test_the_wheel_zooms_to_the_cursor(show: Show) -> None:
    page = show()
    target = box(polygon(page, 1))
    at = (target["x"] + target["width"] / 2, target["y"] + target["height"] / 2)
    page.mouse.move(*at)
    for _ in range(4):
        page.mouse.wheel(0, -120)
    page.wait_for_function("document.getElementById('host').shadowRoot.querySelector('.is-fitted') === null")
    after = box(polygon(page, 1))
    assert after["width"] > target["width"] * 1.5
    assert after["y"] < at[1] < after["y"] + after["height"]


def test_the_wheel_scrolls_the_page_when_the_picture_cannot_get_smaller(show: Show) -> None:
    page = show(height_css="1400px")
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 300)
    page.wait_for_function("document.querySelector('section').scrollTop > 100")


def test_dragging_moves_the_picture_and_clicks_nothing(show: Show) -> None:
    page = show()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    before = settled(page)
    at = box(page.locator(".r-stage"))
    page.mouse.move(at["x"] + 300, at["y"] + 300)
    page.mouse.down()
    page.mouse.move(at["x"] + 240, at["y"] + 220, steps=6)
    page.mouse.up()
    after = settled(page)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-60, -80), abs=1)
    page.mouse.move(5, 5)
    expect(page.locator("polygon.is-active")).to_have_count(0)


def test_keys_zoom_move_and_fit(show: Show) -> None:
    page = show()
    fitted = settled(page)
    page.locator(".r-stage").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("+")
    zoomed = settled(page)
    assert zoomed["width"] > fitted["width"] * 2
    page.keyboard.press("ArrowDown")
    assert settled(page)["y"] == pytest.approx(zoomed["y"] - 80, abs=1)
    page.keyboard.press("1")
    settled(page)
    assert percent(page) == 100
    page.keyboard.press("0")
    assert settled(page)["width"] == pytest.approx(fitted["width"], abs=1)
    page.keyboard.press("-")
    assert settled(page)["width"] == pytest.approx(fitted["width"], abs=1)


def test_a_double_click_zooms_in_and_out(show: Show) -> None:
    page = show()
    fitted = settled(page)
    page.locator(".r-stage").dblclick(position={"x": 300, "y": 200})
    assert settled(page)["width"] > fitted["width"] * 1.8
    page.locator(".r-stage").dblclick(position={"x": 300, "y": 200})
    assert settled(page)["width"] == pytest.approx(fitted["width"], abs=1)


def test_two_fingers_pinch(show: Show) -> None:
    page = show(phone=True)
    before = settled(page)
    at = box(page.locator(".r-stage"))
    middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    client = page.context.new_cdp_session(page)

    def touch(kind: str, apart: float) -> None:
        fingers = [
            {"x": middle[0] - apart, "y": middle[1], "id": 0},
            {"x": middle[0] + apart, "y": middle[1], "id": 1},
        ]
        points = [] if kind == "touchEnd" else fingers
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 30)
    for apart in (40, 60, 80, 100):
        touch("touchMove", apart)
    touch("touchEnd", 0)
    assert settled(page)["width"] > before["width"] * 2


def test_zoom_and_place_survive_a_rerun_and_another_asset_starts_fresh(show: Show) -> None:
    page = show()
    page.get_by_role("button", name="Zoom in").click()
    zoomed = settled(page)
    again(page, reading(image_url="/media/page?token=new"))
    assert settled(page) == zoomed
    again(page, reading(asset="other"))
    assert settled(page)["width"] < zoomed["width"]


def test_the_same_picture_signed_anew_is_not_fetched_again(show: Show, library: Library) -> None:
    page = show()
    expect(page.locator(".r-picture")).to_have_class(re.compile("is-there"))
    again(page, reading(image_url="/media/page?token=new"))
    words(page, 1).hover()
    expect(polygon(page, 1)).to_have_class(ACTIVE)
    assert library.asked == ["/media/page"]


def test_a_sharper_picture_comes_when_someone_looks_closely(show: Show, library: Library) -> None:
    library.pictures["full"] = page_picture()
    page = show(full_url="/media/full", width=2 * WIDTH, height=2 * HEIGHT)
    expect(page.locator(".r-picture")).to_have_class(re.compile("is-there"))
    assert library.asked == ["/media/page"]
    page.locator(".r-stage").focus()
    page.keyboard.press("1")
    expect(page.locator("img.r-sharper")).to_be_visible()
    expect(page.locator("img.r-sharper")).to_have_js_property("naturalWidth", WIDTH)
    assert library.asked == ["/media/page", "/media/full"]
