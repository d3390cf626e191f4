"""The real dashboard, started once, and a browser for each module."""

from __future__ import annotations

import colorsys
import io
import random
import uuid
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mediaops.client import rpc
from tests.e2e.chromium import chromium
from tests.e2e.dashboard import Dashboard, put_asset
from tests.support import Person

ENTRIES = ("How to read a map", "Notes on the Baltic", "What a hive knows", "The quiet machine")
TITLES = ("Harbour at noon", "Bee on thyme", "Old map, detail", "Evening ridge", "Night sky", "Salt pans")
# A machine with every core taken draws its first page late; a wait ends as soon as the thing is there.
expect.set_options(timeout=30_000)
TEST_RESULTS = Path(__file__).resolve().parents[2] / "test-results"


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures know, when they end, whether the test went wrong."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def dashboard() -> Iterator[Dashboard]:
    """The one that most tests share. Nobody breaks it."""
    running = Dashboard()
    running.start()
    yield running
    running.stop()


@dataclass(frozen=True)
class Filled:
    """What lies in the shared library: assets by title, entries by title."""

    assets: dict[str, str]
    entries: dict[str, str]


@pytest.fixture(scope="session")
def filled(dashboard: Dashboard) -> Filled:
    """A few pictures, linked and not, in four entries."""
    staff = dashboard.person("staff")
    entries = {title: str(uuid.uuid5(uuid.NAMESPACE_URL, title)) for title in ENTRIES}
    items: list[dict[str, Any]] = [
        {"id": key, "title": title, "url": "https://example.org/" + key, "excerpt": "In short."}
        for title, key in entries.items()
    ]
    rpc(dashboard.service, "upsert_knowledge", p_items=items)
    assets = {
        title: put_asset(dashboard, staff, picture(number), f"IMG_{4000 + number}.jpg", title=title)
        for number, title in enumerate(TITLES)
    }
    for title, placement, chosen in (
        ("How to read a map", "cover", ["Old map, detail"]),
        ("Notes on the Baltic", "inline", ["Harbour at noon", "Salt pans"]),
    ):
        staff.rpc(
            "link_assets",
            p_knowledge=entries[title],
            p_assets=[assets[name] for name in chosen],
            p_placement=placement,
        )
    return Filled(assets, entries)


def picture(number: int, size: tuple[int, int] = (900, 600)) -> bytes:
    """A WebP that differs with the number, in its bytes and in what it looks like."""
    # Repeatable, and no two numbers alike: assets with the same bytes would be taken for copies.
    chance = random.Random(number)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    hue = chance.random()
    for line in range(size[1]):
        red, green, blue = colorsys.hls_to_rgb((hue + line / size[1] * 0.1) % 1, 0.6, 0.4)
        draw.line((0, line, size[0], line), fill=(int(red * 255), int(green * 255), int(blue * 255)))
    for _ in range(12):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        box = (left, top, left + chance.randrange(40, 300), top + chance.randrange(40, 300))
        draw.ellipse(box, fill=(chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=70)
    return out.getvalue()


@pytest.fixture
def new_asset(dashboard: Dashboard) -> Callable[..., str]:
    """An asset of its own for a test that changes it."""

    def make(title: str, **more: Any) -> str:
        content = more.pop("content", None) or picture(uuid.uuid4().int, (700, 500))
        person: Person = dashboard.person("staff")
        return put_asset(dashboard, person, content, "IMG_0001.jpg", title=title, **more)

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser, dashboard: Dashboard) -> Iterator[BrowserContext]:
    """A browser with no cookies yet; screens are kept when a test fails."""
    opened = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=dashboard.address, locale="en-GB", timezone_id="UTC"
    )
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab. A script error on it fails the test."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    if request.node.stash.get(FAILED, False):
        TEST_RESULTS.mkdir(exist_ok=True)
        opened.screenshot(path=TEST_RESULTS / f"{request.node.name[:80].replace('/', '-')}.png")
    assert faults == []
