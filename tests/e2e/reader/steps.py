"""A page to read, and what can be seen of it in the reader."""

from __future__ import annotations

import io
import re
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page

from tests.e2e.component_page import placeholder

ACTIVE = re.compile("is-active")
WORDS = (
    "The tide had turned before the lamps were lit,",
    "and the boats came home in a long uneven line,",
    "each with its shadow drawn behind it on the water.",
    "Nobody counted them aloud, but everybody counted.",
    "Eleven, said the harbour master's daughter at last,",
    "and the women went up the hill to put the kettles on.",
)
WIDTH, HEIGHT = 1200, 1600


def top_of(number: int) -> float:
    return 0.1 + 0.14 * number


def line(number: int, **more: Any) -> dict[str, Any]:
    top = top_of(number)
    box = [[0.1, top], [0.9, top], [0.9, top + 0.03], [0.1, top + 0.03]]
    return {"id": number, "text": WORDS[number], "polygon": box, "confidence": 0.97} | more


def page_picture(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    image = Image.new("RGB", (width, height), "#f2ede2")
    draw = ImageDraw.Draw(image)
    for number in range(len(WORDS)):
        top = top_of(number) * height
        draw.rectangle([0.1 * width, top, 0.9 * width, top + 0.03 * height], fill="#3a342b")
    buffer = io.BytesIO()
    image.save(buffer, "WEBP")
    return buffer.getvalue()


def reading(**more: Any) -> dict[str, Any]:
    return {
        "asset": "page",
        "image_url": "/media/page",
        "width": WIDTH,
        "height": HEIGHT,
        "thumbhash": placeholder("1-1200x1600"),
        "state": "done",
        "lines": [line(number) for number in range(len(WORDS))],
    } | more


def polygon(page: Page, number: int) -> Locator:
    return page.locator(f'polygon[data-line="{number}"]')


def words(page: Page, number: int) -> Locator:
    return page.locator(f'[data-item="{number}"]')


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def settled(page: Page) -> dict[str, float]:
    """Where the picture stands once it has stopped gliding."""
    page.wait_for_function(
        """() => document.getElementById("host").shadowRoot.querySelector(".r-plane")
                 .getAnimations().every((one) => one.playState !== "running")"""
    )
    return box(page.locator(".r-plane"))


def percent(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".r-percent").inner_text()))
