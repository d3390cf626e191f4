"""Opens the page of one component and speaks to it as Streamlit would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page


@contextmanager
def opened(browser: Browser, address: str, phone: bool = False, **context: Any) -> Iterator[Page]:
    """A page of its own, as wide as a desk's or a phone's. Fails when a script of the page failed."""
    size = {"width": 390, "height": 780} if phone else {"width": 1200, "height": 800}
    own = browser.new_context(viewport=size, has_touch=phone, is_mobile=phone, **context)  # type: ignore[arg-type]
    faults: list[str] = []
    page = own.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.wait_for_function("window.ready")
    yield page
    own.close()
    assert faults == []


def again(page: Page, data: dict[str, Any]) -> None:
    """A rerun of the script, as the component sees it."""
    page.evaluate("data => window.show(data)", data)


def late(page: Page, data: dict[str, Any]) -> None:
    """An earlier run of the script that was overtaken and comes after the later one."""
    page.evaluate("data => window.late(data)", data)


def triggers(page: Page) -> list[list[Any]]:
    """What Python was told to do, in order."""
    return page.evaluate("window.triggers")
