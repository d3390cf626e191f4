"""The uploader's browser, page and server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.chromium import chromium
from tests.e2e.uploader.server import Show, UploadServer, serve


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server() -> Iterator[UploadServer]:
    with serve(UploadServer()) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: UploadServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(server.address)
    opened.wait_for_function("window.ready")
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def show(page: Page, server: UploadServer) -> Show:
    """Mounts the uploader, or reruns it; keywords change what Python gives to it."""

    def run(**more: Any) -> None:
        page.evaluate("data => show(data)", server.data(**more))

    return run
