"""The uploader mounted by Streamlit: what Python is told, through reruns and while it is off the page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mediaops.errors import ConfigurationError
from mediaops.ui import components
from tests.e2e.uploader.actions import PICTURE, expect_phase, pick

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.e2e.uploader.streamlit_app"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(running.stdout.readline())}/"
        finally:
            running.terminate()


@pytest.fixture
def streamlit(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name="Drop images here, or choose them")).to_be_visible(timeout=30_000)
    yield page
    context.close()


def test_python_learns_what_was_uploaded(streamlit: Page) -> None:
    pick(streamlit, photo__jpg=PICTURE)
    expect_phase(streamlit, "photo.jpg", "done")
    expect(streamlit.get_by_text("states: ['done']")).to_be_visible()
    expect(streamlit.get_by_text("finished: 1")).to_be_visible()


def test_the_list_survives_reruns_and_being_taken_off_the_page(streamlit: Page) -> None:
    pick(streamlit, photo__jpg=PICTURE)
    expect_phase(streamlit, "photo.jpg", "done")
    expect(streamlit.get_by_text("finished: 1")).to_be_visible()
    field = streamlit.get_by_label("A field of the page")
    field.fill("a rerun")
    field.press("Enter")
    streamlit.get_by_text("Show the uploader").click()
    expect(streamlit.get_by_role("listitem", name="photo.jpg")).to_have_count(0)
    streamlit.get_by_text("Show the uploader").click()
    expect_phase(streamlit, "photo.jpg", "done")
    expect(streamlit.get_by_text("states: ['done']")).to_be_visible()
    # Told once, however often the page runs.
    expect(streamlit.get_by_text("finished: 1")).to_be_visible()


def test_an_unbuilt_front_end_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(components, "STATIC", tmp_path)
    with pytest.raises(ConfigurationError) as missing:
        components.bundle_file("uploader")
    assert "not built" in missing.value.message
    assert "npm run build" in missing.value.hint
