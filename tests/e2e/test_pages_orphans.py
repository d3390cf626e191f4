"""What nothing uses: seen, understood, kept, linked, recovered."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mediaops.cleanup.question import weeks
from mediaops.client import rpc
from mediaops.ui.orphan_filters import age_name
from tests.e2e.caring import House
from tests.e2e.component_page import eventually
from tests.e2e.conftest import picture
from tests.e2e.dashboard import Dashboard
from tests.e2e.orphaned import WAIT_SECONDS, Maker, choose, row, scan, state, store, tick, without_grace
from tests.e2e.steps import asks, come_in_as, dialog, heading, settled, tile


@pytest.fixture(scope="module")
def dashboard() -> Iterator[Dashboard]:
    with without_grace() as running:
        yield running


def test_storage_is_looked_through_by_ops(page: Page, dashboard: Dashboard) -> None:
    store(dashboard, "team/plans.webp", picture(1))
    come_in_as(page, "ops", "/orphans?class=ghost_object")
    expect(page.get_by_text("Storage was not looked through yet", exact=True)).to_be_visible()

    page.get_by_role("button", name="Look through Storage").click()

    expect(page.get_by_text(re.compile("^Storage looked through just now"))).to_be_visible(
        timeout=WAIT_SECONDS * 1000
    )
    expect(tile(page, "team/plans.webp")).to_contain_text("not one of this library's")
    expect(row(page, "ghost_object")).to_contain_text("1")


@pytest.mark.parametrize("role", ["staff", "moderator"])
def test_everyone_of_staff_may_look_and_only_ops_scan(page: Page, new_asset: Maker, role: str) -> None:
    asset = new_asset("Seen by all")
    come_in_as(page, role, "/orphans")

    expect(tile(page, asset)).to_contain_text(
        re.compile(r"Picture of \d+ \w+, never linked, unused for less than a day")
    )
    settled(page)
    expect(page.get_by_role("button", name="Look through Storage")).to_have_count(0)


def test_a_stranger_sees_nothing_of_it(page: Page, dashboard: Dashboard) -> None:
    silvan = dashboard.newcomer("stranger", "Silvan Roth")
    page.goto("/orphans")
    page.get_by_label("Email").fill(silvan.email)
    page.get_by_label("Password").fill(silvan.password)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("not part of the MediaOps team")).to_be_visible()
    expect(heading(page, "Orphans")).to_have_count(0)
    assert page.request.get("/api/orphans?class=unlinked").status == 403
    assert page.request.get("/api/orphans/kept").status == 403


def test_an_empty_class_and_filters_without_a_match_say_different_things(
    page: Page, new_asset: Maker
) -> None:
    new_asset("Quite new")
    come_in_as(page, "staff", "/orphans?class=expired_annotation")
    expect(page.get_by_text("Nothing expired")).to_be_visible()

    page.goto("/orphans?age=older")

    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("[data-id]").first).to_be_visible()
    asks(page, lambda query: query == {})


def test_a_shared_address_shows_the_same(page: Page, new_asset: Maker) -> None:
    asset = new_asset("Shared")
    come_in_as(page, "staff", "/orphans")
    page.get_by_role("button", name="Videos").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    choose(page, "Ghost files")
    expect(page).to_have_url(re.compile("class=ghost_object"))
    page.reload()

    expect(row(page, "ghost_object").locator(".is-chosen")).to_be_visible()
    choose(page, "Unlinked")
    expect(tile(page, asset)).to_be_visible()


def test_keeping_needs_a_reason_and_can_be_taken_back(
    page: Page, dashboard: Dashboard, new_asset: Maker
) -> None:
    asset = new_asset("The proof")
    come_in_as(page, "staff", "/orphans?sort=Newest+first")
    tick(page, asset)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(dialog(page).get_by_role("button", name="Keep", exact=True)).to_be_disabled()
    dialog(page).get_by_label("Reason").fill("The printer's proof")
    dialog(page).get_by_role("button", name="Keep", exact=True).click()
    expect(dialog(page).get_by_text("1 asset kept.")).to_be_visible()
    dialog(page).get_by_role("button", name="Done").click()

    expect(tile(page, asset)).to_have_count(0)
    page.get_by_role("radio", name="Kept").click()
    expect(tile(page, asset)).to_contain_text("Nora Lindqvist: The printer's proof")
    tick(page, asset)
    page.get_by_role("button", name="No longer keep").click()
    dialog(page).get_by_role("button", name="No longer keep").click()
    expect(dialog(page).get_by_text("1 asset no longer kept.")).to_be_visible()
    listed = dashboard.person("staff").rpc("list_orphans", p_class="unlinked", p_ids=[asset])["items"]
    assert [each["id"] for each in listed] == [asset]


def test_linking_takes_it_off_the_list(page: Page, dashboard: Dashboard, new_asset: Maker) -> None:
    asset, entry = new_asset("Wanted after all"), str(uuid.uuid4())
    item = {"id": entry, "title": "Tides and lamps", "url": "https://example.org/t", "excerpt": ""}
    rpc(dashboard.service, "upsert_knowledge", p_items=[item])
    come_in_as(page, "staff", "/orphans?sort=Newest+first")
    tick(page, asset)
    page.get_by_role("button", name="Link", exact=True).click()
    dialog(page).get_by_label("Knowledge entry").fill("tides")
    dialog(page).get_by_text("Tides and lamps").click()
    dialog(page).get_by_role("button", name="Link", exact=True).click()
    expect(dialog(page).get_by_text("1 asset linked.")).to_be_visible()
    dialog(page).get_by_role("button", name="Done").click()

    expect(tile(page, asset)).to_have_count(0)
    assert dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]["link_count"] == 1


def test_an_export_says_why_and_runs_nothing(page: Page, new_asset: Maker, tmp_path: Path) -> None:
    asset = new_asset('=HYPERLINK("http://evil.example","Look")')
    come_in_as(page, "staff", "/orphans?sort=Newest+first")
    tick(page, asset)
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as started:
        dialog(page).get_by_role("button", name="Download CSV").click()
    started.value.save_as(tmp_path / "out.csv")

    [line] = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig")))
    assert line["asset"] == asset
    assert line["name"].startswith("'=HYPERLINK")
    assert "never linked" in line["why"]


def test_a_click_in_the_map_shows_what_lies_there(page: Page, new_asset: Maker) -> None:
    asset = new_asset("On the map")
    come_in_as(page, "staff", "/orphans?sort=Newest+first")
    expect(tile(page, asset)).to_be_visible()
    page.get_by_text(re.compile("^Count$")).click()
    settled(page)
    chart = page.locator(".st-key-orphan-map")
    chart.locator("svg text", has_text="under a week").first.click()

    expect(page).to_have_url(re.compile("age=under"))
    expect(tile(page, asset)).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    asks(page, lambda query: query.get("table") == ["true"])


def test_a_click_on_a_week_shows_what_is_unused_since_then(
    page: Page, dashboard: Dashboard, new_asset: Maker
) -> None:
    asset, old = new_asset("In this week"), new_asset("In another week")
    with House(dashboard).db as db:
        db.execute(
            "update media.assets set created_at = date_trunc('week', now()) - interval '18 days' where id = %s",
            [old],
        )
    come_in_as(page, "staff", "/orphans?picture=Over+time&measure=Count&sort=Newest+first")
    bars = page.get_by_test_id("stVegaLiteChart").locator("svg .mark-rect path")
    expect(tile(page, asset)).to_be_visible()
    of_then = bars.and_(page.locator('[aria-label*="Class: Unlinked"]')).first
    of_then.click()

    expect(tile(page, asset)).to_have_count(0)
    expect(tile(page, old)).to_be_visible()
    asks(page, lambda query: query["age"][0].startswith("Week of "))
    page.reload()
    expect(tile(page, old)).to_be_visible()
    expect(tile(page, asset)).to_have_count(0)

    of_then.click()
    expect(tile(page, asset)).to_be_visible()
    asks(page, lambda query: "age" not in query)

    # The same without the picture: the filter has the weeks, and takes them back.
    page.get_by_role("combobox", name="Any age").click()
    page.get_by_role("option", name=age_name(weeks()[3]), exact=True).click()
    expect(tile(page, old)).to_be_visible()
    expect(tile(page, asset)).to_have_count(0)
    page.locator(".st-key-age").get_by_role("button").first.click()
    expect(tile(page, asset)).to_be_visible()


def test_a_ghost_is_looked_at_and_recovered(page: Page, dashboard: Dashboard) -> None:
    asset = str(uuid.uuid4())
    path = store(dashboard, f"{asset[:2]}/{asset}/original", picture(uuid.uuid4().int))
    scan(dashboard)
    come_in_as(page, "staff", "/orphans?class=ghost_object&sort=Newest+first")
    tile(page, path).click()
    expect(dialog(page).locator("img.mo-file")).to_be_visible()
    expect(dialog(page).get_by_text(path)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)

    tick(page, path)
    page.get_by_role("button", name="Recover").click()
    dialog(page).get_by_role("button", name="Recover").click()
    expect(dialog(page).get_by_text("1 asset on the way to the library.")).to_be_visible()
    eventually(lambda: state(dashboard, asset) == "ready", WAIT_SECONDS)
    dialog(page).get_by_role("button", name="Done").click()

    expect(tile(page, path)).to_contain_text("Settled")


def test_what_is_nobodys_is_not_recovered(page: Page, dashboard: Dashboard) -> None:
    path = store(dashboard, f"team/{uuid.uuid4()}.webp", picture(3))
    scan(dashboard)
    come_in_as(page, "staff", "/orphans?class=ghost_object&sort=Newest+first")
    tick(page, path)
    page.get_by_role("button", name="Recover").click()

    expect(dialog(page).get_by_text("1 file can't be recovered")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Recover")).to_be_disabled()


def test_a_lost_rendition_is_made_again(page: Page, dashboard: Dashboard, new_asset: Maker) -> None:
    asset = new_asset("Lost its thumb")
    staff, bucket = dashboard.person("staff"), dashboard.service.storage.from_("media")

    def thumbs() -> list[str]:
        parts = staff.rpc("get_asset", p_asset=asset)["renditions"]
        return [part["path"] for part in parts if part["name"] == "thumb"]

    eventually(lambda: bool(thumbs()), WAIT_SECONDS)
    [path] = thumbs()
    bucket.remove([path])
    scan(dashboard)
    come_in_as(page, "staff", "/orphans?class=broken_asset&sort=Newest+first")
    expect(tile(page, path)).to_contain_text("Its thumb is gone from Storage and can be made again")
    tick(page, path)
    page.get_by_role("button", name="Make again").click()
    dialog(page).get_by_role("button", name="Make again").click()
    expect(dialog(page).get_by_text("1 asset given to the worker.")).to_be_visible()

    eventually(lambda: bucket.exists(path), WAIT_SECONDS)
    dialog(page).get_by_role("button", name="Done").click()
    expect(tile(page, path)).to_contain_text("Settled")
