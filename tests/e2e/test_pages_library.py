"""Finding things in the library and working with many of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Filled
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import asks, come_in_as, dialog, heading, search, settled, tile


@pytest.fixture
def library(page: Page, filled: Filled) -> Page:
    """The library, open, as staff."""
    come_in_as(page, "staff")
    expect(tile(page, filled.assets["Night sky"])).to_be_visible()
    return page


def test_it_narrows_while_one_types(library: Page, filled: Filled) -> None:
    library.get_by_placeholder("Search titles").press_sequentially("harb", delay=40)

    expect(tile(library, filled.assets["Harbour at noon"])).to_be_visible()
    expect(tile(library, filled.assets["Night sky"])).to_have_count(0)
    asks(library, lambda query: query == {"q": ["harb"]})


def test_a_search_that_overtakes_the_first_drawing_is_answered(page: Page, filled: Filled) -> None:
    held: list[Route] = []
    page.route("**/components/gallery-*", lambda route: held.append(route))
    come_in_as(page, "staff", f"/asset?id={filled.assets['Night sky']}")
    page.get_by_role("link", name="Library").first.click()
    search(page, "Harbour")
    for request in held:
        request.continue_()

    expect(tile(page, filled.assets["Harbour at noon"])).to_be_visible()
    expect(tile(page, filled.assets["Night sky"])).to_have_count(0)


def test_a_shared_address_shows_the_same(library: Page, filled: Filled) -> None:
    library.get_by_placeholder("Search titles").fill("Baltic")
    expect(tile(library, filled.assets["Salt pans"])).to_be_visible()
    expect(tile(library, filled.assets["Bee on thyme"])).to_have_count(0)

    library.reload()

    expect(library.get_by_placeholder("Search titles")).to_have_value("Baltic")
    expect(tile(library, filled.assets["Salt pans"])).to_be_visible()
    expect(tile(library, filled.assets["Bee on thyme"])).to_have_count(0)


def test_the_library_also_answers_to_its_name(library: Page, filled: Filled) -> None:
    library.goto("/library?q=Baltic")

    expect(tile(library, filled.assets["Salt pans"])).to_be_visible()
    expect(tile(library, filled.assets["Bee on thyme"])).to_have_count(0)
    expect(dialog(library)).to_have_count(0)
    assert urlsplit(library.url).path == "/"


def test_filters_stand_in_the_address_and_go_away_at_once(library: Page, filled: Filled) -> None:
    library.get_by_test_id("stSelectbox").nth(0).click()
    library.get_by_role("option", name="Linked nowhere").click()
    expect(tile(library, filled.assets["Salt pans"])).to_have_count(0)
    expect(tile(library, filled.assets["Evening ridge"])).to_be_visible()
    asks(library, lambda query: "linked" in query)

    library.get_by_role("button", name="Videos").click()
    expect(library.get_by_text("Nothing matches")).to_be_visible()
    asks(library, lambda query: set(query) == {"linked", "kind"})

    library.get_by_role("button", name="Clear search and filters").click()
    expect(tile(library, filled.assets["Salt pans"])).to_be_visible()
    asks(library, lambda query: query == {})


def test_back_from_an_asset_leads_to_the_same_question(library: Page, filled: Filled) -> None:
    library.get_by_placeholder("Search titles").fill("ridge")
    expect(tile(library, filled.assets["Night sky"])).to_have_count(0)
    tile(library, filled.assets["Evening ridge"]).locator("a").first.click()
    expect(heading(library, "Evening ridge")).to_be_visible()
    asks(library, lambda query: query == {"id": [filled.assets["Evening ridge"]]})

    library.go_back()

    expect(heading(library, "Library")).to_be_visible()
    expect(library.get_by_placeholder("Search titles")).to_have_value("ridge")
    expect(tile(library, filled.assets["Night sky"])).to_have_count(0)


@pytest.mark.parametrize("words", ["!!! ??? ((", "- & | * : ' \\"])
def test_a_search_of_signs_only_is_explained(library: Page, words: str) -> None:
    library.get_by_placeholder("Search titles").fill(words)

    expect(library.get_by_text("Nothing to search for")).to_be_visible()


def test_a_search_of_ten_thousand_letters_is_only_a_search(library: Page) -> None:
    library.get_by_placeholder("Search titles").fill("zqxvw " * 1700)

    expect(library.get_by_text("Nothing matches")).to_be_visible()


def test_an_address_full_of_nonsense_is_the_plain_library(page: Page, filled: Filled) -> None:
    come_in_as(page, "staff", "/?kind=banana&state=&sort=sideways&size=-1&uploaded=tomorrow&by=x")

    expect(tile(page, filled.assets["Night sky"])).to_be_visible()


def test_several_are_linked_with_a_result_for_each(
    library: Page, dashboard: Dashboard, filled: Filled, new_asset: Callable[..., str]
) -> None:
    made = [new_asset("Link me 1"), new_asset("Link me 2")]
    select(library, "Link me", made)
    library.get_by_role("button", name="Link", exact=True).click()
    dialog(library).get_by_placeholder("Type a few letters").press_sequentially("hive", delay=30)
    expect(dialog(library).get_by_role("radio")).to_have_count(1)
    dialog(library).get_by_text("What a hive knows").click()
    dialog(library).get_by_role("button", name="Link", exact=True).click()

    expect(dialog(library).get_by_text("2 assets linked.")).to_be_visible()
    dialog(library).get_by_role("button", name="Done").click()
    expect(dialog(library)).to_have_count(0)
    entry = dashboard.person("staff").rpc("get_knowledge", p_knowledge=filled.entries["What a hive knows"])
    assert {link["asset"]["id"] for link in entry["links"]} >= set(made)


def test_the_trash_shows_uses_first_and_keeps_what_is_used(
    library: Page, dashboard: Dashboard, filled: Filled, new_asset: Callable[..., str]
) -> None:
    used, free = new_asset("Throw away used"), new_asset("Throw away free")
    staff = dashboard.person("staff")
    staff.rpc(
        "link_assets", p_knowledge=filled.entries["The quiet machine"], p_assets=[used], p_placement="inline"
    )
    select(library, "Throw away", [used, free])
    library.get_by_role("button", name="Trash", exact=True).click()
    expect(dialog(library).get_by_text("in “The quiet machine”")).to_be_visible()
    dialog(library).get_by_role("button", name="Move 1 asset to the trash").click()

    expect(dialog(library).get_by_text("1 asset moved to the trash.")).to_be_visible()
    expect(dialog(library).get_by_text("1 asset could not be moved to the trash.")).to_be_visible()
    expect(dialog(library).locator("li")).to_contain_text("Throw away used")
    assert staff.rpc("get_asset", p_asset=used)["asset"]["state"] == "ready"
    assert staff.rpc("get_asset", p_asset=free)["asset"]["state"] == "trashed"


def test_the_trash_can_be_opened_and_emptied_back(
    library: Page, new_asset: Callable[..., str], dashboard: Dashboard
) -> None:
    asset = new_asset("Back again")
    dashboard.person("staff").rpc("trash_assets", p_assets=[asset])
    library.get_by_role("button", name="Filters").click()
    library.get_by_role("button", name="In trash").click()
    library.get_by_role("button", name="Ready", exact=True).click()
    library.keyboard.press("Escape")
    expect(tile(library, asset)).to_be_visible()
    settled(library)
    tile(library, asset).hover()
    tile(library, asset).get_by_role("checkbox").click()
    library.get_by_role("button", name="Restore", exact=True).click()

    expect(dialog(library).get_by_text("1 asset restored.")).to_be_visible()
    assert dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]["state"] == "ready"


def test_an_export_is_a_table_that_runs_nothing(
    library: Page, new_asset: Callable[..., str], tmp_path: Path
) -> None:
    asset = new_asset('=HYPERLINK("http://evil.example","Export me")')
    select(library, "Export me", [asset])
    library.get_by_role("button", name="Export", exact=True).click()
    with library.expect_download() as started:
        dialog(library).get_by_role("button", name="Download CSV").click()
    started.value.save_as(tmp_path / "out.csv")

    [row] = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig")))
    assert row["id"] == asset
    assert row["title"].startswith("'=HYPERLINK")


def test_the_view_is_kept_by_a_reload(library: Page, filled: Filled) -> None:
    library.get_by_role("button", name="Table").click()
    expect(library.get_by_role("grid").or_(library.get_by_role("table"))).to_be_visible()
    expect(library).to_have_url(re.compile("view=table"))

    library.reload()

    expect(library.get_by_role("button", name="Table")).to_have_attribute("aria-pressed", "true")


def select(page: Page, query: str, assets: list[str]) -> None:
    """Find these and tick them."""
    search(page, query)
    for asset in assets:
        tile(page, asset).hover()
        tile(page, asset).get_by_role("checkbox").click()
    expect(page.locator(".mo-selected")).to_have_text(f"{len(assets)} selected")
    settled(page)
