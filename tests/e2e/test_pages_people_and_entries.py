"""The team page, and knowledge with its media."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Filled
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import come_in_as, dialog, heading, settled, tile


def test_entries_are_found_by_the_first_letters_and_show_their_media(page: Page, filled: Filled) -> None:
    come_in_as(page, "moderator", "/knowledge")
    page.get_by_placeholder("Search entries").press_sequentially("balt", delay=40)
    expect(page.get_by_role("link", name="How to read a map")).to_have_count(0)
    # While it narrows, a card stands twice for a moment: where it was, and where it goes.
    expect(page.get_by_role("link", name="Notes on the Baltic")).to_have_count(1)
    page.get_by_role("link", name="Notes on the Baltic").click()

    expect(heading(page, "Notes on the Baltic")).to_be_visible()
    expect(page.get_by_text("No cover", exact=True)).to_be_visible()
    expect(tile(page, filled.assets["Harbour at noon"])).to_be_visible()
    expect(tile(page, filled.assets["Salt pans"])).to_be_visible()


def test_no_entry_and_nothing_found_are_said_differently(page: Page, filled: Filled) -> None:
    come_in_as(page, "staff", "/knowledge")
    page.get_by_placeholder("Search entries").fill("zzzz")

    expect(page.get_by_text("No entry found")).to_be_visible()


def test_an_inline_picture_becomes_the_cover_as_well(
    page: Page, dashboard: Dashboard, filled: Filled, new_asset: Callable[..., str]
) -> None:
    asset, entry = new_asset("Promote me"), filled.entries["What a hive knows"]
    staff = dashboard.person("staff")
    staff.rpc("link_assets", p_knowledge=entry, p_assets=[asset], p_placement="inline")
    come_in_as(page, "staff", f"/entry?id={entry}")
    tile(page, asset).hover()
    tile(page, asset).get_by_role("checkbox").click()
    page.get_by_role("button", name="Use as cover").click()

    expect(page.locator("img.mo-cover")).to_be_visible()
    expect(page.get_by_role("link", name="Promote me")).to_be_visible()
    links = staff.rpc("get_knowledge", p_knowledge=entry)["links"]
    # It stays inside the text, which refers to it there.
    assert {link["placement"] for link in links if link["asset"]["id"] == asset} == {"cover", "inline"}


def test_ops_change_a_role_and_it_holds(page: Page, dashboard: Dashboard) -> None:
    greta = dashboard.newcomer("staff", "Greta Holm")
    come_in_as(page, "ops", "/team")
    expect(page.get_by_text("Greta Holm")).to_be_visible()
    page.locator(f".st-key-role-{greta.user_id}").get_by_role("combobox").click()
    page.get_by_role("option", name="Moderator").click()

    expect(page.get_by_test_id("stToast")).to_contain_text("Greta Holm is moderator now.")
    assert greta.rpc("whoami")["role"] == "moderator"


def test_the_last_ops_stays(page: Page, dashboard: Dashboard) -> None:
    come_in_as(page, "ops", "/team")
    me = dashboard.person("ops")
    page.locator(f".st-key-remove-{me.user_id} button").first.click()
    dialog(page).get_by_role("button", name="Take the role away").click()

    expect(dialog(page).get_by_role("alert")).to_contain_text("only person of ops")
    assert me.rpc("whoami")["role"] == "ops"


def test_staff_see_the_team_and_change_nothing(page: Page, filled: Filled) -> None:
    come_in_as(page, "staff", "/team")

    expect(page.get_by_text("Roles are changed by ops.")).to_be_visible()
    settled(page)
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_role("button", name="Add someone")).to_have_count(0)
