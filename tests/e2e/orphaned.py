"""A library in which everything unused is an orphan at once, and what people do on its page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect
from postgrest.exceptions import APIError

from tests.e2e.component_page import eventually
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import settled, tile

WAIT_SECONDS = 90
Maker = Callable[..., str]


@contextmanager
def without_grace() -> Iterator[Dashboard]:
    """A dashboard of its own, where everything unused is an orphan at once."""
    running = Dashboard()
    running.start()
    ops = running.person("ops")
    for policy in ops.rpc("policies"):
        ops.rpc(
            "set_policy",
            p_class=policy["class"],
            p_grace_days=0,
            p_retention_days=policy["retention_days"],
            p_mode=policy["mode"],
            p_version=policy["version"],
        )
    try:
        yield running
    finally:
        running.stop()


def row(page: Page, class_: str) -> Locator:
    """A class in the summary."""
    return page.locator(f".st-key-class-{class_}")


def choose(page: Page, name: str) -> None:
    """Click a class in the summary."""
    page.get_by_role("button", name=re.compile(f"^{name}: ")).click()
    settled(page)


def tick(page: Page, orphan: str) -> None:
    tile(page, orphan).hover()
    tile(page, orphan).get_by_role("checkbox").click()
    expect(page.locator(".mo-selected")).to_be_visible()
    settled(page)


def scan(dashboard: Dashboard) -> None:
    """Look through Storage and wait for its end."""
    ops = dashboard.person("ops")
    mine = ops.rpc("start_scan")["id"]
    eventually(
        lambda: ops.rpc("scan_status")["id"] != mine or ops.rpc("scan_status")["state"] == "done",
        WAIT_SECONDS,
    )


def store(dashboard: Dashboard, path: str, content: bytes) -> str:
    """An object that no asset knows."""
    dashboard.service.storage.from_("media").upload(path, content, {"content-type": "image/webp"})
    return path


def state(dashboard: Dashboard, asset: str) -> str | None:
    """As it stands now; None for what is no asset (yet)."""
    try:
        return dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]["state"]
    except APIError as error:
        assert error.message == "not_found"
        return None
