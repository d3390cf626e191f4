"""Pages to review, and what a moderator sees of them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page, expect

from mediaops.client import rpc
from tests.e2e.dashboard import Dashboard, put_asset
from tests.support import offered

WIDTH, HEIGHT = 1500, 2000
TEXT = (
    "The tide had turned before the lamps were lit,",
    "and the boats came home in a long uneven line,",
    "each with its shadow drawn behind it on the water.",
    "Nobody counted them aloud, but everybody counted.",
    "Eleven, said the harbour master's daughter at last,",
    "and the women went up the hill to put the kettles on.",
    "The twelfth came in at dawn, with no one at the oars.",
)
MARKED = (11, 21)  # words of the passage: "and the boats ... uneven line,"


def words(number: int) -> list[dict[str, Any]]:
    """Every word with its place in 0..1."""
    found: list[dict[str, Any]] = []
    for row, line in enumerate(lines(number)):
        x, top = 0.1, 0.08 + 0.115 * row
        for word in line.split():
            width = 0.0165 * len(word)
            box = [[x, top], [x + width, top], [x + width, top + 0.035], [x, top + 0.035]]
            found.append({"id": len(found), "text": word, "polygon": box, "confidence": 0.97})
            x += width + 0.012
    return found


def lines(number: int) -> list[str]:
    return [f"Page {number}", *TEXT]


@lru_cache(maxsize=200)
def page_picture(number: int) -> bytes:
    """A printed page, one passage marked in yellow; the number makes it another one."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (244 - number % 5, 238, 226 - number % 7))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(44)
    for place, word in enumerate(words(number)):
        (left, top), _, (right, bottom), _ = word["polygon"]
        box = (left * WIDTH, top * HEIGHT, right * WIDTH, bottom * HEIGHT)
        if MARKED[0] <= place < MARKED[1]:
            draw.rectangle((box[0] - 8, box[1], box[2] + 18, box[3]), fill="#fbe45b")
        draw.text((box[0], box[1] + 8), word["text"], fill="#2b2620", font=font)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=65)
    return out.getvalue()


def text_of(number: int, sure: float = 0.97) -> dict[str, Any]:
    """What an engine reads from a page; its fourth line less surely."""
    found = [
        {
            "id": row,
            "text": line.replace("aloud", "a1oud"),
            "polygon": [[0.1, top], [0.9, top], [0.9, top + 0.035], [0.1, top + 0.035]],
            "confidence": sure if row == 4 else 0.98,
        }
        for row, line in enumerate(lines(number))
        for top in [0.08 + 0.115 * row]
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "text": "\n".join(line["text"] for line in found),
        "lines": found,
    }


def highlights_of(number: int, sure: float = 0.9) -> dict[str, Any]:
    """The marked passage, found a word too short."""
    page = words(number)
    ids = list(range(MARKED[0], MARKED[1] - 1))
    first, last = page[ids[0]]["polygon"], page[ids[-1]]["polygon"]
    passage = {
        "color": "yellow",
        "text": " ".join(page[place]["text"] for place in ids),
        "polygons": [[first[0], last[1], last[2], first[3]]],
        "words": ids,
        "confidence": sure,
    }
    return {"width": WIDTH, "height": HEIGHT, "passages": [passage], "words": page, "text": passage["text"]}


def caption_of(number: int) -> dict[str, Any]:
    return {
        "alt_text": f"Page {number} of a printed book about a harbour",
        "caption": "",
        "tags": ["book", "harbour"],
    }


class Desk:
    """Fills the queue of a dashboard and empties it again."""

    def __init__(self, dashboard: Dashboard) -> None:
        self.dashboard = dashboard
        self.staff = dashboard.person("staff")
        self.made = 0
        self.assets: dict[str, str] = {}

    def asset(self, **more: Any) -> str:
        self.made += 1
        number = self.made
        title = more.pop("title", f"Harbour, page {number}")
        return put_asset(self.dashboard, self.staff, page_picture(number), "IMG_1.jpg", title=title, **more)

    def read(self, result: dict[str, Any], kind: str = "ocr", asset: str | None = None) -> str:
        """An answer to review; of an engine that the worker does not know."""
        asset = asset or self.asset()
        with self.dashboard.connect() as db, offered(db, "test"):
            [asked] = self.staff.rpc(
                "request_annotations", p_assets=[asset], p_kinds=[kind], p_engine="test", p_force=True
            )
        arguments = {"p_annotation": asked["annotation"], "p_result": result, "p_seconds": 1}
        rpc(self.dashboard.service, "finish_annotation", **arguments)
        self.assets[asked["annotation"]] = asset
        return asked["annotation"]

    def clear(self) -> None:
        """Nothing waits any more."""
        moderator = self.dashboard.person("moderator")
        while items := moderator.rpc("claim_next_review", p_count=10):
            for item in items:
                moderator.rpc(
                    "decide_review",
                    p_annotation=item["annotation"],
                    p_decision="accepted",
                    p_version=item["version"],
                )

    def annotation(self, annotation: str) -> dict[str, Any]:
        """As it stands now."""
        detail = self.staff.rpc("get_asset", p_asset=self.assets[annotation])
        return next(each for each in detail["annotations"] if each["id"] == annotation)


def root(page: Page) -> Locator:
    return page.locator(".v-root")


def shown(page: Page, annotation: str) -> None:
    """This item is in sight, with its picture."""
    expect(page.locator(f'.v-root[data-annotation="{annotation}"][data-picture="there"]')).to_be_visible()


def caught_up(page: Page) -> None:
    """Nothing is left, and every decision has arrived."""
    expect(page.locator('.v-root[data-phase="empty"][data-sending="0"]')).to_be_visible(timeout=60_000)
    expect(page.get_by_text("All caught up")).to_be_visible()
