"""What a test does with the uploader and reads off it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.uploader import files

PICTURE = files.encoded(files.drawing(1200, 900, 5), "JPEG", quality=90)


def pick(page: Page, **named: bytes) -> None:
    """Chooses files; in a keyword, ``__`` stands for the dot before the ending."""
    choose(page, {name.replace("__", "."): content for name, content in named.items()})


def choose(page: Page, named: dict[str, bytes]) -> None:
    page.get_by_label("Images to upload").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in named.items()]
    )


def choosers(page: Page) -> Callable[[], list[str]]:
    """From now on no file chooser opens; answers the labels of those that would have."""
    page.evaluate("""() => {
        window.choosers = [];
        addEventListener("click", (event) => {
            const clicked = event.composedPath()[0];
            if (!(clicked instanceof HTMLInputElement) || clicked.type !== "file") return;
            event.preventDefault();
            window.choosers.push(clicked.getAttribute("aria-label"));
        }, true);
    }""")
    return lambda: page.evaluate("window.choosers")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem", name=name, exact=True)


def expect_phase(page: Page, name: str, phase: str) -> None:
    expect(row(page, name)).to_have_class(re.compile(rf"\bup-row--{phase}\b"), timeout=20_000)


def only(stored: dict[str, bytes]) -> bytes:
    (content,) = stored.values()
    return content


def finished(page: Page) -> list[str]:
    """Asset ids that Python was told of, in order."""
    return [
        asset for name, assets in page.evaluate("window.triggers") if name == "finished" for asset in assets
    ]


def told(page: Page, name: str) -> dict[str, Any]:
    return next(each for each in page.evaluate("window.states.uploads") if each["name"] == name)


def metadata(content: bytes) -> dict[str | int, Any]:
    with Image.open(io.BytesIO(content)) as image:
        found: dict[str | int, Any] = {
            key: image.info[key] for key in ("exif", "xmp", "comment") if key in image.info
        }
        return found | dict(image.getexif())


def transfer(names: list[str]) -> str:
    """JavaScript that makes a DataTransfer with one small picture for each name."""
    picture = base64.b64encode(PICTURE).decode()
    return f"""const transfer = new DataTransfer();
        for (const [at, name] of {names!r}.entries()) {{
            const bytes = Uint8Array.from(atob("{picture}"), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes, "x".repeat(at)], name, {{ type: "image/jpeg" }}));
        }}"""
