"""From a sound to its checked words: heard by an engine, corrected by a moderator, found, taken away as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.component_page import eventually
from tests.e2e.dashboard import Dashboard, put_asset
from tests.e2e.reviewing import caught_up, shown
from tests.e2e.steps import come_in_as, tile
from tests.openai_api import KEY, OpenAIServer, heard
from tests.unit.media.samples import write_sound

LINES = ("The tied turns twice.", "Um, well.", "Never at the same hour.")


@pytest.fixture(scope="module")
def api() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    parts = [{"start": n * 2.0, "end": n * 2.0 + 1.9, "text": line} for n, line in enumerate(LINES)]
    server.always = heard(parts, 6)
    yield server
    server.close()


@pytest.fixture(scope="module")
def dashboard(api: OpenAIServer) -> Iterator[Dashboard]:
    """One that has a key, and talks to the server on this machine."""
    running = Dashboard(settings={"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": api.url})
    running.start()
    yield running
    running.stop()


def heard_by_the_engine(dashboard: Dashboard, asset: str) -> str:
    """Asks for a transcript; the annotation, once it is done."""
    staff = dashboard.person("staff")

    def ask() -> str | None:
        return staff.rpc("request_annotations", p_assets=[asset], p_kinds=["transcript"])[0]["annotation"]

    eventually(lambda: ask() is not None, seconds=60)  # the worker says which engines it has once it is up
    annotation = ask()  # the same one: it is under way, or was answered
    eventually(lambda: staff.rpc("annotation_states", p_assets=[asset])[0]["state"] == "done", seconds=60)
    return str(annotation)


def test_a_transcript_is_corrected_by_keys_and_then_found_and_taken_away(
    page: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    content = write_sound(tmp_path / "tide.opus", 6.0).read_bytes()
    staff = dashboard.person("staff")
    asset = put_asset(dashboard, staff, content, "tide.opus", title="A talk by the sea")
    annotation = heard_by_the_engine(dashboard, asset)
    come_in_as(page, "moderator", "/review")
    shown(page, annotation)
    segments = page.locator(".v-segment")
    expect(segments).to_have_count(3)
    sound = page.locator(".v-listen audio")

    segments.nth(1).get_by_role("button", name="Play from 0:02").click()
    expect(segments.nth(1)).to_have_attribute("aria-current", "true")
    page.wait_for_function("(audio) => audio.currentTime >= 2", arg=sound.element_handle())
    page.keyboard.press("x")
    expect(page.get_by_text("1 changed")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("The tide turns twice.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 changed")).to_be_visible()
    page.keyboard.press("a")

    caught_up(page)
    stands = next(a for a in staff.rpc("get_asset", p_asset=asset)["annotations"] if a["id"] == annotation)
    assert stands["review_state"] == "fixed"
    assert stands["result"]["segments"][0]["text"] == "The tied turns twice."
    page.goto("/?q=tide+turns")
    expect(tile(page, asset)).to_be_visible()
    page.goto(f"/asset?id={asset}")
    expect(page.locator('.mo-reading[data-kind="transcript-text"]')).to_contain_text("Checked")
    expect(page.locator(".mo-segments li")).to_have_count(2)
    with page.expect_download() as started:
        page.get_by_role("button", name="WebVTT").click()
    file = Path(started.value.path()).read_text(encoding="utf-8")
    assert file == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.900\nThe tide turns twice.\n\n"
        "00:00:04.000 --> 00:00:05.900\nNever at the same hour.\n"
    )
