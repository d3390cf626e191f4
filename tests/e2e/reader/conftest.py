"""The reader's server and page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.component_page import Library, serve
from tests.e2e.opened import again, opened
from tests.e2e.reader.steps import HEIGHT, WIDTH, page_picture, reading

Show = Callable[..., Page]


@pytest.fixture
def library() -> Library:
    return Library(pictures={"page": page_picture(), "lying": page_picture(HEIGHT, WIDTH)})


@pytest.fixture
def show(browser: Browser, library: Library) -> Iterator[Show]:
    """Call it to have a page with the reader on it; keywords go into the reader's data."""
    with ExitStack() as stack:
        address = stack.enter_context(serve("reader", library))

        def open_page(phone: bool = False, **data: Any) -> Page:
            page = stack.enter_context(
                opened(browser, address, phone, permissions=["clipboard-read", "clipboard-write"])
            )
            again(page, reading(**data))
            return page

        yield open_page
