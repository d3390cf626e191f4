"""The same bytes twice: side by side, merged, what looks alike, and what hangs together."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mediaops.client import rpc
from tests.e2e.component_page import eventually
from tests.e2e.conftest import picture
from tests.e2e.dashboard import Dashboard
from tests.e2e.orphaned import WAIT_SECONDS, Maker, state, tick, without_grace
from tests.e2e.steps import asks, come_in_as, dialog, heading

PAGES = Path(__file__).resolve().parents[1] / "data" / "pages"


@pytest.fixture(scope="module")
def dashboard() -> Iterator[Dashboard]:
    with without_grace() as running:
        yield running


@pytest.fixture
def copies(dashboard: Dashboard, new_asset: Maker) -> tuple[str, str]:
    """The same bytes twice, the second one linked."""
    content = picture(uuid.uuid4().int, (640, 480 + uuid.uuid4().int % 200))
    first, second = new_asset("Copy one", content=content), new_asset("Copy two", content=content)
    entry = str(uuid.uuid4())
    item: dict[str, Any] = {
        "id": entry,
        "title": "Where copies are",
        "url": "https://example.org/c",
        "excerpt": "",
    }
    rpc(dashboard.service, "upsert_knowledge", p_items=[item])
    dashboard.person("staff").rpc("link_assets", p_knowledge=entry, p_assets=[second], p_placement="inline")
    return first, second


def group(page: Page, asset: str) -> Locator:
    """The group of copies with this asset."""
    return page.locator('[class*="st-key-mo-copies-"]').filter(has=page.locator(f'a[href*="{asset}"]'))


def test_copies_are_merged_into_the_one_chosen_and_come_back(
    page: Page, dashboard: Dashboard, copies: tuple[str, str]
) -> None:
    first, second = copies
    come_in_as(page, "staff", "/orphans?class=duplicate")
    expect(group(page, first)).to_contain_text("Kept: used in 1 place, more than the others")
    group(page, first).get_by_role("button", name="Keep this one").click()
    expect(group(page, first)).to_contain_text("Kept: chosen by you")
    group(page, first).get_by_role("button", name="Merge 1 copy").click()
    expect(dialog(page)).to_contain_text("1 link moves to it:")
    expect(dialog(page)).to_contain_text("Where copies are")
    dialog(page).get_by_role("button", name="Merge 1 copy").click()
    expect(dialog(page).get_by_text("1 asset merged.")).to_be_visible()
    dialog(page).get_by_role("button", name="Done").click()

    expect(group(page, first)).to_have_count(0)
    assert (state(dashboard, first), state(dashboard, second)) == ("ready", "trashed")
    page.get_by_role("radio", name="Merges").click()
    merge = page.locator('[class*="st-key-mo-merge-"]').filter(has=page.locator(f'a[href*="{first}"]'))
    expect(merge).to_contain_text("1 copy merged into it by Nora Lindqvist")
    merge.get_by_role("button", name="Undo").click()
    dialog(page).get_by_role("button", name="Take it back").click()
    expect(dialog(page).get_by_text("1 asset back in the library.")).to_be_visible()
    dialog(page).get_by_role("button", name="Done").click()
    expect(merge).to_contain_text("taken back")
    assert state(dashboard, second) == "ready"


def encoded(photo: Image.Image, format: str, quality: int) -> bytes:
    out = io.BytesIO()
    photo.save(out, format, quality=quality)
    return out.getvalue()


def test_what_looks_alike_stands_beside_the_copies_and_is_never_touched(
    page: Page, dashboard: Dashboard, new_asset: Maker
) -> None:
    photo = Image.open(PAGES / "dev_00012.jpg").convert("RGB")
    edge = uuid.uuid4().int % 50  # a second try has other bytes
    photo = photo.crop((edge, 0, photo.width - edge, photo.height)).resize((900, 1200))
    content = encoded(photo, "JPEG", 90)
    first, second = new_asset("The page", content=content), new_asset("The page twice", content=content)
    small = new_asset("The page, small", content=encoded(photo.resize((450, 600)), "WEBP", 70))
    mailed = new_asset("The page, mailed", content=encoded(photo, "JPEG", 40))
    other = new_asset("Another page", content=encoded(Image.open(PAGES / "dev_00003.jpg"), "JPEG", 40))
    staff = dashboard.person("staff")

    def found() -> set[str]:
        groups = staff.rpc("duplicate_groups", p_limit=100)["items"]
        [mine] = [each for each in groups if any(card["id"] == first for card in each["assets"])]
        return {each["asset"]["id"] for each in mine["near"]}

    # Their perceptual hashes are those that the worker took of the pictures.
    eventually(lambda: {small, mailed} <= found(), WAIT_SECONDS)
    come_in_as(page, "staff", "/orphans?class=duplicate")
    beside = group(page, first).locator(".mo-near")
    expect(beside.locator(f'a[href*="{small}"]')).to_contain_text("The page, small")
    expect(beside).to_contain_text("450 × 600")
    expect(beside.locator(f'a[href*="{mailed}"]')).to_be_visible()
    expect(beside.locator(f'a[href*="{other}"]')).to_have_count(0)
    expect(beside.get_by_role("button")).to_have_count(0)

    group(page, first).get_by_role("button", name="Merge 1 copy").click()
    dialog(page).get_by_role("button", name="Merge 1 copy").click()
    expect(dialog(page).get_by_text("1 asset merged.")).to_be_visible()
    assert [state(dashboard, asset) for asset in (second, small, mailed)] == ["trashed", "ready", "ready"]
    dialog(page).get_by_role("button", name="Undo").click()
    expect(dialog(page).get_by_text("1 asset back in the library.")).to_be_visible()
    dialog(page).get_by_role("button", name="Done").click()

    beside.locator(f'a[href*="{small}"]').click()
    expect(heading(page, "The page, small")).to_be_visible()
    page.go_back()
    expect(beside.locator(f'a[href*="{mailed}"]')).to_be_visible()


def test_connections_show_an_orphan_apart(page: Page, dashboard: Dashboard, copies: tuple[str, str]) -> None:
    first, _ = copies
    come_in_as(page, "staff", "/orphans?sort=Newest+first")
    tick(page, first)
    page.get_by_role("button", name="Connections", exact=True).last.click()

    graph = page.get_by_test_id("stGraphVizChart")
    expect(graph).to_contain_text("Copy one")
    expect(graph).to_contain_text("Where copies are")
    expect(graph).to_contain_text("same bytes")
    asks(page, lambda query: query.get("asset") == [first])
    page.reload()
    expect(page.get_by_test_id("stGraphVizChart")).to_contain_text("Copy two")
