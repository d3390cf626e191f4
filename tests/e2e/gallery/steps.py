"""What a person does in the gallery, and what can be seen of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page


def tile(page: Page, number: int) -> Locator:
    return page.locator(f'[data-id="asset-{number:04}"]')


def selected(page: Page) -> list[int]:
    marks = page.locator('[data-id][aria-selected="true"]')
    return sorted(int(str(mark.get_attribute("data-id"))[-4:]) for mark in marks.all())


def told(page: Page, *numbers: int) -> None:
    """Waits until Python was told exactly this selection, in this order."""
    state(page, "selection", [f"asset-{number:04}" for number in numbers])


def state(page: Page, name: str, value: Any) -> None:
    """Waits until the last that Python was told under a name is the value."""
    page.wait_for_function(
        """([name, value]) => {
          const last = window.states.findLast(([n]) => n === name);
          return last && JSON.stringify(last[1]) === JSON.stringify(value);
        }""",
        arg=[name, value],
    )


def focused(page: Page) -> str | None:
    return page.evaluate("document.getElementById('host').shadowRoot.activeElement?.dataset.id ?? null")


def to_the_end(page: Page) -> None:
    page.evaluate("document.querySelector('section').scrollTo(0, 1e9)")


def to_the_last_page(page: Page) -> None:
    """Scrolls on until every page has come: how many come by one scroll depends on how fast they come."""
    page.wait_for_function(
        """() => {
          const section = document.querySelector('section');
          section.scrollTo(0, 1e9);
          return document.getElementById('host').shadowRoot.textContent.includes('That is all of them');
        }""",
        polling=50,
    )
