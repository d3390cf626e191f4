"""One asset: seen large, edited, linked, thrown away and brought back, read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Filled
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import come_in_as, dialog, heading, search, settled, tile

PAGE = Path(__file__).resolve().parents[1] / "data" / "pages" / "dev_00003.jpg"
NewAsset = Callable[..., str]


def saved(page: Page) -> None:
    """The page said that it was saved."""
    expect(page.get_by_test_id("stToast").get_by_text("Saved.")).to_be_visible()


def test_it_shows_the_picture_its_facts_its_uses_and_its_history(page: Page, filled: Filled) -> None:
    come_in_as(page, "staff", f"/asset?id={filled.assets['Old map, detail']}")

    expect(heading(page, "Old map, detail")).to_be_visible()
    expect(page.locator("img.r-picture, .r-stage img").first).to_be_visible()
    expect(page.locator(".mo-facts")).to_contain_text("900 × 600 px")
    expect(page.locator(".mo-history")).to_contain_text("Nora Lindqvist uploaded it")
    page.get_by_role("link", name="How to read a map").click()
    expect(heading(page, "How to read a map")).to_be_visible()
    page.go_back()
    expect(heading(page, "Old map, detail")).to_be_visible()


def test_title_and_alt_text_are_edited(page: Page, new_asset: NewAsset) -> None:
    asset = new_asset("Edit me")
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.get_by_label("Title").fill("Edited: *stars* & <b>tags</b>")
    page.get_by_label("Alt text").fill("A yellow disc over blue")
    page.get_by_role("button", name="Save").click()

    saved(page)
    expect(heading(page, "Edited: *stars* & <b>tags</b>")).to_be_visible()
    expect(page.locator(".mo-history")).to_contain_text("Edit me → Edited: *stars* & <b>tags</b>")


def test_who_comes_second_sees_what_changed_and_decides(
    page: Page, dashboard: Dashboard, new_asset: NewAsset
) -> None:
    asset = new_asset("Twice edited")
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.get_by_label("Title").fill("Mine")
    tomas = dashboard.person("moderator")
    tomas.rpc("edit_asset", p_asset=asset, p_title="His", p_alt_text="", p_version="1")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Not saved: Tomás Herrera changed it")).to_be_visible()
    expect(page.locator(".mo-facts").first).to_contain_text("His")
    expect(page.get_by_label("Title")).to_have_value("Mine")
    page.get_by_role("button", name="Save mine over it").click()
    saved(page)
    assert tomas.rpc("get_asset", p_asset=asset)["asset"]["title"] == "Mine"


def test_who_comes_second_can_take_the_others_words(
    page: Page, dashboard: Dashboard, new_asset: NewAsset
) -> None:
    asset = new_asset("Twice edited too")
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.get_by_label("Title").fill("Mine")
    dashboard.person("moderator").rpc(
        "edit_asset", p_asset=asset, p_title="His", p_alt_text="", p_version="1"
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Take theirs").click()

    expect(page.get_by_label("Title")).to_have_value("His")
    expect(page.get_by_text("Not saved")).to_have_count(0)


def test_it_becomes_a_cover_and_stops_being_one(page: Page, filled: Filled, new_asset: NewAsset) -> None:
    asset = new_asset("Cover me")
    come_in_as(page, "staff", f"/asset?id={asset}")
    expect(page.get_by_text("Nowhere yet.")).to_be_visible()
    page.get_by_role("button", name="Link", exact=True).click()
    dialog(page).get_by_placeholder("Type a few letters").press_sequentially("quiet", delay=30)
    dialog(page).get_by_text("The quiet machine").click()
    dialog(page).get_by_text("As its cover").click()
    settled(page)
    dialog(page).get_by_role("button", name="Link", exact=True).click()
    dialog(page).get_by_role("button", name="Done").click()

    expect(page.get_by_role("link", name="The quiet machine")).to_be_visible()
    expect(page.get_by_text("Cover", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take it out of this entry").or_(
        page.locator('[class*="st-key-unlink-"] button')
    ).first.click()
    expect(page.get_by_text("Nowhere yet.")).to_be_visible()
    assert filled.entries["The quiet machine"]


def test_a_used_one_goes_to_the_trash_only_with_its_links_and_comes_back(
    page: Page, dashboard: Dashboard, filled: Filled, new_asset: NewAsset
) -> None:
    asset = new_asset("Away and back")
    staff = dashboard.person("staff")
    entry = filled.entries["The quiet machine"]
    staff.rpc("link_assets", p_knowledge=entry, p_assets=[asset], p_placement="inline")
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.get_by_role("button", name="Move to trash").click()
    expect(dialog(page).get_by_text("in “The quiet machine”")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Move to the trash")).to_be_disabled()
    dialog(page).get_by_text("Take them out of there as well").click()
    dialog(page).get_by_role("button", name="Move 1 asset to the trash").click()
    dialog(page).get_by_role("button", name="Done").click()
    expect(page.locator(".mo-badges")).to_contain_text("In trash")

    page.get_by_role("button", name="Restore").click()

    expect(page.locator(".mo-badges")).to_contain_text("Ready")
    # Its place in the entry was still free.
    assert staff.rpc("get_asset", p_asset=asset)["asset"]["link_count"] == 1


def test_an_address_without_an_asset_says_so(page: Page, filled: Filled) -> None:
    come_in_as(page, "staff", "/asset?id=nothing")
    expect(page.get_by_text("There is no such asset")).to_be_visible()

    page.goto("/asset?id=00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("There is no such asset")).to_be_visible()
    page.goto("/entry?id=00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("There is no such entry")).to_be_visible()


def test_reading_on_demand_appears_without_a_reload_and_can_be_found(
    page: Page,
    context: BrowserContext,
    dashboard: Dashboard,
    filled: Filled,
    new_asset: NewAsset,
    tmp_path: Path,
) -> None:
    with Image.open(PAGE) as photo:
        photo.thumbnail((1600, 1600))
        photo.save(tmp_path / "page.webp", quality=70)
    asset = new_asset("Read me", content=(tmp_path / "page.webp").read_bytes(), annotate=())
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("button", name="Read this picture").click()

    expect(page.locator('.mo-reading[data-kind="ocr"]')).to_be_visible()
    done = page.locator('.mo-reading[data-kind="ocr"][data-state="done"]')
    expect(done).to_be_visible(timeout=180_000)
    expect(page.get_by_role("button", name="Copy text")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    answers = dashboard.person("staff").rpc("get_asset", p_asset=asset)["annotations"]
    text = next(answer["result"]["text"] for answer in answers if answer["kind"] == "ocr")
    word = max((part for part in text.split() if part.isalpha()), key=len)
    page.get_by_role("link", name="Library").first.click()
    search(page, word)
    expect(tile(page, asset)).to_be_visible()
    expect(tile(page, filled.assets["Night sky"])).to_have_count(0)
    assert context.pages == [page]
