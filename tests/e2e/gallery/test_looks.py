"""Pictures, badges, the table and the states of the whole gallery."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.component_page import Library, card, eventually
from tests.e2e.gallery.conftest import Show
from tests.e2e.gallery.steps import focused, selected, state, tile
from tests.e2e.opened import again, triggers

# Pictures and words


def test_pictures_fade_in_over_their_placeholder(show: Show) -> None:
    page = show()
    picture = tile(page, 0).locator(".g-pic")
    expect(picture).to_have_class(re.compile("is-there"))
    assert picture.evaluate("node => node.style.backgroundImage") == ""


def test_a_picture_that_is_missing_keeps_its_placeholder_and_asks_once_for_a_new_url(
    show: Show, library: Library
) -> None:
    library.cards[0] = card(0, thumb_url="/gone/0", card_url=None)
    library.cards[1] = card(1, thumb_url="/gone/1", card_url=None)
    page = show()
    expect(tile(page, 0).get_by_title("Picture missing")).to_be_visible()
    assert "data:image/png" in tile(page, 0).locator(".g-pic").evaluate("node => node.style.backgroundImage")
    first_page = "/api/library?sort=newest&limit=60"
    eventually(lambda: first_page in library.asked)
    assert library.asked.count(first_page) == 1


def test_an_ended_url_is_replaced_by_a_fresh_one(show: Show, library: Library) -> None:
    stale = library.cards[0] | {"thumb_url": "/gone/0?token=old", "card_url": None}
    page = show(items=[stale, *library.cards[1:60]])
    expect(tile(page, 0).locator(".g-pic")).to_have_class(re.compile("is-there"))


def test_tiles_say_how_their_asset_is(show: Show, library: Library) -> None:
    library.cards[:9] = [
        card(0, link_count=3),
        card(1, annotation_state="running"),
        card(2, annotation_state="failed"),
        card(3, state="processing", thumb_url=None, card_url=None),
        card(4, state="trashed"),
        card(5, kind="video", duration=75.2),
        card(6, kind="sound", duration=3.4, thumb_url=None, card_url=None, title="A voice"),
        card(7, has_text=True, text_checked=False),
        card(8, has_text=True, text_checked=True),
    ]
    page = show(density="large")
    for number, words in (
        (0, "Used in 3 places"),
        (1, "Being read now"),
        (2, "Reading failed"),
        (3, "Being processed"),
        (4, "In the trash"),
        (5, "Video, 1:15"),
        (6, "Sound, 0:03"),
        (7, "Its text was read, but nobody checked it yet"),
        (8, "Its text was read and checked"),
    ):
        expect(tile(page, number).get_by_title(words)).to_be_visible()
    expect(tile(page, 6).get_by_text("A voice")).to_be_visible()


def test_a_fresh_state_of_one_item_shows_without_new_pages(show: Show, library: Library) -> None:
    page = show()
    expect(tile(page, 1)).to_be_visible()
    again(page, library.first(patches=[{"id": "asset-0001", "annotation_state": "running"}]))
    expect(tile(page, 1).get_by_title("Being read now")).to_be_visible()


def test_words_from_people_are_text_and_never_markup(show: Show, library: Library) -> None:
    library.cards[0] = card(0, title='<img src=x onerror="window.hacked=1"><b>bold</b>')
    page = show()
    tile(page, 0).hover()
    expect(tile(page, 0).get_by_text("<b>bold</b>")).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_nothing_found_says_what_the_page_wants_said(show: Show) -> None:
    page = show(items=[], next=None, empty={"title": "Nothing matches", "hint": "Try fewer words."})
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(page.get_by_text("Try fewer words.")).to_be_visible()


def test_loading_and_failing_do_not_look_like_nothing_found(show: Show, library: Library) -> None:
    page = show(items=[], next=None, loading=True)
    expect(page.get_by_label("Loading assets")).to_be_visible()
    failing = {"items": [], "next": None, "error": {"message": "The database is away", "hint": "Wait."}}
    again(page, library.first(**failing))
    expect(page.get_by_role("alert")).to_contain_text("The database is away")
    page.get_by_role("button", name="Try again").click()
    assert triggers(page) == [["retry", True]]


# Table


def test_the_table_shows_the_same_assets_and_keeps_the_selection(show: Show) -> None:
    page = show(sort="newest")
    tile(page, 1).click(modifiers=["Control"])
    page.get_by_role("button", name="Table", exact=True).click()
    state(page, "view", "table")
    assert selected(page) == [1]
    expect(tile(page, 1)).to_contain_text("97.9 kB")
    expect(tile(page, 1)).to_contain_text("2400 × 1000")
    expect(tile(page, 1)).to_contain_text("Jonas Lind")
    tile(page, 3).click(modifiers=["Shift"])
    assert selected(page) == [1, 2, 3]
    page.keyboard.press("ArrowDown")
    assert focused(page) == "asset-0004"


def test_headings_sort_where_python_says_how_it_is_sorted(show: Show) -> None:
    page = show(view="table", sort="newest")
    expect(page.get_by_role("columnheader", name="Added")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Added").click()
    state(page, "sort", "oldest")
    page.get_by_role("button", name="Size").click()
    state(page, "sort", "largest")


def test_density_changes_how_much_is_seen(show: Show) -> None:
    page = show()
    medium = tile(page, 0).bounding_box()
    page.get_by_role("button", name="Small").click()
    small = tile(page, 0).bounding_box()
    assert medium is not None
    assert small is not None
    assert small["height"] < medium["height"] * 0.85
    state(page, "density", "compact")


def test_nothing_sticks_out_on_a_phone(show: Show) -> None:
    page = show(phone=True)
    page.get_by_role("button", name="Table", exact=True).click()
    assert page.evaluate("document.querySelector('section').scrollWidth") <= 390
