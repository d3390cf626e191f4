"""The trash: seen, restored, purged; and what stands elsewhere about things in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.caring import House, item, run_it, tick
from tests.e2e.conftest import picture
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import asks, come_in_as, dialog, heading, settled


@pytest.fixture(scope="module")
def dashboard() -> Iterator[Dashboard]:
    running = Dashboard()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def house(dashboard: Dashboard) -> Iterator[House]:
    own = House(dashboard)
    yield own
    own.db.close()


def trashed(house: House, title: str, *uses: tuple[str, str]) -> str:
    """An asset in the trash that was used in entries (id, placement)."""
    asset = house.asset(title)
    for entry, placement in uses:
        house.link(entry, asset, placement)
    house.staff.rpc("trash_assets", p_assets=[asset], p_unlink=True)
    return asset


def test_an_empty_trash_says_so(page: Page, house: House) -> None:
    come_in_as(page, "moderator", "/trash")
    expect(page.get_by_text("The trash is empty")).to_be_visible()


def test_it_says_who_threw_what_away_and_when_it_goes(page: Page, house: House) -> None:
    trashed(house, "Torn map")
    soon = trashed(house, "Burnt letter")
    house.db.execute("update media.assets set purge_after = now() - interval '1 hour' where id = %s", [soon])
    come_in_as(page, "staff", "/trash")
    expect(item(page, "Torn map")).to_contain_text("Trashed just now by Nora Lindqvist")
    expect(item(page, "Torn map")).to_contain_text(re.compile(r"Goes \d+ \w+ \d{4}"))
    expect(item(page, "Burnt letter")).to_contain_text("Goes tonight")
    expect(page.locator(".mo-tiles")).to_contain_text("1to go for good on")
    expect(page.get_by_role("button", name="Empty the trash")).to_have_count(0)
    page.get_by_placeholder("Search the trash").press_sequentially("burn", delay=30)
    expect(item(page, "Torn map")).to_have_count(0)
    expect(item(page, "Burnt letter")).to_be_visible()
    page.get_by_placeholder("Search the trash").fill("zzzz")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_restoring_says_which_links_came_back_and_which_did_not(page: Page, house: House) -> None:
    roses, maps = house.entry("Pruning roses"), house.entry("Reading maps")
    asset = trashed(house, "Old cover", (roses, "cover"), (maps, "inline"))
    house.link(roses, house.asset("New cover"), "cover")
    come_in_as(page, "staff", "/trash")
    expect(item(page, "Old cover")).to_contain_text("would not come back: it has another cover now")
    tick(page, "Old cover")
    expect(page.get_by_role("button", name="Purge now")).to_have_count(0)
    page.get_by_role("button", name="Restore").click()

    expect(dialog(page).get_by_text("1 asset restored.")).to_be_visible()
    expect(dialog(page).locator(".mo-outcomes")).to_contain_text(
        "1 link(s) came back; not to “Pruning roses”: it has another cover now"
    )
    dialog(page).get_by_role("button", name="Done").click()
    expect(item(page, "Old cover")).to_have_count(0)
    expect(page.get_by_text("1 selected")).to_have_count(0)
    assert house.state(asset) == "ready"
    assert [link["knowledge"] for link in house.staff.rpc("get_asset", p_asset=asset)["links"]] == [maps]


def test_ops_purge_what_they_typed_the_number_of(page: Page, house: House) -> None:
    assets = [trashed(house, f"Away {number}") for number in range(2)]
    come_in_as(page, "ops", "/trash")
    for number in range(2):
        tick(page, f"Away {number}")
    page.get_by_role("button", name="Purge now").click()
    go = dialog(page).get_by_role("button", name="Purge 2 assets")
    expect(go).to_be_disabled()
    dialog(page).get_by_label("Type 2 to confirm").fill("2")
    expect(go).to_be_enabled()
    house.staff.rpc("restore_assets", p_assets=assets[:1])
    go.click()

    expect(dialog(page).get_by_text("1 asset purged.")).to_be_visible()
    expect(dialog(page).get_by_text("1 asset could not be purged.")).to_be_visible()
    expect(dialog(page).locator(".mo-outcomes")).to_contain_text("It is not in the trash.")
    dialog(page).get_by_role("button", name="Done").click()
    expect(item(page, "Away 1")).to_have_count(0)
    assert house.state(assets[0]) == "ready"
    assert house.state(assets[1]) in ("purging", None)


def test_a_long_trash_is_paged_and_the_selection_holds(page: Page, house: House) -> None:
    house.rows(45, "Heap", "trashed")
    come_in_as(page, "ops", "/trash")
    page.get_by_placeholder("Search the trash").fill("heap")
    asks(page, lambda query: query.get("q") == ["heap"])
    settled(page)
    expect(page.locator(".mo-item")).to_have_count(40)
    page.get_by_text("Select these 40").click()
    expect(page.get_by_text("40 selected")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".mo-item")).to_have_count(5)
    expect(item(page, "Heap 45")).to_be_visible()
    page.get_by_text("Select these 5").click()
    expect(page.get_by_text("45 selected")).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.locator(".mo-item")).to_have_count(40)
    expect(page.get_by_text("45 selected")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Sort")).click()
    page.get_by_role("option", name="Largest first").click()
    expect(page.locator(".mo-item").first).to_contain_text("Heap 45")


def test_emptying_it_is_a_plan_like_any_other(page: Page, house: House) -> None:
    for title in ("The last one", "The very last one"):
        trashed(house, title)
    count = int(house.ops.rpc("list_trash")["totals"]["count"])
    come_in_as(page, "ops", "/trash")
    page.get_by_role("button", name="Empty the trash").click()
    expect(page.locator(".mo-tiles").first).to_contain_text(f"{count}items to clean up")
    run_it(page, count, typed=True)

    expect(page.get_by_text(f"All {count} items are cleaned up.")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="Trash", exact=True).click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()


def test_an_asset_in_the_trash_is_looked_at_and_not_changed(page: Page, house: House) -> None:
    roses = house.entry("Keeping bees")
    asset = trashed(house, "Read only", (roses, "inline"))
    come_in_as(page, "staff", f"/asset?id={asset}")
    expect(page.locator("img.r-picture, .r-stage img").first).to_be_visible()
    banner = page.locator(".st-key-mo-in-trash")
    expect(banner).to_contain_text("by Nora Lindqvist. It can be looked at, not changed.")
    expect(banner).to_contain_text("Was in “Keeping bees”, would come back")
    expect(page.get_by_label("Title")).to_be_disabled()
    expect(page.get_by_label("Alt text")).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    for name in ("Link", "Move to trash", "Read this picture"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    banner.get_by_role("button", name="Restore").click()

    expect(page.get_by_test_id("stToast")).to_contain_text("It is back in the library. 1 link(s) came back.")
    expect(page.get_by_role("link", name="Keeping bees")).to_be_visible()
    expect(page.get_by_label("Title")).to_be_enabled()


def test_uploading_what_is_in_the_trash_offers_it_back(page: Page, house: House) -> None:
    content = picture(7, (640, 480))
    asset = house.asset("Thrown away", content=content)
    house.staff.rpc("trash_assets", p_assets=[asset])
    come_in_as(page, "staff", "/upload")
    files = [{"name": "again.webp", "mimeType": "image/webp", "buffer": content}]
    page.get_by_label("Images to upload").set_input_files(files)  # pyright: ignore[reportArgumentType]
    expect(page.get_by_text("This file is in the trash as")).to_be_visible()
    page.get_by_role("button", name="Restore it").click()

    row = page.get_by_role("listitem", name="again.webp", exact=True)
    expect(row).to_have_class(re.compile(r"\bup-row--done\b"))
    assert house.state(asset) == "ready"
    page.goto(f"/asset?id={asset}")
    expect(heading(page, "Thrown away")).to_be_visible()
    settled(page)
