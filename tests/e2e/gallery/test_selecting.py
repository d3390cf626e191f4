"""Opening, selecting and the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.component_page import Library
from tests.e2e.gallery.conftest import Show
from tests.e2e.gallery.steps import focused, selected, tile, told
from tests.e2e.opened import again, triggers

# Opening


def test_a_plain_click_opens_the_asset_by_its_link(show: Show) -> None:
    page = show()
    tile(page, 3).click()
    page.wait_for_url(re.compile(r"/asset\?id=asset-0003$"))


def test_a_plain_click_tells_python_where_the_page_wants_that(show: Show) -> None:
    page = show(open_via_trigger=True)
    tile(page, 3).click()
    assert triggers(page) == [["open", "asset-0003"]]


def test_a_middle_click_opens_a_new_tab(show: Show) -> None:
    page = show(open_via_trigger=True)
    with page.context.expect_page() as opened:
        tile(page, 3).click(button="middle")
    opened.value.wait_for_url(re.compile(r"/asset\?id=asset-0003$"))
    assert triggers(page) == []


def test_enter_opens_the_focused_asset(show: Show) -> None:
    page = show(open_via_trigger=True)
    tile(page, 2).focus()
    page.keyboard.press("Enter")
    assert triggers(page) == [["open", "asset-0002"]]


# Selecting


def test_the_check_mark_selects_and_then_plain_clicks_do_too(show: Show) -> None:
    page = show(open_via_trigger=True)
    tile(page, 1).hover()
    tile(page, 1).get_by_role("checkbox").click()
    tile(page, 4).click()
    assert selected(page) == [1, 4]
    assert triggers(page) == []
    told(page, 1, 4)
    tile(page, 4).click()
    assert selected(page) == [1]


def test_while_selecting_a_tile_still_has_a_way_in(show: Show) -> None:
    page = show(open_via_trigger=True)
    tile(page, 1).click(modifiers=["Control"])
    tile(page, 2).hover()
    tile(page, 2).get_by_role("button", name=re.compile("^Open")).click()
    assert triggers(page) == [["open", "asset-0002"]]
    assert selected(page) == [1]


def test_shift_click_selects_the_range_and_a_second_one_replaces_it(show: Show) -> None:
    page = show()
    tile(page, 2).click(modifiers=["Control"])
    tile(page, 6).click(modifiers=["Shift"])
    assert selected(page) == [2, 3, 4, 5, 6]
    tile(page, 4).click(modifiers=["Shift"])
    assert selected(page) == [2, 3, 4]


def test_control_a_selects_what_is_loaded_and_then_the_rest_is_offered(show: Show) -> None:
    page = show(total={"count": 150, "exact": True})
    tile(page, 0).focus()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Select all 150").click()
    expect(page.get_by_text("150 selected")).to_be_visible()
    told(page, *range(150))


def test_escape_clears_the_selection_first_and_the_focus_next(show: Show) -> None:
    page = show()
    tile(page, 1).click(modifiers=["Control"])
    tile(page, 2).click(modifiers=["Control"])
    page.keyboard.press("Escape")
    assert selected(page) == []
    assert focused(page) == "asset-0002"
    page.keyboard.press("Escape")
    assert focused(page) is None
    told(page)


def test_python_clears_the_selection_after_its_work(show: Show, library: Library) -> None:
    page = show(selected=[], selected_rev=0)
    tile(page, 1).click(modifiers=["Control"])
    told(page, 1)
    again(page, library.first(selected=[], selected_rev=0))
    assert selected(page) == [1]
    again(page, library.first(selected=[], selected_rev=1))
    assert selected(page) == []


def test_an_echo_that_comes_late_does_not_undo_clicks(show: Show, library: Library) -> None:
    page = show(selected=[])
    tile(page, 1).click(modifiers=["Control"])
    told(page, 1)
    tile(page, 2).click(modifiers=["Control"])
    again(page, library.first(selected=["asset-0001"]))
    assert selected(page) == [1, 2]


def test_what_another_search_does_not_show_stays_selected_and_is_counted(
    show: Show, library: Library
) -> None:
    page = show()
    tile(page, 1).click(modifiers=["Control"])
    again(page, library.first() | {"items": library.cards[90:95], "next": None, "query": {"q": "other"}})
    expect(page.get_by_text("1 not shown here")).to_be_visible()
    tile(page, 91).click()
    told(page, 1, 91)


def test_a_long_press_selects_on_a_phone_and_does_not_open(show: Show) -> None:
    page = show(phone=True, open_via_trigger=True)
    box = tile(page, 0).bounding_box()
    assert box is not None
    touch = {"x": box["x"] + 60, "y": box["y"] + 80}
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    expect(tile(page, 0)).to_have_attribute("aria-selected", "true")
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tile(page, 1).tap()
    assert selected(page) == [0, 1]
    assert triggers(page) == []


# Keyboard


def test_arrows_walk_over_the_grid_as_it_is_laid_out(show: Show) -> None:
    page = show(layout="square")
    tile(page, 0).focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "asset-0001"
    page.keyboard.press("ArrowDown")
    below = tile(page, 1).bounding_box()
    at = page.locator(f'[data-id="{focused(page)}"]').bounding_box()
    assert below is not None
    assert at is not None
    assert at["x"] == pytest.approx(below["x"], abs=1)
    assert at["y"] > below["y"]
    page.keyboard.press("ArrowUp")
    assert focused(page) == "asset-0001"


def test_space_selects_and_shift_with_an_arrow_extends(show: Show) -> None:
    page = show()
    tile(page, 2).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert selected(page) == [2, 3, 4]


def test_end_goes_to_the_last_loaded_tile_and_scrolls_it_into_sight(show: Show) -> None:
    page = show()
    tile(page, 0).focus()
    page.keyboard.press("End")
    last = str(focused(page))
    assert int(last[-4:]) >= 59
    expect(page.locator(f'[data-id="{last}"]')).to_be_in_viewport()


def test_tab_reaches_the_grid_once_and_leaves_it(show: Show) -> None:
    page = show(controls=False)
    page.locator("#before").focus()
    stops: list[str | None] = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops == [None, "asset-0000", None]
