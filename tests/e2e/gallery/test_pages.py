"""Further pages come by themselves, stay, and say when they cannot come."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.component_page import Library, card
from tests.e2e.gallery.conftest import Show
from tests.e2e.gallery.steps import focused, tile, to_the_end, to_the_last_page
from tests.e2e.opened import again, late

# Pages


def test_scrolling_brings_the_next_pages_by_key_until_the_end(show: Show, library: Library) -> None:
    page = show()
    expect(page.get_by_role("grid")).to_be_visible()
    to_the_last_page(page)
    expect(page.get_by_text("That is all of them, 150")).to_be_visible()
    asked = [path for path in library.asked if path.startswith("/api/library")]
    assert asked == [
        "/api/library?sort=newest&limit=60&after=60",
        "/api/library?sort=newest&limit=60&after=120",
    ]


def test_a_page_that_fails_says_so_and_retry_brings_it(show: Show, library: Library) -> None:
    library.refuse["/api/library"] = (
        503,
        {
            "error": {
                "code": "unavailable",
                "message": "The library is not answering",
                "hint": "Wait a little.",
            }
        },
    )
    page = show()
    to_the_end(page)
    expect(page.get_by_role("alert")).to_contain_text("The library is not answering")
    expect(page.get_by_role("alert")).to_contain_text("Wait a little.")
    library.refuse.clear()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^(120\+|150) assets$"))).to_be_visible()


def test_the_end_of_the_session_offers_to_sign_in_again(show: Show, library: Library) -> None:
    library.refuse["/api/library"] = (401, {"error": {"code": "not_signed_in", "message": "x", "hint": ""}})
    page = show()
    to_the_end(page)
    expect(page.get_by_role("alert")).to_contain_text("You are signed out")
    expect(page.get_by_role("button", name="Reload")).to_be_visible()


def test_a_rerun_with_the_same_query_keeps_pages_and_place(show: Show, library: Library) -> None:
    page = show()
    to_the_last_page(page)
    expect(tile(page, 149)).to_be_attached()
    before = page.evaluate("document.querySelector('section').scrollTop")
    again(page, library.first())
    expect(tile(page, 149)).to_be_attached()
    assert page.evaluate("document.querySelector('section').scrollTop") == before


def test_a_new_revision_throws_the_pages_away(show: Show, library: Library) -> None:
    page = show()
    to_the_last_page(page)
    expect(tile(page, 149)).to_be_attached()
    again(page, library.first() | {"items": library.cards[:3], "next": None, "revision": 2})
    expect(page.get_by_text("3 assets")).to_be_visible()
    expect(tile(page, 149)).to_have_count(0)


def test_coming_back_to_a_query_shows_the_place_where_it_was_left(show: Show, library: Library) -> None:
    page = show()
    to_the_last_page(page)
    expect(tile(page, 149)).to_be_attached()
    left = page.evaluate("document.querySelector('section').scrollTop")
    looked_at(page)
    page.evaluate("window.leave(); document.querySelector('section').scrollTop = 0")
    again(page, library.first())
    expect(tile(page, 149)).to_be_attached()
    assert page.evaluate("document.querySelector('section').scrollTop") == pytest.approx(left, abs=150)


def looked_at(page: Page) -> None:
    """The gallery has seen where it was scrolled to: it looks once a frame, and draws in the one after it."""
    page.evaluate("""async () => {
      for (let i = 0; i < 5; i += 1) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }""")


def test_a_drawing_that_was_overtaken_and_comes_late_changes_nothing(show: Show, library: Library) -> None:
    found = library.first() | {"items": library.cards[:3], "next": None, "query": {"q": "three"}}
    page = show(**found)
    expect(page.get_by_text("3 assets")).to_be_visible()

    late(page, library.first())

    expect(page.get_by_text("3 assets")).to_be_visible()
    expect(tile(page, 2)).to_be_visible()
    expect(tile(page, 3)).to_have_count(0)


def test_only_tiles_near_the_window_are_in_the_document(show: Show, library: Library) -> None:
    library.cards = [card(number) for number in range(2000)]
    library.page = 2000
    page = show()
    to_the_end(page)
    expect(tile(page, 1999)).to_be_in_viewport()
    assert page.locator("[data-id]").count() < 150
    page.evaluate("document.querySelector('section').scrollTo(0, 0)")
    expect(tile(page, 0)).to_be_in_viewport()


def test_the_focused_tile_survives_being_scrolled_away(show: Show) -> None:
    page = show()
    tile(page, 1).focus()
    to_the_last_page(page)
    expect(tile(page, 1)).not_to_be_in_viewport()
    expect(tile(page, 20)).not_to_be_attached()
    assert focused(page) == "asset-0001"
