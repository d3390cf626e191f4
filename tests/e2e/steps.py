"""What people do on the pages, in words."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

ROLES = {"staff": "Nora Lindqvist", "moderator": "Tomás Herrera", "ops": "Ayumi Sato"}


def come_in_as(page: Page, role: str, path: str = "/") -> None:
    """Open a page, meet the sign-in page, click a demo person."""
    page.goto(path)
    page.get_by_role("button", name=ROLES[role]).click()
    expect(signed_in(page)).to_contain_text(ROLES[role])


def signed_in(page: Page) -> Locator:
    """The corner of the sidebar that says who is here."""
    return page.locator(".st-key-mo-person .mo-person")


def heading(page: Page, text: str) -> Locator:
    """A page's title."""
    return page.get_by_role("heading", name=text, exact=True)


def tile(page: Page, asset: str) -> Locator:
    """An asset in the gallery."""
    return page.locator(f'[data-id="{asset}"]')


# Longer than a search field or the gallery waits before it tells Streamlit what a person did.
QUIET_MS = 300


def settled(page: Page) -> None:
    """Streamlit has had nothing to do for a while: what was done on the page has been answered."""
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(
        """(quiet) => {
          const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
          if (state !== 'notRunning') window.quietSince = undefined;
          else window.quietSince ??= performance.now();
          return window.quietSince !== undefined && performance.now() - window.quietSince >= quiet;
        }""",
        arg=QUIET_MS,
    )


def search(page: Page, words: str) -> None:
    """Look for these words in the library, and wait for the answer."""
    page.get_by_placeholder("Search titles").fill(words)
    asks(page, lambda query: query.get("q") == [words])
    settled(page)


def asks(page: Page, right: Callable[[dict[str, list[str]]], bool]) -> None:
    """Waits until the query in the address is right: it follows what is on the page, and may come later."""
    page.wait_for_url(lambda url: right(parse_qs(urlsplit(url).query)))


def dialog(page: Page) -> Locator:
    """The open dialog."""
    return page.get_by_role("dialog")
