"""The gallery's server and page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.component_page import Library, card, serve
from tests.e2e.opened import again, opened

Show = Callable[..., Page]


@pytest.fixture
def library() -> Library:
    return Library(cards=[card(number) for number in range(150)])


@pytest.fixture
def show(browser: Browser, library: Library) -> Iterator[Show]:
    """Call it to have a page with the gallery on it; keywords go into the gallery's data."""
    with ExitStack() as stack:
        address = stack.enter_context(serve("gallery", library))

        def open_page(phone: bool = False, **data: Any) -> Page:
            page = stack.enter_context(opened(browser, address, phone))
            again(page, library.first(**data))
            return page

        yield open_page
