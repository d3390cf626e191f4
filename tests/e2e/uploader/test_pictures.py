"""What is sent in place of the picture that was picked: small, upright, and silent about the person."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.uploader import files
from tests.e2e.uploader.actions import choose, expect_phase, finished, metadata, only, pick, row, told
from tests.e2e.uploader.server import Show, UploadServer


def test_a_page_photo_arrives_small_upright_and_without_a_trace_of_where_it_was_taken(
    page: Page, server: UploadServer, show: Show
) -> None:
    photo = files.page_photo(orientation=6)
    assert files.SECRET_PLACE in photo
    show(purpose="annotation", annotate=["ocr", "highlights"])
    pick(page, page__jpg=photo)
    expect_phase(page, "page.jpg", "done")

    sent = only(server.stored)
    with Image.open(io.BytesIO(sent)) as image, Image.open(io.BytesIO(photo)) as original:
        assert (image.format, image.size) == ("WEBP", (2048, 1536))
        # Held sideways: what was the left edge is the top now.
        assert original.size == (3000, 4000)
        upright = original.rotate(-90, expand=True).resize((64, 48)).convert("L").tobytes()
        arrived = image.resize((64, 48)).convert("L").tobytes()
        difference = [abs(a - b) for a, b in zip(upright, arrived, strict=True)]
        assert sum(difference) / len(difference) < 6
    assert metadata(sent) == {}
    assert files.SECRET_PLACE not in sent
    assert len(sent) < len(photo) / 4
    assert set(server.stored_type.values()) == {"image/webp"}

    (completion,) = server.completed
    assert completion["original_name"] == "page.jpg"
    assert completion["original_bytes"] == len(photo)
    assert completion["original_sha256"] == server.looked_up[0]
    assert completion["annotate"] == ["ocr", "highlights"]
    page.wait_for_function("window.triggers.length > 0")
    assert finished(page) == [completion["ticket"]]
    assert told(page, "page.jpg")["state"] == "done"


def test_the_row_shows_the_compressed_picture_and_what_was_saved(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    pick(page, page__jpg=files.page_photo())
    expect_phase(page, "page.jpg", "done")
    (name,) = server.stored
    expect(row(page, "page.jpg")).to_contain_text(re.compile(r"1\.4 MB.*→.*kB.*\d\d % smaller.*1536 × 2048"))
    expect(row(page, "page.jpg").get_by_role("link")).to_have_attribute("href", f"asset?id={name}")
    row(page, "page.jpg").get_by_role("button", name="Look at page.jpg").click()
    preview = page.get_by_role("dialog").get_by_role("img")
    shown = preview.evaluate(
        """async (image) => {
            await image.decode();
            const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
            return [image.naturalWidth, image.naturalHeight, bytes.length];
        }"""
    )
    assert shown == [1536, 2048, len(server.stored[name])]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_no_picture_is_decoded_or_compressed_on_the_thread_of_the_page(page: Page, show: Show) -> None:
    show()
    page.evaluate("""() => {
        window.onPage = [];
        for (const [owner, name] of [
            [window, "createImageBitmap"],
            [OffscreenCanvas.prototype, "convertToBlob"],
            [HTMLCanvasElement.prototype, "toBlob"],
            [SubtleCrypto.prototype, "digest"],
        ]) {
            const real = owner[name];
            owner[name] = function (...all) { window.onPage.push(name); return real.apply(this, all); };
        }
    }""")
    pick(page, page__jpg=files.page_photo())
    expect_phase(page, "page.jpg", "done")
    assert page.evaluate("window.onPage") == []
    assert len(page.workers) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("small.jpg", files.small_jpeg()),
        ("screenshot.png", files.screenshot_png()),
        ("moving.gif", files.moving_gif()),
        ("moving.webp", files.moving_webp()),
    ],
)
def test_what_is_kept_as_it_is_loses_its_metadata_and_not_its_pixels(
    page: Page, server: UploadServer, show: Show, name: str, content: bytes
) -> None:
    assert files.SECRET_PLACE in content
    show()
    choose(page, {name: content})
    expect_phase(page, name, "done")
    sent = only(server.stored)
    assert files.SECRET_PLACE not in sent
    assert len(sent) <= len(content)
    assert {key: value for key, value in metadata(sent).items() if key != "comment"} == {}
    with Image.open(io.BytesIO(sent)) as image, Image.open(io.BytesIO(content)) as original:
        assert getattr(image, "n_frames", 1) == getattr(original, "n_frames", 1)
        assert image.size == original.size
        if name != "screenshot.png":
            assert image.format == original.format
            assert image.convert("RGB").tobytes() == original.convert("RGB").tobytes()


def test_a_small_photo_that_was_held_sideways_is_turned_and_not_kept(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    sideways = files.encoded(files.drawing(160, 120), "JPEG", quality=30, exif=files.exif(6))
    pick(page, sideways__jpg=sideways)
    expect_phase(page, "sideways.jpg", "done")
    with Image.open(io.BytesIO(only(server.stored))) as image:
        assert image.size == (120, 160)
    assert metadata(only(server.stored)) == {}


def test_a_heic_from_a_phone_is_read(page: Page, server: UploadServer, show: Show) -> None:
    photo = (files.DATA / "pictures" / "hills.heic").read_bytes()
    assert b"Secret place" in photo
    show()
    pick(page, hills__heic=photo)
    expect_phase(page, "hills.heic", "done")
    sent = only(server.stored)
    with Image.open(io.BytesIO(sent)) as image:
        assert (image.format, image.size) == ("WEBP", (1600, 1200))
        red = image.convert("RGB").getchannel("R").resize((1, 60)).tobytes()
    # A light sky over dark hills, the right way up.
    assert red[1] > 200 > 100 > red[58]
    assert b"Secret place" not in sent


def test_a_browser_that_writes_no_webp_sends_jpeg_and_never_png(
    browser: Browser, server: UploadServer
) -> None:
    """As Safari does: asked for WebP, its canvas silently writes PNG."""
    context = browser.new_context()
    page = context.new_page()

    def without_webp(route: Any) -> None:
        response = route.fetch()
        patch = """const write = OffscreenCanvas.prototype.convertToBlob;
            OffscreenCanvas.prototype.convertToBlob = function (o) {
              return write.call(this, o.type === "image/webp" ? { ...o, type: "image/png" } : o); };\n"""
        route.fulfill(response=response, body=patch + response.text())

    context.route(re.compile(r"worker-.*\.js"), without_webp)
    page.goto(server.address)
    page.wait_for_function("window.ready")
    page.evaluate("data => show(data)", server.data())
    see_through = files.drawing(1200, 900).convert("RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize((1200, 900)))
    noise = Image.effect_noise((1200, 900), 40).convert("RGB")
    choose(page, {"glass.png": files.encoded(Image.blend(see_through.convert("RGB"), noise, 0.4), "PNG")})
    expect_phase(page, "glass.png", "done")
    assert set(server.stored_type.values()) == {"image/jpeg"}
    with Image.open(io.BytesIO(only(server.stored))) as image:
        assert image.format == "JPEG"
    context.close()
