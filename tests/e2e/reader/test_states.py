"""Loading, waiting, failing, and nothing to read."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.component_page import Library
from tests.e2e.opened import again, triggers
from tests.e2e.reader.conftest import Show
from tests.e2e.reader.steps import box, percent, reading, settled, words

# States


def test_a_picture_that_does_not_load_says_so_and_can_be_loaded_again(show: Show, library: Library) -> None:
    library.refuse["/media"] = (400, {})
    page = show()
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    assert "data:image/png" in page.locator(".r-picture").evaluate("node => node.style.backgroundImage")
    library.refuse.clear()
    page.get_by_role("button", name="Load again").click()
    expect(page.locator(".r-picture")).to_have_class(re.compile("is-there"))
    assert triggers(page) == [["renew", True]]


def test_without_text_there_is_only_the_picture(show: Show) -> None:
    page = show(state=None, lines=[])
    expect(page.locator(".r-text")).to_have_count(0)
    stage = box(page.locator(".r-stage"))
    assert stage["width"] > 1100


def test_an_unread_picture_offers_to_be_read(show: Show) -> None:
    page = show(state=None, lines=[], can_request=True)
    page.get_by_role("button", name="Read this picture").click()
    assert triggers(page) == [["request", True]]


def test_the_way_from_queued_over_running_to_the_text_shows_without_losing_the_place(show: Show) -> None:
    page = show(state="queued", lines=[])
    expect(page.get_by_role("status").get_by_text("Waiting to be read")).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    settled(page)
    zoom = percent(page)
    again(page, reading(state="running", seconds_running=7, lines=[]))
    expect(page.get_by_text("7 s")).to_be_visible()
    expect(page.get_by_text("8 s")).to_be_visible()
    again(page, reading())
    expect(words(page, 0)).to_contain_text("The tide had turned")
    assert percent(page) == zoom


def test_a_failed_reading_says_why_and_offers_another(show: Show) -> None:
    page = show(
        state="failed", lines=[], can_request=True, error={"message": "No memory left.", "hint": "Ask ops."}
    )
    expect(page.get_by_role("alert")).to_contain_text("No memory left. Ask ops.")
    page.get_by_role("button", name="Try again").click()
    assert triggers(page) == [["request", True]]


def test_nothing_to_read_is_not_the_same_as_not_read(show: Show) -> None:
    page = show(state="done", lines=[])
    expect(page.get_by_text("No text found")).to_be_visible()


def test_reading_again_keeps_the_old_text_in_sight(show: Show) -> None:
    page = show(state="running", seconds_running=0)
    expect(page.get_by_text("Reading…")).to_be_visible()
    expect(words(page, 0)).to_be_visible()
