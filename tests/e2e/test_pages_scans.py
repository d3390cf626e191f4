"""Looking through Storage while someone watches, and exporting more than a page shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.caring import House
from tests.e2e.dashboard import Dashboard
from tests.e2e.orphaned import WAIT_SECONDS, row, without_grace
from tests.e2e.steps import asks, come_in_as, dialog, settled

MANY = 2_345


@pytest.fixture(scope="module")
def dashboard() -> Iterator[Dashboard]:
    with without_grace() as running:
        yield running


@pytest.fixture(scope="module")
def house(dashboard: Dashboard) -> Iterator[House]:
    """More pictures than a selection may hold, and a file that no asset knows."""
    house = House(dashboard)
    house.rows(MANY, "=Many")
    dashboard.service.storage.from_("media").upload("team/plans.webp", b"no picture")
    yield house
    house.db.close()


def test_a_running_scan_is_watched_stopped_and_started_again(page: Page, house: House) -> None:
    come_in_as(page, "ops", "/orphans?class=ghost_object")
    start = page.get_by_role("button", name="Look through Storage")
    with house.worker_busy():
        start.click()
        expect(page.get_by_text("Looking at files in Storage: 0 seen, 0 found")).to_be_visible()
        scan = house.ops.rpc("scan_status")["id"]
        house.db.execute("select media.scan_step(%s, 1)", [scan])
        # The page follows by itself.
        expect(page.get_by_text(re.compile("Looking at files in Storage: [1-9]"))).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()

        page.get_by_role("button", name="Stop", exact=True).click()

        expect(
            page.get_by_text(re.compile("^The last scan was stopped .*; what was known before"))
        ).to_be_visible()
        assert house.ops.rpc("scan_status")["state"] == "stopped"
        start.click()
        expect(page.get_by_text(re.compile("Looking at .* in "))).to_be_visible()

    expect(page.get_by_text(re.compile("^Storage looked through just now"))).to_be_visible(
        timeout=WAIT_SECONDS * 1000
    )
    expect(start).to_be_visible()
    expect(row(page, "ghost_object")).to_contain_text("1")


def test_everything_is_exported_with_its_filters(page: Page, house: House, tmp_path: Path) -> None:
    def exported() -> list[dict[str, str]]:
        page.get_by_role("button", name="Export all").click()
        expect(dialog(page).get_by_text("ready")).to_be_visible(timeout=WAIT_SECONDS * 1000)
        with page.expect_download() as started:
            dialog(page).get_by_role("button", name="Download CSV").click()
        started.value.save_as(tmp_path / "all.csv")
        text = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    come_in_as(page, "staff", "/orphans")
    settled(page)
    lines = exported()

    expect(dialog(page).get_by_text(f"Unlinked: {MANY:,} rows are ready")).to_be_visible()
    assert len({line["asset"] for line in lines}) == len(lines) == MANY
    assert {line["name"][:6] for line in lines} == {"'=Many"}

    page.goto("/orphans?kind=Videos")
    asks(page, lambda query: query.get("kind") == ["Videos"])
    page.get_by_role("button", name="Export all").click()
    expect(dialog(page).get_by_text("Unlinked, as filtered: 0 rows are ready")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Download CSV")).to_be_disabled()
